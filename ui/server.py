"""Serve the page on this machine until told to stop."""

import asyncio
import contextlib
import logging
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import fastapi
import gradio as gr
import uvicorn
from gradio.routes import App
from starlette.staticfiles import StaticFiles

from retrieval.errors import DatelineError
from ui import texts
from ui.answering import Answering
from ui.app import build_page, page_style
from ui.ask_route import ask_route
from ui.following import Following
from ui.guard import Guard
from ui.login import logged_in, login
from ui.turnstile import RUNNING, Turnstile
from ui.upload_route import upload_route
from ui.uploads import Uploads

HOST = "127.0.0.1"
FIRST_PORT = 7860
PORTS_TRIED = 100
LAST_ANSWERS = 9
"""Seconds that running answers have to finish once the server is told to stop; whoever waits 10 sees it gone."""


def serve(assistant: Answering, *, port: int | None = None) -> None:
    """Serve the page and block until Ctrl-C or SIGTERM; prints one line with its address once it answers.

    Raises:
        DatelineError: `port` is in use or cannot be bound, or the login setting is malformed.
    """
    with listening_socket(port) as listener:
        PageServer(assistant, listener).run(sockets=[listener])


def listening_socket(port: int | None) -> socket.socket:
    """A bound loopback socket: at `port`, or at the first free one from 7860 on."""
    for candidate in [port] if port is not None else [*range(FIRST_PORT, FIRST_PORT + PORTS_TRIED), 0]:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, candidate))
            # Two processes may bind a port that none listens at; only one of them may listen.
            listener.listen(128)
        except (OSError, OverflowError) as error:
            listener.close()
            if port is None:
                continue
            if isinstance(error, OSError) and error.errno not in (13, None):
                raise DatelineError(texts.port_in_use(port)) from None
            raise DatelineError(texts.port_unusable(port, getattr(error, "strerror", None) or "not a port")) from None
        return listener
    raise DatelineError(texts.port_in_use(FIRST_PORT))


async def page_application(assistant: Answering, uploads: Uploads[Answering], following: Following) -> fastapi.FastAPI:
    """The page mounted at `/` of a FastAPI application, its ES modules, questions and uploads at `/page`, without the guard."""
    turnstile = Turnstile(running=RUNNING, waiting=assistant.settings.queue_size)
    application = fastapi.FastAPI(openapi_url=None)
    application.router.routes += [ask_route(uploads, following, turnstile), upload_route(uploads)]
    application.mount("/page", StaticFiles(directory=Path(__file__).parent / "page", check_dir=False))
    gr.mount_gradio_app(
        application,
        build_page(assistant, readers=uploads, following=following, turnstile=turnstile),
        path="/",
        server_name=HOST,
        auth=login(assistant.settings),
        auth_message=texts.LOGIN,
        app_kwargs={"openapi_url": None},
        favicon_path=str(Path(__file__).parent / "favicon.svg"),
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        enable_monitoring=False,
        **page_style(),
    )
    return application


class PageServer(uvicorn.Server):
    """Uvicorn that says where the page is, and ends at once when no answer is running."""

    def __init__(self, assistant: Answering, listener: socket.socket) -> None:
        self.address = f"http://{HOST}:{listener.getsockname()[1]}"
        # Inside a loop: outside of one, Gradio makes loops that it never closes.
        self.uploads = Uploads(assistant)
        self.following = Following(assistant)
        self.page = asyncio.run(page_application(assistant, self.uploads, self.following))
        self.gradio = next(app for route in self.page.routes if isinstance(app := getattr(route, "app", None), App))
        settings = assistant.settings
        guard = Guard(self.page, hosts=settings.hosts, logged_in=logged_in(self.gradio) if settings.auth else None)
        super().__init__(
            uvicorn.Config(
                guard,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=LAST_ANSWERS,
                ws="none",
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            print(texts.ready(self.address), flush=True)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # Every open page holds a heartbeat request that would keep the server up until its patience ends.
        if self.gradio.stop_event is not None:
            self.gradio.stop_event.set()
        self.uploads.end()
        self.following.end()
        # What is not done by then is cut off, as was said; uvicorn would tell of each with a traceback.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets=sockets)
        self.uploads.close()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but a signal that ended the server is not raised again: ending is what was asked for."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.handle_exit(number, frame)
