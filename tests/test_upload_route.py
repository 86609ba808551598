"""How a reader's article arrives: over a socket, as a browser sends it."""

import copy
import http.client
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import uvicorn
from page_fakes import running_page
from starlette.applications import Starlette

from assistant import Assistant
from retrieval.errors import DatelineError
from ui import texts, upload_route
from ui.guard import READER, UPLOAD, Guard

pytestmark = pytest.mark.enable_socket
ANA, BEN = "a" * 32, "b" * 32


class FakeUploads:
    """Keeps what it is given; a name may say what else happens."""

    def __init__(self, *, allowed: bool = True, most_bytes: int = 1_000) -> None:
        self.allowed = allowed
        self.most_bytes = most_bytes
        self.added: list[tuple[str, str, bytes]] = []
        self.go_on = threading.Event()

    def add(self, reader: str, name: str, data: bytes, *, progress: Callable[[str, int, int], None]) -> str:
        match name:
            case "refused.txt":
                raise DatelineError("empty\nas it is")
            case "fault.txt":
                raise ValueError("a fault in the program")
            case "slow.txt":
                progress("embedding", 1, 3)
                assert self.go_on.wait(20)
        progress("embedding", 3, 3)
        self.added.append((reader, name, data))
        return f"safe {name}"


@contextmanager
def served(uploads: FakeUploads) -> Iterator[tuple[str, int]]:
    """The route behind the guard on a loopback port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        application = Starlette(routes=[upload_route.upload_route(uploads)])
        server = uvicorn.Server(uvicorn.Config(Guard(application), log_level="warning", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield listener.getsockname()
        finally:
            uploads.go_on.set()
            server.should_exit = True
            thread.join(15)


def post(
    address: tuple[str, int], name: str, data: Any, *, reader: str = ANA, **headers: str
) -> tuple[int, list[dict[str, Any]]]:
    connection = http.client.HTTPConnection(*address, timeout=20)
    sent = {"Cookie": f"other=1; {READER}={reader}", **{key.replace("_", "-"): value for key, value in headers.items()}}
    try:
        connection.request("POST", f"{UPLOAD}?name={quote(name)}", data, sent)
        response = connection.getresponse()
        body = response.read()
        if response.headers["content-type"] != "application/x-ndjson":
            return response.status, []
        return response.status, [json.loads(line) for line in body.splitlines()]
    finally:
        connection.close()


@contextmanager
def begun(address: tuple[str, int], name: str) -> Iterator[http.client.HTTPResponse]:
    """The reply to an article that has arrived, read as far as its first line."""
    connection = http.client.HTTPConnection(*address, timeout=20)
    try:
        connection.request("POST", f"{UPLOAD}?name={quote(name)}", b"x", {"Cookie": f"{READER}={ANA}"})
        response = connection.getresponse()
        assert json.loads(response.readline()) == {"stage": "waiting", "done": 0, "total": 1}
        yield response
    finally:
        connection.close()


def test_bytes_arrive_whole_and_what_happens_to_them_is_told() -> None:
    uploads = FakeUploads()
    data = bytes(range(256)) * 3
    with served(uploads) as address:
        status, lines = post(address, "Über uns & co.txt", data)
        assert post(address, "chunked.txt", iter([b"one ", b"two"]), reader=BEN)[1][-1] == {"file": "safe chunked.txt"}
    assert status == 200
    assert lines == [
        {"stage": "waiting", "done": 0, "total": 1},
        {"stage": "embedding", "done": 3, "total": 3},
        {"file": "safe Über uns & co.txt"},
    ]
    assert uploads.added == [(ANA, "Über uns & co.txt", data), (BEN, "chunked.txt", b"one two")]


def test_progress_comes_while_the_article_is_indexed() -> None:
    uploads = FakeUploads()
    with served(uploads) as address, begun(address, "slow.txt") as response:
        assert json.loads(response.readline()) == {"stage": "embedding", "done": 1, "total": 3}
        assert not uploads.added
        uploads.go_on.set()
        assert json.loads(response.read().splitlines()[-1]) == {"file": "safe slow.txt"}


def test_a_refusal_is_one_line_and_a_fault_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    with served(FakeUploads()) as address:
        assert post(address, "refused.txt", b"x")[1][-1] == {"error": "empty as it is"}
        assert post(address, "fault.txt", b"x")[1][-1] == {"error": texts.UPLOAD_FAILED}
        assert "a fault in the program" in caplog.text
        assert post(address, "next.txt", b"x")[1][-1] == {"file": "safe next.txt"}


def test_what_is_too_large_is_refused_however_it_is_sent() -> None:
    uploads = FakeUploads()
    reason = [{"error": texts.upload_too_large(1_000)}]
    with served(uploads) as address:
        assert post(address, "a.txt", b"x" * 1_001) == (413, reason)
        assert post(address, "a.txt", iter([b"x" * 600] * 2)) == (413, reason)
        assert post(address, "a.txt", b"x" * 1_000)[0] == 200
        # The whole of it is sent before the answer is read, as browsers do.
        assert post(address, "a.txt", b"x" * 5_000_000) == (413, reason)
        assert post(address, "a.txt", None, Content_Length="50000001") == (413, reason)
    assert [len(data) for _, _, data in uploads.added] == [1_000]


def test_a_large_article_passes_where_the_settings_allow_it() -> None:
    uploads = FakeUploads(most_bytes=9_000_000)
    with served(uploads) as address:
        assert post(address, "a.txt", b"x" * 9_000_000)[1][-1] == {"file": "safe a.txt"}


@pytest.mark.parametrize("reader", ["", "short", "a" * 31 + ";", "a" * 33])
def test_a_request_without_the_pages_cookie_is_refused(reader: str) -> None:
    uploads = FakeUploads()
    with served(uploads) as address:
        assert post(address, "a.txt", b"x", reader=reader) == (403, [{"error": texts.NO_READER}])
    assert not uploads.added


def test_where_uploads_are_off_the_route_says_so() -> None:
    uploads = FakeUploads(allowed=False)
    with served(uploads) as address:
        assert post(address, "a.txt", b"x") == (403, [{"error": texts.UPLOADS_OFF}])
    assert not uploads.added


def test_other_sites_and_other_methods_get_nowhere() -> None:
    uploads = FakeUploads()
    with served(uploads) as address:
        assert post(address, "a.txt", b"x", Origin="http://evil.example")[0] == 403
        assert post(address, "a.txt", b"x", Host="evil.example")[0] == 421
        connection = http.client.HTTPConnection(*address, timeout=20)
        connection.request("GET", UPLOAD, headers={"Cookie": f"{READER}={ANA}"})
        assert connection.getresponse().status == 405
        connection.close()
    assert not uploads.added


def test_over_the_limit_of_articles_on_their_way_the_answer_is_busy_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_route, "RECEIVED_AT_ONCE", 3)
    uploads = FakeUploads()
    with served(uploads) as address, ExitStack() as stack:
        waiting = [stack.enter_context(begun(address, "slow.txt")) for _ in range(3)]
        started = time.monotonic()
        assert post(address, "next.txt", b"x") == (503, [{"error": texts.UPLOADS_BUSY}])
        assert time.monotonic() - started < 1
        uploads.go_on.set()
        assert [json.loads(response.read().splitlines()[-1]) for response in waiting] == [{"file": "safe slow.txt"}] * 3
        assert post(address, "next.txt", b"x")[0] == 200


def test_what_breaks_off_or_never_ends_is_no_article(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_route, "RECEIVING_SECONDS", 0.3)
    monkeypatch.setattr(upload_route, "RECEIVED_AT_ONCE", 1)
    head = f"POST {UPLOAD}?name=half.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {READER}={ANA}\r\n"
    uploads = FakeUploads()
    with served(uploads) as address:
        with socket.create_connection(address) as reader:
            reader.sendall(f"{head}Content-Length: 10\r\n\r\nhalf".encode())
        assert eventually(lambda: post(address, "next.txt", b"x")[0] == 200)
        with socket.create_connection(address) as reader:
            reader.sendall(f"{head}Content-Length: 10\r\n\r\nhalf".encode())
            reader.settimeout(10)
            assert b" 408 " in reader.recv(1_000)
        assert eventually(lambda: post(address, "last.txt", b"x")[0] == 200)
    assert [name for _, name, _ in uploads.added] == ["next.txt", "last.txt"]


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something holds within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_an_article_is_added_even_where_the_reader_does_not_wait() -> None:
    uploads = FakeUploads()
    with served(uploads) as address:
        with begun(address, "slow.txt"):
            pass
        uploads.go_on.set()
        assert post(address, "next.txt", b"y", reader=BEN)[0] == 200
        assert eventually(lambda: len(uploads.added) == 2)
    assert sorted(uploads.added) == [(ANA, "slow.txt", b"x"), (BEN, "next.txt", b"y")]


class Visitor:
    """A browser's part of the page's talk with its server, under a cookie that the page gave."""

    def __init__(self, address: str) -> None:
        self.place = urlsplit(address).netloc
        _, headers, _ = self._talk("GET", "/", None, {})
        self.cookie = headers["set-cookie"].partition(";")[0]
        _, _, config = self._talk("GET", "/config", None, {})
        parts = json.loads(config)["components"]
        self.wire = next(part["id"] for part in parts if "open_library" in part["props"].get("server_fns", []))

    def add(self, name: str, text: str) -> dict[str, Any]:
        _, _, body = self._talk("POST", f"{UPLOAD}?name={quote(name)}", text.encode(), {"Cookie": self.cookie})
        line: dict[str, Any] = json.loads(body.splitlines()[-1])
        return line

    def call(self, service: str, **sent: Any) -> Any:
        call = {"data": sent, "component_id": self.wire, "fn_name": service, "session_hash": "x"}
        headers = {"Cookie": self.cookie, "Content-Type": "application/json"}
        status, _, body = self._talk("POST", "/gradio_api/component_server", json.dumps(call).encode(), headers)
        assert status == 200
        return json.loads(body)

    def _talk(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Any:
        connection = http.client.HTTPConnection(self.place, timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
        finally:
            connection.close()


def test_twenty_readers_of_the_page_see_their_own_articles_and_nobody_elses(
    assistant: Assistant, tmp_path: Path
) -> None:
    def visit(number: int) -> None:
        visitor, marker = Visitor(address), f"Quzv{chr(97 + number)}k"
        added = visitor.add("story.txt", f"{marker} opens\n\nThe {marker} ferry carried {1000 + number} people.\n")
        assert added == {"file": "story.txt"}
        meeting.wait(60)  # all are there now
        listed = visitor.call("open_library")
        assert marker in listed["html"]
        assert listed["count"] == len(assistant.articles) + 1
        assert listed["html"].count("Quzv") == listed["html"].count(marker)
        assert f"{1000 + number} people" in visitor.call("open_article", file="story.txt", citations=[])["html"]
        for other in range(20):
            found = visitor.call("search_library", query=f"Quzv{chr(97 + other)}k")["html"]
            assert ("story.txt" in found) is (other == number)
        assert visitor.call("remove_article", file="story.txt") == {"removed": True}
        assert "error" in visitor.call("open_article", file="story.txt", citations=[])

    meeting = threading.Barrier(20)
    theirs = copy.copy(assistant)
    theirs.settings = assistant.settings.replace(cache=tmp_path)
    with running_page(theirs) as address, ThreadPoolExecutor(20) as visitors:
        list(visitors.map(visit, range(20)))
    assert not list(tmp_path.glob("uploads/*/*"))


def test_where_the_page_asks_for_a_login_so_do_uploads(assistant: Assistant, tmp_path: Path) -> None:
    theirs = copy.copy(assistant)
    theirs.settings = assistant.settings.replace(cache=tmp_path, auth="reader:secret")
    with running_page(theirs) as address:
        host, port = urlsplit(address).netloc.split(":")
        assert post((host, int(port)), "a.txt", b"x")[0] == 401
