"""Figures as they are written, and the tables that every form of a report shows."""

from collections import Counter
from collections.abc import Sequence
from math import ceil, floor

from evals.case import Part
from evals.gate import Check
from evals.measures import MEASURES, Measure
from evals.record import CaseRecord, ErrorRates, Record
from evals.significance import interval, wilson
from evals.stages import STAGES

PARTS: tuple[Part, ...] = ("test", "tuning")
BY_TAG = ("n", "held", "right", "files", "abstained", "wrongly")
BY_TAG_MEANING = "abstained: of the questions the articles do not answer; wrongly: of those they do"


def share(figure: float | None, *, lower_is_better: bool = False) -> str:
    """`0.9333` as `93.3 %`, rounded to the worse side: a figure just beside its floor must not look as if it reached it."""
    if figure is None:
        return "-"
    tenths = ceil(figure * 1000 - 1e-9) if lower_is_better else floor(figure * 1000 + 1e-9)
    return f"{tenths / 10:.1f} %"


def spread(bounds: tuple[float, float] | None) -> str:
    """A 95 % interval as `83.3–96`, in per cent."""
    if bounds is None:
        return ""
    return "–".join(f"{100 * bound:.1f}".removesuffix(".0") for bound in bounds)


def whole(value: float | None) -> str:
    """Milliseconds without decimals."""
    return "-" if value is None else f"{value:.0f}"


def parts(record: Record) -> list[tuple[Part, Record]]:
    """The parts that hold a case."""
    return [(part, found) for part in PARTS if (found := record.part(part)).cases]


def metric_rows(record: Record) -> list[tuple[Measure, list[tuple[str, str, int]]]]:
    """Per metric that applies to a case: figure, interval and n of each part."""
    shown = []
    for measure in MEASURES:
        cells = []
        for _, part in parts(record):
            counts = part.counts(measure.name)
            figure = share(part.figure(measure.name), lower_is_better=measure.lower_is_better)
            cells.append((figure, spread(interval(counts)), len(counts)))
        if any(n for _, _, n in cells):
            shown.append((measure, cells))
    return shown


def tag_rows(record: Record) -> list[tuple[str, ...]]:
    """Per tag, the most frequent first, then over all: the columns of `BY_TAG`."""
    counts = Counter(tag for case in record.cases for tag in case.tags)
    rows = [(tag, record.tagged(tag)) for tag in sorted(counts, key=lambda tag: (-counts[tag], tag))]
    return [
        (
            tag,
            str(len(part.cases)),
            share(part.held()),
            share(part.figure("answers_right")),
            share(part.figure("citation_file_precision")),
            share(part.figure("abstention_recall")),
            share(part.figure("wrongful_abstention"), lower_is_better=True),
        )
        for tag, part in (*rows, ("all", record))
    ]


VERIFICATION = ("n", "wrong", "95 %", "target")


def verification_rows(found: Sequence[ErrorRates]) -> list[tuple[str, ...]]:
    """Per kind of statement what verification gets wrong: true ones rejected, then swapped ones accepted, by file of pairs."""
    return [
        (
            f"{'true' if one.false_accept is None else 'swapped'}: {one.name.replace('_', ' ')}"
            + (f" ({one.part})" if one.part else ""),
            str(one.n),
            share(one.share, lower_is_better=True),
            spread(wilson(one.share * one.n, one.n)),
            f"≤ {100 * one.target:.0f} % {'reached' if one.share <= one.target else 'missed'}",
        )
        for one in found
    ]


def stage_rows(record: Record) -> list[tuple[str, int]]:
    """How many cases failed at each stage; stages where none did are left out."""
    counts = Counter(case.details.stage for case in record.cases if case.details)
    return [(stage, counts[stage]) for stage in STAGES if counts[stage]]


def failed(record: Record) -> Sequence[CaseRecord]:
    return [case for case in record.cases if not case.holds]


def check_row(check: Check) -> tuple[str, ...]:
    """Name, figure, interval, what was demanded, n, and the verdict in words."""
    demanded = share(check.demanded, lower_is_better=check.lower_is_better)
    if check.kind == "baseline":
        demanded = f"was {demanded}"
    elif check.kind == "floor":
        demanded = f"{'≤' if check.lower_is_better else '≥'} {demanded}"
    verdict = "passed" if check.passed else "missed"
    if check.p is not None and check.p < 1:
        verdict += f", p = {check.p:.3f}"
    if check.remark:
        verdict += f" ({check.remark})"
    figure = share(check.figure, lower_is_better=check.lower_is_better)
    return check.name, figure, spread(check.interval), demanded, str(check.n), verdict
