"""The index of a corpus folder: dense and BM25 search over its chunks, kept in step with the files.

It is a cache: the articles are the truth. On the disk it is a folder of generations,

    <cache>/<corpus name>-<hash>/  lock  holder.json  current  gen-7/ {manifest.json, bm25/, chroma/, clean}

of which `current` names one. A change builds the next generation beside it and then replaces `current`; whatever is
missing, damaged or made with another fingerprint is built again.
"""

import atexit
import os
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from retrieval.articles import MAX_BYTES, Article, Chunk, ScoredChunk, Skipped
from retrieval.build import build
from retrieval.diagnosis import Finding, diagnose
from retrieval.errors import DatelineError
from retrieval.generation import Generation
from retrieval.journal import Journal
from retrieval.layout import CURRENT, current_generation, generation_number, index_folder
from retrieval.lock import FolderLock
from retrieval.manifest import DamagedError, write_atomically
from retrieval.recipe import Recipe
from retrieval.scan import Progress, Scan, Seen, scan

if TYPE_CHECKING:
    from retrieval.encoder import Embedder

__all__ = ["Finding", "Index", "Progress", "diagnose"]

_Result = TypeVar("_Result")


class Index:
    """An open index. Safe to share among threads; opening one folder twice in a process shares what is behind it."""

    def __init__(self, shared: "_SharedIndex") -> None:
        self._shared: _SharedIndex | None = shared

    @classmethod
    def open(
        cls,
        corpus: Path,
        *,
        cache: Path,
        embeddings: "Embedder",
        embedder: str,
        chunk_tokens: int = 200,
        chroma_url: str = "",
        max_bytes: int = MAX_BYTES,
        progress: Progress | None = None,
    ) -> Self:
        """The index of the folder `corpus`, brought up to date. `embedder` names what `embeddings` computes.

        Raises:
            DatelineError: no article to read, a cache folder that cannot be written, an index that another process
                holds, an embedder or a Chroma server that fails.
        """
        recipe = Recipe(Path(corpus), embedder, chunk_tokens, max_bytes, chroma_url.rstrip("/"))
        return cls(_SharedIndex.join(index_folder(recipe, Path(cache)), recipe, embeddings, progress))

    @property
    def articles(self) -> Mapping[str, Article]:
        """By file; the texts that the chunks were cut from."""
        return self._read(lambda generation: generation.articles)

    @property
    def chunks(self) -> Sequence[Chunk]:
        return self._read(lambda generation: generation.chunks)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Files of the folder that were not read, and why."""
        return self._read(lambda generation: generation.skipped)

    @property
    def vocabulary(self) -> Collection[str]:
        """Stems that BM25 knows."""
        return self._read(lambda generation: generation.vocabulary)

    def dense(
        self, embedding: Sequence[float], count: int, *, files: Collection[str] | None = None
    ) -> list[ScoredChunk]:
        """The `count` chunks nearest to an embedding with their cosine similarity, best first.

        Chunks with the same title and words are one hit, in the name of the first file (of `files`, if given).
        """
        try:
            return self._read(lambda generation: generation.dense(embedding, count, files=files))
        except DatelineError:
            raise
        except Exception:  # whatever Chroma raises for a folder that was damaged under its feet
            self._open().rebuild()
            return self._read(lambda generation: generation.dense(embedding, count, files=files))

    def bm25(self, terms: Sequence[str], count: int, *, files: Collection[str] | None = None) -> list[ScoredChunk]:
        """The `count` chunks with the highest BM25 score above zero for terms from `retrieval.words.terms`."""
        return self._read(lambda generation: generation.bm25(terms, count, files=files))

    @contextmanager
    def snapshot(self) -> Iterator[Generation]:
        """One state of the index for several steps: no `refresh` of another thread comes between them."""
        while True:
            generation = self._open().generation
            if generation is None:
                raise DatelineError("the index is closed: open it again")
            if generation.enter():
                break
        try:
            yield generation
        finally:
            generation.leave()

    def refresh(self) -> bool:
        """Bring the index in step with the folder; True when something had changed.

        Unchanged files cost a stat each. Other threads' queries go on meanwhile, on the state before.
        """
        return self._open().refresh()

    def close(self) -> None:
        """Let go of the index; the last one to do so in this process gives the folder back. Idempotent."""
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self) -> "_SharedIndex":
        if self._shared is None:
            raise DatelineError("the index is closed: open it again")
        return self._shared

    def _read(self, query: Callable[[Generation], _Result]) -> _Result:
        with self.snapshot() as generation:
            return query(generation)


class _SharedIndex:
    """What all of a process's `Index` objects over one folder share: the lock and the current generation."""

    _all: ClassVar[dict[Path, "_SharedIndex"]] = {}
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
    def join(cls, folder: Path, recipe: Recipe, embeddings: "Embedder", progress: Progress | None) -> "_SharedIndex":
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


atexit.register(_SharedIndex.close_all)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DatelineError(
            f"index folder {str(folder)!r} cannot be written ({error.strerror or error}): "
            "make room or set DATELINE_CACHE to a folder that can"
        ) from error
