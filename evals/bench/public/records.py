"""The files of the public sets: records of JSON lines, or reading sets split as the evidence model's training split them."""

import gzip
import json
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from evals.table import Table
from retrieval.errors import DatelineError, one_line
from retrieval.training.evidence.reading import Reading, load_set

_Result = TypeVar("_Result")


def skipped(key: str, title: str, data: Path, names: Sequence[str]) -> Table | None:
    """A table without rows that names the first of these files which `data` lacks; None where it has them all."""
    for name in names:
        if not (data / name).is_file():
            return Table(key, title, (), (), skipped=f"{name} not found: pass --data DIR")
    return None


def read(path: Path) -> list[dict[str, Any]]:
    """The records of a `.jsonl` or `.jsonl.gz` file.

    Raises:
        DatelineError: it cannot be read, or a line is no JSON object.
    """

    def records() -> list[dict[str, Any]]:
        with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
            found = [json.loads(line) for line in lines if line.strip()]
        if not all(isinstance(record, dict) for record in found):
            raise ValueError("a line is no JSON object")
        return found

    return _understood(path, records)


def held_out(path: Path) -> Reading:
    """The test part of a reading set: groups that the evidence model was neither trained nor tuned on.

    Raises:
        DatelineError: the file is no reading set.
    """
    return _understood(path, lambda: load_set(path)["test"])


def _understood(path: Path, action: Callable[[], _Result]) -> _Result:
    try:
        return action()
    except (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error) as error:
        raise DatelineError(
            f"{path.name} cannot be read ({one_line(error)}): expected JSON lines as the data's README describes them"
        ) from None
