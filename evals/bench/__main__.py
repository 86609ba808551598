"""Measures how good it is, table by table: its own parts switched off, public data, peers."""

import argparse
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from rich.console import Console

from assistant.settings import Settings
from evals.bench import public
from evals.bench.ablations import ablations
from evals.case import Case, Part
from evals.case_files import CASES, load
from evals.quality.results import RESULTS, keep, origin
from evals.quality.table import Table, rich_table
from retrieval.errors import DatelineError, one_line

DATA = Path("../shared/data")
WIDTH = 190


def main(arguments: list[str] | None = None) -> int:
    """0: measured, or skipped with the reason said; 2: could not be measured."""
    console, notes = Console(width=WIDTH, highlight=False), Console(stderr=True, highlight=False, soft_wrap=True)
    measures: dict[str, Callable[[Path], Table]] = {
        "ablations": lambda data: ablations(_cases("tuning"), Settings().corpus, note=notes.print),
        **{name: partial(public.measure, name) for name in public.SETS},
        "peers": lambda data: _peers(),
    }
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the public sets (%(default)s)")
    parser.add_argument("--only", action="append", choices=measures, help="one table; may be given several times")
    parser.add_argument(
        "--write", type=Path, nargs="?", const=RESULTS, metavar="FILE", help=f"keep the tables in FILE ({RESULTS.name})"
    )
    options = parser.parse_args(arguments)
    names = options.only or list(measures)
    for name in names:
        started = perf_counter()
        try:
            table = measures[name](options.data)
            seconds = perf_counter() - started
            if options.write:
                keep([(table, origin(f"python -m evals.bench --only {name} --write", seconds))], options.write)
        except (DatelineError, OSError) as error:
            notes.print(f"evals.bench: {name}: {one_line(error)}", markup=False)
            return 2
        console.print(
            f"{table.title}: {table.skipped}" if table.skipped else rich_table(table), soft_wrap=bool(table.skipped)
        )
        console.print(f"{name}: {seconds:.0f} s\n")
    return 0


def _cases(part: Part) -> tuple[Case, ...]:
    """The cases of one part; those of articles with something planted need articles of their own and are left out."""
    suite = load(CASES, Settings().corpus).only(part)
    return tuple(case for one in suite.sets if not one.planted for case in one.cases)


def _peers() -> Table:
    from evals.bench.peers.comparison import compare

    settings = Settings()
    return compare(_cases("test"), settings.corpus, cache=settings.cache)


if __name__ == "__main__":
    sys.exit(main())
