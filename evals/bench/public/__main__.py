"""Measures the whole product on public data, a table for each set."""

import sys
from collections.abc import Sequence
from functools import partial

from evals.bench import public
from evals.bench.command import run


def main(arguments: Sequence[str] | None = None) -> int:
    """0: measured, or skipped because the files are not there; 2: could not be measured."""
    measures = {name: partial(public.measure, name) for name in public.SETS}
    return run(measures, arguments, module="evals.bench.public", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
