"""The command `dateline eval`: load the cases, ask them, report, and say by an exit code whether the gate held."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from rich.console import Console

from assistant.composed import ComposedAnswerer
from assistant.settings import Settings
from evals.case import Part, json_schema
from evals.case_files import CASES, Suite, load
from evals.gate import hold
from evals.record import ErrorRates, Record, read_record, write_text
from evals.report import Report
from retrieval.errors import DatelineError, one_line

if TYPE_CHECKING:
    from evals.engine import Advance

PASSED, GATE_MISSED, COULD_NOT_RUN = 0, 1, 2
BASELINE = Path(__file__).parent / "results" / "baseline.json"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Files that a report is written to."""

    html: Path | None = None
    markdown: Path | None = None
    junit: Path | None = None
    json: Path | None = None


@dataclass(frozen=True, slots=True)
class Options:
    """What the command was asked to do."""

    cases: Path | None = None
    """A case file or a folder of them; None: those that ship."""
    part: str | None = None
    gate: bool = False
    baseline: Path | None = None
    save_baseline: bool = False
    against: Path | None = None
    judge: str = ""
    failures: bool = True
    outputs: Outputs = field(default_factory=Outputs)


def main(settings: Settings, options: Options | None = None, *, console: Console | None = None) -> int:
    """Ask a suite of `settings.corpus`: 0 done, or the gate passed; 1 gate missed; 2 could not run."""
    from evals.report.terminal import print_report

    options, console = options or Options(), console or Console(emoji=False)
    try:
        report = _report(settings, options)
        _write(report, options)
    except DatelineError as error:
        return _could_not_run(str(error))
    except Exception as error:
        # Python's own exit code for a crash is 1: a CI would read "gate missed".
        return _could_not_run(one_line(error))
    if options.cases is None:
        from evals import evidence

        console.print(evidence.table())
    print_report(report, console, failures=options.failures)
    return GATE_MISSED if report.gate is not None and not report.gate.passed else PASSED


def schema() -> str:
    """The JSON Schema of a case file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


def drafts(folder: Path | None, feedback: Path | None) -> str:
    """Proposed cases as YAML, from a folder of articles or from the page's feedback.

    Raises:
        DatelineError: both are given, or nothing can be drafted.
    """
    from evals.drafts import draft_from_articles, draft_from_feedback

    if folder is not None and feedback is not None:
        raise DatelineError("--draft and --from-feedback are two things: give one of them")
    if folder is not None:
        return draft_from_articles(folder)
    assert feedback is not None
    return draft_from_feedback(feedback)


def _report(settings: Settings, options: Options) -> Report:
    path = options.cases or CASES
    suite = load(path, settings.corpus)
    if options.part is not None:
        suite = _part(suite, options.part)
    other = read_record(options.against) if options.against else None
    baseline = _baseline(options) if options.gate else None
    held = (suite.floors or baseline) and any(one.part == "test" and one.cases for one in suite.sets)
    if options.gate and not held and not any(case.must_pass for case in suite.cases):
        raise DatelineError(
            "the gate has nothing to hold: give floors in a case file or a baseline (--save-baseline), both of which hold the "
            "test part, or a case with must_pass: true"
        )
    judge = ComposedAnswerer.model_named(options.judge) if options.judge else None
    record = _run(suite, settings, path)
    if judge is not None:
        from evals.judge import judged

        record = judged(record, judge, name=options.judge)
    measured: tuple[ErrorRates, ...] = ()
    if options.cases is None:
        from evals.verification import kept, rates

        record, measured = record.model_copy(update={"verification": rates()}), kept()
    gate = hold(record, suite.floors, baseline, measured) if options.gate else None
    return Report(record, gate, other)


def _run(suite: Suite, settings: Settings, path: Path) -> Record:
    from evals.engine import run

    with _progress(len(suite.cases)) as advance:
        return run(suite, settings, cases_from=path.name, advance=advance)


def _write(report: Report, options: Options) -> None:
    outputs = options.outputs
    if outputs.html is not None:
        from evals.report.page import page

        write_text(outputs.html, page(report))
    if outputs.markdown is not None:
        from evals.report.markdown import markdown

        write_text(outputs.markdown, markdown(report))
    if outputs.junit is not None:
        from evals.report.junit import junit

        write_text(outputs.junit, junit(report))
    if outputs.json is not None:
        report.record.write(outputs.json)
    if options.save_baseline and (report.gate is None or report.gate.passed):  # what misses the gate is no measure
        report.record.without_details().write(options.baseline or _beside(options.cases))


def _part(suite: Suite, name: str) -> Suite:
    for part in get_args(Part):
        if name == part:
            found = suite.only(part)
            if not found.cases:
                raise DatelineError(f"no case is in the {part} part: leave --part out")
            return found
    raise DatelineError(f"--part is {name!r}: expected {' or '.join(get_args(Part))}")


def _baseline(options: Options) -> Record | None:
    """The run to compare with; the one beside the cases may be missing, one that was named may not."""
    if options.baseline is not None and not options.save_baseline:
        return read_record(options.baseline)
    path = options.baseline or _beside(options.cases)
    return read_record(path) if path.is_file() else None


def _beside(cases: Path | None) -> Path:
    if cases is None or cases.resolve() == CASES:
        return BASELINE
    return (cases if cases.is_dir() else cases.parent) / BASELINE.name


@contextmanager
def _progress(total: int) -> Iterator["Advance"]:
    """A progress bar on the terminal."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda: None
        return
    from rich.progress import Progress

    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("asking", total=total)
        yield lambda: bar.advance(task)


def _could_not_run(reason: str) -> int:
    Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False).print(f"dateline eval: {reason}")
    return COULD_NOT_RUN
