"""A fake embedder for the index's tests, and what they need to use the index from other processes."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy
from langchain_core.embeddings import Embeddings

from retrieval.index import Index
from retrieval.manifest import indexed_text
from retrieval.words import terms

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seeds"


class WordSum(Embeddings):
    """The sum of its words' vectors, each word's made of its hash: the same words in any order have cosine 1,
    texts without a common word about 0."""

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        total = numpy.zeros(64)
        for word in text.casefold().split():
            total += numpy.frombuffer(hashlib.blake2b(word.encode()).digest(), dtype=numpy.uint8) - 127.5
        return [float(value) for value in total]


class Refusing(WordSum):
    """An embedder that must not be asked for any text."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        raise AssertionError(f"asked to embed {texts}")


def write(folder: Path, articles: Mapping[str, str]) -> Path:
    """`folder` with these files in it."""
    for name, text in articles.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def open_index(corpus: Path, cache: Path, embeddings: Embeddings | None = None, **options: object) -> Index:
    arguments: dict[str, object] = {"embedder": "word-sum", **options}
    return Index.open(corpus, cache=cache, embeddings=embeddings or WordSum(), **arguments)  # type: ignore[arg-type]


def found_by_itself(index: Index) -> set[tuple[str, str]]:
    """File and text of the chunks that their own words find: first by vectors, and somewhere by BM25."""
    found = set()
    for chunk in index.chunks:
        words = indexed_text(chunk)
        nearest = index.dense(WordSum().embed_query(words), 1)[0]
        by_terms = [scored.chunk for scored in index.bm25(terms(words), len(index.chunks))]
        if nearest.chunk == chunk and nearest.score > 0.999 and chunk in by_terms:
            found.add((chunk.file, chunk.text))
    return found


def everything(index: Index) -> set[tuple[str, str]]:
    return {(chunk.file, chunk.text) for chunk in index.chunks}


def assert_sound(index: Index, corpus: Path) -> None:
    """Every chunk is a slice of its file as it is on the disk, and finds itself."""
    for chunk in index.chunks:
        text = (corpus / chunk.file).read_bytes().decode()
        assert text[chunk.start : chunk.end] == chunk.text == index.articles[chunk.file].text[chunk.start : chunk.end]
    assert found_by_itself(index) == everything(index)


def generation(cache: Path) -> Path:
    """The folder of the one index in the cache's current generation."""
    (pointer,) = cache.glob("*/current")
    return pointer.parent / pointer.read_text()


def run_python(code: str, *arguments: object) -> "subprocess.Popen[str]":
    """Another Python process that can import the index and this module."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(child: "subprocess.Popen[str]", word: str) -> None:
    """Read what the child prints until it prints `word`."""
    assert child.stdout
    assert child.stderr
    for line in child.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"{word!r} never came: {child.stderr.read()}")
