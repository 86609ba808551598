"""Checks what is to be found in the corpus of events, and measures how each kind of question is answered."""

import sys
from collections.abc import Sequence

from rich.console import Console

from evals.bench.command import run
from evals.bench.events import kinds


def main(arguments: Sequence[str] | None = None) -> int:
    """0: measured; 2: could not be measured, or the gold or a case is not borne out by its articles."""
    notes = Console(stderr=True, highlight=False, soft_wrap=True)
    measures = {"events": lambda data: kinds.measure(note=notes.print)}
    return run(measures, arguments, module="evals.bench.events", description=__doc__)


if __name__ == "__main__":
    sys.exit(main())
