"""Dateline as it ships, asked through the same pipe as its peers so that times compare."""

import sys
from pathlib import Path
from typing import Any

from serving import Ask, cited, serve

sys.path.append(str(Path(__file__).resolve().parents[4]))


def open_dateline(folder: Path) -> tuple[Ask, str]:
    """The embedded models, whatever the settings in the environment; the index in the empty working folder."""
    from assistant import Assistant, Settings

    settings = Settings(corpus=folder, cache="cache", model="", embeddings="", reranker="", chroma_url="")
    assistant = Assistant.from_settings(settings)

    def ask(question: str, history: list[dict[str, str]]) -> dict[str, Any]:
        answer = assistant.ask(question, history=history)
        return {
            "text": answer.text,
            "abstained": answer.abstained,
            "citations": [cited(citation.file, citation.quote, citation.start) for citation in answer.citations],
        }

    return ask, ""


if __name__ == "__main__":
    serve(["dateline"], open_dateline)
