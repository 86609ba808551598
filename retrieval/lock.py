"""One process owns an index folder; the second is told who."""

import json
import os
import re
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from retrieval.errors import DatelineError

LOCK = "lock"
HOLDER = "holder.json"
_PATIENCE = 0.4  # seconds: outlasts a predecessor that is just closing, stays well under one second


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that owns an index folder."""

    pid: int
    command: str
    since: str
    """Local time in ISO 8601."""

    @classmethod
    def of_this_process(cls) -> Self:
        return cls(os.getpid(), _command(), datetime.now().isoformat(timespec="seconds"))

    @classmethod
    def read(cls, folder: Path) -> Self | None:
        """Who wrote their name beside the lock last; None where nobody did or it cannot be read."""
        try:
            entry = json.loads((folder / HOLDER).read_text("utf-8"))
            return cls(int(entry["pid"]), str(entry["command"]), str(entry["since"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def __str__(self) -> str:
        started = self.since.partition("T")
        today = datetime.now().date().isoformat()
        when = started[2][:5] if started[0] == today else f"{started[0]} {started[2][:5]}"
        return f"process {self.pid} ({self.command}, since {when})"


class FolderLock:
    """The OS's lock on an index folder: gone with the process that held it, however that ended.

    Raises:
        DatelineError: another process holds it, named by pid, command and start time.
    """

    def __init__(self, folder: Path, *, name: str) -> None:
        self._folder = folder
        # One process may take and release it in different threads.
        self._lock = FileLock(folder / LOCK, thread_local=False)
        try:
            self._lock.acquire(timeout=_PATIENCE, poll_interval=0.02)
        except Timeout:
            holder = Holder.read(folder)
            raise DatelineError(
                f"index of {name!r} is in use by {holder or 'another process'}: "
                "stop it, or set DATELINE_CACHE to another folder"
            ) from None
        try:
            # Beside the lock, not in it: Windows lets nobody read a locked file.
            temporary = folder / f"{HOLDER}.new"
            temporary.write_text(json.dumps(asdict(Holder.of_this_process())), "utf-8")
            os.replace(temporary, folder / HOLDER)
        except BaseException:
            self._lock.release()
            raise

    def release(self) -> None:
        """Give the folder back; idempotent."""
        if self._lock.is_locked:
            with suppress(OSError):
                (self._folder / HOLDER).unlink()
            self._lock.release()


def current_holder(folder: Path) -> Holder | str | None:
    """Who owns the folder now, for a report: None where nobody does."""
    if not (folder / LOCK).exists():
        return None
    lock = FileLock(folder / LOCK, thread_local=False)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        time.sleep(0.02)  # it may have taken the lock this very moment and not yet written its name
        return Holder.read(folder) or "another process"
    except OSError as error:
        return f"cannot be told ({error.strerror})"
    lock.release()
    return None


def _command() -> str:
    """This process in a word or two: `dateline chat`; never its other arguments, which may hold a question."""
    program = Path(sys.argv[0] or "python")
    name = (
        program.parent.name
        if program.name == "__main__.py"
        else program.stem
        if program.suffix == ".exe"
        else program.name
    )
    if name in ("", "-c", "-"):
        return "python"
    first = sys.argv[1] if len(sys.argv) > 1 else ""
    return f"{name} {first}" if re.fullmatch(r"[a-z]{2,12}", first) else name
