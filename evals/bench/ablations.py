"""What each part is worth: the tuning cases asked with it switched off or changed, one row each.

The tuning part, because a choice that is made from this table is a choice that the test part must not see.
"""

import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.extractive import ExtractiveAnswerer
from assistant.followups import conversation, standalone
from assistant.settings import Settings
from evals import metrics
from evals.bench.public.corpora import defaults
from evals.case import Case
from evals.engine import verdicts
from evals.measures import counted, pooled
from evals.table import Column, Row, Table
from evals.verdict import Verdict
from retrieval.articles import ScoredChunk
from retrieval.evidence.mixed import MixedEvidence
from retrieval.search import rerank, search

if TYPE_CHECKING:
    from retrieval.evidence import EvidenceScorer

OURS = "fused + evidence model, 200 tokens (as it ships)"
FETCHED = 10

_COLUMNS = (
    Column("recall_at_5", "recall@5"),
    Column("ndcg_at_10", "nDCG@10", "ratio"),
    Column("reciprocal_rank", "MRR", "ratio"),
    Column("answers_right", "answers right"),
    Column("abstention_precision", "abst. precision"),
    Column("abstention_recall", "abst. recall"),
    Column("wrongful_abstention", "wrongly refused", better="lower"),
    Column("milliseconds", "median", "milliseconds", better="lower"),
)


class _OneSearch:
    """An index that searches in one of the two ways alone."""

    def __init__(self, index: Any, *, silent: str) -> None:
        self._index = index
        self._silent = silent

    def __getattr__(self, name: str) -> Any:
        if name == self._silent:
            return lambda *args, **options: []
        return getattr(self._index, name)

    def read(self, query: Callable[[Any], Any]) -> Any:
        return self._index.read(lambda state: query(_OneSearch(state, silent=self._silent)))


class _WithoutHistory:
    """Asks every follow-up as typed."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
        return self._assistant.ask(question)


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to put the assistant together."""

    name: str
    silent: str = ""
    """A search that finds nothing: `dense` or `bm25`."""
    model: bool = True
    """Whether the evidence model takes part; the thresholds are those set with it."""
    chunk_tokens: int = 200
    history: bool = True


VARIANTS = (
    Variant("BM25 alone", silent="dense", model=False),
    Variant("dense alone", silent="bm25", model=False),
    Variant("fused", model=False),
    Variant(OURS),
    Variant("BM25 + evidence model", silent="dense"),
    Variant("dense + evidence model", silent="bm25"),
    Variant("as it ships, chunks of 100 tokens", chunk_tokens=100),
    Variant("as it ships, chunks of 400 tokens", chunk_tokens=400),
    Variant("as it ships, follow-ups asked as typed", history=False),
)


def ablations(
    cases: Sequence[Case],
    corpus: Path,
    *,
    variants: Sequence[Variant] = VARIANTS,
    note: Callable[[str], object] = lambda name: None,
) -> Table:
    """A row for each variant over the same cases: retrieval before anything is chosen, and the answers."""
    rows = []
    with tempfile.TemporaryDirectory() as cache:
        for variant in variants:
            note(variant.name)
            with _opened(variant, defaults(corpus, Path(cache))) as (assistant, scorer):
                rows.append(_row(variant, assistant, scorer, cases, corpus))
    return Table(
        key="ablations",
        title="parts switched off",
        columns=_COLUMNS,
        rows=tuple(rows),
        caption="The tuning cases that nothing is planted for. recall, nDCG and MRR: gold quotes in the passages as ranked before "
        "anything is chosen. Without the evidence model the thresholds that were set with it stay.",
        ours=OURS,
    )


@contextmanager
def _opened(variant: Variant, settings: Settings) -> Iterator[tuple[Assistant, "EvidenceScorer"]]:
    with Assistant.from_settings(settings.replace(chunk_tokens=variant.chunk_tokens)) as whole:
        answerer = whole.answerer
        assert isinstance(answerer, ExtractiveAnswerer)
        assert isinstance(answerer.scorer, MixedEvidence)
        index: Any = _OneSearch(whole.index, silent=variant.silent) if variant.silent else whole.index
        chosen = answerer if variant.model else ExtractiveAnswerer(answerer.scorer.words)
        yield Assistant(whole.settings, index=index, embeddings=whole.embeddings, answerer=chosen), chosen.scorer


def _row(variant: Variant, assistant: Assistant, scorer: "EvidenceScorer", cases: Sequence[Case], corpus: Path) -> Row:
    found = verdicts(assistant if variant.history else _WithoutHistory(assistant), cases, corpus)
    each = [counted(verdict) for verdict in found]
    answered: tuple[metrics.Name, ...] = (
        "answers_right",
        "abstention_precision",
        "abstention_recall",
        "wrongful_abstention",
    )
    ranks = [_ranks(verdict, assistant, scorer, variant) for verdict in found if verdict.gold]
    figures: dict[str, float | None] = {
        "recall_at_5": metrics.mean(metrics.recall_at(rank, 5) for rank in ranks),
        "ndcg_at_10": metrics.mean(metrics.ndcg_at(rank, 10) for rank in ranks),
        "reciprocal_rank": metrics.mean(metrics.reciprocal_rank(rank) for rank in ranks),
        **{name: pooled(counts[name] for counts in each if name in counts) for name in answered},
        "milliseconds": metrics.percentile((verdict.milliseconds for verdict in found), 50),
    }
    return Row(variant.name, figures, len(found))


def _ranks(
    verdict: Verdict, assistant: Assistant, scorer: "EvidenceScorer", variant: Variant
) -> tuple[int | None, ...]:
    """Where the gold quotes stand in what is searched, and reranked where the model takes part."""
    history = [message.model_dump() for message in verdict.case.history] if variant.history else []
    question = standalone(verdict.case.question, conversation(history)).text
    chunks: Collection[ScoredChunk] = search(assistant.index, assistant.embeddings, question, FETCHED)
    if variant.model:
        chunks = rerank(scorer, question, list(chunks))
    return metrics.ranks(verdict.gold, ((s.chunk.file, s.chunk.start, s.chunk.end) for s in chunks))
