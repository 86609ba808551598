"""The corpus folder compared with what the index knows of it."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retrieval.articles import Article, Skipped, article_files, read_article
from retrieval.errors import DatelineError
from retrieval.manifest import Manifest, Record
from retrieval.recipe import Recipe

Progress = Callable[[str, int, int], None]
"""Called with a stage, how much of it is done, and its total."""

_SETTLED_NANOSECONDS = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A file's state when it was last hashed."""

    signature: tuple[int, int, int, int]
    settled: bool
    """Last changed so long before that a later change must show in the signature."""


@dataclass(frozen=True, slots=True)
class Scan:
    """The corpus folder as it is now; records of changed articles have no spans yet."""

    records: Mapping[str, Record]
    passed_over: tuple[Skipped, ...]
    seen: Mapping[str, Seen]
    unsplit: frozenset[str]

    def differs_from(self, manifest: Manifest) -> bool:
        return bool(self.unsplit) or self.records != manifest.records or self.passed_over != manifest.passed_over


def scan(
    recipe: Recipe, known: Mapping[str, Record], seen: Mapping[str, Seen], progress: Progress | None = None
) -> Scan:
    """Compare the folder with `known`: an unchanged file costs a stat and a hash.

    The hash is spared where `seen` holds the same size, times (also the one of the inode, which nothing sets back)
    and inode, from long enough after the last change.

    Raises:
        DatelineError: the folder cannot be read, or no article is in it.
    """
    files, passed_over = article_files(recipe.corpus, max_bytes=recipe.max_bytes)
    root = recipe.corpus.resolve()
    records: dict[str, Record] = {}
    now_seen: dict[str, Seen] = {}
    unsplit: set[str] = set()
    for number, path in enumerate(files):
        if progress and number % 100 == 0:
            progress("reading", number, len(files))
        file = path.relative_to(root).as_posix()
        record = known.get(file)
        before = _look(path)
        if before and record and seen.get(file) == before and before.settled:
            records[file], now_seen[file] = record, before
            continue
        if before:
            now_seen[file] = before
        if record and record.sha256 and _sha256(path) == record.sha256:
            records[file] = record
            continue
        match read_article(path, root):
            case Article() as article:
                records[file] = Record(article.sha256, article)
                unsplit.add(file)
            case Skipped(reason=reason):
                records[file] = Record(_sha256(path), reason=reason)
    if not any(record.article for record in records.values()):
        raise DatelineError(no_article(recipe, records, passed_over))
    return Scan(records, tuple(passed_over), now_seen, frozenset(unsplit))


def _look(path: Path) -> Seen | None:
    now = time.time_ns()
    try:
        state = path.stat()
    except OSError:
        return None
    settled = max(state.st_mtime_ns, state.st_ctime_ns) + _SETTLED_NANOSECONDS < now
    return Seen((state.st_size, state.st_mtime_ns, state.st_ctime_ns, state.st_ino), settled)


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def no_article(recipe: Recipe, records: Mapping[str, Record], passed_over: Sequence[Skipped]) -> str:
    skipped = [*passed_over, *(Skipped(file, record.reason) for file, record in records.items() if record.reason)]
    told = "; ".join(f"{skip.file}: {skip.reason}" for skip in skipped[:3]) + ("; …" if len(skipped) > 3 else "")
    seen = f" (skipped {told})" if told else ""
    return f"no article in corpus folder {str(recipe.corpus)!r}{seen}: put .txt, .md or .html files there"
