"""The command `dateline`, run in a process of its own or, for a tenth of the time, in that of the tests."""

import io
import os
import runpy
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import assistant.cli

Run = Callable[..., "subprocess.CompletedProcess[str]"]

ROOT = Path(__file__).resolve().parent.parent
_COMMAND_LINE = assistant.cli


def run_here(
    arguments: Sequence[str], *, environment: Mapping[str, str], stdin: bytes = b""
) -> "subprocess.CompletedProcess[str]":
    """What `python -m assistant` would print and end with.

    What only a process has is tested in one: signals, pipes, what the operating system makes of broken bytes, what a library
    writes past `sys.stdout`, what has to be imported.
    """
    out, err = (
        io.TextIOWrapper(io.BytesIO(), "utf-8", errors, newline="\n") for errors in ("strict", "backslashreplace")
    )
    with (
        patch.dict(os.environ, environment, clear=True),
        patch.object(sys, "argv", ["dateline", *arguments]),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8")),
        redirect_stdout(out),
        redirect_stderr(err),
        chdir(ROOT),
        _command_line_unloaded(),
    ):
        code = _exit_code()
        out.flush()
        err.flush()
    printed, said = (stream.buffer.getvalue().decode() for stream in (out, err))
    return subprocess.CompletedProcess(arguments, code, printed, said)


def run_process(
    arguments: Sequence[str], *, environment: Mapping[str, str], stdin: bytes = b""
) -> "subprocess.CompletedProcess[str]":
    """The same in a process of its own, as a user runs it."""
    command = [sys.executable, "-m", "assistant", *arguments]
    done = subprocess.run(
        command, input=stdin, capture_output=True, cwd=ROOT, env=environment, timeout=120, check=False
    )
    return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())


@contextmanager
def _command_line_unloaded() -> Iterator[None]:
    """`assistant.cli` is imported anew, as in a process: its consoles look at the streams and the environment they are made in."""
    del sys.modules["assistant.cli"]
    try:
        yield
    finally:
        sys.modules["assistant.cli"] = assistant.cli = _COMMAND_LINE


def _exit_code() -> int:
    """What the interpreter would end with; it tells of an exception that nobody caught, and so does this."""
    try:
        runpy.run_module("assistant", run_name="__main__")
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 0xFF
        print(end.code, file=sys.stderr)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    return 0
