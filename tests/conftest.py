"""What all tests share: a cache of their own, no settings or keys of whoever runs them, one open assistant."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run

from assistant import Assistant, Settings

ROOT = Path(__file__).resolve().parent.parent
KEYS = (
    "OPENAI_API_KEY",
    "OPENAI_ADMIN_KEY",
    "ANTHROPIC_API_KEY",
    "GOOGLE_API_KEY",
    "GEMINI_API_KEY",
    "LANGSMITH_TRACING",
    # `make test` hands these down; a make started by a test would take itself for a part of that one.
    "MAKEFLAGS",
    "MAKELEVEL",
    "MFLAGS",
)

# A runner in the background ignores Ctrl-C, and so would every program that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Indexes and feedback of the tests lie in folders of their own: an index of the user's may be open in another process."""
    before = dict(os.environ)
    for name in list(os.environ):
        if name.startswith("DATELINE_") or name in KEYS:
            del os.environ[name]
    os.environ["DATELINE_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    os.environ["DATELINE_FEEDBACK"] = str(tmp_path_factory.mktemp("feedback") / "feedback.jsonl")
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def assistant(own_environment: None) -> Iterator[Assistant]:
    """The assistant over the seeds that `ask` uses too, with the embedded models."""
    with Assistant.from_settings(Settings()) as opened:
        yield opened


@pytest.fixture(scope="session")
def dateline(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs the command `dateline` as a user does, in a process and a cache of its own."""
    cache = tmp_path_factory.mktemp("command-cache")

    def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        stdin = environment.pop("stdin", None)
        values = {**os.environ, "DATELINE_CACHE": str(cache), "COLUMNS": "120", **environment}
        command = [sys.executable, "-m", "assistant", *arguments]
        return subprocess.run(
            command,
            input=stdin.encode("utf-8", "surrogateescape") if stdin is not None else None,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            cwd=ROOT,
            env=values,
            timeout=120,
            check=False,
        )

    return lambda *arguments, **environment: _decoded(run(*arguments, **environment))


def _decoded(done: "subprocess.CompletedProcess[bytes]") -> "subprocess.CompletedProcess[str]":
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )
