"""How a reader's article arrives: `POST /page/upload?name=<file name>`, the file's bytes as the body, the page's cookie.

The reply is lines of JSON (application/x-ndjson), each sent as soon as it is true:

    {"stage": "waiting", "done": 0, "total": 1}     then checking, reading, splitting, embedding, storing as they go on
    {"stage": "embedding", "done": 64, "total": 310}
    {"file": "report (2).txt"}                      the last line: added, under this name
    {"error": "binary, or in no encoding …"}        or the last line: not added, and why

A request that is refused before its bytes are read gets the last line alone, with a status: 403 where uploads are off or the
cookie is missing, 413 where the file is too large, 503 where too many are on their way, 408 where it comes too slowly.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from retrieval.errors import DatelineError, one_line
from retrieval.scan import Progress
from ui import texts
from ui.guard import UPLOAD, reader

INDEXED_AT_ONCE = 4
"""Further articles wait, the first come first served; a long one must not hold up every other."""
RECEIVED_AT_ONCE = 64
"""Articles that are received, waiting or indexed; each is held in memory."""
RECEIVING_SECONDS = 60.0
HEARD_OUT = 50_000_000
"""Bytes: a browser that is answered while it still sends does not show the answer, so what is too large is read to its end, and
not kept, unless it is larger than this."""

_log = logging.getLogger(__name__)


class Adding(Protocol):
    """What the route needs of `Uploads`."""

    @property
    def allowed(self) -> bool: ...
    @property
    def most_bytes(self) -> int: ...
    def add(self, reader: str, name: str, data: bytes, *, progress: Progress | None = None) -> str: ...


def upload_route(uploads: Adding) -> Route:
    """The route, to be added before whatever is mounted at `/page`; it lives on one event loop."""
    return Route(UPLOAD, _Reception(uploads).receive, methods=["POST"])


class _RefusedError(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class _Reception:
    def __init__(self, uploads: Adding) -> None:
        self.uploads = uploads
        self.inside = 0
        self.pool = ThreadPoolExecutor(INDEXED_AT_ONCE, "uploads")

    async def receive(self, request: Request) -> Response:
        try:
            if not self.uploads.allowed:
                raise _RefusedError(403, texts.UPLOADS_OFF)
            whose = reader(request.headers.get("cookie", ""))
            if whose is None:
                raise _RefusedError(403, texts.NO_READER)
            if self.inside >= RECEIVED_AT_ONCE:
                raise _RefusedError(503, texts.UPLOADS_BUSY)
            self.inside += 1
            try:
                data = await self._body(request)
            except BaseException:
                self.inside -= 1
                raise
        except _RefusedError as refused:
            return Response(_line({"error": str(refused)}), refused.status, media_type="application/x-ndjson")
        except ClientDisconnect:
            return Response(status_code=400)
        events = self._begun(whose, request.query_params.get("name", ""), data)
        return StreamingResponse(_lines(events), media_type="application/x-ndjson")

    async def _body(self, request: Request) -> bytes:
        most, size, data = self.uploads.most_bytes, 0, bytearray()
        too_large = _RefusedError(413, texts.upload_too_large(most))
        if int(request.headers.get("content-length", "0")) > HEARD_OUT:
            raise too_large
        try:
            async with asyncio.timeout(RECEIVING_SECONDS):
                async for part in request.stream():
                    size += len(part)
                    if size <= most:
                        data += part
                    elif size > HEARD_OUT:
                        break
        except TimeoutError:
            raise _RefusedError(408, texts.UPLOAD_SLOW) from None
        if size > most:
            raise too_large
        return bytes(data)

    def _begun(self, whose: str, name: str, data: bytes) -> "asyncio.Queue[dict[str, Any]]":
        """What happens to the article from now on; it is added even where nobody listens any more."""
        loop, events = asyncio.get_running_loop(), asyncio.Queue[dict[str, Any]]()

        def hear(event: dict[str, Any]) -> None:
            if "stage" not in event:
                self.inside -= 1
            events.put_nowait(event)

        def tell(event: dict[str, Any]) -> None:
            with suppress(RuntimeError):  # the server has ended meanwhile
                loop.call_soon_threadsafe(hear, event)

        def progress(stage: str, done: int, total: int) -> None:
            tell({"stage": stage, "done": done, "total": total})

        def add() -> None:
            try:
                tell({"file": self.uploads.add(whose, name, data, progress=progress)})
            except DatelineError as error:
                tell({"error": one_line(error)})
            except Exception:
                _log.exception("an article could not be added")
                tell({"error": texts.UPLOAD_FAILED})

        hear({"stage": "waiting", "done": 0, "total": 1})
        self.pool.submit(add)
        return events


async def _lines(events: "asyncio.Queue[dict[str, Any]]") -> AsyncIterator[bytes]:
    event: dict[str, Any] = {"stage": ""}
    while "stage" in event:
        event = await events.get()
        yield _line(event)


def _line(event: dict[str, Any]) -> bytes:
    return json.dumps(event).encode() + b"\n"
