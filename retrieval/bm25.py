"""BM25 over the chunks (Robertson & Zaragoza, 2009), kept beside the vectors."""

import hashlib
import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from retrieval import words
from retrieval.manifest import DamagedError, write_atomically

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

META = "meta.json"
LENGTHS = "lengths.npy"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What a term's weight depends on beyond the document: those of two collections add up to those of both."""

    documents: int
    length: int
    """Terms of all documents together."""
    frequencies: Mapping[str, int]
    """In how many documents a term stands; terms that stand in none may be left out."""

    def __add__(self, other: Self) -> "Statistics":
        terms = self.frequencies.keys() | other.frequencies.keys()
        both = {term: self.frequencies.get(term, 0) + other.frequencies.get(term, 0) for term in terms}
        return Statistics(self.documents + other.documents, self.length + other.length, both)

    def idf(self, term: str) -> float:
        """Lucene's form, as bm25s computes it."""
        frequency = self.frequencies.get(term, 0)
        return log(1 + (self.documents - frequency + 0.5) / (frequency + 0.5))


class Bm25:
    """Term scores of documents that are known by their ids. Safe to share among threads."""

    def __init__(self, ids: Sequence[str], engine: Any, lengths: "NDArray[numpy.int64]") -> None:
        self._ids = ids
        self._engine = engine
        self._lengths = lengths
        self._position = {document: number for number, document in enumerate(ids)}

    @property
    def vocabulary(self) -> Collection[str]:
        """The stems that some document holds."""
        known: Collection[str] = self._engine.vocab_dict.keys()
        return known

    @classmethod
    def build(cls, ids: Sequence[str], texts: Sequence[str]) -> "Bm25":
        """An index of `texts`, one an id."""
        import bm25s
        import numpy

        vocabulary: dict[str, int] = {}
        documents = [[vocabulary.setdefault(term, len(vocabulary)) for term in words.terms(text)] for text in texts]
        if not vocabulary:
            vocabulary[""] = 0  # nothing but stop words: bm25s wants a vocabulary
        engine = bm25s.BM25(method="lucene")
        engine.index((documents, vocabulary), show_progress=False, create_empty_token=False)
        return cls(ids, engine, numpy.array([len(document) for document in documents], dtype=numpy.int64))

    def search(
        self,
        terms: Sequence[str],
        count: int,
        *,
        among: Collection[str] | None = None,
        statistics: Statistics | None = None,
    ) -> list[tuple[str, float]]:
        """The best `count` ids with a score above zero, best first; ties in the order of the documents.

        With the `statistics` of a larger collection that these documents are a part of, the scores are those that they would
        have there, so that the parts' results can be merged by score.
        """
        import numpy

        known = [term for term in terms if term in self._engine.vocab_dict]
        if not known or count < 1:
            return []
        scores = self._engine.get_scores(known) if statistics is None else self._scores(known, statistics)
        if among is not None:
            allowed = numpy.zeros(len(scores), dtype=bool)
            allowed[[self._position[document] for document in among if document in self._position]] = True
            scores = numpy.where(allowed, scores, 0.0)
        best = numpy.argsort(-scores, kind="stable")[:count]
        return [(self._ids[number], float(scores[number])) for number in best if scores[number] > 0]

    def statistics(self, terms: Collection[str]) -> Statistics:
        """Those of the documents, for some terms."""
        return Statistics(len(self._ids), self._length, {term: len(self._column(term)[0]) for term in terms})

    @cached_property
    def _length(self) -> int:
        return int(self._lengths.sum())

    def _column(self, term: str) -> "tuple[NDArray[numpy.int64], NDArray[numpy.float64]]":
        """The documents that hold a term, by position, and the scores that the engine has for them."""
        import numpy

        number = self._engine.vocab_dict.get(term)
        bounds, stored = self._engine.scores["indptr"], slice(0, 0)
        if number is not None:
            stored = slice(bounds[number], bounds[number + 1])
        documents: NDArray[numpy.int64] = self._engine.scores["indices"][stored]
        return documents, self._engine.scores["data"][stored].astype(numpy.float64)

    def _scores(self, terms: Sequence[str], statistics: Statistics) -> "NDArray[numpy.float64]":
        """The documents' scores by the statistics of a larger collection.

        The engine keeps finished scores, idf * tf / (tf + norm), from which the counts tf are computed back.
        """
        import numpy

        own = self.statistics(set(terms))
        scores = numpy.zeros(len(self._ids))
        for term in terms:
            documents, stored = self._column(term)
            part = stored / own.idf(term)
            counts = numpy.rint(part * self._norms(own, documents) / (1 - part))
            scores[documents] += statistics.idf(term) * counts / (counts + self._norms(statistics, documents))
        return scores

    def _norms(self, statistics: Statistics, documents: "NDArray[numpy.int64]") -> "NDArray[numpy.float64]":
        """What stands beside the count of a term in a document of its length."""
        k1, b = self._engine.k1, self._engine.b
        mean = statistics.length / statistics.documents
        norms: NDArray[numpy.float64] = k1 * (1 - b + b * self._lengths[documents] / mean)
        return norms

    def save(self, folder: Path) -> None:
        """Write it to `folder`. The meta file, with the sums of all others, comes last: without it nothing counts."""
        import numpy

        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._engine.save(folder, show_progress=False)
        numpy.save(folder / LENGTHS, self._lengths)
        sums = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}
        meta = {"ids": _digest(self._ids), "terms": _terms_version(), "sums": sums}
        write_atomically(folder / META, json.dumps(meta).encode())

    @classmethod
    def load(cls, folder: Path, ids: Sequence[str]) -> "Bm25":
        """The index in `folder`.

        Raises:
            DamagedError: it is missing, not what was written, of other documents or of other rules for terms.
        """
        try:
            meta = json.loads((folder / META).read_bytes())
            if meta["ids"] != _digest(ids) or meta["terms"] != _terms_version():
                raise DamagedError("bm25 belongs to other chunks")
            for name, expected in meta["sums"].items():
                if hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
                    raise DamagedError(f"bm25/{name} is not what was written")
            import bm25s
            import numpy

            return cls(ids, bm25s.BM25.load(folder), numpy.load(folder / LENGTHS, allow_pickle=False))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedError(f"bm25: {error}") from None


def _digest(ids: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def _terms_version() -> str:
    """Changes when the rules for terms do: documents and questions must be cut by the same ones."""
    return hashlib.sha256(Path(words.__file__).read_bytes()).hexdigest()[:16]
