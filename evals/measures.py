"""Each metric over a run: what every case adds to it, and how the cases are put together."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from evals import metrics
from evals.verdict import Verdict

Counts = tuple[float, float]
"""What a case adds above and below the line of a metric; the metric is the sum above divided by the sum below."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A metric, how it is called in a report, and what a case adds to it (None: it does not apply to the case)."""

    name: metrics.Name
    title: str
    of: Callable[[Verdict], Counts | None]
    lower_is_better: bool = False


def _share(value: float | None) -> Counts | None:
    """A case that counts as one, whatever it is a share of."""
    return None if value is None else (value, 1.0)


def _each(outcomes: Iterable[bool]) -> Counts | None:
    """A case that counts as many times as it has outcomes: what a reader meets is a citation, not a case."""
    values = list(outcomes)
    return (float(sum(values)), float(len(values))) if values else None


def _answerable(measure: Callable[[Verdict], Counts | None]) -> Callable[[Verdict], Counts | None]:
    """Over answerable cases: an answer to any other question counts against abstention alone."""
    return lambda verdict: measure(verdict) if verdict.case.answerable else None


def _attribution(verdict: Verdict) -> Counts | None:
    # What was not answered was not attributed wrongly: abstention has figures of its own.
    if verdict.speaker_named is None or verdict.answer.abstained:
        return None
    return float(verdict.speaker_named), 1.0


def _near_miss(verdict: Verdict) -> Counts | None:
    if "near_miss" not in verdict.case.tags:
        return None
    return _share(metrics.abstention_recall([verdict.judgement]))


MEASURES: tuple[Measure, ...] = (
    Measure("answers_right", "answers right", _answerable(lambda v: (float(v.right), 1.0))),
    Measure("fact_recall", "fact recall", lambda v: _share(metrics.fact_recall(v.found))),
    Measure("fact_precision", "fact precision", lambda v: _share(metrics.fact_precision(v.found, v.forbidden))),
    Measure("attribution_kept", "speaker named", _attribution),
    Measure(
        "citation_file_precision",
        "citation precision by file",
        _answerable(lambda v: _each(file in v.case.files for file in v.cited)),
    ),
    Measure(
        "citation_file_recall",
        "citation recall by file",
        lambda v: _share(metrics.recall(v.cited, v.case.must_cite)),
    ),
    Measure(
        "citation_span_precision",
        "citation precision by span",
        lambda v: _share(metrics.span_precision(v.cited_spans, v.gold)),
    ),
    Measure(
        "citation_span_recall",
        "citation recall by span",
        lambda v: _share(metrics.span_recall(v.cited_spans, v.gold)),
    ),
    Measure("verbatim", "verbatim quotes", lambda v: _each(v.verbatim)),
    Measure(
        "abstention_precision",
        "abstention precision",
        lambda v: _share(metrics.abstention_precision([v.judgement])),
    ),
    Measure("abstention_recall", "abstention recall", lambda v: _share(metrics.abstention_recall([v.judgement]))),
    Measure("near_miss_abstention_recall", "abstention recall, near misses", _near_miss),
    Measure(
        "wrongful_abstention",
        "wrongful abstention",
        lambda v: _share(metrics.wrongful_abstention([v.judgement])),
        lower_is_better=True,
    ),
    Measure("recall_at_5", "recall@5 of retrieval", lambda v: _share(metrics.recall_at(v.ranks, 5))),
    Measure("recall_at_10", "recall@10 of retrieval", lambda v: _share(metrics.recall_at(v.ranks, 10))),
    Measure("ndcg_at_10", "nDCG@10 of retrieval", lambda v: _share(metrics.ndcg_at(v.ranks, 10))),
    Measure("reciprocal_rank", "MRR of retrieval", lambda v: _share(metrics.reciprocal_rank(v.ranks))),
)
BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in MEASURES}


def counted(verdict: Verdict) -> dict[metrics.Name, Counts]:
    """What one case adds to every metric that applies to it."""
    return {measure.name: counts for measure in MEASURES if (counts := measure.of(verdict)) is not None}


def pooled(counts: Iterable[Counts]) -> float | None:
    """The metric over several cases; None where it applies to none."""
    above = below = 0.0
    for one, other in counts:
        above, below = above + one, below + other
    return above / below if below else None
