"""What an index is made with, and the fingerprint of it."""

import hashlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from retrieval import articles, decoding, leftovers, sentences

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an index is made with."""

    corpus: Path
    embedder: str
    chunk_tokens: int
    max_bytes: int
    url: str = ""

    @property
    def corpus_id(self) -> str:
        return _digest(os.path.normcase(self.corpus.resolve()))[:12]

    @property
    def folder_id(self) -> str:
        return _digest(f"{self.corpus_id}\n{self.url}")[:12]

    @property
    def vectors_key(self) -> str:
        """What decides the vector of a given text."""
        return _digest(f"{SCHEMA}\n{self.embedder}")[:16]

    @property
    def fingerprint(self) -> str:
        """What decides chunks and vectors; an index with another one is not used."""
        return _digest(f"{SCHEMA}\n{self.embedder}\n{self.chunk_tokens}\n{_splitting_code()}")[:16]

    def collection(self, fingerprint: str) -> str:
        return f"dateline-{self.corpus_id}-{fingerprint}"


@cache
def _splitting_code() -> str:
    """Digest of the modules that decide where chunks begin and end. It stands for the splitter's own fingerprint,
    which costs half a second of imports to ask for, and also covers a change of the code."""
    folder = Path(articles.__file__).parent
    read_by = (articles, decoding, leftovers, sentences)
    modules = [*(Path(str(module.__file__)) for module in read_by), folder / "chunking.py"]
    return _digest("".join(hashlib.sha256(path.read_bytes()).hexdigest() for path in modules))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
