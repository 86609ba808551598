"""What stands in front of Gradio: which requests reach it, and the headers of every response."""

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from ui import texts

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[MutableMapping[str, Any], Receive, Send], Awaitable[None]]

HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
MAX_BODY = 8_000_000
"""Bytes of a request: a question of a megabyte still gets its answer, the refusal."""

_API = "/gradio_api"
_SERVED = re.compile(
    r"/(?:config|theme\.css|favicon\.ico|manifest\.json|robots\.txt|login|logout)?/?"
    r"|/(?:assets|static)/.+"
    rf"|{_API}/(?:queue/(?:join|data|status)|heartbeat/[^/]+|call/.+|info|cancel|reset|startup-events|app_id"
    r"|login_check|user|theme\.css)/?"
)
_REFUSED = re.compile(rf"(?:{_API})?/(?:file|proxy|upload)(?:[=/_].*)?", re.DOTALL)

# Gradio compiles the templates of gr.HTML with Function(), hence unsafe-eval; it styles with inline attributes. Scripts
# in the document need this response's nonce, so none that an article smuggled in would run; no other host is reached.
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
_SCRIPT = re.compile(rb"<script(?=[\s>])")
# Addresses that only a site which previews links would fetch; none of them is ours.
_PREVIEW = re.compile(rb'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')


class Guard:
    """An ASGI application that lets local requests for the page through to `app` and refuses the rest."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def __call__(self, scope: MutableMapping[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            # Gradio's page speaks HTTP only.
            await send({"type": "websocket.close", "code": 1008})
            return
        nonce = secrets.token_urlsafe(16)
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if refusal := self._refusal(scope["path"], headers):
            await _respond(*refusal, nonce, send)
            return
        if scope["path"] == "/":
            # The document gets its nonces here, so it must come uncompressed.
            scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() != b"accept-encoding"]}
            await self.app(scope, receive, _Document(send, nonce))
        else:
            await self.app(scope, receive, _with_headers(send, nonce))

    def _refusal(self, path: str, headers: dict[bytes, str]) -> tuple[int, str] | None:
        host = headers.get(b"host", "")
        if re.sub(r":\d+$", "", host.lower()) not in HOSTS:
            return 421, texts.UNKNOWN_HOST
        origin = headers.get(b"origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, texts.FOREIGN_ORIGIN
        if _REFUSED.fullmatch(path):
            return 403, texts.NOT_SERVED
        if not _SERVED.fullmatch(path):
            return 404, texts.NOT_FOUND
        length = headers.get(b"content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return 413, texts.TOO_LARGE
        return None


def _safety(nonce: str) -> list[tuple[bytes, bytes]]:
    return [
        (b"content-security-policy", _POLICY.format(nonce=nonce).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", b"DENY"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    ]


async def _respond(status: int, line: str, nonce: str, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *_safety(nonce)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{line}\n".encode()})


def _with_headers(send: Send, nonce: str) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], *_safety(nonce)]
        await send(message)

    return guarded


class _Document:
    """Sends the page's one document with a nonce on every script that Gradio's template holds."""

    def __init__(self, send: Send, nonce: str) -> None:
        self.send = send
        self.nonce = nonce
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.start = message
            return
        self.body += message.get("body", b"")
        if message.get("more_body"):
            return
        headers = [pair for pair in self.start["headers"] if pair[0].lower() != b"content-length"]
        if any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers):
            self.body = _SCRIPT.sub(f'<script nonce="{self.nonce}"'.encode(), _PREVIEW.sub(b"", self.body))
        headers += [(b"content-length", str(len(self.body)).encode()), *_safety(self.nonce)]
        await self.send({**self.start, "headers": headers})
        await self.send({"type": "http.response.body", "body": self.body})
