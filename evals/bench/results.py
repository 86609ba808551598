"""Keeps tables in evals/results, for the product and for readers: as JSON, and as one page of Markdown."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from evals.quality import RESULTS, Origin, kept
from evals.table import Table, markdown, to_dict


def origin(command: str, seconds: float) -> Origin:
    """This machine, and the commit of this checkout; `+` after it where files differ from it."""
    return Origin(
        command, _commit(), f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}", round(seconds)
    )


def keep(measured: Iterable[tuple[Table, Origin]], path: Path = RESULTS) -> None:
    """Write the tables; those measured before and not now stay as they are. A table that was skipped replaces nothing."""
    tables = {table.key: (table, source) for table, source in kept(path)}
    for table, source in measured:
        if not table.skipped or table.key not in tables:
            tables[table.key] = table, source
    entries = [{**to_dict(table), **asdict(source)} for table, source in tables.values()]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")
    path.with_suffix(".md").write_text(page(path), "utf-8")


def page(path: Path = RESULTS) -> str:
    """All tables as one Markdown page, each with where it comes from."""
    blocks = [
        "# How good it is",
        "Figures that beat Dateline's own row are bold. Under each table stands the command that measured it, as it was called "
        "at that commit; today `python -m evals.bench --only NAME --write` measures a table again.",
    ]
    for table, source in kept(path):
        made = f"`{source.command}`, commit {source.commit}, {source.machine}, {source.seconds:.0f} s"
        blocks += [f"## {table.title}", markdown(table), table.caption, made]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _commit() -> str:
    def git(*arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=RESULTS.parent, capture_output=True, text=True, check=False)
        return done.stdout.strip()

    commit = git("rev-parse", "--short", "HEAD")
    changed = git("status", "--porcelain", "--untracked-files=no")
    return f"{commit}+" if commit and changed else commit or "unknown"
