"""The tables that the workshop measured, as they are kept: each with the command, the commit and the machine that it comes from."""

import json
from dataclasses import dataclass
from pathlib import Path

from evals.table import Table, from_dict

RESULTS = Path(__file__).resolve().parent / "results" / "quality.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table comes from."""

    command: str
    commit: str
    machine: str
    seconds: float


def kept(path: Path = RESULTS) -> list[tuple[Table, Origin]]:
    """The tables, each with where it comes from; none if there is no such file."""
    entries = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return [
        (from_dict(entry), Origin(entry["command"], entry["commit"], entry["machine"], entry["seconds"]))
        for entry in entries
    ]


def kept_tables(path: Path = RESULTS) -> dict[str, Table]:
    """The tables by key."""
    return {table.key: table for table, _ in kept(path)}
