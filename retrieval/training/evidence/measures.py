"""Figures by their textbook names, as pure functions."""

import re
import string
from collections import Counter
from collections.abc import Sequence

import numpy as np


def auc(positive: Sequence[float], negative: Sequence[float]) -> float:
    """Chance that a positive scores above a negative."""
    scores = np.concatenate((positive, negative))
    order = scores.argsort(kind="stable")
    ranks = np.empty(len(scores))
    ranks[order] = np.arange(1, len(scores) + 1)
    for value in np.unique(scores):
        same = scores == value
        ranks[same] = ranks[same].mean()
    n, m = len(positive), len(negative)
    return float((ranks[:n].sum() - n * (n + 1) / 2) / (n * m))


def normalised(answer: str) -> list[str]:
    """The official SQuAD normalisation."""
    answer = "".join(c for c in answer.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", answer).split()


def exact_and_f1(said: str, golds: Sequence[str]) -> tuple[float, float]:
    exact = f1 = 0.0
    for gold in golds:
        one, other = normalised(said), normalised(gold)
        exact = max(exact, float(one == other))
        shared = sum((Counter(one) & Counter(other)).values())
        if not one or not other:
            f1 = max(f1, float(one == other))
        elif shared:
            f1 = max(f1, 2 * shared / (len(one) + len(other)))
    return exact, f1


def f1(chosen: set[int], gold: frozenset[int]) -> float:
    """F1 of a set."""
    shared = len(chosen & gold)
    return 2 * shared / (len(chosen) + len(gold)) if shared else 0.0


def refused_at(on: Sequence[float], off: Sequence[float], wrongful: float) -> float:
    """Share of `off` below the threshold that refuses `wrongful` of `on`."""
    return float(np.mean(np.asarray(off) < np.quantile(on, wrongful)))


def expected_error(probabilities: Sequence[float], labels: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over equal-width bins."""
    p, y = np.asarray(probabilities), np.asarray(labels, float)
    which = np.minimum((p * bins).astype(int), bins - 1)
    held = [which == b for b in range(bins) if (which == b).any()]
    return float(sum(abs(p[inside].mean() - y[inside].mean()) * inside.mean() for inside in held))
