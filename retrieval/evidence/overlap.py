"""How far a question's words are met in a text: by the same word, or by one near in meaning."""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from retrieval.places import country
from retrieval.relatedness import WordVectors
from retrieval.words import mended, spelled_right, terms, words

# Cosines of word vectors: below the first two words have nothing to do with one another, at the second they are synonyms.
UNRELATED = 0.2
SYNONYM = 0.6
# What is left of the weight of a word that is neither known nor spelled as any English word.
SLIP = 0.25

# Words that say that something is asked for, not what about.
ASKING = frozenset(
    terms(
        "say tell think believe claim call describe according opinion view position comment argue explain warn predict expect mention"
        " many much kind sort type happen quote assess assessment statement word express state talk speak remark article report answer reply react respond reaction"
    )
)

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A word of a question: as looked up, its stem, its weight (rarity in the corpus), and whether it is a name."""

    text: str
    stem: str
    weight: float
    name: bool = False


def asked_words(question: str, rarity: Mapping[str, float]) -> list[AskedWord]:
    """The question's words that carry meaning, each once; a misspelt one as the articles spell it."""
    unseen = max(rarity.values(), default=1.0)
    found: dict[str, AskedWord] = {}
    for word, stem in content_words(question):
        if stem in ASKING:
            continue
        known = mended([stem], rarity).get(stem, stem)
        # A capital inside a sentence is a name's: no other name will do for it, however near in meaning.
        name = word[:1].isupper() and not question.startswith(word)
        text = word.lower() if known == stem else known
        weight = rarity.get(known, unseen)
        if known not in rarity and not name and not spelled_right(known):
            weight *= SLIP  # a slip of the keyboard that could not be mended says nothing of the subject
        found[known] = AskedWord(text, known, weight, name)
    return list(found.values())


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


def respelled(question: str, vocabulary: Collection[str], texts: Iterable[str]) -> str:
    """The question with misspelt words as the texts write them; `vocabulary` holds the stems of the texts."""
    asked = content_words(question)
    found = mended([stem for _, stem in asked], vocabulary)
    if not found:
        return question
    written = Counter(word for text in texts for word in words(text))
    for word, stem in asked:
        if stem in found:
            spellings = [spelling for spelling, _ in written.most_common() if terms(spelling) == [found[stem]]]
            question = re.sub(rf"\b{re.escape(word)}\b", (spellings or [word])[0], question, count=1)
    return question


def content_words(text: str) -> list[tuple[str, str]]:
    """The words of a text that carry meaning, as written, each with its stem."""
    return [(word, stems[0]) for word in words(text) if (stems := terms(word))]


def met_words(asked: Sequence[AskedWord], text: str, vectors: WordVectors) -> list[float]:
    """How far each asked word is met in a text: 1 by its own stem, up to 0.9 by a word near in meaning, else 0."""
    stems, content = _read(text)
    if not content or not asked:
        return [0.0] * len(asked)
    nearest = vectors.vectors([word.text for word in asked]) @ vectors.vectors(content).T
    return [
        1.0
        if country(word.stem) in stems
        else 0.0
        if word.name
        else min(0.9, max(0.0, (cosine - UNRELATED) / (SYNONYM - UNRELATED)))
        for word, cosine in zip(asked, map(float, nearest.max(1)), strict=True)
    ]


@lru_cache(maxsize=10_000)  # the same sentences are asked about again and again
def _read(text: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The stems of a text's words, countries under one name, and the words in lower case."""
    content = content_words(text)
    return frozenset(country(stem) for _, stem in content), tuple(dict.fromkeys(word.lower() for word, _ in content))


def share(asked: Sequence[AskedWord], met: Sequence[float]) -> float:
    """The part of the question's weight that is met, 0 to 1."""
    total = sum(word.weight for word in asked)
    return sum(word.weight * part for word, part in zip(asked, met, strict=True)) / total if total else 0.0
