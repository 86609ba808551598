"""What a passage says about a question: the seam between searching and answering.

A scorer reads the question beside each passage and says how well the passage fits, whether it answers, which of its
sentences do, and where the shortest answer stands.
"""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, Self, runtime_checkable

from retrieval.sentences import Span, sentence_spans


@dataclass(frozen=True, slots=True)
class Passage:
    """Text to be judged, with its sentences as spans into it and the title of its article."""

    text: str
    sentences: tuple[Span, ...]
    title: str = ""

    @classmethod
    def of(cls, text: str, title: str = "") -> Self:
        """The passage with all its sentences."""
        return cls(text, tuple(sentence_spans(text)), title)


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one passage bears on one question.

    `relevance` ranks passages of one question; `answerable` and `sentences` lie in 0..1. `span` is the shortest answer
    in the passage's text, None where there is none or the scorer marks none.
    """

    relevance: float
    answerable: float
    sentences: tuple[float, ...]
    span: Span | None = None


@runtime_checkable
class EvidenceScorer(Protocol):
    """Reads a question beside passages; one `Evidence` a passage, in the same order.

    `given` holds stems of the question that the passages are known to meet, such as the name of the one who speaks.
    """

    def score(self, question: str, passages: Sequence[Passage], *, given: Collection[str] = ()) -> list[Evidence]: ...


def probability(log_odds: float) -> float:
    """The logistic function; stays clear of 0 and 1, so that it can be turned back."""
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, log_odds))))


def log_odds(probability: float) -> float:
    """The inverse of `probability`."""
    return math.log(probability / (1.0 - probability))
