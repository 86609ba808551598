"""One open assistant for each settings, shared by all who ask."""

import threading
from collections.abc import Collection, Sequence
from typing import Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings

_shared: dict[str, Assistant] = {}
_sharing = threading.Lock()


def ask(
    question: str,
    history: Sequence[Any] | None = None,
    *,
    files: Collection[str] | None = None,
    settings: Settings | None = None,
) -> Answer:
    """Answer a question about the articles in `seeds/`, or about those that `settings` or the environment name.

    `history` holds the conversation before it, `files` limits where to look. The first call opens the index and the
    models; later calls with the same settings use them again, and take in what has changed in the folder.
    """
    settings = settings or Settings()
    key = settings.model_dump_json()
    with _sharing:
        known = _shared.get(key)
        assistant = known or _shared.setdefault(key, Assistant.from_settings(settings))
    if known:
        known.refresh()
    return assistant.ask(question, history, files=files)
