"""The evidence scorer as a LangChain document compressor, for users who bring their own retriever."""

from collections.abc import Sequence

from langchain_core.callbacks import Callbacks
from langchain_core.documents import Document
from langchain_core.documents.compressor import BaseDocumentCompressor
from pydantic import ConfigDict, Field

from retrieval.evidence import Evidence, EvidenceScorer, Passage


class EvidenceCompressor(BaseDocumentCompressor):
    """Keeps the documents that bear on a query, best first, their text untouched.

    What is found is added to a document's metadata: `relevance_score` (the probability, 0 to 1, that it answers),
    `evidence` (spans of the sentences that answer, as `[start, end, probability]` into `page_content`, best first) and
    `answer_span` (`[start, end]` of the shortest answer, or None).

    >>> compressor = EvidenceCompressor(scorer=open_scorer(texts_of_the_corpus))  # doctest: +SKIP
    >>> compressor.compress_documents(retriever.invoke(query), query)  # doctest: +SKIP
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    scorer: EvidenceScorer
    top_n: int = Field(default=4, ge=1)
    least: float = Field(default=0.0, ge=0.0, le=1.0)
    """Documents with a lower `relevance_score` are dropped."""
    least_evidence: float = Field(default=0.5, ge=0.0, le=1.0)
    """Sentences with a lower probability are no evidence."""

    def compress_documents(
        self, documents: Sequence[Document], query: str, callbacks: Callbacks | None = None
    ) -> Sequence[Document]:
        """The best `top_n` documents."""
        passages = [
            Passage.of(document.page_content, str(document.metadata.get("title", ""))) for document in documents
        ]
        found = zip(documents, passages, self.scorer.score(query, passages), strict=True)
        kept = [triple for triple in found if triple[2].answerable >= self.least]
        kept.sort(key=lambda triple: -triple[2].relevance)
        return [self._with_evidence(*triple) for triple in kept[: self.top_n]]

    def _with_evidence(self, document: Document, passage: Passage, evidence: Evidence) -> Document:
        scored = sorted(zip(evidence.sentences, passage.sentences, strict=True), key=lambda pair: -pair[0])
        added = {
            "relevance_score": evidence.answerable,
            "evidence": [[*span, score] for score, span in scored if score >= self.least_evidence],
            "answer_span": list(evidence.span) if evidence.span else None,
        }
        return document.model_copy(update={"metadata": document.metadata | added})
