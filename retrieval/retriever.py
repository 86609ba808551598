"""The search as a LangChain retriever, for chains of the user's own."""

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.evidence import EvidenceScorer
from retrieval.index import Index
from retrieval.search import rerank, search

RERANKED = 2  # times as many chunks as wanted are read by the scorer


class HybridRetriever(BaseRetriever):
    """Dense + BM25 over an open index, then the evidence scorer where one is given.

    A document's metadata holds `file`, `start`, `end`, `title` and `score`: of the fused ranks, or with a scorer the
    probability that the document answers.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    embeddings: Embeddings
    scorer: EvidenceScorer | None = None
    k: int = 8

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None, **kwargs: Any
    ) -> list[Document]:
        count = self.k if k is None else k
        found = search(self.index, self.embeddings, query, count if self.scorer is None else RERANKED * count)
        if self.scorer is not None:
            found = rerank(self.scorer, query, found)[:count]
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
            for scored in found
        ]
