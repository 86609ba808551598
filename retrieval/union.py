"""Two open indexes searched as one, as far as can be with the results of one index over both folders.

Vectors of the same embedder compare, so the dense hits are merged by cosine. BM25 scores of two collections do not, since a
term's weight depends on how rare it is in each: both are asked to score by the statistics of the two together, as a
distributed search does that counts first and fetches then ("DFS query then fetch"), and the hits are merged by score. A
chunk that stands in both, word for word, is counted twice there; in the hits it stands once.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from retrieval.articles import Article, Chunk, ScoredChunk, Skipped
from retrieval.bm25 import Statistics
from retrieval.manifest import indexed_text
from retrieval.scan import Progress
from retrieval.searchable import OpenIndex, Result, Searchable

NAME_TAKEN = "an article of this name is there already: give it another"


class UnionState(Searchable):
    """One state of each of two indexes. Where both have a file of one name, the second's is skipped."""

    def __init__(self, first: Searchable, second: Searchable) -> None:
        self.first = first
        self.second = second
        self._taken = first.articles.keys() & second.articles.keys()

    @property
    def articles(self) -> Mapping[str, Article]:
        return {**self.first.articles, **self._of_second(self.second.articles)}

    @property
    def chunks(self) -> Sequence[Chunk]:
        """The second's first: it is the smaller one, and what counts words may not count all."""
        return [*(chunk for chunk in self.second.chunks if chunk.file not in self._taken), *self.first.chunks]

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        taken = (Skipped(file, NAME_TAKEN) for file in sorted(self._taken))
        return (*self.first.skipped, *self.second.skipped, *taken)

    @property
    def vocabulary(self) -> Collection[str]:
        return {*self.first.vocabulary, *self.second.vocabulary}

    def dense(
        self, embedding: Sequence[float], count: int, *, files: Collection[str] | None = None
    ) -> list[ScoredChunk]:
        first = self.first.dense(embedding, count, files=files)
        return _merged(first, self.second.dense(embedding, count, files=self._files_of_second(files)), count)

    def bm25(
        self,
        terms: Sequence[str],
        count: int,
        *,
        files: Collection[str] | None = None,
        statistics: Statistics | None = None,
    ) -> list[ScoredChunk]:
        """The `count` chunks of both with the highest BM25 scores by the statistics of both together."""
        statistics = statistics or self.statistics(terms)
        first = self.first.bm25(terms, count, files=files, statistics=statistics)
        second = self.second.bm25(terms, count, files=self._files_of_second(files), statistics=statistics)
        return _merged(first, second, count)

    def statistics(self, terms: Collection[str]) -> Statistics:
        return self.first.statistics(terms) + self.second.statistics(terms)

    def _of_second(self, articles: Mapping[str, Article]) -> Mapping[str, Article]:
        return {file: article for file, article in articles.items() if file not in self._taken}

    def _files_of_second(self, files: Collection[str] | None) -> Collection[str] | None:
        if not self._taken:
            return files
        return set(self.second.articles if files is None else files) - self._taken


class IndexUnion(OpenIndex):
    """An index, and a second one that is searched with it. Safe to share among threads.

    The first stays its owner's: `refresh` and `close` are for the second.
    """

    def __init__(self, first: OpenIndex, second: OpenIndex) -> None:
        self._first = first
        self._second = second

    def read(self, query: Callable[[Searchable], Result]) -> Result:
        return self._first.read(lambda first: self._second.read(lambda second: query(UnionState(first, second))))

    def refresh(self, progress: Progress | None = None) -> bool:
        """Bring the second in step with its folder; True when something had changed."""
        return self._second.refresh(progress)

    def close(self) -> None:
        """Let go of the second."""
        self._second.close()


def _merged(first: Iterable[ScoredChunk], second: Iterable[ScoredChunk], count: int) -> list[ScoredChunk]:
    """The best of both rankings; of chunks with the same title and words the first ranking's stands for both."""
    found: dict[str, ScoredChunk] = {}
    for scored in (*first, *second):
        found.setdefault(indexed_text(scored.chunk), scored)
    return sorted(found.values(), key=lambda scored: -scored.score)[: max(count, 0)]
