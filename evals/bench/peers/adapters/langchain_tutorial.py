"""The chain of LangChain's retrieval tutorial, with sentences in the place of its chat model.

- `RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)`, `InMemoryVectorStore`, the four
  nearest chunks: as in the tutorial. The embedder is Dateline's own, the same code and the same weights.
- The tutorial hands the chunks to a chat model, which wants a key. Here the three sentences of them that are nearest to the
  question are the answer, each cited to its file.
- It never abstains: the tutorial has no threshold, and none is made up for it.
- It has no memory, so the history is left out.
"""

import re
import sys
from pathlib import Path
from typing import Any

from serving import Ask, cited, serve

sys.path.append(str(Path(__file__).resolve().parents[4]))

CHUNKS, SENTENCES = 4, 3
SENTENCE = re.compile(r"\S.*?(?:[.!?][\"”’)]*(?=\s)|$)", re.MULTILINE)


def open_chain(folder: Path) -> tuple[Ask, str]:
    """Split and embed the texts of the folder."""
    import numpy as np
    from langchain_core.documents import Document
    from langchain_core.vectorstores import InMemoryVectorStore
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    from retrieval.embeddings import MiniLMEmbeddings

    embeddings = MiniLMEmbeddings()
    documents = [
        Document(path.read_text("utf-8"), metadata={"source": path.relative_to(folder).as_posix()})
        for path in sorted(folder.rglob("*"))
        if path.suffix in (".txt", ".md")
    ]
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200, add_start_index=True)
    store = InMemoryVectorStore(embeddings)
    store.add_documents(splitter.split_documents(documents))

    def ask(question: str, history: list[dict[str, str]]) -> dict[str, Any]:
        # By place: chunks overlap, and a sentence that stands in two of them is one sentence.
        found = {
            (chunk.metadata["source"], chunk.metadata["start_index"] + match.start()): match.group()
            for chunk in store.similarity_search(question, k=CHUNKS)
            for match in SENTENCE.finditer(chunk.page_content)
        }
        places, sentences = list(found), list(found.values())
        nearness = np.array(embeddings.embed_documents(sentences)) @ np.array(embeddings.embed_query(question))
        best = [int(number) for number in np.argsort(-nearness, kind="stable")[:SENTENCES]]
        return {
            "text": " ".join(sentences[number] for number in best),
            "abstained": False,
            "citations": [cited(places[number][0], sentences[number], places[number][1]) for number in best],
        }

    return ask, "no chat model: the nearest sentences stand for one"


if __name__ == "__main__":
    serve(["langchain-core", "langchain-text-splitters", "onnxruntime"], open_chain)
