"""The search as a LangChain retriever, for chains of the user's own."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.index import Index
from retrieval.search import search


class HybridRetriever(BaseRetriever):
    """Dense + BM25 over an open index; a document's metadata holds `file`, `start`, `end`, `title` and `score`."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    embeddings: Embeddings
    k: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None, **kwargs: Any
    ) -> list[Document]:
        return [
            Document(
                id=f"{scored.chunk.file}:{scored.chunk.start}-{scored.chunk.end}",
                page_content=scored.chunk.text,
                metadata={
                    "file": scored.chunk.file,
                    "start": scored.chunk.start,
                    "end": scored.chunk.end,
                    "title": scored.chunk.title,
                    "score": scored.score,
                },
            )
            for scored in search(self.index, self.embeddings, query, self.k if k is None else k)
        ]
