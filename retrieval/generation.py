"""One finished build of an index, open for queries; never changed once it is current."""

import json
import random
import shutil
import threading
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from retrieval.articles import Article, Chunk, ScoredChunk, Skipped
from retrieval.bm25 import Bm25, Statistics
from retrieval.errors import DatelineError
from retrieval.manifest import DamagedError, Manifest, indexed_text, sync_folder, write_atomically
from retrieval.probe import survives
from retrieval.recipe import Recipe
from retrieval.searchable import Searchable
from retrieval.vectors import Vectors

CHROMA = "chroma"
BM25 = "bm25"
CLEAN = "clean"
"""Written when a generation's owner closes it: the Chroma folder's files as they then were."""
_LAST_READERS_SECONDS = 5


class Generation(Searchable):
    """Articles, chunks, BM25 and vectors that belong together. Safe to share among threads."""

    def __init__(self, folder: Path, manifest: Manifest, bm25: Bm25, vectors: Vectors) -> None:
        self.folder = folder
        self.manifest = manifest
        self.vectors = vectors
        self._bm25 = bm25
        self._guard = threading.Condition()
        self._readers = 0
        self._retired = False
        self._replaced = False

    @classmethod
    def open(cls, folder: Path, recipe: Recipe) -> Self:
        """The generation in `folder`, if something of it is of use for the recipe.

        Raises:
            DamagedError: it is not, or not wholly, what was built, or its vectors are another embedder's.
            DatelineError: the Chroma server does not answer.
        """
        manifest = Manifest.load(folder)
        if manifest.embedder != recipe.vectors_key or (recipe.url and manifest.fingerprint != recipe.fingerprint):
            raise DamagedError("made with other settings")
        ids = list(manifest.chunks_by_id)
        name = recipe.collection(manifest.fingerprint)
        if recipe.url:
            vectors = _server_vectors(recipe.url, name, ids)
        else:
            if not ended_clean(folder) and not survives(folder / CHROMA, name, ids):
                raise DamagedError("the vectors did not survive what happened since their last clean end")
            (folder / CLEAN).unlink(missing_ok=True)
            sync_folder(folder)
            vectors = _open_vectors(folder / CHROMA, name, ids)
        try:
            return cls(folder, manifest, _open_bm25(folder / BM25, manifest), vectors)
        except BaseException:
            vectors.close()
            raise

    @property
    def articles(self) -> Mapping[str, Article]:
        return self.manifest.articles

    @property
    def chunks(self) -> Sequence[Chunk]:
        return self.manifest.chunks

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self.manifest.skipped

    @property
    def vocabulary(self) -> Collection[str]:
        return self._bm25.vocabulary

    def dense(
        self, embedding: Sequence[float], count: int, *, files: Collection[str] | None = None
    ) -> list[ScoredChunk]:
        """The chunks nearest to an embedding.

        Raises:
            DamagedError: Chroma cannot be asked, whatever it raises for a folder that was damaged under its feet.
        """
        if len(embedding) != self.manifest.dimension:
            raise DatelineError(
                f"a question's vector of {len(embedding)} dimensions came, those of the index have "
                f"{self.manifest.dimension}: embed both with the same model"
            )
        known = len(self.manifest.chunks_by_id)
        among = self._ids_of(files)
        wanted = min(count, known if among is None else len(among))
        fetched = wanted
        while True:
            try:
                hits = self.vectors.search(embedding, fetched, among=among)
            except DatelineError:
                raise
            except Exception as error:
                raise DamagedError(f"Chroma: {error}") from error
            found = self._resolved(hits, files)
            # Only a shared server holds records that this manifest does not know: look past them.
            if len(found) >= wanted or len(hits) < fetched:
                return found[:wanted] if wanted > 0 else []
            fetched *= 2

    def bm25(
        self,
        terms: Sequence[str],
        count: int,
        *,
        files: Collection[str] | None = None,
        statistics: Statistics | None = None,
    ) -> list[ScoredChunk]:
        hits = self._bm25.search(terms, count, among=self._ids_of(files), statistics=statistics)
        return self._resolved(hits, files)

    def statistics(self, terms: Collection[str]) -> Statistics:
        return self._bm25.statistics(terms)

    def is_whole(self) -> bool:
        """Whether a shared server still holds at least as many vectors as there should be."""
        return not self.vectors.url or len(self.vectors) >= len(self.manifest.chunks_by_id)

    def enter(self) -> bool:
        """Keep the generation open until `leave`; False where it is retired already."""
        with self._guard:
            if not self._retired:
                self._readers += 1
            return not self._retired

    def leave(self) -> None:
        with self._guard:
            self._readers -= 1
            last = self._replaced and not self._readers
            self._guard.notify_all()
        if last:
            self._remove()

    def retire(self) -> None:
        """Another generation is current: go from the disk once nobody reads this one."""
        with self._guard:
            self._retired = self._replaced = True
            idle = not self._readers
        if idle:
            self._remove()

    def close(self) -> None:
        """Close the vectors and say on the disk that this was done."""
        with self._guard:
            self._retired = True
            self._guard.wait_for(lambda: not self._readers, timeout=_LAST_READERS_SECONDS)
        self.vectors.close()
        if not self.vectors.url:
            write_atomically(self.folder / CLEAN, json.dumps(_listing(self.folder / CHROMA)).encode())

    def _remove(self) -> None:
        self.vectors.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ids_of(self, files: Collection[str] | None) -> list[str] | None:
        if files is None:
            return None
        wanted = set(files)
        return [
            key for key, chunks in self.manifest.chunks_by_id.items() if any(chunk.file in wanted for chunk in chunks)
        ]

    def _resolved(self, hits: Sequence[tuple[str, float]], files: Collection[str] | None) -> list[ScoredChunk]:
        found: list[ScoredChunk] = []
        for key, score in hits:
            chunks = self.manifest.chunks_by_id.get(key, [])
            chunk = next((chunk for chunk in chunks if files is None or chunk.file in files), None)
            if chunk:
                found.append(ScoredChunk(chunk, score))
        return found


def ended_clean(folder: Path) -> bool:
    """Whether the last owner of the generation closed it and nobody has touched its Chroma files since.

    Raises:
        DamagedError: it was closed, and files have gone or changed their size since: no need to try them.
    """
    try:
        then = json.loads((folder / CLEAN).read_bytes())
    except (OSError, ValueError):
        return False
    now = _listing(folder / CHROMA)
    if then == now:
        return True
    if not isinstance(then, dict) or {name: state[0] for name, state in then.items()} != {
        name: state[0] for name, state in now.items()
    }:
        raise DamagedError("files of the Chroma folder have gone or changed their size")
    return False


def _listing(folder: Path) -> dict[str, list[int]]:
    """Size and time of each file; never an error, as it is also asked of damaged folders."""
    found: dict[str, list[int]] = {}
    for path in folder.rglob("*"):
        with suppress(OSError):
            state = path.stat()
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = [state.st_size, state.st_mtime_ns]
    return found


def _open_vectors(folder: Path, name: str, ids: Sequence[str]) -> Vectors:
    try:
        vectors = Vectors.in_folder(folder, name)
    except Exception as error:
        raise DamagedError(f"Chroma: {error}") from None
    return _sound(vectors, ids)


def _server_vectors(url: str, name: str, ids: Sequence[str]) -> Vectors:
    vectors = Vectors.in_server(url, name)
    try:
        if len(vectors.present(ids)) < len(ids):
            raise DamagedError("the server has lost vectors")
    except BaseException:
        vectors.close()
        raise
    return _sound(vectors, ids)


def _sound(vectors: Vectors, ids: Sequence[str]) -> Vectors:
    try:
        check(vectors, ids)
    except BaseException:
        vectors.close()
        raise
    return vectors


def check(vectors: Vectors, ids: Sequence[str], *, fresh: Collection[str] = (), tolerated: float = 0.1) -> None:
    """Let sampled chunks, and some of the `fresh` ones, find themselves by their own vectors, bar a tolerated share.

    Raises:
        DamagedError: they do not.
        DatelineError: the Chroma server does not answer.
    """
    try:
        if not vectors.url and len(vectors) != len(ids):
            raise DamagedError(f"Chroma counts {len(vectors)} vectors, {len(ids)} were stored")
        lost = vectors.lost(ids, tolerated=tolerated) or vectors.lost(list(fresh), tolerated=tolerated)
    except (DamagedError, DatelineError):
        raise
    except Exception as error:
        raise DamagedError(f"Chroma: {error}") from None
    if lost:
        raise DamagedError(f"{len(lost)} of a sample of vectors do not find themselves, such as {random.choice(lost)}")


def _open_bm25(folder: Path, manifest: Manifest) -> Bm25:
    """The stored one, or another built from the manifest, which is quick."""
    try:
        return Bm25.load(folder, list(manifest.chunks_by_id))
    except DamagedError:
        return build_bm25(folder, manifest)


def build_bm25(folder: Path, manifest: Manifest) -> Bm25:
    chunks = manifest.chunks_by_id
    bm25 = Bm25.build(list(chunks), [indexed_text(same[0]) for same in chunks.values()])
    bm25.save(folder)
    return bm25
