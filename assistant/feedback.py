"""What readers of the page said was wrong, kept as JSON lines that `dateline eval --from-feedback` reads."""

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from assistant.answer import Answer
from assistant.followups.conversation import conversation
from retrieval.errors import DatelineError

MAX_NOTE = 2_000
"""Characters of a note."""
MAX_FILE = 100_000_000
"""Bytes of the file: readers can fill no disk."""
_PATIENCE = 2.0  # seconds


def keep(
    path: Path,
    answer: Answer,
    *,
    rating: Literal["up", "down"] = "down",
    note: str = "",
    history: Sequence[Any] | None = None,
) -> None:
    """Append one line with the whole answer: all of it or nothing, also where several processes write.

    `history` is the conversation before the question, anything that `ask` takes. The file is its owner's alone (0600).

    Raises:
        DatelineError: the note is too long, the history is none, or the file is full or cannot be written.
    """
    if len(note) > MAX_NOTE:
        raise DatelineError(
            f"the note has {len(note):,} characters: at most {MAX_NOTE:,} are kept, write a shorter one"
        )
    turns = [{"role": turn.role, "content": turn.text} for turn in conversation(history)]
    kept = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "rating": rating,
        "note": note,
        "history": turns,
        "answer": answer.to_dict(),
    }
    # Lone surrogates, which a browser may send, are no UTF-8; as escapes they are JSON.
    line = json.dumps(kept, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=_PATIENCE, thread_local=False, mode=0o600):
            _append(path, line)
    except Timeout:
        raise DatelineError(f"{path.name} is being written by another process: try again") from None
    except OSError as error:
        # Without the folder: readers of the page see this line, and it is none of their machine.
        raise DatelineError(f"{path.name} cannot be written: {(error.strerror or str(error)).lower()}") from None


def _append(path: Path, line: bytes) -> None:
    with open(path, "a+b", buffering=0, opener=_private) as file:
        size = file.seek(0, os.SEEK_END)
        if size + len(line) > MAX_FILE:
            raise DatelineError(f"{path.name} is full: its owner has to move it away first")
        if size:
            file.seek(size - 1)
            if file.read(1) != b"\n":  # cut off by a crash, or by an editor
                line = b"\n" + line
        try:
            written = 0
            while written < len(line):
                written += file.write(line[written:])
        except OSError:
            file.truncate(size)
            raise


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
