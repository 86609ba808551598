"""Measures how good it is, table by table: its own parts switched off, questions about events, public data, peers."""

import sys
from collections.abc import Sequence
from functools import partial

from rich.console import Console

from assistant.settings import Settings
from evals.bench import public
from evals.bench.ablations import ablations
from evals.bench.command import Measures, run
from evals.bench.events import kinds
from evals.case import Case, Part
from evals.case_files import CASES, load
from evals.table import Table


def main(arguments: Sequence[str] | None = None) -> int:
    """0: measured, or skipped with the reason said; 2: could not be measured."""
    notes = Console(stderr=True, highlight=False, soft_wrap=True)
    measures: Measures = {
        "ablations": lambda data: ablations(_cases("tuning"), Settings().corpus, note=notes.print),
        "events": lambda data: kinds.measure(note=notes.print),
        **{name: partial(public.measure, name) for name in public.SETS},
        "peers": lambda data: _peers(),
    }
    return run(measures, arguments, module="evals.bench", description=__doc__)


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
