"""The record of a run: what every report, the gate and a comparison are made of; JSON on the disk."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evals import measures, metrics
from evals.case import Case, Message, Part
from evals.stages import failed_stage
from evals.verdict import Verdict
from retrieval.errors import DatelineError

FIGURES = "figures"


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FactRecord(_Frozen):
    """A fact and whether the answer states it."""

    wordings: tuple[str, ...]
    found: bool


class Passage(_Frozen):
    """A place in an article: a citation, or a chunk that was retrieved."""

    file: str
    start: int
    end: int
    quote: str = ""
    score: float | None = None


class Removed(_Frozen):
    """A statement that was not shown, and why."""

    text: str
    reason: str


class Details(_Frozen):
    """What a reader of the report looks at and the gate does not need."""

    history: tuple[Message, ...]
    expected: Literal["answered", "not_in_articles"]
    why: str
    outcome: str
    text: str
    standalone_question: str
    problems: tuple[str, ...]
    stage: str
    """Where it went wrong; empty where the case holds."""
    facts: tuple[FactRecord, ...]
    forbidden: tuple[FactRecord, ...]
    files: tuple[str, ...]
    gold: tuple[tuple[Passage, ...], ...]
    citations: tuple[Passage, ...]
    retrieved: tuple[Passage, ...]
    unverified: tuple[Removed, ...]
    confidence: float | None = None
    notice: str = ""


class CaseRecord(_Frozen):
    """One case of a run."""

    key: str
    question: str
    file: str
    """The case file, without its ending."""
    part: Part
    tags: tuple[str, ...]
    must_pass: bool
    holds: bool
    counts: dict[metrics.Name, measures.Counts]
    """What the case adds above and below the line of each metric that applies to it."""
    details: Details | None = None
    milliseconds: float | None = None


class JudgeRecord(_Frozen):
    """What a chat model thought of the answers, beside what the facts say; no part of the gate."""

    model: str
    right: int
    wrong: int
    unreadable: int
    kappa: float | None = None
    """Agreement with the facts on the readable verdicts."""
    disagreements: tuple[str, ...] = ()
    """Keys of the cases that it judges otherwise."""


class ErrorRates(_Frozen):
    """How often a verifier is wrong about one kind of statement."""

    name: str
    part: str = ""
    """The file of pairs that the statements are from, without its ending."""
    n: int
    false_accept: float | None = None
    false_reject: float | None = None

    @property
    def share(self) -> float:
        """The share that is judged wrongly, whichever way."""
        return (self.false_accept if self.false_accept is not None else self.false_reject) or 0.0

    @property
    def target(self) -> float:
        """What the share is to stay below: 5 %, 15 % of paraphrases."""
        return 0.15 if self.name == "paraphrase" else 0.05


class Record(_Frozen):
    """A run: its cases in order, and how it was made. Two runs of the same code differ in the timings alone."""

    version: Literal[1] = 1
    cases_from: str
    configuration: dict[str, str | int]
    drafts: int = 0
    """Cases that nobody confirmed yet: not asked."""
    cases: tuple[CaseRecord, ...]
    verification: tuple[ErrorRates, ...] = ()
    judge: JudgeRecord | None = None
    articles: dict[str, str] = Field(default_factory=dict)
    """Texts of the articles that are cited or should have been, to show quotes in their place; `file` or, where something
    was planted in it, `case file/file`."""

    @property
    def by_key(self) -> dict[str, CaseRecord]:
        """The cases by key, put together at each call."""
        return {case.key: case for case in self.cases}

    def only(self, keep: Callable[[CaseRecord], bool]) -> Self:
        """The record of some of the cases."""
        return self.model_copy(update={"cases": tuple(case for case in self.cases if keep(case))})

    def part(self, part: Part) -> Self:
        return self.only(lambda case: case.part == part)

    def tagged(self, tag: str) -> Self:
        return self.only(lambda case: tag in case.tags)

    def counts(self, name: metrics.Name) -> list[measures.Counts]:
        """What each case adds to a metric, of those that it applies to."""
        return [case.counts[name] for case in self.cases if name in case.counts]

    def figure(self, name: metrics.Name) -> float | None:
        """A metric over all cases; None where it applies to none."""
        return measures.pooled(self.counts(name))

    def held(self) -> float | None:
        """Share of cases with nothing wrong."""
        return metrics.rate(case.holds for case in self.cases)

    def milliseconds(self, percent: float) -> float | None:
        """A percentile of the time that an answer took."""
        return metrics.percentile((c.milliseconds for c in self.cases if c.milliseconds is not None), percent)

    def without_details(self) -> Self:
        """What a later run is compared with: no answers, no articles and no timings."""
        bare = tuple(case.model_copy(update={"details": None, "milliseconds": None}) for case in self.cases)
        return self.model_copy(update={"cases": bare, "articles": {}, "judge": None})

    def figures(self) -> dict[str, float | None]:
        """Every metric over all cases."""
        return {name: self.figure(name) for name in metrics.NAMES}

    def write(self, path: Path) -> None:
        """Write it as JSON, with the figures of both parts for whoever reads no more than those.

        Raises:
            DatelineError: the file cannot be written.
        """
        figures = {part: self.part(part).figures() for part in get_args(Part)}
        content = {FIGURES: figures, "version": self.version, **self.model_dump(mode="json", exclude_defaults=True)}
        write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def read_record(path: Path) -> Record:
    """The record that `Record.write` wrote.

    Raises:
        DatelineError: there is no such file, or it holds something else.
    """
    try:
        content = json.loads(path.read_bytes())
        if isinstance(content, dict):
            content.pop(FIGURES, None)  # worked out from the cases
        # Not model_validate: only JSON may give a list where a tuple stands.
        return Record.model_validate_json(json.dumps(content))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DatelineError(f"run {str(path)!r} cannot be read: {reason}") from None
    except ValueError as error:
        if not isinstance(error, ValidationError):
            raise DatelineError(f"{path.name} is not JSON: expected what dateline eval --json writes") from None
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise DatelineError(
            f"{path.name} is not the JSON of a run ({f'{place}: ' if place else ''}{first['msg'].lower()}): "
            "expected what dateline eval --json writes"
        ) from None


def write_text(path: Path, text: str) -> None:
    """Write a report, its folders made.

    Raises:
        DatelineError: the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DatelineError(f"{str(path)!r} cannot be written: {reason}") from None


def case_record(verdict: Verdict, *, file: str, part: Part) -> CaseRecord:
    """A verdict as it is kept."""
    case = verdict.case
    return CaseRecord(
        key=case.key,
        question=case.question,
        file=file,
        part=part,
        tags=case.tags,
        must_pass=case.must_pass,
        holds=verdict.holds,
        counts=measures.counted(verdict),
        details=_details(case, verdict),
        milliseconds=round(verdict.milliseconds, 1),
    )


def _details(case: Case, verdict: Verdict) -> Details:
    answer = verdict.answer
    return Details(
        history=case.history,
        expected=case.outcome,
        why=case.why,
        outcome=answer.outcome,
        text=answer.text,
        standalone_question=answer.standalone_question or answer.question,
        problems=verdict.problems,
        stage=failed_stage(verdict),
        facts=_stated(case.facts, verdict.found),
        forbidden=_stated(((word,) for word in case.forbidden), verdict.forbidden),
        files=case.files,
        gold=tuple(
            tuple(Passage(file=file, start=start, end=end) for file, start, end in quote) for quote in verdict.gold
        ),
        citations=tuple(Passage(file=c.file, start=c.start, end=c.end, quote=c.quote) for c in answer.citations),
        retrieved=tuple(
            Passage(file=r.chunk.file, start=r.chunk.start, end=r.chunk.end, score=round(r.score, 4))
            for r in answer.retrieved
        ),
        unverified=tuple(Removed(text=removed.text, reason=removed.reason) for removed in answer.unverified),
        confidence=answer.confidence,
        notice=answer.notice,
    )


def _stated(wordings: Iterable[tuple[str, ...]], found: Iterable[bool]) -> tuple[FactRecord, ...]:
    return tuple(FactRecord(wordings=each, found=there) for each, there in zip(wordings, found, strict=True))
