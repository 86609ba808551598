"""Evidence from sentence embeddings and the question's words: no model of its own."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from retrieval.encoder import Embedder
from retrieval.evidence import Evidence, Passage, probability
from retrieval.evidence.overlap import AskedWord, asked_words, met_words, share, word_features
from retrieval.relatedness import WordVectors

# Round figures near a listwise logistic fit of which sentence answers, on SQuAD 2.0 dev and the tuning part of evals/cases.
COSINE_WEIGHT = 9.0
WORD_WEIGHTS = (2.0, 4.0, 1.5)  # see `word_features`
BIAS = -7.2
SENTENCES_READ = 20
# How much the share of the question's subject that a whole passage meets moves the log odds that it answers.
SUBJECT_WEIGHT = 9.0
SUBJECT_MIDDLE = 0.4

Floats = npt.NDArray[np.float32]


class EmbeddingEvidence:
    """Evidence from sentence embeddings and related words: no model of its own.

    A sentence's score is a logistic function of its cosine to the question and of how far the question's words
    (weighted by rarity) are met by it and by its neighbourhood: by the same word, or, less, by one near in meaning.
    """

    def __init__(self, embedder: Embedder, vectors: WordVectors, rarity: Mapping[str, float]) -> None:
        self.embedder = embedder
        self.vectors = vectors
        self.rarity = rarity
        self._embedded: dict[str, Floats] = {}

    def score(self, question: str, passages: Sequence[Passage], *, given: Collection[str] = ()) -> list[Evidence]:
        """One `Evidence` a passage."""
        asked = asked_words(question, self.rarity)
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
            answerable=probability(best + SUBJECT_WEIGHT * (met - SUBJECT_MIDDLE)),
            sentences=tuple(probability(float(value)) for value in odds),
        )
