"""Does a quote support a statement: compared slot by slot, without a key, in milliseconds."""

from typing import TYPE_CHECKING, Any

from assistant.verification.quotes import Quote, quotes_of
from assistant.verification.verbatim import Verdict

if TYPE_CHECKING:
    from assistant.verification.verdict import verify

__all__ = ["Quote", "Verdict", "quotes_of", "verify"]


def __getattr__(name: str) -> Any:
    # What stands in its quote word for word needs none of the rules and their words.
    if name == "verify":
        from assistant.verification.verdict import verify

        return verify
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
