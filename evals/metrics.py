"""Metrics under their textbook names: pure functions, None where a metric has nothing to measure."""

from collections.abc import Collection, Iterable, Sequence
from math import ceil, log2
from typing import Literal, get_args

Name = Literal[
    "answers_right",
    "fact_recall",
    "fact_precision",
    "attribution_kept",
    "citation_file_precision",
    "citation_file_recall",
    "citation_span_precision",
    "citation_span_recall",
    "verbatim",
    "abstention_precision",
    "abstention_recall",
    "near_miss_abstention_recall",
    "wrongful_abstention",
    "recall_at_5",
    "recall_at_10",
    "ndcg_at_10",
    "reciprocal_rank",
]
NAMES: tuple[Name, ...] = get_args(Name)

Judgement = tuple[bool, bool]
"""Of one case: (the articles do not say, the assistant abstained)."""
Span = tuple[str, int, int]
"""A file, and a place in it from start to end."""


def rate(outcomes: Iterable[bool]) -> float | None:
    """Share that is true; None of nothing."""
    values = list(outcomes)
    return sum(values) / len(values) if values else None


def mean(values: Iterable[float | None]) -> float | None:
    """Mean of what was measured: a None does not count."""
    measured = [value for value in values if value is not None]
    return sum(measured) / len(measured) if measured else None


def precision(selected: Collection[str], relevant: Collection[str]) -> float | None:
    """Share of what was selected that is relevant; None where nothing was selected."""
    return rate(item in relevant for item in set(selected))


def recall(selected: Collection[str], relevant: Collection[str]) -> float | None:
    """Share of what is relevant that was selected; None where nothing is relevant."""
    return rate(item in selected for item in set(relevant))


def fact_recall(found: Sequence[bool]) -> float | None:
    """Share of one case's facts that the answer states; None for a case without facts."""
    return rate(found)


def fact_precision(found: Sequence[bool], forbidden: Sequence[bool]) -> float | None:
    """Of the required and forbidden facts that the answer states, the share that is required.

    None where the case forbids nothing, or the answer states neither.
    """
    stated = sum(found) + sum(forbidden)
    return sum(found) / stated if forbidden and stated else None


def span_precision(cited: Sequence[Span], gold: Sequence[Sequence[Span]]) -> float | None:
    """Share of the citations that meet a gold quote; None where nothing is cited or no quote is given.

    A gold quote is a list of spans, any of which is the evidence. Two spans meet where they share at least half of the
    shorter one: a citation is a run of whole sentences, a gold quote may be a few words of it.
    """
    if not gold:
        return None
    return rate(any(meets(one, span) for quote in gold for span in quote) for one in cited)


def span_recall(cited: Sequence[Span], gold: Sequence[Sequence[Span]]) -> float | None:
    """Share of the gold quotes that a citation meets; None where no quote is given."""
    return rate(any(meets(one, span) for span in quote for one in cited) for quote in gold)


def meets(one: Span, other: Span) -> bool:
    """Whether two spans share at least half of the shorter one.

    >>> meets(("a.txt", 0, 100), ("a.txt", 90, 110)), meets(("a.txt", 0, 100), ("a.txt", 91, 111))
    (True, False)
    """
    if one[0] != other[0]:
        return False
    shared = min(one[2], other[2]) - max(one[1], other[1])
    return shared > 0 and 2 * shared >= min(one[2] - one[1], other[2] - other[1])


def abstention_precision(judgements: Iterable[Judgement]) -> float | None:
    """Of the abstentions, the share that was right; None where there was none."""
    return rate(unanswerable for unanswerable, abstained in judgements if abstained)


def abstention_recall(judgements: Iterable[Judgement]) -> float | None:
    """Of the questions that the articles do not answer, the share abstained from; None where there is none."""
    return rate(abstained for unanswerable, abstained in judgements if unanswerable)


def wrongful_abstention(judgements: Iterable[Judgement]) -> float | None:
    """Of the questions that the articles do answer, the share abstained from; lower is better."""
    return rate(abstained for unanswerable, abstained in judgements if not unanswerable)


def verbatim_rate(verbatim: Iterable[bool]) -> float | None:
    """Of all citations, the share whose quote stands in its file at its place; None where nothing is cited."""
    return rate(verbatim)


Ranks = Sequence[int | None]
"""Of each gold quote, the place (from 1) of the first passage that holds it; None where none does."""


def ranks(gold: Iterable[Sequence[Span]], passages: Iterable[Span]) -> tuple[int | None, ...]:
    """Where the passages, best first, hold each gold quote."""
    placed = list(enumerate(passages, start=1))
    return tuple(
        next((rank for rank, passage in placed if any(meets(passage, span) for span in quote)), None) for quote in gold
    )


def recall_at(ranks: Ranks, k: int) -> float | None:
    """Share of the gold quotes that the first k passages hold; None without a gold quote."""
    return rate(rank is not None and rank <= k for rank in ranks)


def ndcg_at(ranks: Ranks, k: int) -> float | None:
    """Normalised discounted cumulative gain of the first k passages (Järvelin and Kekäläinen, 2002).

    A passage gains 1 where it holds a gold quote that none above it holds; ideal is those passages first, and one more
    for each quote that was not found. None without a gold quote.
    """
    if not ranks:
        return None
    gaining = {rank for rank in ranks if rank is not None}
    ideal = len(gaining) + sum(rank is None for rank in ranks)
    gained = sum(1 / log2(1 + rank) for rank in gaining if rank <= k)
    return gained / sum(1 / log2(1 + rank) for rank in range(1, min(ideal, k) + 1))


def reciprocal_rank(ranks: Ranks) -> float | None:
    """1 / place of the first passage that holds a gold quote, 0 where none does; its mean over cases is MRR."""
    if not ranks:
        return None
    found = [rank for rank in ranks if rank is not None]
    return 1 / min(found) if found else 0.0


def false_accept(verdicts: Iterable[tuple[bool, bool]]) -> float | None:
    """Of the statements that are not true, over all (true, accepted) pairs, the share accepted."""
    return rate(accepted for true, accepted in verdicts if not true)


def false_reject(verdicts: Iterable[tuple[bool, bool]]) -> float | None:
    """Of the statements that are true, over all (true, accepted) pairs, the share not accepted."""
    return rate(not accepted for true, accepted in verdicts if true)


def cohens_kappa(pairs: Sequence[tuple[bool, bool]]) -> float | None:
    """Agreement of two raters beyond chance (Cohen, 1960): 1 is perfect, 0 what chance would give.

    None of nothing, and where both raters say the same of everything: chance alone then explains it.
    """
    if not pairs:
        return None
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs) / n
    yes, also_yes = sum(one for one, _ in pairs) / n, sum(other for _, other in pairs) / n
    by_chance = yes * also_yes + (1 - yes) * (1 - also_yes)
    return (agreed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def percentile(values: Iterable[float], percent: float) -> float | None:
    """The smallest value that `percent` of the values do not exceed (nearest rank); None of nothing."""
    ordered = sorted(values)
    return ordered[max(ceil(percent / 100 * len(ordered)), 1) - 1] if ordered else None
