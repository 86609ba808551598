"""A question's turn as it grows, without a browser."""

import asyncio
import time
from collections.abc import Generator
from contextlib import aclosing
from typing import Any

import pytest

from assistant.answer import Answer, StatementEvent
from ui import texts
from ui.answering import turns
from ui.conversation import Turn
from ui.turnstile import Turnstile

Stream = Generator[StatementEvent | Answer, None, None]


def nothing(on_stage: Any) -> Stream:
    yield from ()


async def grown(events: Any, **options: Any) -> list[Turn]:
    return [turn async for turn in turns("Who?", events, Turnstile(running=1, waiting=0), **options)]


async def test_a_stream_that_ends_without_an_answer_is_a_line_in_the_turn() -> None:
    assert (await grown(nothing))[-1].error == texts.FAILED


async def test_a_turn_that_does_not_grow_is_said_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.answering.SIGN_OF_LIFE", 0.01)

    def slow(on_stage: Any) -> Stream:
        time.sleep(0.3)
        yield from ()

    assert len([turn for turn in await grown(slow) if turn.progress == texts.SEARCHING]) > 3


async def test_a_turn_that_nobody_hears_to_the_end_leaves_nothing_behind() -> None:
    async def left() -> None:
        await asyncio.Event().wait()

    async with aclosing(turns("Who?", nothing, Turnstile(running=1, waiting=0), left=left)) as growing:
        async for turn in growing:
            assert turn.state == "waiting"
            break
