"""A folder of this process's own, gone with the process; what a killed one left is removed by the next."""

import secrets
import shutil
import weakref
from pathlib import Path

from filelock import FileLock, Timeout

from retrieval.errors import DatelineError

_PATIENCE = 10.0


class Scratch:
    """A new folder under `parent`, which holds such folders only: `<name>/` and, beside it, `<name>.lock`.

    Raises:
        DatelineError: `parent` cannot be written.
    """

    def __init__(self, parent: Path) -> None:
        name = secrets.token_hex(8)
        self.folder = parent / name
        # The OS lets go of a lock with the process that held it, however that ended.
        self._lock = FileLock(parent / f"{name}.lock", thread_local=False)
        try:
            parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(parent / "lock", timeout=_PATIENCE):
                _sweep(parent)
                self._lock.acquire(blocking=False)
                self.folder.mkdir(mode=0o700)
        except (OSError, Timeout) as error:
            self._lock.release()
            raise DatelineError(
                f"folder {str(parent)!r} cannot be written ({getattr(error, 'strerror', None) or error}): "
                "make room or set DATELINE_CACHE to a folder that can"
            ) from error
        self.close = weakref.finalize(self, _remove, self.folder, self._lock)
        """Remove the folder; idempotent, and done at the end of the process at the latest."""


def _sweep(parent: Path) -> None:
    """Remove the folders of processes that are gone. Called in the parent's lock."""
    for path in parent.glob("*.lock"):
        lock = FileLock(path, thread_local=False)
        try:
            lock.acquire(blocking=False)
        except Timeout:
            continue
        _remove(path.with_suffix(""), lock)


def _remove(folder: Path, lock: FileLock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    Path(lock.lock_file).unlink(missing_ok=True)
    lock.release()
