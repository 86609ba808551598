"""Metrics under their textbook names: pure functions, None where a metric has nothing to measure."""

from collections.abc import Collection, Iterable, Sequence
from math import ceil

Judgement = tuple[bool, bool]
"""Of one case: (the articles do not say, the assistant abstained)."""


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


def citation_file_precision(cited: Iterable[tuple[Collection[str], Collection[str]]]) -> float | None:
    """Of all files cited, over all (cited, may be cited) pairs, the share that may be; None where nothing is cited.

    A case that cites more files weighs more: what a reader meets is a citation, not a case.
    """
    return rate(file in allowed for files, allowed in cited for file in sorted(set(files)))


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


def percentile(values: Iterable[float], percent: float) -> float | None:
    """The smallest value that `percent` of the values do not exceed (nearest rank); None of nothing."""
    ordered = sorted(values)
    return ordered[max(ceil(percent / 100 * len(ordered)), 1) - 1] if ordered else None
