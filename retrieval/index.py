"""The index of a corpus folder: dense and BM25 search over its chunks, kept in step with the files.

It is a cache: the articles are the truth. On the disk it is a folder of generations,

    <cache>/<corpus name>-<hash>/  lock  holder.json  current  gen-7/ {manifest.json, bm25/, chroma/, clean}

of which `current` names one. A change builds the next generation beside it and then replaces `current`; whatever is
missing, damaged or made with another fingerprint is built again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

from retrieval.articles import MAX_BYTES
from retrieval.diagnosis import Finding, diagnose
from retrieval.errors import DatelineError
from retrieval.generation import Generation
from retrieval.layout import index_folder
from retrieval.manifest import DamagedError
from retrieval.ownership import SharedIndex
from retrieval.recipe import Recipe
from retrieval.scan import Progress
from retrieval.searchable import OpenIndex, Result, Searchable

if TYPE_CHECKING:
    from retrieval.encoder import Embedder

__all__ = ["Finding", "Index", "diagnose"]


class Index(OpenIndex):
    """An open index. Safe to share among threads; opening one folder twice in a process shares what is behind it."""

    def __init__(self, shared: SharedIndex) -> None:
        self._shared: SharedIndex | None = shared

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
        return cls(SharedIndex.join(index_folder(recipe, Path(cache)), recipe, embeddings, progress))

    def read(self, query: Callable[[Searchable], Result]) -> Result:
        """What a query finds in one state; if the vectors turn out damaged, they are made again and it begins anew."""
        try:
            with self.snapshot() as generation:
                return query(generation)
        except DamagedError:
            self._open().rebuild()
            with self.snapshot() as generation:
                return query(generation)

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

    def refresh(self, progress: Progress | None = None) -> bool:
        return self._open().refresh(progress)

    def close(self) -> None:
        """Let go of the index; the last one to do so in this process gives the folder back. Idempotent."""
        shared, self._shared = self._shared, None
        if shared is not None:
            shared.leave()

    def _open(self) -> SharedIndex:
        if self._shared is None:
            raise DatelineError("the index is closed: open it again")
        return self._shared
