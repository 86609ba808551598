"""The whole product on public data; the data are no part of this project: `python -m evals.bench.public --data DIR`."""

from importlib import import_module
from pathlib import Path

from evals.table import Table

SETS = ("squad", "clapnq", "mtrag", "followups", "chunking", "injection")
"""A module each; `measure` imports the one that it is asked for."""


def measure(name: str, data: Path) -> Table:
    """The table of one set, measured on the files of the folder `data`; skipped where these are absent.

    Raises:
        KeyError: no set has that name.
        DatelineError: a file is there and cannot be read as that set.
    """
    if name not in SETS:
        raise KeyError(name)
    table: Table = import_module(f"evals.bench.public.{name}").measure(data)
    return table
