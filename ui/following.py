"""The running page's articles, kept in step with their folder."""

import logging
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

from retrieval.errors import DatelineError, one_line
from ui import texts
from ui.shelf import Joinable

_log = logging.getLogger(__name__)
PATIENCE = 3.0
"""Seconds that one waits for what has changed, once: a few articles are embedded by then, and no question about them is refused."""


class Following:
    """Takes in what has changed in the folder of an assistant when somebody asks or looks. Safe to share between threads.

    One look at a time: who comes meanwhile waits for the same one. One that takes longer than `patience` seconds goes on beside
    the questions, which are answered from the articles as they were, and what it takes in is there for the ones after.
    """

    def __init__(self, assistant: Joinable, *, patience: float = PATIENCE) -> None:
        self._assistant = assistant
        self._patience = patience
        self._lock = threading.Lock()
        self._looking: Future[None] | None = None
        self._began = 0.0
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="following")
        self._ended = threading.Event()
        self._told = ""

    def look(self) -> None:
        """Bring the articles in step; where that fails they stay as they were, and the server's log says why, once."""
        with self._lock:
            if self._ended.is_set():
                return
            if self._looking is None or self._looking.done():
                self._looking = self._pool.submit(self._refresh)
                self._began = time.monotonic()
            looking, left = self._looking, self._began + self._patience - time.monotonic()
        wait([looking], max(0.0, left))

    def end(self) -> None:
        """Look no more, and give up what is being taken in. Idempotent."""
        self._ended.set()
        with self._lock:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _refresh(self) -> None:
        said = ""
        try:
            self._assistant.refresh(progress=self._going_on)
        except DatelineError as error:
            said = one_line(error)
        except Exception as error:
            said = repr(error)
        if said and said != self._told and not self._ended.is_set():
            _log.warning("%s", texts.not_followed(said))
        self._told = said

    def _going_on(self, stage: str, done: int, total: int) -> None:
        if self._ended.is_set():
            raise DatelineError(texts.ENDED)
