"""Run cases through an assistant, and what came of each."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Protocol

from assistant.answer import Answer, Citation
from evals import metrics
from evals.cases import Case
from evals.originals import Originals
from evals.wording import says
from retrieval.errors import DatelineError, one_line


class Asked(Protocol):
    """What is evaluated: anything that answers as `Assistant.ask` does."""

    def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer: ...


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case, its answer and the verdict on it."""

    case: Case
    answer: Answer
    found: tuple[bool, ...]
    """Of each fact, whether the answer states it."""
    speaker_named: bool | None
    """None where the case asks for no speaker."""
    forbidden: tuple[str, ...]
    """Forbidden words that the answer has."""
    verbatim: tuple[bool, ...]
    """Of each citation, whether its quote stands in its file at its place."""
    milliseconds: float

    @property
    def cited(self) -> tuple[str, ...]:
        """Files cited, sorted."""
        return tuple(sorted({citation.file for citation in self.answer.citations}))

    @property
    def quoted(self) -> int:
        """Characters quoted."""
        return sum(len(citation.quote) for citation in self.answer.citations)

    @property
    def judgement(self) -> metrics.Judgement:
        return not self.case.answerable, self.answer.abstained

    @property
    def states_the_facts(self) -> bool:
        """Answered with every fact, the speaker if one is asked for, and nothing forbidden."""
        return not self.answer.abstained and all(self.found) and self.speaker_named is not False and not self.forbidden

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong, a few words each; none where the case holds."""
        case = self.case
        if not case.answerable:
            wrong = [] if self.answer.abstained else ["answered, though the articles do not say"]
        elif self.answer.abstained:
            wrong = ["abstained"]
        else:
            wrong = [f"missing {_or(fact)}" for fact, found in zip(case.facts, self.found, strict=True) if not found]
            wrong += [f"speaker not named: {_or(case.speaker)}"] if self.speaker_named is False else []
            wrong += [f"forbidden {word!r}" for word in self.forbidden]
            wrong += [f"may not cite {file}" for file in self.cited if file not in case.files]
            wrong += [f"should cite {file}" for file in case.must_cite if file not in self.cited]
            wrong += [] if self.cited else ["cites nothing"]
        wrong += [
            f"not in {citation.file} at {citation.start}-{citation.end}: {citation.quote[:60]!r}"
            for citation, verbatim in zip(self.answer.citations, self.verbatim, strict=True)
            if not verbatim
        ]
        return tuple(wrong)

    @property
    def holds(self) -> bool:
        """Whether nothing at all is wrong."""
        return not self.problems


@dataclass(frozen=True, slots=True)
class Results:
    """All cases of a run, in the order of the file, and the metrics over them.

    A case that a metric does not apply to does not count in it.
    """

    cases: tuple[CaseResult, ...]

    def tagged(self, tag: str) -> "Results":
        """The results of one tag alone."""
        return Results(tuple(result for result in self.cases if tag in result.case.tags))

    @property
    def answerable(self) -> tuple[CaseResult, ...]:
        return tuple(result for result in self.cases if result.case.answerable)

    @property
    def unanswerable(self) -> tuple[CaseResult, ...]:
        return tuple(result for result in self.cases if not result.case.answerable)

    @property
    def abstained(self) -> tuple[CaseResult, ...]:
        return tuple(result for result in self.cases if result.answer.abstained)

    def held(self) -> float | None:
        return metrics.rate(result.holds for result in self.cases)

    def fact_recall(self) -> float | None:
        """Share of answerable cases that state all their facts: a case of three facts with one missing is a miss."""
        return metrics.rate(result.states_the_facts for result in self.answerable)

    def mean_fact_recall(self) -> float | None:
        return metrics.mean(metrics.fact_recall(result.found) for result in self.answerable)

    def speakers_named(self) -> float | None:
        return metrics.rate(named for result in self.cases if (named := result.speaker_named) is not None)

    def citation_file_precision(self) -> float | None:
        """Over answerable cases: an answer to any other question counts against abstention alone."""
        return metrics.citation_file_precision((result.cited, result.case.files) for result in self.answerable)

    def citation_file_recall(self) -> float | None:
        return metrics.mean(metrics.recall(result.cited, result.case.must_cite) for result in self.answerable)

    def abstention_precision(self) -> float | None:
        return metrics.abstention_precision(result.judgement for result in self.cases)

    def abstention_recall(self) -> float | None:
        return metrics.abstention_recall(result.judgement for result in self.cases)

    def wrongful_abstention(self) -> float | None:
        return metrics.wrongful_abstention(result.judgement for result in self.cases)

    def verbatim_rate(self) -> float | None:
        return metrics.verbatim_rate(verbatim for result in self.cases for verbatim in result.verbatim)

    def quoted_characters(self, percent: float) -> float | None:
        """How much an answer quotes: an answer that recites an article states every fact and is no good."""
        return metrics.percentile((result.quoted for result in self.cases if not result.answer.abstained), percent)

    def milliseconds(self, percent: float) -> float | None:
        return metrics.percentile((result.milliseconds for result in self.cases), percent)


def run(assistant: Asked, cases: Sequence[Case], *, corpus: Path) -> Results:
    """Ask every case and judge its answer; quotes are checked against the files of `corpus`.

    Raises:
        DatelineError: a question could not be asked at all; a case that could not run is no failed case.
    """
    originals = Originals(corpus)
    results = []
    for case in cases:
        started = perf_counter()
        try:
            answer = assistant.ask(case.question, history=[message.model_dump() for message in case.history])
        except Exception as error:
            raise DatelineError(f"could not ask {case.question!r}: {one_line(error)}") from error
        results.append(judge(case, answer, originals, milliseconds=1000 * (perf_counter() - started)))
    return Results(tuple(results))


def judge(case: Case, answer: Answer, originals: Originals, *, milliseconds: float = 0.0) -> CaseResult:
    """What an answer has and lacks of what its case requires. An abstention states nothing."""
    said = () if answer.abstained else _said(answer)
    return CaseResult(
        case=case,
        answer=answer,
        found=tuple(_any_says(said, wordings) for wordings in case.facts),
        speaker_named=_any_says(said, case.speaker) if case.speaker else None,
        forbidden=tuple(word for word in case.forbidden if _any_says(said, [word])),
        verbatim=tuple(_is_verbatim(citation, originals) for citation in answer.citations),
        milliseconds=milliseconds,
    )


def _said(answer: Answer) -> tuple[str, ...]:
    # Without the markers, which may stand between two sentences of one statement.
    return re.sub(r"\s*\[\d+\]", "", answer.text), *(citation.quote for citation in answer.citations)


def _any_says(texts: Sequence[str], wordings: Iterable[str]) -> bool:
    return any(says(text, wording) for wording in wordings for text in texts)


def _is_verbatim(citation: Citation, originals: Originals) -> bool:
    return originals.holds(file=citation.file, start=citation.start, end=citation.end, quote=citation.quote)


def _or(wordings: Iterable[str]) -> str:
    return " or ".join(map(repr, wordings))
