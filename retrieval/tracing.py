"""What the stages of a question's road did, noted where somebody asked to see it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import ParamSpec

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Trace:
    """What was noted, each with the milliseconds from the beginning until then."""

    started: float = field(default_factory=time.perf_counter)
    notes: list[tuple[float, object]] = field(default_factory=list)

    def add(self, noted: object) -> None:
        self.notes.append((1000 * (time.perf_counter() - self.started), noted))


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def traced() -> Iterator[Trace]:
    """Collects what is noted inside, in this thread or task."""
    trace = Trace()
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


@contextmanager
def untraced() -> Iterator[None]:
    """Nothing is noted inside, whoever asked: it is another question's."""
    token = _trace.set(None)
    try:
        yield
    finally:
        _trace.reset(token)


def note(make: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Note what `make` gives; where nobody asked, it is not called."""
    trace = _trace.get()
    if trace is not None:
        trace.add(make(*args, **kwargs))
