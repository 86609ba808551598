"""An answer read back from its JSON form, strictly, and the JSON Schema of that form."""

import json
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, NonNegativeInt, PositiveInt, ValidationError

from assistant.answer import Answer, Citation, Outcome, Statement, Unverified
from retrieval.articles import Chunk, ScoredChunk
from retrieval.errors import DatelineError, one_line

_EXPECTED = "expected what Answer.to_dict() gives"


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class _Statement(_Form):
    text: str
    citations: list[PositiveInt]


class _Citation(_Form):
    number: NonNegativeInt
    file: str
    start: NonNegativeInt
    end: NonNegativeInt
    quote: str
    title: str
    highlight: Annotated[list[NonNegativeInt], Field(min_length=2, max_length=2)] | None


class _Retrieved(_Form):
    file: str
    start: NonNegativeInt
    end: NonNegativeInt
    score: float
    title: str
    text: str


class _Unverified(_Form):
    text: str
    reason: str


class _Answer(_Form):
    """An answer of Dateline as `dateline ask --json` and `Answer.to_dict()` give it."""

    question: str
    standalone_question: str
    assumption: str
    outcome: Outcome
    abstained: bool
    text: str
    statements: list[_Statement]
    citations: list[_Citation]
    retrieved: list[_Retrieved]
    unverified: list[_Unverified]
    missing: list[str]
    nearest: _Citation | None
    confidence: Annotated[float, Field(ge=0, le=1)] | None
    notice: str
    timings: dict[str, float]


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of `Answer.to_dict()`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **_Answer.model_json_schema()}


def parsed(text: str | bytes) -> Any:
    """JSON text as data.

    Raises:
        DatelineError: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DatelineError(
            f"an answer cannot be read, it is no JSON ({one_line(error)}): {_EXPECTED} as JSON"
        ) from None


def answer_of(data: Any) -> Answer:
    """The answer that the data describes.

    Raises:
        DatelineError: the data is not of the form, or contradicts itself.
    """
    try:
        form = _Answer.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        came = repr(first["input"])
        raise _unreadable(_place(first["loc"]), f"{first['msg']}, came {came[:60]}{'…' * (len(came) > 60)}") from None
    answer = Answer(
        question=form.question,
        outcome=form.outcome,
        statements=tuple(Statement(s.text, tuple(s.citations)) for s in form.statements),
        citations=tuple(map(_citation, form.citations)),
        retrieved=tuple(ScoredChunk(Chunk(r.file, r.start, r.end, r.text, r.title), r.score) for r in form.retrieved),
        unverified=tuple(Unverified(u.text, u.reason) for u in form.unverified),
        missing=tuple(form.missing),
        nearest=_citation(form.nearest) if form.nearest else None,
        standalone_question=form.standalone_question,
        assumption=form.assumption,
        confidence=form.confidence,
        notice=form.notice,
        timings=form.timings,
    )
    for place, wrong in _contradictions(answer, form):
        raise _unreadable(place, wrong)
    return answer


def _contradictions(answer: Answer, form: _Answer) -> Iterator[tuple[str, str]]:
    """Where the data breaks what every answer keeps to, and how."""
    if answer.abstained == bool(answer.statements):
        yield "outcome", f"is {answer.outcome!r} with {len(answer.statements)} statements"
    if form.abstained != answer.abstained:
        yield "abstained", f"is {form.abstained} where the outcome is {answer.outcome!r}"
    if form.text != answer.text:
        yield "text", "is not what the statements and their markers make"
    numbers = [citation.number for citation in answer.citations]
    if numbers != list(range(1, len(numbers) + 1)):
        yield "citations", f"are numbered {numbers}, not from 1 on"
    for n, statement in enumerate(answer.statements):
        for number in set(statement.citations) - set(numbers):
            yield f"statements[{n}].citations", f"names {number}, which is no citation"
    if answer.missing and answer.outcome != "partial":
        yield "missing", f"names what was not found where the outcome is {answer.outcome!r}"
    if answer.nearest and not answer.abstained:
        yield "nearest", f"stands beside the outcome {answer.outcome!r}"
    if answer.nearest and answer.nearest.number:
        yield "nearest.number", f"is {answer.nearest.number}, not 0"
    places = {f"citations[{n}]": citation for n, citation in enumerate(answer.citations)}
    for place, citation in [*places.items(), *([("nearest", answer.nearest)] if answer.nearest else [])]:
        yield from _misplaced(place, citation.start, citation.end, citation.quote)
        start, end = citation.highlight or (citation.start, citation.end)
        if not citation.start <= start <= end <= citation.end:
            yield f"{place}.highlight", "does not lie inside the quote"
    for n, scored in enumerate(answer.retrieved):
        yield from _misplaced(f"retrieved[{n}]", scored.chunk.start, scored.chunk.end, scored.chunk.text)


def _misplaced(place: str, start: int, end: int, text: str) -> Iterator[tuple[str, str]]:
    if end - start != len(text):
        yield place, f"holds {len(text)} characters and claims the place {start}–{end}"


def _citation(form: _Citation) -> Citation:
    highlight = (form.highlight[0], form.highlight[1]) if form.highlight else None
    return Citation(form.number, form.file, form.start, form.end, form.quote, form.title, highlight)


def _place(location: tuple[int | str, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location).lstrip(".")


def _unreadable(place: str, wrong: str) -> DatelineError:
    return DatelineError(
        f"an answer cannot be read ({' '.join(f'{place}: {wrong}'.lstrip(': ').split())}): {_EXPECTED}"
    )
