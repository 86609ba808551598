"""No key in an error or a log: what providers and their clients say, with what may be a secret left out."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from assistant.settings import secrets
from retrieval.errors import one_line

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Keys as providers write them, what follows "Bearer", a login or a key in an address, and any long word of letters and figures.
_SECRET = re.compile(
    r"\b(?:sk|pk|gsk|xai|key|AIza)[-_]?[\w*-]{6,}"
    r"|(?<=Bearer )\S+"
    r"|(?<=://)[^/\s@\"']+(?=@)"
    r"|(?<=key=)[^&\s\"']+|(?<=token=)[^&\s\"']+"
    r"|\b(?=\w*\d)(?=\w*[A-Za-z])\w{20,}\b",
    re.ASCII,
)
_held: ContextVar[tuple[str, ...] | None] = ContextVar("held", default=None)


def told(error: BaseException) -> str:
    """An exception in one line without what may be a key.

    >>> told(ValueError("Incorrect API key: sk-abc123def456ghi789"))
    'ValueError: Incorrect API key: …'
    """
    return redacted(one_line(error))[:200]


def redacted(text: str) -> str:
    """A text without the keys of the environment and of the model that is being asked, and without what looks like one."""
    for secret in (*secrets(), *(_held.get() or ())):
        text = text.replace(secret, "…")
    return _SECRET.sub("…", text)


@contextmanager
def keys_held(model: "BaseChatModel") -> Iterator[None]:
    """Within it the model's own keys are secrets too, and so is what any library logs.

    HTTP clients log addresses and headers, in which a key may stand: nothing that this thread logs meanwhile holds one.
    """
    _redact_records()
    values = (getattr(model, name, None) for name in type(model).model_fields)
    keys = tuple(value.get_secret_value() for value in values if isinstance(value, SecretStr))
    token = _held.set(tuple(key for key in keys if len(key) >= 6))
    try:
        yield
    finally:
        _held.reset(token)


@cache
def _redact_records() -> None:
    """Once: filters are a logger's own, and the clients make theirs whenever they like, so it is done where records are made."""
    made = logging.getLogRecordFactory()

    def record(*args: Any, **values: Any) -> logging.LogRecord:
        found = made(*args, **values)
        if _held.get() is not None:
            try:
                found.msg, found.args = redacted(found.getMessage()), None
            except (TypeError, ValueError):  # arguments that do not fit their message
                found.msg, found.args = redacted(f"{found.msg} {found.args}"), None
            if found.exc_info:
                found.exc_text = redacted(logging.Formatter().formatException(found.exc_info))
                found.exc_info = None
        return found

    logging.setLogRecordFactory(record)
