"""The index of a corpus folder: dense and BM25 search over its chunks, kept in step with the files.

It is a cache: the articles are the truth. On the disk it is a folder of generations,

    <cache>/<corpus name>-<hash>/  lock  holder.json  current  gen-7/ {manifest.json, bm25/, chroma/, clean}

of which `current` names one. A change builds the next generation beside it and then replaces `current`; whatever is
missing, damaged or made with another fingerprint is built again.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from retrieval.articles import MAX_BYTES, Article, Chunk, ScoredChunk, Skipped
from retrieval.diagnosis import Finding, diagnose
from retrieval.errors import DatelineError
from retrieval.generation import Generation
from retrieval.layout import index_folder
from retrieval.ownership import SharedIndex
from retrieval.recipe import Recipe
from retrieval.scan import Progress

if TYPE_CHECKING:
    from retrieval.encoder import Embedder

__all__ = ["Finding", "Index", "Progress", "diagnose"]

_Result = TypeVar("_Result")


class Index:
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

    def _open(self) -> SharedIndex:
        if self._shared is None:
            raise DatelineError("the index is closed: open it again")
        return self._shared

    def _read(self, query: Callable[[Generation], _Result]) -> _Result:
        with self.snapshot() as generation:
            return query(generation)
