"""A reader without a browser: the requests that the page makes, and every byte that came back."""

import json
import secrets
from collections.abc import Iterator, Sequence
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
        self._wire = next(each["id"] for each in components["components"] if each["props"].get("elem_id") == "wire")
        self._ask = next(
            each["id"] for each in components["dependencies"] if [self._wire, "ask"] in map(list, each["targets"])
        )

    def ask(
        self, question: str, *, history: Sequence[Any] = (), files: Sequence[Any] = (), run: str = "", **sent: Any
    ) -> dict[str, Any]:
        """The last state of the question's turn: `html`, `state`, `citations` and `kept`."""
        session = secrets.token_hex(8)
        limits = {"history": history, "files": files}
        event = {"question": question, **limits, "run": run or session, "number": 1, **sent}
        joined = {"data": [], "event_data": event, "fn_index": self._ask, "session_hash": session}
        self.client.post("/gradio_api/queue/join", json={**joined, "trigger_id": self._wire}).raise_for_status()
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as lines:
            for line in lines.iter_lines():
                self.heard.append(line)
                message = json.loads(line.removeprefix("data: ")) if line else {}
                if message.get("msg") == "process_completed":
                    assert message["success"], line
                    turn: dict[str, Any] = message["output"]["data"][0]
                    return turn
        raise AssertionError(f"no answer came to {question!r}")

    def call(self, service: str, sent: Any) -> httpx.Response:
        """What a service of the page answers."""
        body = {"data": sent, "component_id": self._wire, "fn_name": service, "session_hash": "x"}
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
