"""What every way of asking returns: data, and its JSON and Markdown forms."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import Field, NonNegativeInt, PositiveInt

from assistant.forms import Formed, form
from assistant.markdown import aside, escape, footnote, marked
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
class Citation(Formed):
    """Exact words of a file: `text(file)[start:end] == quote`, in code points of the decoded text.

    Citations of an answer are numbered from 1; 0 is the one that bears nothing out, `Answer.nearest`.
    `highlight` is the shortest answer inside the quote where there is one, such as a name, a date or a number: a span of
    the same text, `start <= highlight[0] < highlight[1] <= end`.
    """

    number: NonNegativeInt
    file: str
    start: NonNegativeInt
    end: NonNegativeInt
    quote: str
    title: str = ""
    highlight: tuple[NonNegativeInt, NonNegativeInt] | None = None

    @property
    def highlighted(self) -> tuple[str, str, str]:
        """The quote in three parts: before the highlight, the highlight, after it; all in the first without one."""
        if self.highlight is None:
            return self.quote, "", ""
        start, end = (position - self.start for position in self.highlight)
        return self.quote[:start], self.quote[start:end], self.quote[end:]

    def _contradictions(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from _misplaced("", self.start, self.end, self.quote)
        start, end = self.highlight or (self.start, self.end)
        if not self.start <= start <= end <= self.end:
            yield ".highlight", "does not lie inside the quote"


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim of an answer and the numbers of the citations that bear it out."""

    text: str
    citations: tuple[PositiveInt, ...]

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
class Answer(Formed):
    """An answer whose every statement is cited, or an abstention. Its fields stand in the order of its JSON form.

    `retrieved` is what the search brought up, best first; it is never mixed with what is cited.
    """

    question: str
    standalone_question: str = field(default="", kw_only=True)
    """The question as searched: a follow-up with what it leaves out put back in."""
    assumption: str = field(default="", kw_only=True)
    """What an ambiguous question was taken to mean, such as `“he” is Putin (it could be Xi)`; empty if nothing was assumed."""
    outcome: Outcome
    abstained: bool = field(init=False, repr=False, compare=False)
    """Whether the articles do not say."""
    text: str = field(init=False, repr=False, compare=False)
    """The statements with `[1] [2]` markers, or the abstention."""
    statements: tuple[Statement, ...] = ()
    citations: tuple[Citation, ...] = ()
    retrieved: tuple[ScoredChunk, ...] = ()
    unverified: tuple[Unverified, ...] = ()
    missing: tuple[str, ...] = ()
    """The parts of the question, in its own words, that no citation of a partial answer bears: `("the economy",)`."""
    nearest: Citation | None = None
    """The sentence that came nearest if the articles do not say, numbered 0: it does not answer. None if nothing bears on the
    question."""
    confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    """How well the evidence answers, from 0 to 1, where 0.5 is the bar that it must reach to be shown; None if a chat model
    answered."""
    notice: str = ""
    """What a reader must know besides the answer, such as a chat model that could not be reached."""
    timings: Mapping[str, float] = field(default_factory=dict)
    """Milliseconds by stage."""

    def __post_init__(self) -> None:
        abstained = self.outcome == "not_in_articles"
        text = ABSTENTION if abstained else "\n\n".join(statement.marked() for statement in self.statements)
        object.__setattr__(self, "abstained", abstained)  # as a frozen dataclass sets its fields
        object.__setattr__(self, "text", text)

    @property
    def searched_as(self) -> str:
        """The standalone question where it is not the question as typed; else empty."""
        return "" if self.standalone_question.strip() == self.question.strip() else self.standalone_question.strip()

    def to_markdown(self, *, labels: str = "") -> str:
        """The answer as Markdown with a footnote for each citation; what articles say is escaped, so none of it is markup.

        `labels` stands before the label of every footnote.
        """
        removed = [f"[^{labels}unverified-{number}]" for number in range(1, len(self.unverified) + 1)]
        nearest = f"[^{labels}nearest]"
        cited = [(f"[^{labels}{one.number}]", one) for one in self.citations]
        cited += [(nearest, self.nearest)] if self.nearest else []
        parts = [
            aside(SEARCHED_AS + ": ", self.searched_as),
            aside(ASSUMED + ": ", self.assumption),
            *([ABSTENTION] if self.abstained else (marked(one.text, one.citations, labels) for one in self.statements)),
            f"*{NEAREST}:* {nearest}" if self.nearest else "",
            aside("", PARTIAL if self.outcome == "partial" and not self.missing else ""),
            aside(MISSING + ": ", "; ".join(self.missing)),
            aside("", self.notice),
            f"*{UNVERIFIED}:* {' '.join(removed)}" if removed else "",
            *(footnote(marker, one.file, one.start, one.end, one.highlighted) for marker, one in cited),
            *(
                f"{marker}: {escape(one.text.strip())} ({escape(one.reason.strip())})"
                for marker, one in zip(removed, self.unverified, strict=True)
            ),
        ]
        return "\n\n".join(filter(None, parts))

    def _contradictions(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        if self.abstained == bool(self.statements):
            yield "outcome", f"is {self.outcome!r} with {len(self.statements)} statements"
        if data["abstained"] != self.abstained:
            yield "abstained", f"is {data['abstained']} where the outcome is {self.outcome!r}"
        if data["text"] != self.text:
            yield "text", "is not what the statements and their markers make"
        numbers = [citation.number for citation in self.citations]
        if numbers != list(range(1, len(numbers) + 1)):
            yield "citations", f"are numbered {numbers}, not from 1 on"
        for n, statement in enumerate(self.statements):
            for number in set(statement.citations) - set(numbers):
                yield f"statements[{n}].citations", f"names {number}, which is no citation"
        if self.missing and self.outcome != "partial":
            yield "missing", f"names what was not found where the outcome is {self.outcome!r}"
        if self.nearest and not self.abstained:
            yield "nearest", f"stands beside the outcome {self.outcome!r}"
        if self.nearest and self.nearest.number:
            yield "nearest.number", f"is {self.nearest.number}, not 0"
        places = {f"citations[{n}]": citation for n, citation in enumerate(self.citations)}
        for place, citation in [*places.items(), *([("nearest", self.nearest)] if self.nearest else [])]:
            yield from ((place + within, wrong) for within, wrong in citation._contradictions(data))
        for n, scored in enumerate(self.retrieved):
            yield from _misplaced(f"retrieved[{n}]", scored.chunk.start, scored.chunk.end, scored.chunk.text)


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `Answer.to_dict()`."""
    about = "An answer of Dateline as `dateline ask --json` and `Answer.to_dict()` give it."
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **form(Answer, about).model_json_schema()}


def conversation_markdown(answers: Iterable[Answer]) -> str:
    """A conversation: each question as a heading, its answer under it; the footnotes of the second are `[^2-1]` and so on."""
    return "\n\n".join(
        f"## {escape(answer.question.strip())}\n\n{answer.to_markdown(labels=f'{number}-')}"
        for number, answer in enumerate(answers, start=1)
    )


def _misplaced(place: str, start: int, end: int, text: str) -> Iterator[tuple[str, str]]:
    if end - start != len(text):
        yield place, f"holds {len(text)} characters and claims the place {start}–{end}"
