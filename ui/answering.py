"""A question on its way: the turn as it grows, and what is being done meanwhile."""

import asyncio
import logging
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Callable,
    Collection,
    Coroutine,
    Generator,
    Iterator,
    Sequence,
)
from contextlib import aclosing
from typing import Any, Protocol

from assistant.answer import Answer, StatementEvent
from assistant.stages import Stage
from assistant.threads import in_thread
from retrieval.errors import DatelineError, one_line
from ui import texts
from ui.conversation import Turn
from ui.shelf import Joinable
from ui.turnstile import BusyError, Turnstile

_log = logging.getLogger(__name__)
SIGN_OF_LIFE = 5.0
"""Seconds after which a turn that has not grown is said again: a page that hears nothing for longer knows that something broke."""


class Answering(Joinable, Protocol):
    """What the page needs of an Assistant."""

    def stream(
        self,
        question: str,
        history: Sequence[Any] | None = None,
        *,
        files: Collection[str] | None = None,
        on_stage: Callable[[Stage], None] | None = None,
    ) -> Generator[StatementEvent | Answer, None, None]: ...
    def suggestions(
        self,
        answer: Answer | None = None,
        *,
        asked: Collection[str] = (),
        files: Collection[str] | None = None,
        most: int = 3,
    ) -> Iterator[str]: ...
    def answerable(self, question: str, *, files: Collection[str] | None = None) -> bool: ...


Events = Callable[[Callable[[Stage], None]], Generator[StatementEvent | Answer, None, None]]
"""Begins the stream of a question's answer; what it is given is told of the stages meanwhile."""
Left = Callable[[], Coroutine[Any, Any, None]]
"""Returns once nobody waits for the answer any more."""


async def turns(
    question: str, events: Events, turnstile: Turnstile, *, left: Left | None = None
) -> AsyncIterator[Turn]:
    """The turn of a question as it grows. Whatever goes wrong is a line in the turn.

    Once `left` returns, the stream ends where it is.
    """
    turn = Turn(question, progress=texts.SEARCHING)
    yield turn
    try:
        async with aclosing(_merged(events, turnstile, left)) as merged:
            async for event in merged:
                turn = _grown(turn, event) if event else turn
                yield turn
    except BusyError:
        yield Turn(question, error=texts.BUSY)
    except DatelineError as error:
        yield Turn(question, error=one_line(error))
    except Exception:
        _log.exception("a question could not be answered")
        yield Turn(question, error=texts.FAILED)
    else:
        if turn.state == "waiting":
            yield Turn(question, error=texts.FAILED)


def stopped(turn: Turn) -> Turn:
    """What stands of an answer if it is stopped now: its verified statements, as an answer that says so."""
    if not turn.statements:
        return Turn(turn.question, stopped=True)
    answer = Answer(
        turn.question,
        "partial",
        turn.statements,
        turn.citations,
        standalone_question=turn.question,
        notice=texts.STOPPED_PARTLY,
    )
    return Turn(turn.question, answer=answer, stopped=True)


async def _merged(
    events: Events, turnstile: Turnstile, left: Left | None
) -> AsyncGenerator[StatementEvent | Answer | Stage | None, None]:
    """The events of a stream and the stages that it calls out from its thread, in order; None if there is nothing new.

    Raises BusyError at once when too many wait already.
    """
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[StatementEvent | Answer | Stage | None]()

    def call_out(stage: Stage) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, stage)

    async def pump() -> None:
        async with turnstile.passage(), aclosing(in_thread(events(call_out))) as stream:
            async for event in stream:
                queue.put_nowait(event)

    pumping = asyncio.create_task(pump())
    ending = [pumping, *([asyncio.create_task(left())] if left else [])]
    for task in ending:
        task.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        while True:
            try:
                async with asyncio.timeout(SIGN_OF_LIFE):
                    event = await queue.get()
            except TimeoutError:
                yield None
                continue
            if event is None:
                break
            yield event
        if pumping.done():
            pumping.result()  # raises what the stream raised
    finally:
        for task in ending:
            task.cancel()


def _grown(turn: Turn, event: StatementEvent | Answer | Stage) -> Turn:
    match event:
        case Answer():
            return Turn(turn.question, answer=event)
        case StatementEvent():
            new = tuple(citation for citation in event.citations if citation not in turn.citations)
            statements, citations = (*turn.statements, event.statement), (*turn.citations, *new)
            return Turn(turn.question, statements, citations, progress=texts.CHECKING)
        case Stage():
            return Turn(turn.question, turn.statements, turn.citations, progress=_doing(event))


def _doing(stage: Stage) -> str:
    if stage.name == "reading":
        return texts.reading_passages(stage.passages)
    return {"searching": texts.SEARCHING, "writing": texts.WRITING, "checking": texts.CHECKING}[stage.name]
