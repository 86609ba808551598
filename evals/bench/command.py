"""The command line of the benchmarks: measures some tables, prints each, and keeps them if asked to."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter

from rich.console import Console

from evals.bench.results import keep, origin
from evals.quality import RESULTS
from evals.table import Table, rich_table
from retrieval.errors import DatelineError, one_line

DATA = Path("../shared/data")
WIDTH = 190

Measures = Mapping[str, Callable[[Path], Table]]
"""What makes the table of each name, given the folder of the public sets."""


def run(measures: Measures, arguments: Sequence[str] | None, *, module: str, description: str | None) -> int:
    """0: measured, or skipped with the reason said; 2: could not be measured."""
    console, notes = Console(width=WIDTH, highlight=False), Console(stderr=True, highlight=False, soft_wrap=True)
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the public sets (%(default)s)")
    parser.add_argument("--only", action="append", choices=measures, help="one table; may be given several times")
    parser.add_argument(
        "--write", type=Path, nargs="?", const=RESULTS, metavar="FILE", help=f"keep the tables in FILE ({RESULTS.name})"
    )
    options = parser.parse_args(arguments)
    for name in options.only or measures:
        started = perf_counter()
        try:
            table = measures[name](options.data)
            seconds = perf_counter() - started
            if options.write:
                keep([(table, origin(f"python -m {module} --only {name} --write", seconds))], options.write)
        except (DatelineError, OSError) as error:
            notes.print(f"{module}: {name}: {one_line(error)}", markup=False)
            return 2
        console.print(
            f"{table.title}: {table.skipped}" if table.skipped else rich_table(table), soft_wrap=bool(table.skipped)
        )
        console.print(f"{name}: {seconds:.0f} s\n")
    return 0
