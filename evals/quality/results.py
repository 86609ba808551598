"""The tables as they are kept: each with the command, the commit and the machine that it comes from."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.quality.table import Table, from_dict, markdown, to_dict

RESULTS = Path(__file__).resolve().parent.parent / "results" / "quality.json"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a table comes from."""

    command: str
    commit: str
    machine: str
    seconds: float


def origin(command: str, seconds: float) -> Origin:
    """This machine, and the commit of this checkout; `+` after it where files differ from it."""
    return Origin(
        command, _commit(), f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}", round(seconds)
    )


def keep(measured: Iterable[tuple[Table, Origin]], path: Path = RESULTS) -> None:
    """Write the tables; those measured before and not now stay as they are. A table that was skipped replaces nothing."""
    kept = {entry["key"]: entry for entry in _entries(path)}
    for table, source in measured:
        if not table.skipped or table.key not in kept:
            origin = {"command": source.command, "commit": source.commit, "machine": source.machine}
            kept[table.key] = {**to_dict(table), **origin, "seconds": source.seconds}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(kept.values()), ensure_ascii=False, indent=1) + "\n", "utf-8")
    path.with_suffix(".md").write_text(page(path), "utf-8")


def page(path: Path = RESULTS) -> str:
    """All tables as one Markdown page, each with where it comes from."""
    blocks = [
        "# How good it is",
        "Figures that beat Dateline's own row are bold. Written by the commands under the tables.",
    ]
    for table, source in kept(path):
        made = f"`{source.command}`, commit {source.commit}, {source.machine}, {source.seconds:.0f} s"
        blocks += [f"## {table.title}", markdown(table), table.caption, made]
    return "\n\n".join(filter(None, blocks)) + "\n"


def kept(path: Path = RESULTS) -> list[tuple[Table, Origin]]:
    """The tables, each with where it comes from."""
    return [
        (from_dict(entry), Origin(entry["command"], entry["commit"], entry["machine"], entry["seconds"]))
        for entry in _entries(path)
    ]


def kept_tables(path: Path = RESULTS) -> dict[str, Table]:
    """The tables by key."""
    return {table.key: table for table, _ in kept(path)}


def _entries(path: Path) -> list[Mapping[str, Any]]:
    found: list[Mapping[str, Any]] = json.loads(path.read_text("utf-8")) if path.is_file() else []
    return found


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=RESULTS.parent, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    commit = git("rev-parse", "--short", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no")
    return f"{commit}+" if commit and changed else commit or "unknown"
