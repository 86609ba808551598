"""A chat model's reply as it comes, under deadlines: whatever a provider does, it ends, and says why in one line."""

import queue
import random
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from assistant.redaction import keys_held, told
from retrieval.errors import DatelineError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

# What another try may mend: too many questions, or a server that is not well. A wrong key or name stays wrong.
_PASSING = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_BACKOFF = 0.5  # seconds before the first new try, doubled for the next; a server's Retry-After goes before it
_GRACE = 1.0  # seconds after the model gave its reason to stop: what a server does then is no matter


@dataclass(frozen=True, slots=True)
class Deadlines:
    """How long a provider may take, in seconds, and how often it is asked again."""

    first_token: float = 15.0
    total: float = 60.0
    retries: int = 2


class ProviderError(DatelineError):
    """A chat model gave no reply, or broke off in the middle of one; the message is fit for a reader: no key is in it."""


def reply_pieces(
    model: "BaseChatModel", messages: Sequence["BaseMessage"], deadlines: Deadlines | None = None
) -> Iterator[str]:
    """The text of a reply, piece by piece as the model writes it.

    A try that fails before its first piece is made again, at most `retries` times, after a pause with jitter or as long
    as the server's Retry-After asks for; never once something was written.

    Raises:
        ProviderError: it could not be reached, refused, took too long, broke off, or wrote nothing.
    """
    deadlines = deadlines or Deadlines()
    end = time.monotonic() + deadlines.total
    for attempt in range(deadlines.retries + 1):
        began = False
        try:
            for piece in _within(model, messages, deadlines.first_token, end):
                began = True
                yield piece
            if not began:
                raise ProviderError("the chat model wrote nothing")
            return
        except ProviderError:
            raise
        except Exception as error:  # each provider raises its own kinds
            pause = _pause(error, attempt)
            if began or attempt == deadlines.retries or not _passing(error) or time.monotonic() + pause >= end:
                with keys_held(model):
                    said = told(error)
                raise ProviderError(f"the chat model {'broke off' if began else 'did not answer'} ({said})") from None
            time.sleep(pause)


class _Stopped(str):
    """Why the model stopped, as its provider calls it."""

    __slots__ = ()


def _within(model: "BaseChatModel", messages: Sequence["BaseMessage"], first_token: float, end: float) -> Iterator[str]:
    """Pieces of one try. The provider is read in a thread of its own: its client may wait for ever, a reader does not."""
    pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
    unwanted = threading.Event()

    def read() -> None:
        try:
            with keys_held(model):
                for chunk in model.stream(list(messages)):
                    if unwanted.is_set():
                        return
                    if text := str(chunk.text):
                        pieces.put(text)
                    said = chunk.response_metadata
                    if reason := said.get("finish_reason") or said.get("stop_reason") or said.get("done_reason"):
                        pieces.put(_Stopped(reason))
            pieces.put(None)
        except BaseException as error:
            pieces.put(error)

    threading.Thread(target=copy_context().run, args=(read,), daemon=True, name="chat model").start()
    started = time.monotonic()
    limit = min(started + first_token, end)
    stopped = False
    try:
        while True:
            try:
                piece = pieces.get(timeout=max(limit - time.monotonic(), 0.001))
            except queue.Empty:
                if stopped:
                    return
                raise ProviderError(f"the chat model took longer than {limit - started:.0f} s") from None
            if isinstance(piece, _Stopped):
                if piece.lower() in ("length", "max_tokens"):
                    raise ProviderError("the chat model stopped at its limit of tokens")
                stopped, limit = True, min(end, time.monotonic() + _GRACE)
            elif isinstance(piece, str):
                limit = limit if stopped else end
                yield piece
            elif stopped:
                return
            elif piece is not None:
                raise piece
            elif model._llm_type == "openai-chat":  # its protocol ends no reply without a reason
                raise ProviderError("the chat model broke off")
            else:
                return
    finally:
        unwanted.set()


def _passing(error: BaseException) -> bool:
    """Whether another try may mend it: a status that passes, or a connection that was never answered."""
    status = _status(error)
    if status is not None:
        return status in _PASSING
    names = {kind.__name__ for kind in type(error).__mro__}
    return isinstance(error, ConnectionError | TimeoutError) or bool(
        names & {"APIConnectionError", "ConnectError", "ReadError", "RemoteProtocolError", "TransportError"}
    )


def _status(error: BaseException) -> int | None:
    response = getattr(error, "response", None)
    found = (
        getattr(error, "status_code", None) or getattr(response, "status_code", None) or getattr(error, "code", None)
    )
    return int(str(found)) if re.fullmatch(r"\d{3}", str(found)) else None


def _pause(error: BaseException, attempt: int) -> float:
    """Seconds to the next try: what the server asks for, else exponential backoff with full jitter (Brooker, 2015)."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    asked = str(headers.get("retry-after") or headers.get("Retry-After") or "").strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", asked):
        return float(asked)
    if asked:
        try:
            return max(parsedate_to_datetime(asked).timestamp() - time.time(), 0.0)
        except ValueError:  # no date either: as if nothing was asked
            pass
    return random.uniform(0.0, _BACKOFF * 2**attempt)
