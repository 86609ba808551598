"""How an adapter is spoken to: one JSON object a line, UTF-8, in both directions.

An adapter is a script that the peer's own Python runs with one argument, the folder of articles, in an empty working folder
of its own. It knows nothing of this package. In order:

1. It builds its index and prints `{"ready": true, "versions": {"package": "1.2"}, "note": "what a reader should know"}`.
2. For each line on its standard input, `{"question": "...", "history": [{"role": "user", "content": "..."}, ...]}`, it prints
   one reply: `{"text": "...", "abstained": false, "citations": [{"file": "a.txt", "quote": "...", "start": 0, "end": 9}]}`.
   `file` is relative to the folder; `quote` is null where the peer shows none; `start` and `end` are null where it gives no
   place. `abstained` is the peer's own signal that it has no answer.
3. A question that it fails on is a reply too: `{"error": "one line"}`. The next question comes regardless.
4. At the end of its input it exits.

Standard output is the protocol's alone: whatever libraries print goes to standard error, whose last line is the reason when
the adapter dies.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError


class PeerError(Exception):
    """One line: why a peer could not be installed, started or asked."""


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Ready(_Message):
    """The index is built; the peer can be asked."""

    ready: Literal[True]
    versions: Mapping[str, str]
    note: str = ""


class Cited(_Message):
    """What an answer points at; characters of the decoded file, where a place is given."""

    file: str
    quote: str | None = None
    start: int | None = None
    end: int | None = None


class Reply(_Message):
    """What came of one question."""

    text: str = ""
    abstained: bool = False
    citations: tuple[Cited, ...] = ()
    error: str | None = None


_Kind = TypeVar("_Kind", bound=_Message)


def question_line(question: str, history: Sequence[Mapping[str, str]]) -> str:
    """A question as it is sent, with its newline."""
    return json.dumps({"question": question, "history": [dict(message) for message in history]}) + "\n"


def parsed(line: str, kind: type[_Kind]) -> _Kind:
    """A line of an adapter as the message that is due.

    Raises:
        PeerError: it is something else.
    """
    try:
        return kind.model_validate_json(line)
    except ValidationError:
        came = " ".join(line.split())[:100]
        raise PeerError(f"printed {came!r} where the protocol wants a {kind.__name__.lower()}") from None
