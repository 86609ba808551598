"""Plots as inline SVG: no script, colours from the page's style, the figures also as text for those who do not see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from evals.record import Record

_WIDTH = 360


@dataclass(frozen=True, slots=True)
class OperatingCurve:
    """Of the questions without an answer the share refused, beside the share of the others refused, bar by bar."""

    points: tuple[tuple[float, float], ...]
    """(wrongful abstention, abstention recall), from a bar that refuses nothing to one that refuses everything."""
    at: tuple[float, float]
    """The same at the bar that ships."""
    area: float
    """Area under the curve: 0.5 is chance."""


def operating_curve(record: Record, bar: float = 0.5) -> OperatingCurve | None:
    """The curve over the cases whose answer has a confidence; None where both kinds of question are not among them."""
    found = [
        (case.details.confidence, "wrongful_abstention" in case.counts)
        for case in record.cases
        if case.details is not None and case.details.confidence is not None
    ]
    yes = sorted(confidence for confidence, answerable in found if answerable)
    no = sorted(confidence for confidence, answerable in found if not answerable)
    if not yes or not no:
        return None

    def refused(least: float) -> tuple[float, float]:
        return sum(c < least for c in yes) / len(yes), sum(c < least for c in no) / len(no)

    points = (*(refused(least) for least in sorted({*yes, *no})), (1.0, 1.0))
    area = sum((x1 - x0) * (y0 + y1) / 2 for (x0, y0), (x1, y1) in pairwise(points))
    return OperatingCurve(points, refused(bar), area)


def curve_plot(curve: OperatingCurve) -> str:
    """The operating curve as a line, with the point that ships."""
    left, top, width, height = 44, 8, 300, 220

    def place(point: tuple[float, float]) -> tuple[float, float]:
        return left + point[0] * width, top + (1 - point[1]) * height

    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, curve.points))
    x, y = place(curve.at)
    ticks = "".join(
        f'<line class="grid" x1="{left}" x2="{left + width}" y1="{place((0, tick))[1]:.0f}" y2="{place((0, tick))[1]:.0f}"/>'
        f'<text class="tick" x="{left - 6}" y="{place((0, tick))[1] + 4:.0f}" text-anchor="end">{tick:.0%}</text>'
        f'<text class="tick" x="{place((tick, 0))[0]:.0f}" y="{top + height + 16}" text-anchor="middle">{tick:.0%}</text>'
        for tick in (0.0, 0.25, 0.5, 0.75, 1.0)
    )
    label = f"{curve.at[1]:.0%} refused rightly, {curve.at[0]:.0%} wrongly"
    return _svg(
        top + height + 40,
        f"Abstention: at the bar that ships {label}; area under the curve {curve.area:.3f}",
        f'{ticks}<line class="chance" x1="{left}" y1="{top + height}" x2="{left + width}" y2="{top}"/>'
        f'<polyline class="line" points="{path}"/><circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        f'<text class="label" x="{left + width - 4}" y="{top + height - 26}" text-anchor="end">{escape(label)}</text>'
        f'<text class="tick" x="{left + width - 4}" y="{top + height - 10}" text-anchor="end">area {curve.area:.3f}</text>'
        f'<text class="tick" x="{left + width / 2}" y="{top + height + 34}" text-anchor="middle">answerable questions refused</text>',
    )


def bars_plot(rows: Sequence[tuple[str, float, str]], of: str, *, above: bool = False) -> str:
    """A bar for each row: its name (beside it, or above where names are long), its length from 0 to 1, what stands at its end."""
    left, right, step = (0, 32, 38) if above else (132, 62, 24)
    width = _WIDTH - left - right
    shown = []
    for number, (name, value, end) in enumerate(rows):
        y = number * step + (20 if above else 4)
        place = f'x="0" y="{y - 5}"' if above else f'x="{left - 8}" y="{y + 12}" text-anchor="end"'
        shown.append(
            f'<text class="name" {place}>{escape(name.replace("_", " "))}</text>'
            f'<rect class="track" x="{left}" y="{y}" width="{width}" height="15" rx="3"/>'
            f'<rect class="bar" x="{left}" y="{y}" width="{value * width:.1f}" height="15" rx="3"/>'
            f'<text class="tick" x="{_WIDTH - right + 6}" y="{y + 12}">{escape(end)}</text>'
        )
    label = "; ".join(f"{name} {end}" for name, _, end in rows)
    return _svg(len(rows) * step + 8, f"{of}: {label}", "".join(shown))


def histogram_plot(values: Sequence[float], marks: Sequence[tuple[str, float]], unit: str) -> str:
    """How many values fall into each of 24 equal steps; the last holds all that is above the 99th percentile."""
    if not values:
        return ""
    height, left, top, bins = 190, 10, 30, 24
    size = _WIDTH - 2 * left
    most = max(sorted(values)[int(0.99 * (len(values) - 1))], 1e-9) * 1.02
    counts = [0] * bins
    for value in values:
        counts[min(int(value / most * bins), bins - 1)] += 1
    tall = height - top - 34
    bars = "".join(
        f'<rect class="bar" x="{left + i * size / bins + 1:.1f}" y="{top + tall * (1 - count / max(counts)):.1f}" '
        f'width="{size / bins - 2:.1f}" height="{tall * count / max(counts):.1f}"/>'
        for i, count in enumerate(counts)
        if count
    )
    lines = ""
    for number, (name, value) in enumerate(marks):
        x = left + min(value / most, 1.0) * size
        anchor = "end" if x > _WIDTH / 2 else "start"
        lines += (
            f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{8 + 12 * number}" y2="{top + tall}"/>'
            f'<text class="label" x="{x + (-4 if anchor == "end" else 4):.1f}" y="{16 + 12 * number}" '
            f'text-anchor="{anchor}">{escape(name)} {value:.0f} {escape(unit)}</text>'
        )
    axis = (
        f'<text class="tick" x="{left}" y="{height - 16}">0 {escape(unit)}</text>'
        f'<text class="tick" x="{left + size}" y="{height - 16}" text-anchor="end">{most:.0f} {escape(unit)}</text>'
    )
    label = "; ".join(f"{name} {value:.0f} {unit}" for name, value in marks)
    return _svg(height, f"{len(values)} answers, {label}", bars + lines + axis)


def interval_plot(figure: float, bounds: tuple[float, float] | None, demanded: float | None) -> str:
    """A figure on a line from 0 to 100 %, its interval, and what is demanded of it."""
    width, y = 200, 9
    low, high = bounds or (figure, figure)
    floor = (
        ""
        if demanded is None
        else f'<line class="mark" x1="{demanded * width:.1f}" x2="{demanded * width:.1f}" y1="1" y2="17"/>'
    )
    return (
        f'<svg class="interval" viewBox="-4 0 {width + 8} 18" aria-hidden="true">'
        f'<line class="track" x1="0" x2="{width}" y1="{y}" y2="{y}"/>'
        f'<line class="spread" x1="{low * width:.1f}" x2="{high * width:.1f}" y1="{y}" y2="{y}"/>{floor}'
        f'<circle class="point" cx="{figure * width:.1f}" cy="{y}" r="4"/></svg>'
    )


def _svg(height: int, label: str, content: str) -> str:
    return f'<svg class="plot" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="{escape(label)}">{content}</svg>'
