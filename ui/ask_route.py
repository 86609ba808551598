"""How a question arrives and its answer goes out: `POST /page/ask`, with the page's cookie and an object of JSON as the body:

    {"question": "And what did he say?", "history": [{"role": "user", "content": "…"}, …], "files": ["a.txt"], "number": 2}

`number` counts the turns of the conversation from 1. The reply is lines of JSON (application/x-ndjson), each the question's turn
as it stands; the last has another state than "waiting":

    {"state": "waiting", "html": "<article …", "citations": [], "kept": null, "stopped": {"html": …, "citations": …, "kept": …}}
    {"state": "done", "html": "<article …", "citations": [{"number": 1, …}], "kept": {"question": …, "answer": …, …}}

`stopped` is the turn as it would be if the reader stopped it now, which is done by hanging up.

Every question is a request of its own. Gradio's events share one stream among all questions of a page and drop one that comes before
the answer before it is wound up, without a word.
"""

import json
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ui import texts
from ui.answering import stopped, turns
from ui.conversation import Turn
from ui.following import Following
from ui.guard import ASK, reader
from ui.rendering import turn_html
from ui.services import Readers, kept
from ui.turnstile import Turnstile


def ask_route(readers: Readers, following: Following, turnstile: Turnstile) -> Route:
    """The route, to be added before whatever is mounted at `/page`; it lives on one event loop."""

    async def receive(request: Request) -> Response:
        try:
            sent = await request.json()
        except (ValueError, RecursionError):
            sent = None
        except ClientDisconnect:
            return Response(status_code=400)
        if not isinstance(sent, dict) or not isinstance(sent.get("question"), str):
            return Response(texts.NO_QUESTION, 400, media_type="text/plain")
        # A proxy that gathers the lines would hold back what stands already.
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(answered(sent, request), media_type="application/x-ndjson", headers=headers)

    async def answered(sent: dict[str, Any], request: Request) -> AsyncIterator[bytes]:
        # Lone surrogates, which JSON can carry and UTF-8 cannot, would break the reply off.
        question = sent["question"].encode("utf-8", "replace").decode("utf-8")
        number = sent["number"] if isinstance(sent.get("number"), int) else 1
        assistant = readers.assistant(reader(request.headers.get("cookie", "")) or "")

        def events(on_stage: Any) -> Any:
            following.look()
            yield from assistant.stream(
                question, sent.get("history"), files=sent.get("files") or None, on_stage=on_stage
            )

        def shown(turn: Turn) -> dict[str, Any]:
            html = turn_html(turn, number, assistant.articles)
            return {"html": html, "citations": [citation.to_dict() for citation in turn.chips()], "kept": kept(turn)}

        async for turn in turns(question, events, turnstile, left=partial(_left, request)):
            line = {"state": turn.state, **shown(turn)}
            if turn.state == "waiting":
                line["stopped"] = shown(stopped(turn))
            yield json.dumps(line).encode() + b"\n"

    return Route(ASK, receive, methods=["POST"])


async def _left(request: Request) -> None:
    """Returns once the reader has hung up."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
