"""Measures how often verification errs on the pairs that ship, and keeps the rates: `python -m evals.bench.verification`.

The gate of `dateline eval` then holds every run to them.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from evals.bench.results import origin
from evals.record import ErrorRates
from evals.statement_pairs import load
from evals.verification import RESULTS, error_rates, judge, print_rates


def keep(found: Sequence[ErrorRates], *, command: str, path: Path = RESULTS) -> None:
    """Write rates with the command and the commit that they come from."""
    content = {
        "command": command,
        "commit": origin(command, 0).commit,
        "rates": [one.model_dump(exclude_none=True) for one in found],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def main() -> None:
    """Print the rates of all pairs, test and tuning, and keep them."""
    found = error_rates(list(judge(load())))
    print_rates(found, Console(soft_wrap=True, highlight=False))
    keep(found, command="python -m evals.bench.verification")


if __name__ == "__main__":
    main()
