"""What every way of asking returns: data, and its JSON and Markdown forms."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from retrieval.articles import ScoredChunk

Outcome = Literal["answered", "partial", "not_in_articles"]

ABSTENTION = "The articles don't say."
"""The one text of a refusal: shown to readers, given to chat models, compared in tests."""

PARTIAL = "This is the nearest the articles come; it may not be all that was asked."
"""What stands under a partial answer that does not name what is missing."""

SEARCHED_AS = "Searched as"
"""What stands before the question as searched, where that is not the question as typed."""

ASSUMED = "Assumed"
"""What stands before an assumption."""

MISSING = "Not found"
"""What stands before the parts of the question that a partial answer leaves open."""

NEAREST = "The nearest that the articles say"
"""What stands before the sentence that came nearest to answering."""

UNVERIFIED = "Could not verify"
"""What stands before the statements that were removed."""


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of a file: `text(file)[start:end] == quote`, in code points of the decoded text.

    Citations of an answer are numbered from 1; 0 is the one that bears nothing out, `Answer.nearest`.
    `highlight` is the shortest answer inside the quote where there is one, such as a name, a date or a number: a span of
    the same text, `start <= highlight[0] < highlight[1] <= end`.
    """

    number: int
    file: str
    start: int
    end: int
    quote: str
    title: str = ""
    highlight: tuple[int, int] | None = None

    @property
    def highlighted(self) -> tuple[str, str, str]:
        """The quote in three parts: before the highlight, the highlight, after it; all in the first without one."""
        if self.highlight is None:
            return self.quote, "", ""
        start, end = (position - self.start for position in self.highlight)
        return self.quote[:start], self.quote[start:end], self.quote[end:]

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`."""
        return {
            "number": self.number,
            "file": self.file,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "title": self.title,
            "highlight": list(self.highlight) if self.highlight else None,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim of an answer and the numbers of the citations that bear it out."""

    text: str
    citations: tuple[int, ...]

    def marked(self) -> str:
        """The statement with its markers: `Kashin: “…” [1]`."""
        return " ".join([self.text, *(f"[{number}]" for number in self.citations)])


@dataclass(frozen=True, slots=True)
class StatementEvent:
    """What a stream emits as each statement stands: the statement and the citations it brings along."""

    statement: Statement
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Unverified:
    """A statement that was removed from an answer, and why."""

    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer whose every statement is cited, or an abstention.

    `retrieved` is what the search brought up, best first; it is never mixed with what is cited.
    """

    question: str
    outcome: Outcome
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[ScoredChunk, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    standalone_question: str = ""
    """The question as searched: a follow-up with what it leaves out put back in."""
    assumption: str = ""
    """What an ambiguous question was taken to mean, such as `“he” is Putin (it could be Xi)`; empty where nothing was assumed."""
    confidence: float | None = None
    """How well the evidence answers, from 0 to 1, where 0.5 is the bar that it must reach to be shown; None where a chat
    model answered."""
    missing: tuple[str, ...] = ()
    """Of a partial answer the parts of the question, in its own words, that nothing cited bears: `("the economy",)`."""
    nearest: Citation | None = None
    """Of an abstention the sentence that came nearest, numbered 0: it does not answer. None where nothing bears on the question."""
    notice: str = ""
    """What a reader must know besides the answer, such as a chat model that could not be reached."""
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by stage."""

    @property
    def abstained(self) -> bool:
        """Whether the articles do not say."""
        return self.outcome == "not_in_articles"

    @property
    def text(self) -> str:
        """The statements with `[1] [2]` markers, or the abstention."""
        return ABSTENTION if self.abstained else "\n\n".join(statement.marked() for statement in self.statements)

    @property
    def searched_as(self) -> str:
        """The standalone question where it is not the question as typed; else empty."""
        return "" if self.standalone_question.strip() == self.question.strip() else self.standalone_question.strip()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "assumption": self.assumption,
            "outcome": self.outcome,
            "abstained": self.abstained,
            "text": self.text,
            "statements": [{"text": s.text, "citations": list(s.citations)} for s in self.statements],
            "citations": [citation.to_dict() for citation in self.citations],
            "retrieved": [
                {
                    "file": r.chunk.file,
                    "start": r.chunk.start,
                    "end": r.chunk.end,
                    "score": r.score,
                    "title": r.chunk.title,
                    "text": r.chunk.text,
                }
                for r in self.retrieved
            ],
            "unverified": [{"text": u.text, "reason": u.reason} for u in self.unverified],
            "missing": list(self.missing),
            "nearest": self.nearest.to_dict() if self.nearest else None,
            "confidence": self.confidence,
            "notice": self.notice,
            "timings": dict(self.timings),
        }

    @staticmethod
    def from_dict(data: Any) -> "Answer":
        """The answer that `to_dict` wrote, equal to it in every field.

        Raises:
            DatelineError: a key is missing, unknown or of another type, or what the data says contradicts itself.
        """
        from assistant.serialization import answer_of

        return answer_of(data)

    def to_json(self) -> str:
        """`to_dict` as JSON text, indented."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    @staticmethod
    def from_json(text: str | bytes) -> "Answer":
        """The answer that `to_json` wrote.

        Raises:
            DatelineError: as `from_dict`, and where the text is no JSON.
        """
        from assistant.serialization import answer_of, parsed

        return answer_of(parsed(text))

    def to_markdown(self) -> str:
        """The answer as Markdown with a footnote for each citation; what articles say is escaped, so none of it is markup."""
        from assistant.markdown import markdown

        return markdown(self)
