"""An index folder as this process owns it: locked once, and shared by whoever opens it here.

It keeps the current generation in step with the files, and builds the next one where they have changed.
"""

import atexit
import os
import shutil
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from retrieval.build import build
from retrieval.errors import DatelineError
from retrieval.generation import Generation
from retrieval.journal import Journal
from retrieval.layout import CURRENT, current_generation, generation_number
from retrieval.lock import FolderLock
from retrieval.manifest import DamagedError, write_atomically
from retrieval.recipe import Recipe
from retrieval.scan import Progress, Scan, Seen, scan

if TYPE_CHECKING:
    from retrieval.encoder import Embedder


class SharedIndex:
    """The lock and the current generation of one folder, behind all of the process's `Index` objects over it."""

    _all: ClassVar[dict[Path, "SharedIndex"]] = {}
    _registry = threading.Lock()

    def __init__(self, folder: Path, recipe: Recipe, embeddings: "Embedder") -> None:
        self.folder = folder
        self.recipe = recipe
        self.embeddings = embeddings
        self.generation: Generation | None = None
        self._process = os.getpid()
        self._users = 0
        self._lock: FolderLock | None = None
        self._seen: Mapping[str, Seen] = {}
        self._changing = threading.Lock()

    @classmethod
    def join(cls, folder: Path, recipe: Recipe, embeddings: "Embedder", progress: Progress | None) -> "SharedIndex":
        """One more user of the folder, opened if nobody had it; to be left again."""
        with cls._registry:
            shared = cls._all.get(folder)
            if shared is None:
                shared = cls._all[folder] = cls(folder, recipe, embeddings)
            elif shared.recipe != recipe:
                raise DatelineError(
                    f"index of {recipe.corpus.name!r} is open in this process with other settings "
                    f"({shared.recipe.embedder}, chunks of {shared.recipe.chunk_tokens} tokens): close it first"
                )
            shared._users += 1
        try:
            shared.refresh(progress)
        except BaseException:
            shared.leave()
            raise
        return shared

    def leave(self) -> None:
        """One user less; the last one gives the folder back."""
        # In the registry's lock: whoever opens the folder again at once must find it given back.
        with self._registry:
            self._users -= 1
            if self._users == 0:
                del self._all[self.folder]
                self._close()

    def refresh(self, progress: Progress | None = None) -> bool:
        """Open the current generation if none is, and replace it where the folder has changed."""
        with self._changing, _disk_errors(self.folder):
            if self._lock is None:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds the articles' texts
                self._lock = FolderLock(self.folder, name=self.recipe.corpus.name or str(self.recipe.corpus))
            return self._bring_up_to_date(progress)

    def rebuild(self) -> None:
        """Make all vectors anew: those on the disk cannot be trusted."""
        with self._changing, _disk_errors(self.folder):
            found = scan(self.recipe, {}, {})
            self._replace(self.generation, self._built(found, None, None), found)

    def _bring_up_to_date(self, progress: Progress | None) -> bool:
        old = self.generation or self._open_current()
        try:
            usable = old is not None and old.manifest.fingerprint == self.recipe.fingerprint
            found = scan(self.recipe, old.manifest.records if old and usable else {}, self._seen, progress)
            if old and usable and old.is_whole() and not found.differs_from(old.manifest):
                self.generation, self._seen = old, found.seen
                return False
            new = self._built(found, old, progress)
        except BaseException:
            if old is not None and old is not self.generation:
                old.close()
            raise
        self._replace(old, new, found)
        return True

    def _replace(self, old: Generation | None, new: Generation, found: Scan) -> None:
        self.generation, self._seen = new, found.seen
        if old is not None:
            if self.recipe.url:
                new.vectors.delete(old.manifest.chunks_by_id.keys() - new.manifest.chunks_by_id.keys())
            old.retire()
        self._sweep({new.folder, *([old.folder] if old else [])})
        for journal in self.folder.glob("embedded-*.bin"):
            journal.unlink()

    def _built(self, found: Scan, old: Generation | None, progress: Progress | None) -> Generation:
        folder = self._next_folder()
        journal = Journal(self.folder / f"embedded-{self.recipe.vectors_key}.bin")
        try:
            new = build(folder, self.recipe, found, self.embeddings, journal=journal, old=old, progress=progress)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        try:
            write_atomically(self.folder / CURRENT, folder.name.encode())
        except BaseException:
            new.retire()
            raise
        return new

    def _open_current(self) -> Generation | None:
        """The generation that a former process left, where it is sound; remains of dead builds are removed."""
        current = current_generation(self.folder)
        self._sweep({current})
        if current is None:
            return None
        try:
            return Generation.open(current, self.recipe)
        except DamagedError:
            return None

    def _sweep(self, keep: Collection[Path | None]) -> None:
        for path in self.folder.iterdir():
            if generation_number(path) and path not in keep:
                shutil.rmtree(path, ignore_errors=True)

    def _next_folder(self) -> Path:
        last = max((generation_number(path) for path in self.folder.iterdir()), default=0)
        return self.folder / f"gen-{last + 1}"

    def _close(self) -> None:
        generation, self.generation = self.generation, None
        lock, self._lock = self._lock, None
        try:
            if generation is not None:
                with suppress(OSError):  # the folder may have been deleted meanwhile
                    generation.close()
        finally:
            if lock is not None:
                lock.release()

    @classmethod
    def close_all(cls) -> None:
        """At the end of the process: what was never closed would look like a crash to the next one."""
        with cls._registry:
            for shared in cls._all.values():
                if shared._process == os.getpid():  # a fork's end is not the owner's
                    shared._close()
            cls._all.clear()


atexit.register(SharedIndex.close_all)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatelineError(
            f"index folder {str(folder)!r} cannot be written ({error.strerror or error}): "
            "make room or set DATELINE_CACHE to a folder that can"
        ) from error
