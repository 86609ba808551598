"""The adapters' side of the protocol; standard library alone, since each peer's own Python imports it."""

import json
import os
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

Ask = Callable[[str, list[dict[str, str]]], dict[str, Any]]
"""A question and its history to a reply: `text`, `abstained`, `citations`."""


def serve(packages: list[str], open_peer: Callable[[Path], tuple[Ask, str]]) -> None:
    """Index the folder that the command line names, then answer questions until the input ends.

    `open_peer` returns what answers and a note about it, empty where nothing needs to be known.
    """
    # What libraries print, C code included, must not reach the protocol.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def say(message: dict[str, Any]) -> None:
        replies.write(json.dumps(message) + "\n")
        replies.flush()

    ask, note = open_peer(Path(sys.argv[1]))
    say({"ready": True, "versions": {package: version(package) for package in packages}, "note": note})
    for line in sys.stdin.buffer:
        request = json.loads(line)
        try:
            say(ask(request["question"], request["history"]))
        except Exception as error:
            say({"error": " ".join(f"{type(error).__name__}: {error}".split())})


def cited(file: str, quote: str, start: int | None = None) -> dict[str, Any]:
    """A citation; `start` is the place of the quote in the decoded file, where the peer knows it."""
    return {"file": file, "quote": quote, "start": start, "end": None if start is None else start + len(quote)}
