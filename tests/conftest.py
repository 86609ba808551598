"""What all tests share: a cache of their own, no settings or keys of whoever runs them, one open assistant."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import Run, run_here, run_process
from hypothesis import settings

from assistant import Assistant, Settings

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

# Examples of a property: a few at every run, many with HYPOTHESIS_PROFILE=thorough (`make test-thorough`). A test that is slow by
# nature asks for a share of them. A deadline would measure the machine.
settings.register_profile("quick", max_examples=30, deadline=None)
settings.register_profile("thorough", max_examples=200, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

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
def command_cache(own_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The cache of the commands that tests run: no open assistant of the tests holds an index in it."""
    return tmp_path_factory.mktemp("command-cache")


@pytest.fixture(scope="session")
def dateline(command_cache: Path) -> Run:
    """Runs the command `dateline` in the process of the tests."""
    return _running(run_here, command_cache)


@pytest.fixture(scope="session")
def dateline_process(command_cache: Path) -> Run:
    """Runs it as a user does, in a process of its own, which takes seconds."""
    return _running(run_process, command_cache)


def _running(command: Run, cache: Path) -> Run:
    def run(*arguments: str, stdin: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
        values = {**os.environ, "DATELINE_CACHE": str(cache), "COLUMNS": "120", **environment}
        return command(arguments, environment=values, stdin=stdin.encode())

    return run
