"""Find the chunks that bear on a question: dense and BM25, over-fetched, fused by reciprocal rank."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.articles import Chunk, ScoredChunk
from retrieval.errors import DatelineError, one_line
from retrieval.tracing import note
from retrieval.words import mended, terms

if TYPE_CHECKING:
    from retrieval.encoder import Embedder
    from retrieval.evidence import EvidenceScorer
    from retrieval.searchable import Searchable

OVERFETCH = 4


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search looked for and came upon: both rankings, and the one they were fused to, of which `count` are kept."""

    question: str
    terms: Sequence[str]
    dense: Sequence[ScoredChunk]
    bm25: Sequence[ScoredChunk]
    fused: Sequence[ScoredChunk]
    count: int


def fuse(rankings: Iterable[Sequence[ScoredChunk]], *, k: int = 60) -> list[ScoredChunk]:
    """Merge rankings by summed 1 / (k + rank), best first (Cormack et al., 2009).

    Ranks are merged, not scores: cosine similarity and BM25 share no scale. Ties keep the order of the first ranking
    that holds them.
    """
    scores: dict[Chunk, float] = {}
    for ranking in rankings:
        for rank, scored in enumerate(ranking, start=1):
            scores[scored.chunk] = scores.get(scored.chunk, 0.0) + 1.0 / (k + rank)
    return sorted((ScoredChunk(chunk, score) for chunk, score in scores.items()), key=lambda scored: -scored.score)


def search(
    index: "Searchable", embeddings: "Embedder", question: str, count: int, *, files: Collection[str] | None = None
) -> list[ScoredChunk]:
    """The `count` chunks that fit a question best, best first; `files` limits where to look.

    Raises:
        DatelineError: the embeddings provider fails.
    """
    try:
        vector = embeddings.embed_query(question)
    except DatelineError:
        raise
    except Exception as error:  # a provider that cannot be reached raises its own kinds
        raise DatelineError(
            f"the question cannot be embedded ({one_line(error)}): check the embeddings provider, "
            "or unset DATELINE_EMBEDDINGS for the embedded encoder"
        ) from None
    dense = index.dense(vector, OVERFETCH * count, files=files)
    words = mended_terms(question, index.vocabulary)
    bm25 = index.bm25(words, OVERFETCH * count, files=files)
    fused = fuse([dense, bm25])
    note(Searched, question, words, dense, bm25, fused, count)
    return fused[:count]


def rerank(scorer: "EvidenceScorer", question: str, found: Sequence[ScoredChunk]) -> list[ScoredChunk]:
    """Chunks by how well they bear on a question, best first; the score is the probability that they answer it."""
    from retrieval.evidence import Passage

    chunks = [scored.chunk for scored in found]
    passages = [Passage.of(chunk.text, chunk.title) for chunk in chunks]
    judged = zip(chunks, scorer.score(question, passages), strict=True)
    best = sorted(judged, key=lambda pair: -pair[1].relevance)
    return [ScoredChunk(chunk, evidence.answerable) for chunk, evidence in best]


def mended_terms(question: str, vocabulary: Collection[str]) -> list[str]:
    """Search terms of a question, a misspelt one replaced by the corpus's own word."""
    asked = terms(question)
    found = mended(asked, vocabulary)
    return [found.get(term, term) for term in asked]
