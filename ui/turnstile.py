"""How many questions are answered at a time, and how many may wait: one limit for the page and its API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

RUNNING = 4
"""Questions answered at the same time; `settings.queue_size` more may wait."""


class BusyError(Exception):
    """More questions are waiting than the settings allow."""


class Turnstile:
    """Lets `running` questions through at a time and `waiting` more wait; lives on one event loop."""

    def __init__(self, *, running: int, waiting: int) -> None:
        self.capacity = running + waiting
        self.inside = 0
        self.running = asyncio.Semaphore(running)

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Wait for a place. Raises BusyError at once when too many wait already."""
        if self.inside >= self.capacity:
            raise BusyError
        self.inside += 1
        try:
            async with self.running:
                yield
        finally:
            self.inside -= 1
