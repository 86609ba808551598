"""BM25 over the chunks (Robertson & Zaragoza, 2009), kept beside the vectors."""

import hashlib
import json
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from retrieval import words
from retrieval.manifest import DamagedError, write_atomically

META = "meta.json"


class Bm25:
    """Term scores of documents that are known by their ids. Safe to share among threads."""

    def __init__(self, ids: Sequence[str], engine: Any) -> None:
        self._ids = ids
        self._engine = engine
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

        vocabulary: dict[str, int] = {}
        documents = [[vocabulary.setdefault(term, len(vocabulary)) for term in words.terms(text)] for text in texts]
        if not vocabulary:
            vocabulary[""] = 0  # nothing but stop words: bm25s wants a vocabulary
        engine = bm25s.BM25(method="lucene")
        engine.index((documents, vocabulary), show_progress=False, create_empty_token=False)
        return cls(ids, engine)

    def search(
        self, terms: Sequence[str], count: int, *, among: Collection[str] | None = None
    ) -> list[tuple[str, float]]:
        """The best `count` ids with a score above zero, best first; ties in the order of the documents."""
        import numpy

        known = [term for term in terms if term in self._engine.vocab_dict]
        if not known or count < 1:
            return []
        scores = self._engine.get_scores(known)
        if among is not None:
            allowed = numpy.zeros(len(scores), dtype=bool)
            allowed[[self._position[document] for document in among if document in self._position]] = True
            scores = numpy.where(allowed, scores, 0.0)
        best = numpy.argsort(-scores, kind="stable")[:count]
        return [(self._ids[number], float(scores[number])) for number in best if scores[number] > 0]

    def save(self, folder: Path) -> None:
        """Write it to `folder`. The meta file, with the sums of all others, comes last: without it nothing counts."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._engine.save(folder, show_progress=False)
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

            return cls(ids, bm25s.BM25.load(folder))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedError(f"bm25: {error}") from None


def _digest(ids: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def _terms_version() -> str:
    """Changes when the rules for terms do: documents and questions must be cut by the same ones."""
    return hashlib.sha256(Path(words.__file__).read_bytes()).hexdigest()[:16]
