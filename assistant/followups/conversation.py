"""What was said before a question."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from retrieval.errors import DatelineError, one_line


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: str
    text: str


def conversation(history: Sequence[Any] | None) -> list[Turn]:
    """The human and assistant turns of anything LangChain's `convert_to_messages` takes.

    Raises:
        DatelineError: an item is no message.
    """
    if not history:
        return []
    from langchain_core.messages import convert_to_messages

    try:
        messages = convert_to_messages(history)
    except Exception as error:  # LangChain raises several kinds for what is no message
        raise DatelineError(
            f"history cannot be read ({one_line(error)[:200]}): expected messages such as {{'role': 'user', 'content': '…'}}"
        ) from None
    roles = {"human": "user", "ai": "assistant"}
    return [Turn(roles[message.type], message.text) for message in messages if message.type in roles]
