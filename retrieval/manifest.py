"""What an index holds: every file with its hash, text and chunk spans, written whole or not at all."""

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from retrieval.articles import Article, Chunk, Skipped
from retrieval.sentences import Span

MANIFEST = "manifest.json"


class DamagedError(Exception):
    """Something on the disk is not what was written there. Never leaves the index: it rebuilds."""


@dataclass(frozen=True, slots=True)
class Record:
    """One file of the corpus as indexed: an article with its chunks, or the reason why it is none."""

    sha256: str
    """Of the file's bytes; empty where they could not be read."""
    article: Article | None = None
    spans: tuple[Span, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Manifest:
    """A folder as indexed. The texts are kept here too: HTML and legacy encodings need reading only once, and what
    a citation points into is what the chunks were cut from, whatever happens to the file meanwhile."""

    corpus: str
    fingerprint: str
    embedder: str
    """What decides a chunk's vector: the part of the fingerprint under which vectors may be carried over."""
    built: str
    records: Mapping[str, Record] = field(default_factory=dict)
    passed_over: tuple[Skipped, ...] = ()
    """Files that were skipped without opening them."""
    dimension: int = 0
    """Of the vectors."""

    @cached_property
    def articles(self) -> dict[str, Article]:
        return {file: record.article for file, record in self.records.items() if record.article}

    @cached_property
    def skipped(self) -> tuple[Skipped, ...]:
        unread = [Skipped(file, record.reason) for file, record in self.records.items() if not record.article]
        return tuple(sorted([*self.passed_over, *unread], key=lambda skip: skip.file))

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        return tuple(
            Chunk(file=file, start=start, end=end, text=record.article.text[start:end], title=record.article.title)
            for file, record in self.records.items()
            if record.article
            for start, end in record.spans
        )

    @cached_property
    def chunks_by_id(self) -> dict[str, list[Chunk]]:
        """Chunks of the same title and words share one id, in order of their files."""
        found: dict[str, list[Chunk]] = {}
        for chunk in self.chunks:
            found.setdefault(chunk_id(chunk), []).append(chunk)
        return found

    def save(self, folder: Path) -> None:
        """Write it to `folder`; its own SHA-256 goes first, so that damage cannot pass for content."""
        body = json.dumps(
            {
                "corpus": self.corpus,
                "fingerprint": self.fingerprint,
                "embedder": self.embedder,
                "built": self.built,
                "dimension": self.dimension,
                "passed_over": [[skip.file, skip.reason] for skip in self.passed_over],
                "files": {file: _plain(record) for file, record in self.records.items()},
            }
        ).encode()
        write_atomically(folder / MANIFEST, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The manifest in `folder`.

        Raises:
            DamagedError: it is missing or not what was written.
        """
        try:
            digest, _, body = (folder / MANIFEST).read_bytes().partition(b"\n")
            if hashlib.sha256(body).hexdigest().encode() != digest:
                raise DamagedError(f"{MANIFEST} is not what was written")
            entry = json.loads(body)
            return cls(
                corpus=entry["corpus"],
                fingerprint=entry["fingerprint"],
                embedder=entry["embedder"],
                built=entry["built"],
                dimension=entry["dimension"],
                passed_over=tuple(Skipped(file, reason) for file, reason in entry["passed_over"]),
                records={file: _record(file, plain) for file, plain in entry["files"].items()},
            )
        except OSError as error:
            raise DamagedError(f"{MANIFEST}: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DamagedError(f"{MANIFEST} is of another version") from None


def chunk_id(chunk: Chunk) -> str:
    """Hash of what is embedded: an id that another text's vector can never answer to, wherever the text moves."""
    return hashlib.sha256(indexed_text(chunk).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def indexed_text(chunk: Chunk) -> str:
    """What is embedded and searched of a chunk: the title, if it does not begin with it, tells whom a later
    paragraph is about."""
    return chunk.text if chunk.text.startswith(chunk.title) else f"{chunk.title}\n{chunk.text}"


def write_atomically(path: Path, content: bytes) -> None:
    """`path` holds either what it held or all of `content`, even after a power cut."""
    temporary = path.with_name(path.name + ".new")
    with open(temporary, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make created, renamed and deleted names of a folder durable, where the system can."""
    if sys.platform == "win32":
        return
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _plain(record: Record) -> dict[str, Any]:
    if not record.article:
        return {"sha256": record.sha256, "reason": record.reason}
    return {
        "sha256": record.sha256,
        "title": record.article.title,
        "text": record.article.text,
        "leftovers": record.article.leftovers,
        "chunks": record.spans,
    }


def _record(file: str, plain: dict[str, Any]) -> Record:
    if "text" not in plain:
        return Record(plain["sha256"], reason=plain["reason"])
    leftovers = tuple((start, end) for start, end in plain["leftovers"])
    article = Article(file, plain["title"], plain["text"], plain["sha256"], leftovers)
    return Record(plain["sha256"], article, tuple((start, end) for start, end in plain["chunks"]))
