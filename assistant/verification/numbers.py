"""Numbers with their units: a statement has none that its quotes do not have, or that follows from theirs."""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.verification.comparison import Comparison
from assistant.verification.numerals import TIMES, Number, numbers
from assistant.verification.tokens import Token

_NEAR, _WELL_OVER = 0.1, 0.34  # a round figure may differ by so much from an exact one
# A figure that may be worked out from two others.
_DERIVED = re.compile(
    r"\b(?:by|fewer|more|less|difference|gap|total|altogether|together|sum|combined|margin|ahead"
    r"|another|apart|later|earlier|times|fold|half|third|quarter|fifth|percent|per cent|doubled?|tripled?)\b|%|fold\b"
)


def number_conflict(pair: Comparison) -> str:
    """Why a statement's numbers are not its quotes', or an empty text."""
    ours, told = _codes(pair.statement), _codes(pair.quote)
    for name, code in ours:
        others = [other for named, other in told if named == name]
        if others and code not in others:
            return f"the quote says {others[0]}, not {code}"
    theirs = numbers(pair.quote)
    for number in numbers(pair.statement):
        if number.value in (1.0, 0.5) and not number.measure and not number.shown[0].isdigit():
            continue  # "one of the", "half of", "first of all"
        if number.ordinal and number.shown[0].isupper():
            continue  # "Second, …"
        same = [other for other in theirs if _same(number, other) and other.ordinal == number.ordinal]
        if not same:
            if _derived(number, theirs, pair.text) or any(t.text == f"{number.value:.0f}" for t in pair.quote):
                continue
            if number.value == 2.0 and not number.ordinal and not number.shown[0].isdigit() and _two(pair):
                continue
            alike = next(
                (o for o in theirs if o.ordinal == number.ordinal and set(o.counts[:2]) & set(number.counts[:2])), None
            )
            alike = alike or next((o for o in theirs if o.ordinal == number.ordinal), None)
            return (
                f"the quote says {alike.shown}, not {number.shown}"
                if alike
                else f"the quote does not say {number.shown}"
            )
        if all(_other_unit(number, other, theirs) for other in same):
            return f"the quote does not say {' '.join((number.shown, *number.counts[:1]))}"
        if number.bound and all(other.bound == -number.bound for other in same):
            return (
                f"the quote does not say more than {number.shown}"
                if number.bound > 0
                else f"the quote does not say less than {number.shown}"
            )
    return ""


def _codes(text: Sequence[Token]) -> list[tuple[str, str]]:
    """Numbers that are part of a name, with the name's stem: "NH-39", "Windows 8"."""
    return [
        (one.stem, two.text)
        for one, two in pairwise(text)
        if two.text.isdigit()
        and len(two.text) < 4
        and not two.joined
        and one.text[0].isupper()
        and one.clause == two.clause
    ]


def _same(number: Number, other: Number) -> bool:
    """Whether a figure is another, or the round one of it."""
    if _same_value(number.value, other.value):
        return True
    if not number.about or not other.value or number.measure != other.measure:
        return False
    if not _rounded(number, other):
        return False
    ratio = other.value / number.value if number.value else 0.0
    low = 1.0 if number.bound > 0 else 1.0 - _NEAR
    high = 1.0 + (_WELL_OVER if number.bound > 0 else 0.0 if number.bound < 0 else _NEAR)
    return low <= ratio <= high


def _rounded(number: Number, other: Number) -> bool:
    """Whether a figure is written with fewer digits than another, or in dozens."""
    digits = [f"{one.value:.10g}".replace(".", "").strip("0") for one in (number, other)]
    return len(digits[0]) < len(digits[1]) or "dozen" in number.shown.lower()


def _derived(number: Number, theirs: Sequence[Number], text: str) -> bool:
    """Whether a figure can be worked out from two of the quotes': how many more, how many times, what share."""
    if number.ordinal or not _DERIVED.search(text):
        return False
    values = [other.value for other in theirs if not other.ordinal]
    if number.counts[:1] == ("percent",) and number.shown[0].isdigit():
        return False
    share, times = number.counts[:1] == ("percent",), number.counts[:1] == (TIMES,)
    for place, one in enumerate(values):
        for other in values[place + 1 :]:
            high, low = max(one, other), min(one, other)
            if (
                not share
                and not times
                and (_same_value(high - low, number.value) or _same_value(high + low, number.value))
            ):
                return True
            if low > 0 and times and abs(high / low / number.value - 1.0) <= _NEAR:
                return True
            if high > 0 and share and abs(100.0 * low / high / max(number.value, 1e-9) - 1.0) <= 2 * _NEAR:
                return True
    return False


def _same_value(one: float, other: float) -> bool:
    return abs(one - other) <= 1e-9 * max(abs(one), abs(other), 1.0)


def _other_unit(number: Number, other: Number, theirs: Sequence[Number]) -> bool:
    """Whether the same value counts something else in the quotes."""
    if set(number.counts[:2]) & set(other.counts[:3]):
        return False
    if number.measure and other.measure:
        return True
    if number.measure or other.measure:
        return any(o is not other and number.counts[:1] == o.counts[:1] for o in theirs)
    return bool(number.counts) and any(
        number.counts[0] in o.counts[:1] and not _same_value(o.value, number.value) for o in theirs
    )


def _two(pair: Comparison) -> bool:
    """Whether the quotes speak of two without saying so: "Xi and Putin", "the leaders"."""
    stems = [token for token in pair.quote if token.name]
    return len({token.stem for token in stems}) >= 2 or any(
        t.lower in ("neither", "both", "each", "bilateral") for t in pair.quote
    )
