"""A generator run beside an event loop, which stays free for others meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Generator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


async def in_thread(events: Generator[T, None, None]) -> AsyncGenerator[T, None]:
    """What a generator yields, each as it comes, taken in a thread of its own.

    Left early, by a break or a cancelled task, the generator is closed in that thread after the step under way.
    """
    context, pool = copy_context(), ThreadPoolExecutor(1)

    def step() -> list[T]:
        return context.run(lambda: list(islice(events, 1)))

    try:
        while event := await asyncio.get_running_loop().run_in_executor(pool, step):
            yield event[0]
    finally:
        pool.submit(events.close)  # waits its turn: a generator cannot be closed while it runs
        pool.shutdown(wait=False)
