"""The eval command: load the cases, ask them all, report, and say by an exit code whether the gates held."""

from pathlib import Path

from rich.console import Console

from assistant.settings import Settings
from evals import evidence
from evals.cases import CASES, load_cases
from evals.gate import gates
from evals.report import print_report, write_json
from evals.results import run
from retrieval.errors import DatelineError, one_line

PASSED, GATE_MISSED, COULD_NOT_RUN = 0, 1, 2


def main(
    cases_path: Path | None,
    settings: Settings,
    *,
    json_path: Path | None = None,
    failures: bool = True,
    console: Console | None = None,
) -> int:
    """Ask a case file (None: the one that ships) of `settings.corpus`: 0 passed, 1 gate missed, 2 could not run."""
    from assistant.assistant import Assistant

    console = console or Console()
    path = cases_path or CASES
    try:
        cases = load_cases(path, settings.corpus)
        assistant = Assistant.from_settings(settings)
        try:
            results = run(assistant, cases, corpus=settings.corpus)
        finally:
            assistant.close()
        if json_path is not None:
            try:
                write_json(results, json_path, cases_name=path.name)
            except OSError as error:
                reason = (error.strerror or str(error)).lower()
                raise DatelineError(f"results cannot be written to {str(json_path)!r}: {reason}") from None
    except DatelineError as error:
        return _could_not_run(str(error))
    except Exception as error:
        # Python's own exit code for a crash is 1: a CI would read "gate missed".
        return _could_not_run(one_line(error))
    if path == CASES:
        console.print(evidence.table())
    print_report(results, console, failures=failures)
    return PASSED if all(gate.passed for gate in gates(results)) else GATE_MISSED


def _could_not_run(reason: str) -> int:
    Console(stderr=True, soft_wrap=True, highlight=False, markup=False).print(f"dateline eval: {reason}")
    return COULD_NOT_RUN
