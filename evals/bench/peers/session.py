"""One run of an adapter: started, asked, ended, with a deadline on every wait."""

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryDirectory, TemporaryFile
from threading import Thread
from time import perf_counter
from typing import IO

from evals.bench.peers.protocol import PeerError, Ready, Reply, parsed, question_line

START_SECONDS = 300.0
"""How long a peer may take to build its index."""
ANSWER_SECONDS = 60.0
"""How long it may take over one question."""


class Session:
    """An adapter that is ready to be asked."""

    def __init__(self, process: subprocess.Popen[str], errors: IO[bytes], *, answer_seconds: float) -> None:
        self._process = process
        self._errors = errors
        self._answer_seconds = answer_seconds
        self._lines: Queue[str | None] = Queue()
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def ask(self, question: str, history: Sequence[Mapping[str, str]] = ()) -> tuple[Reply, float]:
        """The reply, and the milliseconds it took from the question's last byte out to the reply's in.

        Raises:
            PeerError: the adapter died, said what is no reply, or took too long. It cannot be asked again.
        """
        started = perf_counter()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(question_line(question, history))
            self._process.stdin.flush()
        except OSError:
            raise PeerError(self._death()) from None
        line = self._line(self._answer_seconds, f"no answer to {question!r}")
        return parsed(line, Reply), 1000 * (perf_counter() - started)

    def wait(self, seconds: float) -> Ready:
        """What the adapter says once its index is built."""
        return parsed(self._line(seconds, "not ready"), Ready)

    def close(self) -> None:
        """End the adapter, at once: what it would write on leaving is thrown away."""
        self._process.kill()
        self._process.wait()
        self._reader.join(timeout=5)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with suppress(OSError):  # a question that it never read
                pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _line(self, seconds: float, missing: str) -> str:
        try:
            line = self._lines.get(timeout=seconds)
        except Empty:
            raise PeerError(f"{missing} within {seconds:g} s") from None
        if line is None:
            raise PeerError(self._death())
        return line

    def _death(self) -> str:
        """The last line that the adapter wrote to standard error before it died."""
        try:
            code = self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            return "closed its standard output and stayed"
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return last[:200] or f"ended with exit code {code} and not a word"


@contextmanager
def started(
    command: Sequence[str],
    *,
    variables: Mapping[str, str],
    start_seconds: float = START_SECONDS,
    answer_seconds: float = ANSWER_SECONDS,
) -> Iterator[tuple[Session, Ready, float]]:
    """Run an adapter in an empty folder: the session, what it says of itself, and seconds from its start to ready.

    Raises:
        PeerError: it cannot be run, died, said what is not the protocol, or took too long.
    """
    # An index may still be open in the folder while it is deleted.
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder, TemporaryFile() as errors:
        began = perf_counter()
        try:
            process = subprocess.Popen(
                list(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                cwd=Path(folder),
                env=dict(variables),
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise PeerError(f"cannot be run: {error.strerror or error}") from None
        session = Session(process, errors, answer_seconds=answer_seconds)
        try:
            ready = session.wait(start_seconds)
            yield session, ready, perf_counter() - began
        finally:
            session.close()
