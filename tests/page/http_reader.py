"""A reader without a browser: the requests that the page makes, and every byte that came back."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx


class HttpReader:
    """One reader's cookie and everything that the server told this reader."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.heard: list[str] = []
        self.heard.append(client.get("/").text)
        components = client.get("/config").json()
        self._start = next(each["id"] for each in components["components"] if each["props"].get("elem_id") == "start")

    def ask(self, question: str, **sent: Any) -> dict[str, Any]:
        """The last state of the question's turn: `html`, `state`, `citations` and `kept`."""
        *_, turn = self.turns(question, **sent)
        return turn

    def turns(self, question: str, **sent: Any) -> Iterator[dict[str, Any]]:
        """The question's turn as it grows; closing the iterator is hanging up."""
        with self.client.stream("POST", "/page/ask", json={"question": question, "number": 1, **sent}) as lines:
            assert lines.status_code == 200, lines.read()
            for line in lines.iter_lines():
                self.heard.append(line)
                yield json.loads(line)

    def call(self, service: str, sent: Any) -> httpx.Response:
        """What a service of the page answers."""
        body = {"data": sent, "component_id": self._start, "fn_name": service, "session_hash": "x"}
        # As JavaScript writes it: JSON may hold half a character, UTF-8 may not.
        headers = {"Content-Type": "application/json"}
        reply = self.client.post("/gradio_api/component_server", content=json.dumps(body), headers=headers)
        self.heard.append(reply.text)
        return reply

    def add(self, name: str, text: str) -> dict[str, Any]:
        """The last line of an upload: `file` or `error`."""
        reply = self.client.post("/page/upload", params={"name": name}, content=text.encode())
        self.heard.append(reply.text)
        last: dict[str, Any] = json.loads(reply.text.splitlines()[-1])
        return last


@contextmanager
def http_reader(address: str) -> Iterator[HttpReader]:
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        yield HttpReader(client)
