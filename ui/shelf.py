"""One folder of added articles, and the assistant that reads it besides the corpus."""

import os
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Generic, Protocol, Self, TypeVar

from assistant.settings import Settings
from retrieval.articles import Article, Skipped, article_files, read_article
from retrieval.errors import DatelineError
from retrieval.manifest import sync_folder, write_atomically
from retrieval.scan import Progress
from ui import texts
from ui.file_names import file_name

_APART = ".adding-"
"""Folders whose names begin with a dot are not read: what lies there is no article yet."""


class Joinable(Protocol):
    """What is needed of an Assistant so that readers can add to its articles."""

    @property
    def settings(self) -> Settings: ...
    @property
    def articles(self) -> Mapping[str, Article]: ...
    @property
    def skipped(self) -> Sequence[Skipped]: ...
    def joined(self, folder: Path, *, cache: Path, progress: Progress | None = None) -> Self: ...
    def refresh(self, *, progress: Progress | None = None) -> bool: ...
    def close(self) -> None: ...


A = TypeVar("A", bound=Joinable)


class Shelf(Generic[A]):
    """Articles in `folder`, with their index in `cache`. Safe to share between threads: one change at a time, and questions
    go on meanwhile. Once it has `ended`, what is being added is given up.

    Raises:
        DatelineError: the folder cannot be made or read, or its index cannot be used.
    """

    def __init__(self, corpus: A, folder: Path, cache: Path, *, ended: threading.Event) -> None:
        self.folder = folder
        self.users = 0
        self.seen = 0.0
        """For whoever keeps shelves: how many are about to change this one, and when its owner was last here."""
        self._corpus = corpus
        self._cache = cache
        self._joined: A | None = None
        self._owners: dict[str, str] = {}
        self._changing = threading.Lock()
        self._ended = ended
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DatelineError(f"folder {str(folder)!r} cannot be made ({error.strerror}): name another") from None
        for half in folder.glob(f"{_APART}*"):
            shutil.rmtree(half, ignore_errors=True)
        self._sizes: dict[str, int] = {path.name: path.stat().st_size for path in article_files(folder)[0]}
        if self._sizes:
            self._joined = corpus.joined(folder, cache=cache)

    @property
    def assistant(self) -> A:
        """Reads the corpus and the shelf; the corpus's own while the shelf is empty."""
        return self._joined or self._corpus

    @property
    def sizes(self) -> list[int]:
        """Bytes of each article."""
        return list(self._sizes.values())

    def own(self, owner: str) -> list[str]:
        """The files that somebody added since the shelf was opened, sorted."""
        return sorted(file for file, other in list(self._owners.items()) if other == owner)

    def add(self, owner: str, name: str, data: bytes, *, most: int, progress: Progress | None = None) -> str:
        """Index one more article and give the name that it got; `most` are one owner's.

        It appears in the folder whole, once it has turned out to be an article.

        Raises:
            DatelineError: why it was not added; all is as it was.
        """

        def told(stage: str, done: int, total: int) -> None:
            if self._ended.is_set():
                raise DatelineError(texts.ENDED)
            if progress:
                progress(stage, done, total)

        with self._changing:
            told("checking", 0, 1)
            if len(self.own(owner)) >= most:
                raise DatelineError(texts.uploads_at_most(most))
            articles, skipped = self.assistant.articles, self.assistant.skipped
            present = [*articles, *(skip.file for skip in skipped), *os.listdir(self.folder)]
            file = file_name(name, present)
            with tempfile.TemporaryDirectory(prefix=_APART, dir=self.folder) as apart:
                path = Path(apart, file)
                write_atomically(path, data)
                _check(read_article(path, path.parent), articles)
                os.replace(path, self.folder / file)
            sync_folder(self.folder)
            try:
                self._take_in(told)
            except BaseException:
                (self.folder / file).unlink()
                raise
            self._owners[file], self._sizes[file] = owner, len(data)
            return file

    def remove(self, owner: str, file: str) -> None:
        """Take away an article that the owner added.

        Raises:
            DatelineError: it is none of his, or the index cannot be used.
        """
        with self._changing:
            if self._owners.get(file) != owner:
                raise DatelineError(texts.NOT_YOURS)
            (self.folder / file).unlink(missing_ok=True)
            del self._owners[file], self._sizes[file]
            if self._sizes:
                self._take_in(None)
            else:
                self._let_go()

    def close(self) -> None:
        """Let go of the index, after a change under way. Idempotent."""
        with self._changing:
            self._let_go()

    def _take_in(self, progress: Progress | None) -> None:
        if self._joined is None:
            self._joined = self._corpus.joined(self.folder, cache=self._cache, progress=progress)
        else:
            self._joined.refresh(progress=progress)

    def _let_go(self) -> None:
        joined, self._joined = self._joined, None
        if joined is not None:
            joined.close()


def _check(read: Article | Skipped, articles: Mapping[str, Article]) -> None:
    if isinstance(read, Skipped):
        raise DatelineError(read.reason)
    if not read.indexed_spans():
        raise DatelineError(texts.UPLOAD_LEFTOVERS)
    twin = next((article for article in articles.values() if article.sha256 == read.sha256), None)
    if twin:
        raise DatelineError(texts.uploaded_twice(twin.file))
