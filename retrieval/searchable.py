"""What a search asks of whatever it searches: one state of an index, an open index, or two of them as one."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import wraps
from operator import methodcaller
from types import TracebackType
from typing import Concatenate, ParamSpec, Self, TypeVar

from retrieval.articles import Article, Chunk, ScoredChunk, Skipped
from retrieval.bm25 import Statistics
from retrieval.scan import Progress

P = ParamSpec("P")
Result = TypeVar("Result")


class Searchable(ABC):
    """Articles, and the two searches over their chunks."""

    @property
    @abstractmethod
    def articles(self) -> Mapping[str, Article]:
        """By file; the texts that the chunks were cut from."""

    @property
    @abstractmethod
    def chunks(self) -> Sequence[Chunk]: ...

    @property
    @abstractmethod
    def skipped(self) -> tuple[Skipped, ...]:
        """Files that were not read, and why."""

    @property
    @abstractmethod
    def vocabulary(self) -> Collection[str]:
        """Stems that BM25 knows."""

    @abstractmethod
    def dense(
        self, embedding: Sequence[float], count: int, *, files: Collection[str] | None = None
    ) -> list[ScoredChunk]:
        """The `count` chunks nearest to an embedding with their cosine similarity, best first.

        Chunks with the same title and words are one hit, in the name of the first file (of `files`, if given).
        """

    @abstractmethod
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

    @abstractmethod
    def statistics(self, terms: Collection[str]) -> Statistics:
        """How common the terms are among the chunks."""


def _of_one_state(
    method: Callable[Concatenate[Searchable, P], Result],
) -> Callable[Concatenate["OpenIndex", P], Result]:
    """The method of an open index that asks the same of the state it is in."""

    @wraps(method, updated=())  # not its __dict__, which says that it is abstract
    def of_index(index: "OpenIndex", /, *args: P.args, **options: P.kwargs) -> Result:
        found: Result = index.read(methodcaller(method.__name__, *args, **options))
        return found

    return of_index


class OpenIndex(Searchable):
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
        return self.read(lambda state: state.articles)

    @property
    def chunks(self) -> Sequence[Chunk]:
        return self.read(lambda state: state.chunks)

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        return self.read(lambda state: state.skipped)

    @property
    def vocabulary(self) -> Collection[str]:
        return self.read(lambda state: state.vocabulary)

    dense = _of_one_state(Searchable.dense)
    bm25 = _of_one_state(Searchable.bm25)
    statistics = _of_one_state(Searchable.statistics)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
