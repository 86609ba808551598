"""The whole product on public data; the data are no part of this project: `python -m evals.bench.public --data DIR`."""

from importlib import import_module
from pathlib import Path

from evals.quality.table import Table
from retrieval.errors import DatelineError

SETS = ("squad", "clapnq", "mtrag", "followups", "chunking", "injection")
"""A module each; `measure` imports the one that it is asked for."""


def measure(name: str, data: Path) -> Table:
    """The table of one set, measured on the files of the folder `data`; skipped where these are absent.

    Raises:
        KeyError: no set has that name.
        DatelineError: a file is there and cannot be read as that set, or this is no checkout.
    """
    if name not in SETS:
        raise KeyError(name)
    try:
        module = import_module(f"evals.bench.public.{name}")
    except ModuleNotFoundError as error:  # which articles were held out is the training's to say
        raise DatelineError(
            f"{error.name} is not part of an installed Dateline: measure in a checkout of the repository"
        ) from None
    table: Table = module.measure(data)
    return table
