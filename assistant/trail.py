"""What the stages of the road note of themselves; an explanation is made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.followups import Standalone
from assistant.question import Question
from assistant.reading import Reading
from retrieval.articles import ScoredChunk
from retrieval.evidence import Evidence

if TYPE_CHECKING:
    from assistant.weighing import Thresholds


@dataclass(frozen=True, slots=True)
class StoodAlone:
    """A question as typed and as searched."""

    question: str
    standalone: Standalone
    turns: int
    """Messages of the conversation before it."""


@dataclass(frozen=True, slots=True)
class TakenApart:
    """What the question asks for, and how sure is sure enough."""

    asked: Question
    thresholds: "Thresholds"


@dataclass(frozen=True, slots=True)
class Judged:
    """The evidence of each chunk that was retrieved."""

    retrieved: Sequence[ScoredChunk]
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The passages that a chat model is asked to answer from, numbered from 1 in this order."""

    passages: Sequence[ScoredChunk]


@dataclass(frozen=True, slots=True)
class Option:
    """Neighbouring sentences of an article that might answer, and whether they were chosen."""

    reading: Reading
    numbers: Sequence[int]
    score: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Weighing:
    """What might answer, best first, and the bars it had to clear."""

    spoken: bool
    """Whether these are words of the speaker who was asked for; else any sentences."""
    bar: float
    """What the best must reach, else none is chosen."""
    floor: float
    """What others of its article must reach."""
    elsewhere: float
    """What those of other articles must reach."""
    most: int
    """Sentences that are chosen at most."""
    options: Sequence[Option]

    def fate(self, option: Option) -> str:
        """Why an option was chosen or was not."""
        if option.chosen:
            return "chosen"
        best = self.options[0]
        beside = option.reading is best.reading
        if best.score < self.bar:
            return "below the bar"
        if option.score < (self.floor if beside else self.elsewhere):
            return "too far below the best" if beside else "too far below the best, of another article"
        return "one too many"
