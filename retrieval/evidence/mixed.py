"""The default scorer: what the evidence model reads, added to what embeddings and the question's words say.

The two err apart. The model was taught on encyclopedia and reviews and knows what answers; the words know which rare
name or number a question insists on, and were fitted to news.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.evidence import Evidence, EvidenceScorer, Passage, log_odds, probability
from retrieval.evidence.model import Logits, Reader

# Passages that the model reads of those handed over, the best by their words; the rest keep a score below theirs.
PASSAGES_READ = 4


@dataclass(frozen=True, slots=True)
class Mix:
    """Log odds as weighted sums.

    Round figures near a listwise fit on the tuning part of evals/cases, where "not in the articles" is one more choice; on public data
    `retrieval.training.evidence.calibrate` fits like signs.
    """

    sentence: tuple[float, float, float, float] = (0.6, 0.3, 0.3, 0.0)
    """Weights of a sentence's log odds by its words, and of the model's sentence, rank and answer logits."""
    sentence_bias: float = 1.0
    passage: tuple[float, float, float, float] = (0.8, 0.0, 0.2, 0.2)
    """Weights of a passage's log odds by its words, and of the model's best sentence, rank and answer logits."""
    passage_bias: float = 0.0


# The model without the words, to see what it does by itself.
MODEL_ALONE = Mix(sentence=(0.0, 1.0, 0.0, 0.0), sentence_bias=0.0, passage=(0.0, 0.0, 0.0, 1.0))

# A reranker of unknown scale, which reads sentences without what stands around them, counts half.
CROSS_ENCODER_MIX = Mix(sentence=(0.8, 0.25, 0.1, 0.0), sentence_bias=0.0, passage=(0.8, 0.0, 0.2, 0.0))


class MixedEvidence:
    """Adds a reader's logits to another scorer's. Safe to share between threads if both are."""

    def __init__(
        self, words: EvidenceScorer, reader: Reader, mix: Mix | None = None, *, respell: Callable[[str], str] = str
    ) -> None:
        self.words = words
        self.reader = reader
        self.mix = mix or Mix()
        # The other scorer mends the words it looks for; the model must be handed a question that is spelled right.
        self.respell = respell

    def score(self, question: str, passages: Sequence[Passage], *, given: Collection[str] = ()) -> list[Evidence]:
        """One `Evidence` a passage."""
        by_words = self.words.score(question, passages, given=given)
        chosen = most_promising(by_words)
        said = self.reader.read(self.respell(question), [passages[index] for index in chosen])
        read = dict(zip(chosen, said, strict=True))
        lowest = lower_bound(said)
        return [mixed(evidence, read.get(index, lowest), self.mix) for index, evidence in enumerate(by_words)]


def mixed(by_words: Evidence, said: Logits, mix: Mix) -> Evidence:
    """One passage's evidence by its words with what the reader said of it."""
    if not by_words.sentences:
        return by_words
    logits = said.sentences or (min(said.relevance, said.answerable),) * len(by_words.sentences)
    whole = (said.relevance, said.answerable)
    odds = [
        float(np.dot(mix.sentence, (log_odds(score), logit, *whole))) + mix.sentence_bias
        for score, logit in zip(by_words.sentences, logits, strict=True)
    ]
    passage = float(np.dot(mix.passage, (log_odds(by_words.answerable), max(logits), *whole))) + mix.passage_bias
    return Evidence(
        relevance=max(odds),
        answerable=probability(passage),
        sentences=tuple(map(probability, odds)),
        span=said.span if said.span_score > 0 else None,
    )


def most_promising(by_words: Sequence[Evidence]) -> list[int]:
    """Indexes of the passages worth reading, the best by their words first."""
    held = [index for index, evidence in enumerate(by_words) if evidence.sentences]
    return sorted(held, key=lambda index: -by_words[index].relevance)[:PASSAGES_READ]


def lower_bound(said: Sequence[Logits]) -> Logits:
    """What is taken for said of a passage that was not read: the least that was said of any."""
    relevance = min((one.relevance for one in said), default=0.0)
    answerable = min((one.answerable for one in said), default=0.0)
    return Logits(relevance, answerable, (), (0, 0), 0.0)
