"""What chance explains: intervals of a figure, and whether a second run is worse than a first by more than luck."""

from collections.abc import Sequence
from math import sqrt

import numpy as np
import numpy.typing as npt

from evals.measures import Counts

LEVEL = 0.05
RESAMPLES = 10_000
_EXACT = 12  # up to so many changed cases every way of swapping them is tried
_SEED = 20231018
_Z = 1.959964  # of the normal distribution, 95 % two-sided


def interval(counts: Sequence[Counts], *, resamples: int = RESAMPLES) -> tuple[float, float] | None:
    """95 % percentile bootstrap interval of sum / sum over the cases (Efron, 1979); None where nothing is counted.

    The seed is fixed: the same counts give the same interval.
    """
    if not any(below for _, below in counts):
        return None
    values = np.asarray(counts, dtype=float)
    random = np.random.default_rng(_SEED)
    drawn = random.multinomial(len(values), np.full(len(values), 1 / len(values)), size=resamples)
    above, below = (drawn @ values).T
    shares = above[below > 0] / below[below > 0]
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)


def wilson(successes: float, n: int) -> tuple[float, float] | None:
    """95 % score interval of a share (Wilson, 1927), which says something of 0 out of n too; None of nothing."""
    if not n:
        return None
    share, z2 = successes / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def worse_by_chance(before: Sequence[Counts], after: Sequence[Counts], *, lower_is_better: bool = False) -> float:
    """How often swapping the two runs case by case makes the second look at least as much worse as it does: one-sided p.

    Paired randomisation of a ratio (Noreen, 1989). For cases that only pass or fail it is the exact sign test. Exact
    where at most 12 cases changed, else 10,000 draws with a fixed seed.
    """
    if not before:
        return 1.0
    old, new = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    changed = np.any(old != new, axis=1)
    count = int(changed.sum())
    if not count:
        return 1.0
    sign = -1.0 if lower_is_better else 1.0
    same = old[~changed].sum(axis=0)
    one, other = old[changed], new[changed]

    def loss(swapped: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        was = same + swapped @ other + ~swapped @ one
        now = same + swapped @ one + ~swapped @ other
        return sign * (_ratio(was) - _ratio(now))

    observed = loss(np.zeros((1, count), dtype=bool))[0]
    if observed <= 0:
        return 1.0
    if count <= _EXACT:
        ways = (np.arange(2**count)[:, None] >> np.arange(count)) & 1 == 1
        return float(np.mean(loss(ways) >= observed - 1e-12))
    ways = np.random.default_rng(_SEED).random((RESAMPLES, count)) < 0.5
    return float((np.sum(loss(ways) >= observed - 1e-12) + 1) / (RESAMPLES + 1))


def _ratio(sums: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[:, 1] > 0, sums[:, 0] / sums[:, 1], 0.0)
