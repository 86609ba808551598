"""A question on its way: the turn as it grows, what is being done meanwhile, and the stop button."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Generator, Iterator, Sequence
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


class Running:
    """The questions under way, so that they can be stopped; lives on one event loop."""

    def __init__(self) -> None:
        self._stops: dict[str, asyncio.Event] = {}

    def stop(self, run: str) -> None:
        """End the answer of a run with what it has; nothing happens where it has ended."""
        if stop := self._stops.get(run):
            stop.set()

    async def turns(
        self,
        run: str,
        question: str,
        events: Callable[[Callable[[Stage], None]], Generator[StatementEvent | Answer, None, None]],
        turnstile: Turnstile,
    ) -> AsyncIterator[Turn]:
        """The turn of a question as it grows; `events` begins its stream. Whatever goes wrong is a line in the turn."""
        turn = Turn(question, progress=texts.SEARCHING)
        yield turn
        stop = self._stops[run] = asyncio.Event()
        try:
            async with aclosing(_merged(events, turnstile, stop)) as merged:
                async for event in merged:
                    turn = _grown(turn, event)
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
                yield _stopped(turn) if stop.is_set() else Turn(question, error=texts.FAILED)
        finally:
            self._stops.pop(run, None)


async def _merged(
    events: Callable[[Callable[[Stage], None]], Generator[StatementEvent | Answer, None, None]],
    turnstile: Turnstile,
    stop: asyncio.Event,
) -> AsyncGenerator[StatementEvent | Answer | Stage, None]:
    """The events of a stream and the stages that it calls out from its thread, in order, until it ends or is stopped.

    Raises BusyError at once when too many wait already; one that waits its turn can be stopped, too.
    """
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[StatementEvent | Answer | Stage | None]()

    def call_out(stage: Stage) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, stage)

    async def pump() -> None:
        async with turnstile.passage(), aclosing(in_thread(events(call_out))) as stream:
            async for event in stream:
                queue.put_nowait(event)

    pumping = asyncio.create_task(pump())
    stopping = asyncio.create_task(stop.wait())
    for task in (pumping, stopping):
        task.add_done_callback(lambda _: queue.put_nowait(None))
    try:
        while (event := await queue.get()) is not None:
            yield event
        if pumping.done():
            pumping.result()  # raises what the stream raised
    finally:
        pumping.cancel()
        stopping.cancel()


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


def _stopped(turn: Turn) -> Turn:
    """What stands of an answer that was stopped: its verified statements, as an answer that says so."""
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
