"""A generator run beside an event loop, which stays free for others meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import Future
from contextvars import copy_context
from itertools import islice
from queue import SimpleQueue
from threading import Thread
from typing import TypeVar

T = TypeVar("T")


async def in_thread(events: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """What a generator yields, each as it comes, taken in a thread of its own.

    Left early, by a break or a cancelled task, the generator is closed in that thread after the step under way. A program
    that ends does not wait for that step.
    """
    steps: SimpleQueue[Future[list[T]] | None] = SimpleQueue()

    def work() -> None:
        while step := steps.get():
            if step.set_running_or_notify_cancel():
                try:
                    step.set_result(list(islice(events, 1)))
                except BaseException as error:
                    step.set_exception(error)
        events.close()

    Thread(target=copy_context().run, args=(work,), name="answer", daemon=True).start()
    try:
        while True:
            step: Future[list[T]] = Future()
            steps.put(step)
            if not (event := await asyncio.wrap_future(step)):
                break
            yield event[0]
    finally:
        steps.put(None)
