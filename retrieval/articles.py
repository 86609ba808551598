"""Read a folder into articles: decoded text, title, and what the web page left behind set apart."""

import hashlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from retrieval.decoding import decode
from retrieval.errors import DatelineError
from retrieval.leftovers import leftover_spans
from retrieval.sentences import Span

SUFFIXES = (".txt", ".md", ".html", ".htm")
MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Article:
    """One file of the corpus. Citations are code-point offsets into `text`."""

    file: str
    """Path relative to the corpus folder, with forward slashes."""
    title: str
    text: str
    """The decoded text, newlines as they are in the file; for HTML, the text trafilatura extracts."""
    sha256: str
    """Of the file's bytes."""
    leftovers: tuple[Span, ...] = ()
    """Spans of menus, teasers and the like: a reader sees them, the index does not."""

    def indexed_spans(self) -> list[Span]:
        """The article's own text: what lies between the leftovers."""
        spans: list[Span] = []
        position = 0
        for start, end in (*self.leftovers, (len(self.text), len(self.text))):
            if self.text[position:start].strip():
                spans.append((position, start))
            position = end
        return spans


@dataclass(frozen=True, slots=True)
class Chunk:
    """A slice of an article as indexed: `article.text[start:end] == text`."""

    file: str
    start: int
    end: int
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class ScoredChunk:
    """A chunk and how well it fits the question; higher is better, comparable within one question only."""

    chunk: Chunk
    score: float


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that was not read, and why."""

    file: str
    reason: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder as read."""

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]


def article_files(folder: Path, *, max_bytes: int = MAX_BYTES) -> tuple[list[Path], list[Skipped]]:
    """The files of `folder` (recursively) that can hold an article, sorted, and those skipped without opening them.

    Raises:
        DatelineError: `folder` is missing, is no folder or cannot be listed.
    """
    try:
        root = folder.resolve(strict=True)
        with os.scandir(root) as entries:
            next(entries, None)
    except FileNotFoundError:
        raise DatelineError(
            f"corpus folder {str(folder)!r} does not exist: name a folder of .txt, .md or .html files"
        ) from None
    except NotADirectoryError:
        raise DatelineError(f"corpus {str(folder)!r} is a file: name the folder that holds it") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DatelineError(f"corpus folder {str(folder)!r} cannot be read ({reason}): check its permissions") from None
    files: list[Path] = []
    skipped: list[Skipped] = []
    for path in _walk(root, skipped):
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() not in SUFFIXES:
            continue
        try:
            if not path.resolve(strict=True).is_relative_to(root):
                skipped.append(Skipped(name, "a link that leaves the corpus folder"))
            elif not path.is_file():
                skipped.append(Skipped(name, "not a regular file"))
            elif (size := path.stat().st_size) > max_bytes:
                skipped.append(Skipped(name, f"too large: {size:,} bytes, at most {max_bytes:,} are read"))
            else:
                files.append(path)
        except (OSError, RuntimeError) as error:
            skipped.append(Skipped(name, _os_reason(error)))
    return sorted(files), skipped


def _walk(root: Path, skipped: list[Skipped]) -> Iterator[Path]:
    folders = [root]  # a stack of our own: folders can be nested deeper than Python's
    while folders:
        folder = folders.pop()
        inner: list[Path] = []
        try:
            with os.scandir(folder) as entries:
                found = sorted((entry for entry in entries if entry.name[:1] != "."), key=lambda entry: entry.name)
        except OSError as error:
            skipped.append(Skipped(folder.relative_to(root).as_posix(), _os_reason(error)))
            continue
        for entry in found:
            path = folder / entry.name
            if entry.is_dir(follow_symlinks=False):
                inner.append(path)
            elif entry.is_symlink() and os.path.isdir(path):  # False, not an error, for a link to itself
                # Inside the corpus its articles would be read twice; to the outside it leaves the corpus.
                skipped.append(Skipped(path.relative_to(root).as_posix(), "a link to a folder is not followed"))
            else:
                yield path
        folders += reversed(inner)


def read_article(path: Path, folder: Path) -> Article | Skipped:
    """One file as an article, or why it is none. Never raises for what a file contains."""
    file = path.relative_to(folder).as_posix()
    try:
        if not path.is_file():  # opening a named pipe would wait for a writer
            return Skipped(file, "not a regular file" if path.exists() else "unreadable: no such file")
        raw = path.read_bytes()
    except OSError as error:
        return Skipped(file, _os_reason(error))
    if not raw:
        return Skipped(file, "empty")
    text = decode(raw)
    if text is None:
        return Skipped(file, "binary, or in no encoding that can be told")
    if path.suffix.lower() in (".html", ".htm"):
        text = _html_text(text)
        if not text.strip():
            return Skipped(file, "a web page without an article's text")
    if not text.strip():
        return Skipped(file, "empty")
    leftovers = tuple(leftover_spans(text))
    return Article(
        file=file,
        title=_title(text, leftovers) or path.stem,
        text=text,
        sha256=hashlib.sha256(raw).hexdigest(),
        leftovers=leftovers,
    )


def read_folder(folder: Path, *, max_bytes: int = MAX_BYTES) -> Corpus:
    """Every article of a folder, and every file that was skipped with its reason.

    Raises:
        DatelineError: the folder itself cannot be read.
    """
    files, skipped = article_files(folder, max_bytes=max_bytes)
    root = folder.resolve()
    articles: list[Article] = []
    for path in files:
        match read_article(path, root):
            case Article() as article:
                articles.append(article)
            case Skipped() as reason:
                skipped.append(reason)
    return Corpus(tuple(articles), tuple(sorted(skipped, key=lambda skip: skip.file)))


def _html_text(html: str) -> str:
    """What trafilatura takes for the article, below the page's title."""
    import trafilatura

    try:
        page = trafilatura.bare_extraction(html, include_comments=False, include_tables=True, favor_recall=True)
    except Exception:  # of the parsers below it, for a page that is none
        return ""
    body = (getattr(page, "text", None) or "").strip()
    title = " ".join((getattr(page, "title", None) or "").split())
    return body if not body or not title or body.startswith(title) else f"{title}\n{body}"


def _title(text: str, leftovers: tuple[Span, ...]) -> str:
    """The first line that is the article's own."""
    after = dict(leftovers)
    position = 0
    for match in re.finditer(r"[^\r\n]+", text):
        position = max(position, after.get(match.start(), 0))
        line = match.group().strip().lstrip("#").strip()
        if match.start() >= position and len(re.findall(r"\w", line[:160])) >= 3:
            return line if len(line) <= 160 else line[:159].rstrip() + "…"
    return ""


def _os_reason(error: Exception) -> str:
    return f"unreadable: {getattr(error, 'strerror', None) or error}".lower()
