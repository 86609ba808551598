"""Ask every case and check its answer; pydantic-evals runs them."""

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

from assistant.answer import Answer
from evals.case import Case
from evals.case_files import CaseSet, Suite
from evals.originals import Originals
from evals.planting import plant_in_copy
from evals.record import CaseRecord, Record, case_record
from evals.verdict import Verdict, check
from retrieval.errors import DatelineError

if TYPE_CHECKING:
    from assistant.settings import Settings

AT_ONCE = 2
Advance = Callable[[], None]
"""Called after each case."""


class Asked(Protocol):
    """What is evaluated: anything that answers as `Assistant.ask` does."""

    def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer: ...


def verdicts(
    asked: Asked, cases: Sequence[Case], corpus: Path, *, at_once: int = 1, advance: Advance = lambda: None
) -> tuple[Verdict, ...]:
    """Each case asked and checked, in order; quotes are checked against the files of `corpus`.

    With more than one `at_once`, the times are of answers that share the machine.

    Raises:
        DatelineError: a question could not be asked at all; a case that could not run is no failed case.
    """
    from pydantic_evals import Case as Run
    from pydantic_evals import Dataset

    originals = Originals(corpus)

    failed: list[Exception] = []

    def ask(case: Case) -> Verdict:
        if failed:  # a provider that is down is not asked every other case before it is said
            raise failed[0]
        started = perf_counter()
        try:
            answer = asked.ask(case.question, history=[message.model_dump() for message in case.history])
        except Exception as error:
            failed.append(error)
            raise
        took = 1000 * (perf_counter() - started)
        advance()
        return check(case, answer, originals, milliseconds=took)

    dataset: Dataset[Case, Verdict, Any] = Dataset(
        name="dateline", cases=[Run(name=f"{number} {case.key}", inputs=case) for number, case in enumerate(cases)]
    )
    # evaluate_sync would leave its event loop open.
    report = asyncio.run(dataset.evaluate(ask, max_concurrency=at_once, progress=False))
    for failure in report.failures:
        raise DatelineError(f"could not ask {failure.inputs.question!r}: {' '.join(failure.error_message.split())}")
    return tuple(one.output for one in sorted(report.cases, key=lambda one: int(one.name.split()[0])))


def run(suite: Suite, settings: "Settings", *, cases_from: str, advance: Advance = lambda: None) -> Record:
    """Ask a suite of the articles in `settings.corpus`; sets with something planted, of a copy of them.

    Raises:
        DatelineError: the folder, the index or a provider cannot be used, or a question could not be asked.
    """
    from assistant.assistant import Assistant

    records: list[CaseRecord] = []
    articles: dict[str, str] = {}
    # Two questions on a thread each are answered sooner than one after the other on two.
    settings = settings.replace(threads=max(1, settings.threads // AT_ONCE))
    with Assistant.from_settings(settings) as assistant:
        for one in suite.sets:
            if not one.cases:
                continue
            if one.planted:
                with tempfile.TemporaryDirectory() as folder:
                    copy = plant_in_copy(settings.corpus, one.planted, Path(folder) / "articles")
                    there = settings.replace(corpus=copy, cache=Path(folder) / "cache")
                    with Assistant.from_settings(there) as other:
                        records += _asked(other, one, copy, articles, prefix=f"{one.name}/", advance=advance)
            else:
                records += _asked(assistant, one, settings.corpus, articles, prefix="", advance=advance)
    return Record(
        cases_from=cases_from,
        configuration=configuration(settings),
        drafts=suite.drafts,
        cases=tuple(records),
        articles=dict(sorted(articles.items())),
    )


def configuration(settings: "Settings") -> dict[str, str | int]:
    """What decides an answer, and no path of the machine that it was given on."""
    return {
        "model": settings.model or "none",
        "embeddings": settings.embeddings or "embedded",
        "reranker": settings.reranker or "embedded",
        "chunk_tokens": settings.chunk_tokens,
        "retrieved": settings.retrieved,
    }


def _asked(
    asked: Asked, one: CaseSet, corpus: Path, articles: dict[str, str], *, prefix: str, advance: Advance
) -> list[CaseRecord]:
    found = verdicts(asked, one.cases, corpus, at_once=AT_ONCE, advance=advance)
    originals = Originals(corpus)
    for verdict in found:
        for file in {*verdict.cited, *(span[0] for quote in verdict.gold for span in quote)}:
            articles[prefix + file] = originals.text(file) or ""
    return [case_record(verdict, file=one.name, part=one.part) for verdict in found]
