"""What stands in front of Gradio: which requests reach it, and the headers of every response."""

import gzip
import re
import secrets
from collections.abc import Awaitable, Callable, Collection, MutableMapping
from pathlib import Path
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

ASK = "/page/ask"
UPLOAD = "/page/upload"
"""Counts the bytes of its requests itself: files may be larger than questions."""

READER = "dateline_reader"
"""Cookie that tells the readers' added articles apart; it names nobody and ends with the browser."""

_API = "/gradio_api"
_SERVED = re.compile(
    r"/(?:config|theme\.css|favicon\.ico|manifest\.json|robots\.txt|login|logout)?/?"
    r"|/(?:assets|static)/.+"
    rf"|/page/[\w-]+\.js|{ASK}|{UPLOAD}"
    rf"|{_API}/(?:queue/(?:join|data|status)|heartbeat/[^/]+|call/.+|component_server|info|cancel|reset|startup-events"
    r"|app_id|login_check|user|theme\.css)/?",
    re.ASCII,
)
# What the login form is made of.
_OPEN = re.compile(r"/|/login/?|/(?:assets|static)/.+|/theme\.css|/favicon\.ico|/manifest\.json|/robots\.txt")
_REFUSED = re.compile(rf"(?:{_API})?/(?:file|proxy|upload)(?:[=/_].*)?", re.DOTALL)

# Scripts and style sheets in the document need this response's nonce, so none that an article smuggled in would count, and no
# text becomes code: strict.js says how Gradio gets along with that. No other host is reached.
_POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
# Gradio would take the page's own address from these. A proxy hands down the Host that it was asked for.
_MISLEADING = frozenset({b"x-forwarded-host", b"x-gradio-server"})
_READER = re.compile(rf"(?:^|;)\s*{READER}=([\w-]{{32}})\s*(?:;|$)", re.ASCII)
_STYLED = re.compile(rb'(<(html|body|gradio-app)\b[^>]*?)\s+style="([^"]*)"')
_OWN = re.compile(rb"<(script|style)(?=[\s>])")
# Addresses that only a site which previews links would fetch; none of them is ours.
_PREVIEW = re.compile(rb'\s*<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')
_FIRST = (Path(__file__).parent / "strict.js").read_bytes()
_MODULES = b"".join(
    b'<link rel="modulepreload" href="page/%s">' % path.name.encode()
    for path in sorted((Path(__file__).parent / "page").glob("*.js"))
)
# Their names hold a hash of what is in them.
_LASTING = re.compile(r"/assets/[\w.-]+-[\w-]{8}\.\w+$")


class Guard:
    """An ASGI application that lets requests for the page through to `app` and refuses the rest.

    The page is reached under the names of this machine and `hosts`. `logged_in` tells by a `Cookie` header whether its
    sender may see more than the login form; without it everybody may.
    """

    def __init__(
        self, app: Application, *, hosts: Collection[str] = (), logged_in: Callable[[str], bool] | None = None
    ) -> None:
        self.app = app
        self.hosts = HOSTS | set(hosts)
        self.logged_in = logged_in

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
        without = set(_MISLEADING)
        if scope["path"] == "/":
            without.add(b"accept-encoding")  # the document gets its nonces here, so it has to come uncompressed
            cookies = _new_reader(headers, secure=scope.get("scheme") == "https")
            zipped = "gzip" in headers.get(b"accept-encoding", "")
            send = _Document(send, nonce, cookies, inside=self._is_in(headers), zipped=zipped)
        else:
            send = _with_headers(send, nonce, lasting=bool(_LASTING.match(scope["path"])))
        if scope["path"] != UPLOAD:
            receive = _limited(receive)
        scope = {**scope, "headers": [pair for pair in scope["headers"] if pair[0].lower() not in without]}
        await self.app(scope, receive, send)

    def _is_in(self, headers: dict[bytes, str]) -> bool:
        return self.logged_in is None or self.logged_in(headers.get(b"cookie", ""))

    def _refusal(self, path: str, headers: dict[bytes, str]) -> tuple[int, str] | None:
        host = headers.get(b"host", "")
        if re.sub(r":\d+$", "", host.lower()) not in self.hosts:
            return 421, texts.UNKNOWN_HOST
        origin = headers.get(b"origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, texts.FOREIGN_ORIGIN
        if _REFUSED.fullmatch(path):
            return 403, texts.NOT_SERVED
        if not _SERVED.fullmatch(path):
            return 404, texts.NOT_FOUND
        if not _OPEN.fullmatch(path) and not self._is_in(headers):
            return 401, texts.LOGIN
        length = headers.get(b"content-length", "0")
        if not length.isdecimal() or (path != UPLOAD and int(length) > MAX_BODY):
            return 413, texts.TOO_LARGE
        return None


def reader(cookies: str) -> str | None:
    """Whose request it is, by its `Cookie` header; None where the cookie is absent or none that we gave."""
    found = _READER.search(cookies)
    return found[1] if found else None


def _new_reader(headers: dict[bytes, str], *, secure: bool) -> list[tuple[bytes, bytes]]:
    if reader(headers.get(b"cookie", "")):
        return []
    # Lax, not Strict: a reader who follows a link to the page from elsewhere stays the same reader. No other site can post
    # with it either way.
    cookie = f"{READER}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"
    return [(b"set-cookie", cookie.encode())]


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


def _limited(receive: Receive) -> Receive:
    """A request that says no length ends where it gets too long."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        return message if taken <= MAX_BODY else {"type": "http.disconnect"}

    return limited


async def _respond(status: int, line: str, nonce: str, send: Send) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close"), *_safety(nonce)]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": f"{line}\n".encode()})


def _with_headers(send: Send, nonce: str, *, lasting: bool) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [(b"cache-control", b"public, max-age=31536000, immutable")] if lasting else []
            given = [(name, value.replace(b"SameSite=none", b"SameSite=lax")) for name, value in message["headers"]]
            message["headers"] = [*given, *(kept if message["status"] == 200 else []), *_safety(nonce)]
        await send(message)

    return guarded


def _strict(document: bytes, nonce: bytes, *, inside: bool) -> bytes:
    """Gradio's document as our policy allows it: strict.js first of all, its style attributes as a sheet, a nonce on each.

    Whoever is inside gets the page's own modules fetched at once, while Gradio's are.
    """
    rules = b" ".join(b"%s {%s}" % (tag, style) for _, tag, style in _STYLED.findall(document))
    document = _STYLED.sub(rb"\1", _PREVIEW.sub(b"", document))
    first = b"<head><script>%s</script><style>%s</style>%s" % (_FIRST, rules, _MODULES if inside else b"")
    return _OWN.sub(rb'<\1 nonce="%s"' % nonce, document.replace(b"<head>", first, 1))


class _Document:
    """Sends the page's one document with a nonce on every script that Gradio's template holds."""

    def __init__(
        self, send: Send, nonce: str, cookies: list[tuple[bytes, bytes]], *, inside: bool, zipped: bool
    ) -> None:
        self.send = send
        self.nonce = nonce
        self.cookies = cookies
        self.inside = inside
        self.zipped = zipped
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
            self.body = _strict(self.body, self.nonce.encode(), inside=self.inside)
        if self.zipped and self.body:
            self.body = gzip.compress(self.body, 5)
            headers.append((b"content-encoding", b"gzip"))
        headers += [
            (b"vary", b"accept-encoding"),
            (b"content-length", str(len(self.body)).encode()),
            *self.cookies,
            *_safety(self.nonce),
        ]
        await self.send({**self.start, "headers": headers})
        await self.send({"type": "http.response.body", "body": self.body})
