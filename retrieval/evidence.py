"""What a passage says about a question: the seam between searching and answering.

A scorer reads the question beside each passage and says how well the passage fits, whether it answers, and which of
its sentences do.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Embedder
from retrieval.places import country
from retrieval.relatedness import WordVectors
from retrieval.sentences import Span
from retrieval.words import mended, spelled_right, terms, words

# Cosines of word vectors: below the first two words have nothing to do with one another, at the second they are synonyms.
UNRELATED = 0.2
SYNONYM = 0.6

# Round figures near a listwise logistic fit of which sentence answers, on SQuAD 2.0 dev and evals/tuning.yaml.
COSINE_WEIGHT = 9.0
WORD_WEIGHTS = (2.0, 4.0, 1.5)  # see `word_features`
BIAS = -7.2
SENTENCES_READ = 20
SLIP = 0.25
# How much the share of the question's subject that a whole passage meets moves the log odds that it answers.
SUBJECT_WEIGHT = 9.0
SUBJECT_MIDDLE = 0.4

Floats = npt.NDArray[np.float32]

# Words that say that something is asked for, not what about.
ASKING = frozenset(
    terms(
        "say tell think believe claim call describe according opinion view position comment argue explain warn predict expect mention"
        " many much kind sort type happen quote assess assessment statement word express state talk speak remark article report answer reply react respond reaction"
    )
)


@dataclass(frozen=True, slots=True)
class Passage:
    """Text to be judged, with its sentences as spans into it and the title of its article."""

    text: str
    sentences: tuple[Span, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one passage bears on one question. `relevance` ranks passages of one question; the rest lies in 0..1."""

    relevance: float
    answerable: float
    sentences: tuple[float, ...]
    span: Span | None = None
    span_score: float = 0.0


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of a question: as looked up, its stem, its weight (rarity in the corpus), and whether it is a name."""

    text: str
    stem: str
    weight: float
    name: bool = False


class EvidenceScorer(Protocol):
    """Reads a question beside passages; one `Evidence` a passage, in the same order.

    `given` holds stems of the question that the passages are known to meet, such as the name of the one who speaks.
    """

    def score(self, question: str, passages: Sequence[Passage], *, given: Collection[str] = ()) -> list[Evidence]: ...


class EmbeddingEvidence:
    """Evidence from sentence embeddings and related words: no model of its own.

    A sentence's score is a logistic function of its cosine to the question and of how far the question's words
    (weighted by rarity) are met by it and by its neighbourhood: by the same word, or, less, by one near in meaning.
    """

    def __init__(self, embedder: Embedder, vectors: WordVectors, rarity: Mapping[str, float]) -> None:
        self.embedder = embedder
        self.vectors = vectors
        self.rarity = rarity
        self._unseen = max(rarity.values(), default=1.0)
        self._embedded: dict[str, Floats] = {}

    def score(self, question: str, passages: Sequence[Passage], *, given: Collection[str] = ()) -> list[Evidence]:
        """One `Evidence` a passage."""
        asked = self.asked(question)
        texts = [[passage.text[slice(*span)] for span in passage.sentences] for passage in passages]
        subject = [word for word in asked if word.stem not in given]
        features = [word_features(subject or asked, sentences, self.vectors) for sentences in texts]
        odds = [feature @ np.array(WORD_WEIGHTS) + BIAS for feature in features]
        self._add_cosines(question, texts, odds)
        return [self._evidence(subject, *pair) for pair in zip(texts, odds, strict=True)]

    def _add_cosines(self, question: str, texts: Sequence[Sequence[str]], odds: Sequence[Floats]) -> None:
        """Read the sentences that promise most by their words; what few words are met in is not worth the reading."""
        places = [(float(odd), p, i) for p, passage in enumerate(odds) for i, odd in enumerate(passage)]
        places = sorted(places, key=lambda place: -place[0])[:SENTENCES_READ]
        wanted = dict.fromkeys(texts[p][i] for _, p, i in places)
        # A copy of what is needed: another thread may empty the store at any time.
        held = {text: vector for text in wanted if (vector := self._embedded.get(text)) is not None}
        new = [text for text in wanted if text not in held]
        vectors = [np.array(vector, np.float32) for vector in self.embedder.embed_documents([question, *new])]
        held.update(zip(new, vectors[1:], strict=True))
        if len(self._embedded) + len(new) > 20_000:
            self._embedded.clear()
        self._embedded.update(held)
        for _, p, i in places:
            odds[p][i] += COSINE_WEIGHT * float(vectors[0] @ held[texts[p][i]])

    def _evidence(self, subject: Sequence[AskedWord], sentences: Sequence[str], odds: Floats) -> Evidence:
        if not sentences:
            return Evidence(0.0, 0.0, ())
        met = share(subject, met_words(subject, " ".join(sentences), self.vectors)) if subject else 1.0
        best = float(odds.max())
        return Evidence(
            relevance=best,
            answerable=_probability(best + SUBJECT_WEIGHT * (met - SUBJECT_MIDDLE)),
            sentences=tuple(_probability(float(value)) for value in odds),
        )

    def asked(self, question: str) -> list[AskedWord]:
        """The question's words that carry meaning, each once; a misspelt one as the articles spell it."""
        found: dict[str, AskedWord] = {}
        for word, stem in content_words(question):
            if stem in ASKING:
                continue
            known = mended([stem], self.rarity).get(stem, stem)
            # A capital inside a sentence is a name's: no other name will do for it, however near in meaning.
            name = word[:1].isupper() and not question.startswith(word)
            text = word.lower() if known == stem else known
            weight = self.rarity.get(known, self._unseen)
            if known not in self.rarity and not name and not spelled_right(known):
                weight *= SLIP  # a slip of the keyboard that could not be mended says nothing of the subject
            found[known] = AskedWord(text, known, weight, name)
        return list(found.values())


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, log_odds))))


def word_features(asked: Sequence[AskedWord], sentences: Sequence[str], vectors: WordVectors) -> Floats:
    """For each sentence of a passage the shares of the question met in it, met around it, and met by the same words."""
    met = [met_words(asked, sentence, vectors) for sentence in sentences]
    rows = []
    for i, here in enumerate(met):
        around = [max(column) for column in zip(*met[max(0, i - 2) : i + 3], strict=True)]
        same = [float(value == 1.0) for value in here]
        rows.append([share(asked, here), share(asked, around), share(asked, same)])
    return np.array(rows, dtype=np.float32).reshape(-1, 3)


def rarity(texts: Iterable[str]) -> dict[str, float]:
    """Inverse document frequency, log(1 + n / df), of the terms of some texts."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        counts.update(set(terms(text)))
        total += 1
    return {term: math.log1p(total / count) for term, count in counts.items()}


def content_words(text: str) -> list[tuple[str, str]]:
    """The words of a text that carry meaning, as written, each with its stem."""
    return [(word, stems[0]) for word in words(text) if (stems := terms(word))]


def met_words(asked: Sequence[AskedWord], text: str, vectors: WordVectors) -> list[float]:
    """How far each asked word is met in a text: 1 by its own stem, up to 0.9 by a word near in meaning, else 0."""
    content = content_words(text)
    if not content or not asked:
        return [0.0] * len(asked)
    stems = {country(stem) for _, stem in content}
    nearest = vectors.vectors([word.text for word in asked]) @ vectors.vectors([word.lower() for word, _ in content]).T
    return [
        1.0
        if country(word.stem) in stems
        else 0.0
        if word.name
        else min(0.9, max(0.0, (cosine - UNRELATED) / (SYNONYM - UNRELATED)))
        for word, cosine in zip(asked, map(float, nearest.max(1)), strict=True)
    ]


def share(asked: Sequence[AskedWord], met: Sequence[float]) -> float:
    """The part of the question's weight that is met, 0 to 1."""
    total = sum(word.weight for word in asked)
    return sum(word.weight * part for word, part in zip(asked, met, strict=True)) / total if total else 0.0
