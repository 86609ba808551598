"""What answers a question, and what it is handed."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answer import Answer, StatementEvent
from assistant.followups import Standalone
from retrieval.articles import Article, ScoredChunk


class Answerer(Protocol):
    """Answers a question that stands alone from retrieved chunks: statements as they stand, then the answer."""

    fallback: "Answerer | None" = None
    """Answers in the articles' own sentences in its stead; None: there is no other."""

    def stream(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> Iterator[StatementEvent | Answer]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What goes through the chain: a question as typed, as searched, and what the search brought up."""

    question: str
    standalone: Standalone
    retrieved: tuple[ScoredChunk, ...]
    files: Collection[str] | None
    articles: Mapping[str, Article]
    """As they were when they were searched: what the chunks are slices of, whatever changes meanwhile."""
    timings: Mapping[str, float]


def answer_of(events: Iterator[StatementEvent | Answer]) -> Answer:
    """The answer that a stream ends with."""
    *_, answer = events
    assert isinstance(answer, Answer)
    return answer
