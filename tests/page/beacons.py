"""A server on loopback that counts what reaches it: where hostile text would call, did it ever become markup."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Beacons:
    """What reached the server, by path, and pages that it serves itself."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.hits: list[str] = []
        self.pages: dict[str, str] = {}
        """HTML by path, served without any policy; what these pages call counts like everything else."""


@contextmanager
def counting() -> Iterator[Beacons]:
    """A counter that runs meanwhile; every request but those for its own pages is a hit, whatever its method."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = beacons.pages.get(self.path)
            if page is None:
                beacons.hits.append(self.path.partition("?")[0])
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8" if page is not None else "text/plain")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write((page or "").encode("utf-8", "replace"))

        do_POST = do_HEAD = do_OPTIONS = do_PUT = do_GET  # noqa: N815 - names that http.server looks for

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        # Another name of this machine: to the page it is another site, and no proxy is asked for it.
        beacons = Beacons(f"http://localhost:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield beacons
        finally:
            server.shutdown()
            thread.join()
