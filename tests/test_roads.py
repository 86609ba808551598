"""One object by every road: called, streamed, in batches, awaited, as a chain, from the shell, on the page."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from commands import Run

from assistant import Answer, Assistant, DatelineError
from assistant.answer import Statement, StatementEvent
from assistant.answerer import Answerer
from assistant.stages import OnStage
from assistant.threads import in_thread
from retrieval.articles import Article, ScoredChunk

# A quotation, a partial answer, a highlighted date or number, a refusal, and a follow-up in the one with a history.
QUESTIONS = [
    "What did Kashin say about arms deliveries?",
    "What is the population of Japan?",
    "How long is Xi's visit to Moscow?",
]
HISTORY = [{"role": "user", "content": "Who is Kashin?"}, {"role": "assistant", "content": "An expert. [1]"}]
FOLLOW_UP = {"question": "What did he say about the economy?", "history": HISTORY}
ASKED: list[str | dict[str, Any]] = [*QUESTIONS, FOLLOW_UP]


def untimed(answer: Answer) -> Answer:
    assert set(answer.timings) == {"retrieval", "answering"}
    return replace(answer, timings={})


def last(events: Iterator[StatementEvent | Answer]) -> Answer:
    *_, answer = events
    assert isinstance(answer, Answer)
    return answer


async def alast(events: Any) -> Answer:
    return last(iter([event async for event in events]))


def arguments(asked: str | dict[str, Any]) -> dict[str, Any]:
    return {"question": asked} if isinstance(asked, str) else asked


async def on_the_page(assistant: Assistant, question: str) -> Answer:
    """What the page makes its HTML of."""
    from ui.answering import turns
    from ui.turnstile import Turnstile

    def events(on_stage: OnStage) -> Generator[StatementEvent | Answer, None, None]:
        return assistant.stream(question, on_stage=on_stage)

    turn = [turn async for turn in turns(question, events, Turnstile(running=1, waiting=0))][-1]
    assert turn.answer is not None, turn.error
    return turn.answer


ROADS: dict[str, Callable[[Assistant], list[Answer]]] = {
    "stream": lambda assistant: [last(assistant.stream(**arguments(asked))) for asked in ASKED],
    "batch": lambda assistant: assistant.batch(ASKED),
    "batch, one at a time": lambda assistant: assistant.batch(ASKED, max_concurrency=1),
    "aask": lambda assistant: asyncio.run(gathered(assistant.aask(**arguments(asked)) for asked in ASKED)),
    "astream": lambda assistant: asyncio.run(gathered(alast(assistant.astream(**arguments(a))) for a in ASKED)),
    "abatch": lambda assistant: asyncio.run(assistant.abatch(ASKED)),
    "chain.invoke": lambda assistant: [assistant.chain.invoke(asked) for asked in ASKED],
    "chain.stream": lambda assistant: [last(assistant.chain.stream(asked)) for asked in ASKED],
    "chain.batch": lambda assistant: assistant.chain.batch(ASKED),
    "chain.ainvoke": lambda assistant: asyncio.run(gathered(assistant.chain.ainvoke(asked) for asked in ASKED)),
    "chain.astream": lambda assistant: asyncio.run(gathered(alast(assistant.chain.astream(a)) for a in ASKED)),
    "chain.abatch": lambda assistant: asyncio.run(assistant.chain.abatch(ASKED)),
    "JSON": lambda assistant: [Answer.from_json(assistant.ask(**arguments(asked)).to_json()) for asked in ASKED],
}


async def gathered(answers: Any) -> list[Answer]:
    return list(await asyncio.gather(*answers))


@pytest.fixture(scope="module")
def expected(assistant: Assistant) -> list[Answer]:
    return [untimed(assistant.ask(**arguments(asked))) for asked in ASKED]


def test_the_questions_bring_up_what_answers_may_hold(expected: list[Answer]) -> None:
    assert {answer.outcome for answer in expected} >= {"answered", "not_in_articles"}
    assert any(citation.highlight for answer in expected for citation in answer.citations)
    assert expected[-1].searched_as


@pytest.mark.parametrize("road", ROADS)
def test_every_road_gives_the_same_answers_in_order(road: str, assistant: Assistant, expected: list[Answer]) -> None:
    assert [untimed(answer) for answer in ROADS[road](assistant)] == expected


def test_the_page_and_the_command_give_the_same_answers(
    assistant: Assistant, dateline: Run, expected: list[Answer]
) -> None:
    for question, answer in zip(QUESTIONS, expected, strict=False):
        assert untimed(asyncio.run(on_the_page(assistant, question))) == answer
        assert untimed(Answer.from_json(dateline("ask", "--json", question).stdout)) == answer


@pytest.mark.parametrize("road", [Assistant.batch, lambda assistant, *a, **k: asyncio.run(assistant.abatch(*a, **k))])
def test_one_failed_question_of_a_batch_can_stand_in_its_place(
    road: Callable[..., Any], assistant: Assistant, expected: list[Answer]
) -> None:
    wrong: list[Any] = [*ASKED[:1], "?", *ASKED[1:2], {"question": "Who?", "files": ["none.txt"]}]
    first, empty, second, unknown = road(assistant, wrong, return_exceptions=True)
    assert [untimed(first), untimed(second)] == expected[:2]
    assert "the question is empty" in str(empty)
    assert "no article 'none.txt'" in str(unknown)
    with pytest.raises(DatelineError, match="the question is empty"):
        road(assistant, wrong)
    assert road(assistant, []) == []


class Slow(Answerer):
    """Says a statement, waits until it is told to go on, and notes when it was closed."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.closed = threading.Event()

    def stream(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> Iterator[StatementEvent | Answer]:
        try:
            yield StatementEvent(Statement("First.", ()), ())
            assert self.go_on.wait(20)
            yield Answer(question=question, outcome="not_in_articles")
        finally:
            self.closed.set()


@pytest.fixture
def slow(assistant: Assistant) -> Assistant:
    return Assistant(assistant.settings, index=assistant.index, embeddings=assistant.embeddings, answerer=Slow())


async def beats(stop: asyncio.Event) -> float:
    """Seconds of the longest time for which the event loop was kept from others."""
    longest, before = 0.0, time.monotonic()
    while not stop.is_set():
        await asyncio.sleep(0.005)
        now = time.monotonic()
        longest, before = max(longest, now - before), now
    return longest


@pytest.mark.parametrize("road", ["astream", "chain.astream"])
async def test_a_statement_is_there_before_the_next_and_the_loop_stays_free(road: str, slow: Assistant) -> None:
    answerer, stop = slow.answerer, asyncio.Event()
    assert isinstance(answerer, Slow)
    beating = asyncio.create_task(beats(stop))
    events = slow.astream("Who is Kashin?") if road == "astream" else slow.chain.astream("Who is Kashin?")
    first = await anext(events)
    assert first == StatementEvent(Statement("First.", ()), ())
    rest = asyncio.create_task(anext(events))
    await asyncio.sleep(0.4)
    assert not rest.done()
    answerer.go_on.set()
    assert isinstance(await rest, Answer)
    stop.set()
    assert await beating < 0.2


async def test_a_stream_that_is_left_is_closed(slow: Assistant) -> None:
    answerer = slow.answerer
    assert isinstance(answerer, Slow)
    events = slow.astream("Who is Kashin?")
    await anext(events)
    await events.aclose()
    assert await asyncio.to_thread(answerer.closed.wait, 5)


async def test_a_task_that_is_cancelled_closes_its_stream_after_the_step_under_way(slow: Assistant) -> None:
    answerer = slow.answerer
    assert isinstance(answerer, Slow)
    task = asyncio.create_task(alast(slow.astream("Who is Kashin?")))
    await asyncio.sleep(0.4)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not answerer.closed.is_set()
    answerer.go_on.set()
    assert await asyncio.to_thread(answerer.closed.wait, 5)


async def test_an_error_of_the_generator_reaches_who_awaits() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise DatelineError("no more")

    events = in_thread(failing())
    assert await anext(events) == 1
    with pytest.raises(DatelineError, match="no more"):
        await anext(events)
