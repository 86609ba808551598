"""What a run must reach: cases that must pass, floors, and no figure worse than the baseline by more than chance."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, log2
from typing import Literal

from evals import metrics
from evals.measures import BY_NAME, MEASURES, Measure, pooled
from evals.record import CaseRecord, ErrorRates, Record
from evals.significance import LEVEL, interval, wilson, worse_by_chance

FEWEST = ceil(log2(1 / LEVEL))
"""Cases that a comparison needs: 5. That 4 all broke, chance explains 1 time in 16."""


@dataclass(frozen=True, slots=True)
class Check:
    """One demand of the gate and what came of it."""

    name: str
    kind: Literal["must pass", "floor", "baseline"]
    figure: float | None
    interval: tuple[float, float] | None
    n: int
    """Cases that the figure is over."""
    demanded: float | None
    """The floor (a ceiling where lower is better), or the figure of the baseline over the same cases."""
    passed: bool
    lower_is_better: bool = False
    p: float | None = None
    remark: str = ""
    """What n cannot support, or which cases failed."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Cases that changed since the baseline, by what became of them."""

    fixed: tuple[CaseRecord, ...] = ()
    broken: tuple[CaseRecord, ...] = ()
    new: tuple[CaseRecord, ...] = ()
    gone: tuple[CaseRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class GateResult:
    """Every check, and what changed since the baseline (None: there is none)."""

    checks: tuple[Check, ...]
    changes: Changes | None

    @property
    def missed(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)

    @property
    def passed(self) -> bool:
        return not self.missed


def hold(
    record: Record,
    floors: Mapping[metrics.Name, float],
    baseline: Record | None,
    verification: Sequence[ErrorRates] = (),
) -> GateResult:
    """Hold the test part of a run against its floors and the baseline's test part; cases that must pass, of both parts.

    `verification` are error rates measured before: no kind of statement may be judged wrongly more often by more than one.
    """
    test = record.part("test")
    checks = [_must_pass(record)]
    checks += [_floor(test, BY_NAME[name], floor) for name, floor in floors.items()]
    checks += _verification(record.verification, verification)
    if baseline is not None:
        old = baseline.part("test")
        checks += [check for measure in MEASURES if (check := _baseline(test, old, measure)) is not None]
    return GateResult(tuple(checks), changes(record, baseline) if baseline else None)


def changes(record: Record, baseline: Record) -> Changes:
    """What became of each case since the baseline, in both parts."""
    old, here = baseline.by_key, record.by_key
    parts = {case.part for case in record.cases}  # one part may have been asked alone
    return Changes(
        fixed=tuple(case for case in record.cases if case.key in old and case.holds and not old[case.key].holds),
        broken=tuple(case for case in record.cases if case.key in old and not case.holds and old[case.key].holds),
        new=tuple(case for case in record.cases if case.key not in old),
        gone=tuple(case for case in baseline.cases if case.key not in here and case.part in parts),
    )


def _must_pass(record: Record) -> Check:
    must = [case for case in record.cases if case.must_pass]
    failed = [case for case in must if not case.holds]
    return Check(
        name="cases that must pass",
        kind="must pass",
        figure=metrics.rate(case.holds for case in must),
        interval=None,
        n=len(must),
        demanded=1.0,
        passed=not failed,
        remark="; ".join(f"failed: {case.question}" for case in failed),
    )


def _floor(record: Record, measure: Measure, floor: float) -> Check:
    counts = record.counts(measure.name)
    figure = pooled(counts)
    low = measure.lower_is_better
    n = sum(below for _, below in counts)
    # Nothing to measure is no miss: precision of abstention where nothing was abstained from.
    reached = figure is None or (figure <= floor if low else figure >= floor)
    return Check(
        name=measure.title,
        kind="floor",
        figure=figure,
        interval=interval(counts),
        n=len(counts),
        demanded=floor,
        passed=reached,
        lower_is_better=low,
        remark=_too_few(n, floor, lower_is_better=low) if n else "nothing to measure",
    )


def _verification(found: Sequence[ErrorRates], before: Sequence[ErrorRates]) -> list[Check]:
    """One check for each kind of statement, the files of pairs taken together."""
    checks = []
    for name in dict.fromkeys(one.name for one in before):
        old, new = ([one for one in some if one.name == name] for some in (before, found))
        n = sum(one.n for one in new)
        if not n:
            continue
        wrong, allowed = sum(one.share * one.n for one in new), sum(one.share * one.n for one in old) + 1
        checks.append(
            Check(
                name=f"verification of {name.replace('_', ' ')}",
                kind="floor",
                figure=wrong / n,
                interval=wilson(wrong, n),
                n=n,
                demanded=min(1.0, allowed / sum(one.n for one in old)),
                passed=wrong <= allowed + 1e-6,
                lower_is_better=True,
            )
        )
    return checks


def _too_few(n: float, floor: float, *, lower_is_better: bool) -> str:
    """Says so where one miss, of so few, is below a floor that allows for some."""
    allowed = floor if lower_is_better else 1.0 - floor
    if 0.0 < allowed < 1.0 / n - 1e-9:
        return f"n = {n:.0f} cannot support this: a single miss is {100 / n:.0f} %"
    return ""


def _baseline(record: Record, baseline: Record, measure: Measure) -> Check | None:
    """None where the metric applies to no case of both."""
    before_by_key = baseline.by_key
    pairs = [
        (old.counts.get(measure.name, (0.0, 0.0)), case.counts.get(measure.name, (0.0, 0.0)))
        for case in record.cases
        if (old := before_by_key.get(case.key)) is not None
        and (measure.name in case.counts or measure.name in old.counts)
    ]
    if not pairs:
        return None
    before, after = [old for old, _ in pairs], [new for _, new in pairs]
    p = worse_by_chance(before, after, lower_is_better=measure.lower_is_better)
    supported = len(pairs) >= FEWEST
    return Check(
        name=measure.title,
        kind="baseline",
        figure=pooled(after),
        interval=interval(after),
        n=len(pairs),
        demanded=pooled(before),
        passed=p >= LEVEL or not supported,
        lower_is_better=measure.lower_is_better,
        p=p,
        remark="" if supported else f"n = {len(pairs)} cannot support this: {FEWEST} cases or more could",
    )
