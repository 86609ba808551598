"""The server in front of the page, over a socket: who is let in, what headers go out, how it starts and ends."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page_fakes import running_page, seeds_assistant

from assistant.settings import Settings
from retrieval.errors import DatelineError

pytestmark = pytest.mark.enable_socket
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_page(seeds_assistant()) as address:
        yield address


def get(
    address: str, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
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
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_every_script_of_the_document_carries_this_responses_nonce(address: str) -> None:
    _, headers, body = get(address, "/", Accept_Encoding="br, gzip")
    nonce = re.search(r"'nonce-([^']+)'", headers["content-security-policy"])
    assert nonce
    scripts = re.findall(rb"<script\b[^>]*>", body)
    assert scripts
    assert all(f'nonce="{nonce[1]}"'.encode() in script for script in scripts)
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
        "/gradio_api/component_server",
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
        status, headers, _ = get(address, "/gradio_api/queue/join", method=method, Origin=origin)
        assert status == 403
        assert "access-control-allow-origin" not in headers


def test_an_oversized_request_is_refused(address: str) -> None:
    assert get(address, "/gradio_api/queue/join", method="POST", Content_Length="99999999")[0] == 413


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
        cookie = headers["set-cookie"].partition(";")[0]
        assert get(address, "/config", Cookie=cookie)[0] == 200


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_its_address_and_ends_cleanly(number: signal.Signals) -> None:
    code = (
        "from page_fakes import seeds_assistant; from ui import serve; serve(seeds_assistant(), port=0); print('over')"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        match = re.fullmatch(r"Dateline: http://127\.0\.0\.1:(\d+)\n", line)
        assert match, line
        # A reader's open page must not keep the server up.
        with socket.create_connection(("127.0.0.1", int(match[1]))) as reader:
            reader.sendall(b"GET /gradio_api/heartbeat/x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert b"200" in reader.recv(100)
            process.send_signal(number)
            out, err = process.communicate(timeout=5)
        assert (process.returncode, out, err) == (0, "over\n", "")
    finally:
        process.kill()
        process.communicate()
