"""Ask a folder of news articles a question; get an answer that cites the exact words in a file.

from assistant import ask
print(ask("What did Kashin say about arms deliveries?").text)
"""

from typing import TYPE_CHECKING, Any

from assistant.answer import ABSTENTION, Answer, Citation, Statement, Unverified, conversation_markdown
from assistant.settings import Settings
from assistant.stages import Stage
from retrieval.errors import DatelineError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.shared import ask

__all__ = [
    "ABSTENTION",
    "Answer",
    "Assistant",
    "Citation",
    "DatelineError",
    "Settings",
    "Stage",
    "Statement",
    "Unverified",
    "ask",
    "conversation_markdown",
]


def __getattr__(name: str) -> Any:
    # `import assistant` stays light: the chain and all it needs are imported on first use.
    if name == "Assistant":
        from assistant.assistant import Assistant

        return Assistant
    if name == "ask":
        from assistant.shared import ask

        return ask
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
