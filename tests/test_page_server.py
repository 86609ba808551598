"""The server in front of the page, over a socket: who is let in, what headers go out, how it starts and ends."""

import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page_fakes import running_page, seeds_assistant

from assistant.settings import Settings
from retrieval.errors import DatelineError
from ui.guard import MAX_BODY
from ui.server import LAST_ANSWERS

pytestmark = pytest.mark.enable_socket
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_page(seeds_assistant()) as address:
        yield address


def get(
    address: str, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize("path", ["/", "/theme.css", "/config", "/gradio_api/info", "/nowhere", "/gradio_api/upload"])
def test_every_response_carries_the_safety_headers(address: str, path: str) -> None:
    _, headers, _ = get(address, path)
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b'{"fn_name": "nothing", "component_id": 1, "session_hash": "x", "data": 1}']
)
def test_an_unreadable_request_is_refused_with_the_headers(address: str, body: bytes) -> None:
    for path in ("/page/ask", "/gradio_api/component_server", "/gradio_api/queue/join", "/gradio_api/call/v2/ask"):
        status, headers, _ = get(address, path, method="POST", body=body, Content_Type="application/json")
        assert 400 <= status < 600
        assert "frame-ancestors 'none'" in headers["content-security-policy"]


def test_every_script_and_style_sheet_of_the_document_carries_this_responses_nonce(address: str) -> None:
    _, headers, body = get(address, "/", Accept_Encoding="br")
    nonce = re.search(r"'nonce-([^']+)'", headers["content-security-policy"])
    assert nonce
    for tag in (rb"script", rb"style"):
        found = re.findall(rb"<%s\b[^>]*>" % tag, body)
        assert found
        assert all(f'nonce="{nonce[1]}"'.encode() in each for each in found)
    assert not re.search(rb"<[^>]+\sstyle=", re.sub(rb"(?s)<script.*?</script>", b"", body))
    assert nonce[1] not in get(address, "/")[1]["content-security-policy"]
    assert b'lang="en"' in body
    assert b"raw.githubusercontent.com" not in body


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/file=https://example.com/",
        "/gradio_api/file=http://127.0.0.1:1/",
        "/gradio_api/file%3Dhttps://example.com/",
        "/gradio_api/file=/etc/passwd",
        "/gradio_api/file/https://example.com/",
        "/file=https://example.com/",
        "/gradio_api/proxy=https://example.hf.space/",
        "/gradio_api/upload",
        "/gradio_api/upload_progress",
        "/gradio_api/upload?upload_id=x",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_the_file_proxy_and_uploads_are_refused(address: str, method: str, path: str) -> None:
    assert get(address, path, method=method)[0] == 403


@pytest.mark.parametrize(
    "path",
    [
        "/openapi.json",
        "/docs",
        "/gradio_api/vibe-edit/",
        "/monitoring",
        "/gradio_api/deep_link",
        "/gradio_api/runs",
        "/page/",
        "/page/../guard.py",
        "/page/%2e%2e/guard.py",
        "/page/guard.py",
        "//gradio_api/upload",
        "/assets",
        "/gradio_api//file=https://example.com/",
    ],
)
def test_routes_that_the_page_does_not_need_are_not_there(address: str, path: str) -> None:
    assert get(address, path)[0] in (403, 404)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost@evil.example", ""]
)
def test_an_unknown_host_is_refused(address: str, host: str) -> None:
    status, headers, _ = get(address, "/", Host=host)
    assert status == 421
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1234", "127.0.0.1", "[::1]:7860"])
def test_names_of_this_machine_are_served(address: str, host: str) -> None:
    assert get(address, "/", Host=host)[0] == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:1", "https://127.0.0.1.evil.example"]
)
def test_a_foreign_origin_is_refused_and_not_echoed(address: str, origin: str) -> None:
    for method in ("GET", "OPTIONS", "POST"):
        for path in ("/page/ask", "/gradio_api/queue/join"):
            status, headers, _ = get(address, path, method=method, Origin=origin)
            assert status == 403
            assert "access-control-allow-origin" not in headers


def reader_cookie(headers: dict[str, str]) -> str:
    """The `name=value` that a response sets, once its attributes are as they must be."""
    cookie, *attributes = headers["set-cookie"].split("; ")
    assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= set(attributes)
    assert re.fullmatch(r"dateline_reader=[\w-]{32}", cookie)
    return cookie


def test_the_document_makes_whoever_opens_it_a_reader_of_their_own(address: str) -> None:
    first, second = (reader_cookie(get(address, "/")[1]) for _ in range(2))
    assert first != second
    assert "set-cookie" not in get(address, "/", Cookie=f'other=a b"; {first}; last=1')[1]
    assert "set-cookie" not in get(address, "/config", Cookie="")[1]


@pytest.mark.parametrize("cookie", ["", "dateline_reader=", "dateline_reader=../../x", "dateline_reader=" + "a" * 33])
def test_a_malformed_reader_cookie_is_replaced(address: str, cookie: str) -> None:
    reader_cookie(get(address, "/", Cookie=cookie)[1])


def test_the_reader_cookie_of_a_page_behind_https_is_for_https_alone(address: str) -> None:
    assert "; Secure" in get(address, "/", X_Forwarded_Proto="https")[1]["set-cookie"]
    assert "; Secure" not in get(address, "/")[1]["set-cookie"]


def test_the_modules_of_the_page_are_served(address: str) -> None:
    modules = [path.name for path in (ROOT / "ui" / "page").glob("*.js")]
    assert modules
    for name in modules:
        status, headers, body = get(address, f"/page/{name}")
        assert status == 200
        assert re.match(r"(?:text|application)/javascript\b", headers["content-type"])
        assert body == (ROOT / "ui" / "page" / name).read_bytes()


def test_the_document_is_compressed_where_the_browser_takes_that(address: str) -> None:
    _, plain, body = get(address, "/")
    _, zipped, small = get(address, "/", Accept_Encoding="br, gzip")
    assert "content-encoding" not in plain
    assert zipped["content-encoding"] == "gzip"
    assert len(small) < len(body) / 2
    without = [re.sub(rb'nonce="[^"]*"', b"", each) for each in (gzip.decompress(small), body)]
    assert without[0] == without[1]


def test_what_never_changes_is_kept_by_the_browser_and_nothing_else(address: str) -> None:
    _, _, document = get(address, "/")
    (asset,) = re.findall(
        rb'<script type="module" crossorigin src="\./(assets/[^"]+)"', re.sub(rb' nonce="[^"]*"', b"", document)
    )
    _, headers, _ = get(address, f"/{asset.decode()}", Accept_Encoding="br, gzip")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-encoding"] == "br"
    for path in ("/", "/page/main.js", "/config", "/assets/nothing-01234567.js"):
        assert "immutable" not in get(address, path)[1].get("cache-control", "")


def test_an_oversized_request_is_refused(address: str) -> None:
    for path in ("/page/ask", "/gradio_api/queue/join"):
        assert get(address, path, method="POST", Content_Length="99999999")[0] == 413


@pytest.mark.parametrize("path", ["/page/ask", "/gradio_api/queue/join"])
def test_a_request_that_says_no_length_is_bounded_too(address: str, path: str) -> None:
    with socket.create_connection(("127.0.0.1", urlsplit(address).port), timeout=10) as sender:
        sender.sendall(
            b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" % path.encode()
            + b"Transfer-Encoding: chunked\r\n\r\n"
        )
        chunk = b"100000\r\n" + b" " * 0x100000 + b"\r\n"
        for _ in range(MAX_BODY // 0x100000 + 2):
            sender.sendall(chunk)
        assert re.match(rb"HTTP/1.1 4\d\d ", sender.recv(100))  # before the request has ended


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Gradio-Server"])
def test_the_pages_own_address_is_taken_from_the_host_alone(address: str, header: str) -> None:
    _, _, config = get(address, "/config", **{header: "http://evil.example"})
    assert b"evil.example" not in config


def test_the_names_that_the_settings_give_are_served_and_no_other() -> None:
    with running_page(seeds_assistant(settings=Settings(hosts="News.example.org, dateline"))) as address:
        for host in ("news.example.org", "NEWS.example.org:443", "dateline:8080", "localhost"):
            assert get(address, "/", Host=host)[0] == 200
        for host in ("example.org", "a.news.example.org", "news.example.org.evil.example"):
            assert get(address, "/", Host=host)[0] == 421
        config = get(address, "/config", Host="news.example.org", X_Forwarded_Proto="https")[2]
        assert json.loads(config)["root"] == "https://news.example.org"
        same = {"Host": "news.example.org", "Origin": "https://news.example.org"}
        assert get(address, "/gradio_api/info", **same)[0] == 200
        assert get(address, "/gradio_api/info", **{**same, "Origin": "https://evil.example"})[0] == 403


def test_a_link_with_a_question_opens_the_page(address: str) -> None:
    status, headers, body = get(address, "/?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert status == 200
    assert "content-security-policy" in headers
    assert b"alert(1)" not in body


@pytest.mark.parametrize("path", ["/", "/page/main.js", "/config", "/nowhere"])
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS"])
def test_other_methods_carry_the_headers_too(address: str, method: str, path: str) -> None:
    _, headers, body = get(address, path, method=method)
    assert headers["x-content-type-options"] == "nosniff"
    assert method == "OPTIONS" or body == b""


def test_a_login_is_asked_for_when_the_settings_name_one() -> None:
    settings = Settings(auth="reader:secret")
    with running_page(seeds_assistant(settings=settings)) as address:
        _, _, document = get(address, "/")
        assert b"Chinese President" not in document
        assert get(address, "/config")[0] == 401
        body = json.dumps({"data": [], "fn_index": 0, "session_hash": "x"}).encode()
        join = get(address, "/gradio_api/queue/join", method="POST", body=body, Content_Type="application/json")
        assert join[0] == 401
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        assert get(address, "/login", method="POST", body=b"username=reader&password=wrong", **form)[0] == 400
        status, headers, _ = get(address, "/login", method="POST", body=b"username=reader&password=secret", **form)
        assert status == 200
        assert "none" not in headers["set-cookie"].lower()  # no other site sends it along
        cookie = headers["set-cookie"].partition(";")[0]
        assert get(address, "/config", Cookie=cookie)[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/page/main.js",
        "/page/upload?name=x.txt",
        "/page/ask",
        "/config",
        "/gradio_api/component_server",
        "/gradio_api/info",
        "/gradio_api/call/v2/ask",
        "/gradio_api/call/ask/x",
        "/gradio_api/queue/data?session_hash=x",
        "/gradio_api/queue/status",
        "/gradio_api/heartbeat/x",
        "/gradio_api/cancel",
        "/gradio_api/reset",
        "/gradio_api/startup-events",
        "/gradio_api/app_id",
        "/gradio_api/user",
    ],
)
def test_a_login_stands_before_every_route(guarded: str, path: str) -> None:
    for method in ("GET", "POST"):
        assert get(guarded, path, method=method, body=b"{}")[0] == 401


def test_no_route_describes_the_program_without_a_login(guarded: str) -> None:
    for path in ("/openapi.json", "/docs", "/redoc", "/gradio_api/openapi.json", "/gradio_api/token"):
        assert get(guarded, path)[0] in (401, 404)


def test_wrong_logins_wait_and_those_beside_them_are_refused_unread(
    guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.login.WRONG_SECONDS", 0.4)
    monkeypatch.setattr("ui.login.ATTEMPTS", 3)

    def tried(form: bytes) -> tuple[int, float]:
        started = time.monotonic()
        kind = "application/x-www-form-urlencoded"
        status = get(guarded, "/login", method="POST", body=form, Content_Type=kind)[0]
        return status, time.monotonic() - started

    right, wrong = b"username=reader&password=secret", b"username=reader&password=wrong"
    assert tried(right)[0] == 200
    for form in (wrong, b"username=nobody&password=secret", b"username=reader&password=secret2"):
        status, took = tried(form)
        assert (status, took > 0.4) == (400, True)
    monkeypatch.setattr("ui.login.WRONG_SECONDS", 1.0)
    with ThreadPoolExecutor(3) as pool:
        attempts = [pool.submit(tried, wrong) for _ in range(3)]
        # Refused once the three have arrived, which a busy machine does not say when.
        assert 400 in (tried(right)[0] for _ in range(1000))
        assert [each.result()[0] for each in attempts] == [400] * 3
    assert tried(right)[0] == 200


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    with running_page(seeds_assistant(settings=Settings(auth="reader:secret"))) as address:
        yield address


def test_a_malformed_login_setting_is_one_line() -> None:
    with (
        pytest.raises(DatelineError, match="user:password"),
        running_page(seeds_assistant(settings=Settings(auth="x"))),
    ):
        pass


def test_a_port_in_use_is_one_line_when_asked_for_and_skipped_when_not() -> None:
    from ui.server import listening_socket

    with listening_socket(0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(DatelineError, match=f"port {port} is in use"):
            listening_socket(port)
    with listening_socket(None) as first, listening_socket(None) as second:
        assert first.getsockname()[0] == second.getsockname()[0] == "127.0.0.1"
        assert first.getsockname()[1] != second.getsockname()[1]


@pytest.mark.parametrize("port", [-1, 70_000])
def test_a_port_that_is_none_is_one_line(port: int) -> None:
    from ui.server import listening_socket

    with pytest.raises(DatelineError, match="cannot be used"):
        listening_socket(port)


POSIX = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent the POSIX way")


@contextmanager
def serving(setting_up: str = "") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`serve` over `seeds_assistant()` in a process of its own, and the address that it prints."""
    code = f"""
from page_fakes import seeds_assistant
from ui import serve
assistant = seeds_assistant()
{setting_up}
serve(assistant, port=0)
print("over")
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        match = re.fullmatch(r"Dateline: (http://127\.0\.0\.1:\d+)\n", line)
        assert match, line
        yield process, match[1]
    finally:
        process.kill()
        process.communicate()


@contextmanager
def reading(address: str) -> Iterator[None]:
    """A reader's page that stays open: it must not keep the server up."""
    with socket.create_connection(("127.0.0.1", urlsplit(address).port)) as reader:
        reader.sendall(b"GET /gradio_api/heartbeat/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200" in reader.recv(100)
        yield


@POSIX
def test_serve_prints_its_address_and_ends_cleanly() -> None:
    with serving() as (process, address), reading(address):
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=LAST_ANSWERS)
        assert (process.returncode, out, err) == (0, "over\n", "")


@POSIX
@pytest.mark.parametrize(("seconds", "patience", "finished"), [(3, 60, True), (30, LAST_ANSWERS, False)])
def test_a_running_answer_has_less_than_ten_seconds_to_finish(seconds: int, patience: int, finished: bool) -> None:
    assert 5 < LAST_ANSWERS < 10
    slow = f"""
import time
import ui.server
ui.server.LAST_ANSWERS = {patience}
stream = assistant.stream
def slowly(*asked, **options):
    time.sleep({seconds})
    yield from stream(*asked, **options)
assistant.stream = slowly
"""
    with serving(slow) as (process, address), reading(address):
        body = json.dumps({"question": "What did Kashin say?"}).encode()
        _, _, begun = get(address, "/gradio_api/call/v2/ask", method="POST", body=body, Content_Type="application/json")
        with ThreadPoolExecutor(1) as pool:
            reply = pool.submit(get, address, f"/gradio_api/call/ask/{json.loads(begun)['event_id']}")
            time.sleep(0.5)
            stopped = time.monotonic()
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=40)
            took = time.monotonic() - stopped
            assert (process.returncode, out, err) == (0, "over\n", "")
            if finished:
                assert b"event: complete" in reply.result()[2]
                assert took < 30  # it ends with the answer, not with its patience, on a machine however busy
            else:
                assert isinstance(reply.exception(), http.client.IncompleteRead)
                assert took < 25  # it does not wait for the answer
