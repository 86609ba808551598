"""The articles that readers add: each reader's own, or, where the settings name a folder, everybody's.

    uploads = Uploads(assistant)                   # once, when the server starts
    uploads.assistant(reader)                      # whom to ask for this reader; the plain one where nothing was added
    uploads.add(reader, name, data)                # the name that the article got, or a DatelineError with the reason
    uploads.own(reader)                            # the files that this reader may take away again
    uploads.remove(reader, file)
    uploads.end()                                  # the server is about to end: no more articles
    uploads.close()                                # what readers added is gone, bar what lies in `upload_folder`

A reader is what the cookie `dateline_reader` says (`ui.guard.reader`); empty for a request without one, which may ask but
not add. `ui.upload_route` is how the bytes arrive.
"""

import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic

from retrieval.errors import DatelineError
from retrieval.scan import Progress
from ui import texts
from ui.scratch import Scratch
from ui.shelf import A, Shelf

READERS = 100
"""Readers with articles of their own at a time."""
MOST_BYTES = 1_000_000_000
"""Of all articles that were added, together."""
AWAY_SECONDS = 6 * 3600
"""A reader who asks nothing for so long loses what he added."""
_SWEEP_SECONDS = 600.0


class Uploads(Generic[A]):
    """Who has added what. Safe to share between threads; no reader comes upon another's articles.

    Raises:
        DatelineError: the folder that the settings name cannot be used.
    """

    def __init__(self, assistant: A, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._plain = assistant
        self._settings = settings = assistant.settings
        self._clock = clock
        self._lock = threading.Lock()
        self._shelves: dict[str, Shelf[A]] = {}
        self._scratch: Scratch | None = None
        self._ended = threading.Event()
        self._everybodys: Shelf[A] | None = None
        if settings.uploads and settings.upload_folder is not None:
            _check_apart(settings.upload_folder, settings.corpus)
            self._everybodys = Shelf(assistant, settings.upload_folder, settings.cache, ended=self._ended)

    @property
    def allowed(self) -> bool:
        """Whether readers may add articles."""
        return self._settings.uploads

    @property
    def most_bytes(self) -> int:
        """Of one article."""
        return min(self._settings.max_upload_bytes, self._settings.max_file_bytes)

    def assistant(self, reader: str) -> A:
        """Reads the corpus and what this reader may see besides."""
        shelf = self._shelf(reader)
        return shelf.assistant if shelf else self._plain

    def own(self, reader: str) -> Sequence[str]:
        """The files that the reader added and may take away again, sorted."""
        shelf = self._shelf(reader)
        return shelf.own(reader) if shelf else ()

    def add(self, reader: str, name: str, data: bytes, *, progress: Progress | None = None) -> str:
        """Add an article to those of the reader and give the name that it got; others' questions go on meanwhile.

        Raises:
            DatelineError: why not; all is as it was.
        """
        if not self.allowed:
            raise DatelineError(texts.UPLOADS_OFF)
        if not reader:
            raise DatelineError(texts.NO_READER)
        if len(data) > self.most_bytes:
            raise DatelineError(texts.upload_too_large(self.most_bytes))
        with self._held(reader) as shelf:
            self._check_room(len(data))
            return shelf.add(reader, name, data, most=self._settings.max_uploads, progress=progress)

    def remove(self, reader: str, file: str) -> None:
        """Take away an article that the reader added.

        Raises:
            DatelineError: it is none of his.
        """
        if self._shelf(reader) is None:
            raise DatelineError(texts.NOT_YOURS)
        with self._held(reader) as shelf:
            shelf.remove(reader, file)

    def sweep(self) -> None:
        """Remove the articles of readers who have been away for long."""
        with self._lock:
            long_ago = self._clock() - AWAY_SECONDS
            away = [reader for reader, shelf in self._shelves.items() if shelf.seen < long_ago and not shelf.users]
            shelves = [self._shelves.pop(reader) for reader in away]
        for shelf in shelves:
            _discard(shelf)

    def end(self) -> None:
        """Take no more articles and give up what is being added; questions go on."""
        self._ended.set()

    def close(self) -> None:
        """`end`, and remove what readers added, bar what lies in `upload_folder`. Idempotent."""
        self.end()
        with self._lock:
            shelves, self._shelves = list(self._shelves.values()), {}
            scratch, self._scratch = self._scratch, None
        for shelf in shelves:
            _discard(shelf)
        if self._everybodys:
            self._everybodys.close()
        if scratch:
            scratch.close()

    def _shelf(self, reader: str) -> Shelf[A] | None:
        if self._everybodys:
            return self._everybodys
        with self._lock:
            shelf = self._shelves.get(reader)
            if shelf:
                shelf.seen = self._clock()
            return shelf

    @contextmanager
    def _held(self, reader: str) -> Iterator[Shelf[A]]:
        """The reader's shelf, made where there is none; an empty one does not stay."""
        if self._everybodys:
            yield self._everybodys
            return
        with self._lock:
            if reader not in self._shelves:
                self._shelves[reader] = self._new_shelf()
            shelf = self._shelves[reader]
            shelf.users += 1
        try:
            yield shelf
        finally:
            with self._lock:
                shelf.users -= 1
                shelf.seen = self._clock()
                over = not shelf.users and not shelf.own(reader) and self._shelves.get(reader) is shelf
                if over:
                    del self._shelves[reader]
            if over:
                _discard(shelf)

    def _new_shelf(self) -> Shelf[A]:
        if self._ended.is_set():
            raise DatelineError(texts.ENDED)
        if len(self._shelves) >= READERS:
            raise DatelineError(texts.UPLOADS_FULL)
        if self._scratch is None:
            self._scratch = Scratch(self._settings.cache / "uploads")
            threading.Thread(target=self._sweep_now_and_then, name="uploads", daemon=True).start()
        place = self._scratch.folder / secrets.token_hex(8)
        return Shelf(self._plain, place / "added", place / "index", ended=self._ended)

    def _check_room(self, more: int) -> None:
        with self._lock:
            shelves = [self._everybodys] if self._everybodys else list(self._shelves.values())
        sizes = [size for shelf in shelves for size in shelf.sizes]
        if sum(sizes) + more > MOST_BYTES or len(sizes) >= READERS * self._settings.max_uploads:
            raise DatelineError(texts.UPLOADS_FULL)

    def _sweep_now_and_then(self) -> None:
        while not self._ended.wait(_SWEEP_SECONDS):
            self.sweep()


def _discard(shelf: Shelf[A]) -> None:
    shelf.close()
    shutil.rmtree(shelf.folder.parent, ignore_errors=True)


def _check_apart(folder: Path, corpus: Path) -> None:
    """Articles of a folder inside the other would be read twice."""
    one, other = folder.resolve(), corpus.resolve()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise DatelineError(
            f"upload_folder {str(folder)!r} and the corpus {str(corpus)!r} overlap: name a folder apart"
        )
