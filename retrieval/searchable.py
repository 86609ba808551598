"""What a search asks of whatever it searches: one state of an index, an open index, or two of them as one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from types import TracebackType
from typing import Protocol, Self, TypeVar

from retrieval.articles import Article, Chunk, ScoredChunk, Skipped
from retrieval.bm25 import Statistics
from retrieval.scan import Progress

Result = TypeVar("Result")


class Searchable(Protocol):
    """Articles, and the two searches over their chunks."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """By file; the texts that the chunks were cut from."""

    @property
    def chunks(self) -> Sequence[Chunk]: ...
    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Files that were not read, and why."""

    @property
    def vocabulary(self) -> Collection[str]:
        """Stems that BM25 knows."""

    def dense(
        self, embedding: Sequence[float], count: int, *, files: Collection[str] | None = None
    ) -> list[ScoredChunk]:
        """The chunks nearest to an embedding with their cosine similarity, best first."""

    def bm25(
        self,
        terms: Sequence[str],
        count: int,
        *,
        files: Collection[str] | None = None,
        statistics: Statistics | None = None,
    ) -> list[ScoredChunk]:
        """The chunks with the highest BM25 score above zero; `statistics` are those of a larger collection."""

    def statistics(self, terms: Collection[str]) -> Statistics:
        """How common the terms are."""


class OpenIndex(ABC):
    """Searched as it now is; `read` holds one state for several steps. Safe to share among threads."""

    @abstractmethod
    def read(self, query: Callable[[Searchable], Result]) -> Result:
        """What a query finds in one state, whatever another thread's `refresh` does meanwhile."""

    @abstractmethod
    def refresh(self, progress: Progress | None = None) -> bool:
        """Bring the index in step with its folder; True when something had changed.

        Unchanged files cost a stat each. Other threads' queries go on meanwhile, on the state before.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of the index. Idempotent."""

    @property
    def articles(self) -> Mapping[str, Article]:
        """By file; the texts that the chunks were cut from."""
        return self.read(lambda state: state.articles)

    @property
    def chunks(self) -> Sequence[Chunk]:
        return self.read(lambda state: state.chunks)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Files that were not read, and why."""
        return self.read(lambda state: state.skipped)

    @property
    def vocabulary(self) -> Collection[str]:
        """Stems that BM25 knows."""
        return self.read(lambda state: state.vocabulary)

    def dense(
        self, embedding: Sequence[float], count: int, *, files: Collection[str] | None = None
    ) -> list[ScoredChunk]:
        """The `count` chunks nearest to an embedding with their cosine similarity, best first.

        Chunks with the same title and words are one hit, in the name of the first file (of `files`, if given).
        """
        return self.read(lambda state: state.dense(embedding, count, files=files))

    def bm25(
        self,
        terms: Sequence[str],
        count: int,
        *,
        files: Collection[str] | None = None,
        statistics: Statistics | None = None,
    ) -> list[ScoredChunk]:
        """The `count` chunks with the highest BM25 score above zero for terms from `retrieval.words.terms`.

        With the `statistics` of a larger collection the scores are those that the chunks would have there.
        """
        return self.read(lambda state: state.bm25(terms, count, files=files, statistics=statistics))

    def statistics(self, terms: Collection[str]) -> Statistics:
        """How common the terms are among the chunks."""
        return self.read(lambda state: state.statistics(terms))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
