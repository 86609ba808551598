"""What is happening to a question, for whoever waits for its answer."""

from collections.abc import Callable, Generator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stage:
    """What an assistant does from now on: it searches the index, reads so many passages, has a chat model write, or checks
    statements against the articles."""

    name: Literal["searching", "reading", "writing", "checking"]
    passages: int = 0
    """How many are read; 0 in the other stages."""


OnStage = Callable[[Stage], None]

_listener: ContextVar[OnStage | None] = ContextVar("listener", default=None)


def begin(stage: Stage) -> None:
    """Say that a stage begins, where somebody listens."""
    listener = _listener.get()
    if listener is not None:
        listener(stage)


def heard(events: Generator[T, None, None], on_stage: OnStage | None) -> Generator[T, None, None]:
    """The same events; `on_stage` is told each stage that begins on the way, in the thread that asks for the next event."""
    if on_stage is None:
        yield from events
        return
    try:
        while True:
            # For one step only: a variable set over a `yield` would be set for whoever takes the events, too.
            token = _listener.set(on_stage)
            try:
                event = next(events)
            except StopIteration:
                return
            finally:
                _listener.reset(token)
            yield event
    finally:
        events.close()
