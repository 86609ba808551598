"""groundrag without a chat model, as its README has it: `groundrag --set llm.backend=none query`.

- All else is its defaults, but for `ingest.extensions`: that one is empty in the installed package, which then indexes nothing.
- Its embedder and its reranker are models to download. Where they cannot be had it says so and falls back to hashed words and
  to shared words; the note says which of them answered.
- Its abstention is `found = False`.
- It cites a file and a chunk and no words. Its answer is made of sentences, each followed by the number of its source ("the
  answer quotes the best sentences"): each is taken as the quote of that source.
- History is handed over as it is.
"""

import re
from pathlib import Path
from typing import Any

from serving import Ask, cited, serve

EXTENSIONS = [".txt", ".md", ".html"]
QUOTED = re.compile(r"(.+?) \[(\d+)\](?:\s+|$)", re.DOTALL)


def open_groundrag(folder: Path) -> tuple[Ask, str]:
    """Ingest the folder; both models are opened here, so that none is left for the first question."""
    from groundrag.config import Settings
    from groundrag.pipeline import RAGPipeline

    settings = Settings.model_validate({"llm": {"backend": "none"}, "ingest": {"extensions": EXTENSIONS}})
    pipeline = RAGPipeline(settings)
    report = pipeline.ingest([folder])
    if not report.loaded:
        raise SystemExit(f"groundrag indexed none of the {report.discovered} files that it found")
    models = pipeline.embedder_for(pipeline.default_collection).name, pipeline.reranker.name
    note = f"embedder {models[0]}, reranker {models[1]}"
    if any(name.startswith(("hash:", "lexical:")) for name in models):
        note += " (its fallbacks: its models are to be downloaded and could not be)"

    def ask(question: str, history: list[dict[str, str]]) -> dict[str, Any]:
        answer = pipeline.answer(question, history=history or None)
        files = {citation.index: citation.source for citation in answer.citations}
        quotes = [(quote, int(number)) for quote, number in QUOTED.findall(answer.answer)]
        return {
            "text": answer.answer,
            "abstained": not answer.found,
            "citations": [cited(files[number], quote) for quote, number in quotes if number in files],
        }

    return ask, note


if __name__ == "__main__":
    serve(["groundrag", "lancedb", "fastembed"], open_groundrag)
