"""Ask a folder of news articles a question; get an answer that cites the exact words in a file.

from assistant import ask
print(ask("What did Kashin say about arms deliveries?").text)
"""

from typing import TYPE_CHECKING, Any

from assistant.answer import ABSTENTION, Answer, Citation, Statement, Unverified
from assistant.settings import Settings
from retrieval.errors import DatelineError

if TYPE_CHECKING:
    from assistant.assistant import Assistant, ask

__all__ = [
    "ABSTENTION",
    "Answer",
    "Assistant",
    "Citation",
    "DatelineError",
    "Settings",
    "Statement",
    "Unverified",
    "ask",
]


def __getattr__(name: str) -> Any:
    # `import assistant` stays light: the chain and all it needs are imported on first use.
    if name in ("Assistant", "ask"):
        import assistant.assistant as chain

        return getattr(chain, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
