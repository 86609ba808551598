"""What is told while a question is answered, and to whom."""

import asyncio
import threading
from collections.abc import Generator

import pytest
from test_composed import Scripted
from test_explanation import composed

from assistant import Assistant, DatelineError
from assistant.answer import Answer
from assistant.stages import Stage, begin, heard

QUESTION = "What did Kashin say about arms deliveries?"


def test_each_stage_is_told_as_it_begins_before_what_comes_of_it(assistant: Assistant) -> None:
    told: list[object] = []
    told.extend(type(event).__name__ for event in assistant.stream(QUESTION, on_stage=told.append))
    retrieved = assistant.settings.retrieved
    assert told == [
        *(Stage("searching"), Stage("reading", retrieved), Stage("checking")),
        *("StatementEvent", "Answer"),
    ]


def test_a_chat_model_writes_and_its_statements_are_checked(assistant: Assistant) -> None:
    told: list[Stage] = []
    model = Scripted(reply="Kashin believes that the risk would be too great for Beijing. [1]")
    list(composed(assistant, model).stream(QUESTION, on_stage=told.append))
    assert [stage.name for stage in told] == ["searching", "reading", "writing", "checking", "writing"]


def test_nothing_is_told_of_another_question_nor_after_the_stream_was_left(assistant: Assistant) -> None:
    told: list[Stage] = []
    events = assistant.stream(QUESTION, on_stage=told.append)
    next(events)
    before = len(told)
    begin(Stage("writing"))
    assistant.ask(QUESTION)
    events.close()
    begin(Stage("writing"))
    assert len(told) == before == 3


def test_a_question_that_is_refused_tells_nothing_and_what_a_listener_raises_reaches_who_asks(
    assistant: Assistant,
) -> None:
    def leave(stage: Stage) -> None:
        raise KeyError(stage.name)

    told: list[Stage] = []
    with pytest.raises(DatelineError):
        list(assistant.stream(" ", on_stage=told.append))
    assert told == []
    with pytest.raises(KeyError, match="searching"):
        list(assistant.stream(QUESTION, on_stage=leave))


async def test_beside_an_event_loop_the_stages_are_told_in_the_streams_thread(assistant: Assistant) -> None:
    told: list[tuple[str, int]] = []
    events = assistant.astream(QUESTION, on_stage=lambda stage: told.append((stage.name, threading.get_ident())))
    found = [event async for event in events]
    assert isinstance(found[-1], Answer)
    assert [name for name, _ in told] == ["searching", "reading", "checking"]
    assert threading.get_ident() not in {thread for _, thread in told}
    await asyncio.sleep(0)


def test_events_are_the_same_heard_or_not() -> None:
    told: list[Stage] = []

    def events() -> Generator[int | None, None, None]:
        begin(Stage("searching"))
        yield 1
        begin(Stage("checking"))
        yield None

    assert list(heard(events(), told.append)) == list(heard(events(), None)) == [1, None]
    assert told == [Stage("searching"), Stage("checking")]
