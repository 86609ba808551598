"""An OpenAI-compatible server on loopback that goes wrong as it is told to."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-stub-0123456789abcdef"


@dataclass
class Behaviour:
    """How one request is answered."""

    pieces: tuple[str, ...] = ()
    """What the reply is made of, an event each."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    """Sent in place of events."""
    end: str = "done"
    """After the pieces: done, length (its limit of tokens), cut (closed without an end), reset, silence, pings (nothing but
    comments), bad json, html, wrong length, or the status that an event tells of."""
    stopped: bool = False
    """Whether the model's reason to stop comes before that end."""
    drip: float = 0.0
    """Seconds between two pieces."""


def event(text: str, reason: str | None = None) -> bytes:
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "stub",
        "choices": [{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": reason}],
    }
    return f"data: {json.dumps(chunk)}\n\n".encode()


class Stub:
    """The server: answers each request by the next of its behaviours, the last one again and again."""

    def __init__(self, *behaviours: Behaviour) -> None:
        self.behaviours = list(behaviours)
        self.asked: list[dict[str, Any]] = []
        self.over = threading.Event()

    def next(self) -> Behaviour:
        return self.behaviours.pop(0) if len(self.behaviours) > 1 else self.behaviours[0]


@contextmanager
def serving(*behaviours: Behaviour) -> Iterator[tuple[Stub, str]]:
    """The stub and the address that a client is given."""
    stub = Stub(*behaviours)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_POST(self) -> None:
            stub.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            behaviour = stub.next()
            with suppress(BrokenPipeError, ConnectionResetError):
                self.answer(behaviour)
            self.close_connection = True

        def answer(self, behaviour: Behaviour) -> None:
            if behaviour.end == "silence" and not behaviour.pieces:
                stub.over.wait(30)
                return None
            if behaviour.end == "reset" and not behaviour.pieces:
                return self.reset()
            self.send_response(behaviour.status)
            for name, value in behaviour.headers.items():
                self.send_header(name, value)
            if behaviour.status != 200 or behaviour.body is not None:
                body = (
                    behaviour.body
                    if behaviour.body is not None
                    else json.dumps({"error": {"message": f"no: key {KEY}", "type": "stub"}}).encode()
                )
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body) + (50 if behaviour.end == "wrong length" else 0)))
                self.end_headers()
                self.wfile.write(body)
                return None
            self.send_header("Content-Type", "text/event-stream")
            if behaviour.end == "wrong length":
                self.send_header("Content-Length", "1000000")
            self.end_headers()
            for piece in behaviour.pieces:
                self.wfile.write(event(piece))
                self.wfile.flush()
                time.sleep(behaviour.drip)
            if behaviour.stopped:
                self.wfile.write(event("", "stop"))
                self.wfile.flush()
            match behaviour.end:
                case "done":
                    self.wfile.write(event("", "stop") + b"data: [DONE]\n\n")
                case "length":
                    self.wfile.write(event("", "length") + b"data: [DONE]\n\n")
                case "bad json":
                    self.wfile.write(b"data: {no json\n\n")
                case "html":
                    self.wfile.write(b"data: <html><body>502 Bad Gateway</body></html>\n\n")
                case "silence":
                    stub.over.wait(30)
                case "pings":
                    while not stub.over.wait(0.05):
                        self.wfile.write(b": still there\n\n")
                        self.wfile.flush()
                case "reset":
                    self.wfile.flush()
                    time.sleep(0.05)  # what was written arrives before the reset
                    self.reset()
                case status if status.isdigit():
                    error = {"message": f"no: key {KEY}", "type": "stub", "code": int(status)}
                    self.wfile.write(f"data: {json.dumps({'error': error})}\n\n".encode())
            return None

        def reset(self) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield stub, f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        stub.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
