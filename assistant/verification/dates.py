"""Days, months, years and weekdays: a statement may be less exact than its quotes, never different."""

import re
from dataclasses import dataclass

from assistant.verification.comparison import Comparison
from assistant.verification.lexicon import MONTHS, MONTHS_AND_SHORT, WEEKDAYS

_MONTH = r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?"
_DATE = (
    re.compile(rf"\b{_DAY}(?:\s+of)?\s+{_MONTH}(?!\w)"),
    re.compile(rf"\b{_MONTH}\s+{_DAY}(?![\w.,]*\d)"),
)
_ISO = re.compile(r"\b(?P<year>(?:1[5-9]|20)\d\d)-(?P<number>0[1-9]|1[0-2])-(?P<day>[0-3]\d)\b")
_ALONE = re.compile(
    r"\b(?P<month>January|February|March|April|June|July|August|September|October|November|December)\b"
    r"|(?:\b(?:in|since|until|by|of|last|next|this|late|early|mid|from|before|after|during)[ -])(?P<may>May)\b|\b(?P<also>May)(?=,? (?:1[5-9]|20)\d\d)"
)
_YEAR = re.compile(
    r"(?<![\d,.$€£-])\b(?P<year>(?:1[5-9]|20)\d\d)\b(?![.,]\d)(?!\s*(?:%|percent|people|dollars|euros|soldiers|troops))"
)
_WEEKDAY = re.compile(r"\b(?P<weekday>Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b")
_RELATIVE = re.compile(
    r"\b(?P<which>last|next|this|previous|past|coming)\s+(?P<unit>week|month|year|spring|summer|autumn|winter|fall|night|decade|century)\b"
    r"|\b(?P<day>yesterday|today|tomorrow)\b",
    re.IGNORECASE,
)
_NEIGHBOUR = re.compile(r"\b(?:(?:previous|preceding|following|next)\s+year|years?\s+(?:before|earlier|later|after))\b")
_BACK = frozenset({"last", "previous", "past"})


@dataclass(frozen=True, slots=True)
class Moments:
    """The parts of dates that a text names: months by number, days of a month by number, weekdays in lower case."""

    years: frozenset[int]
    months: frozenset[int]
    days: frozenset[int]
    weekdays: frozenset[str]
    dates: frozenset[tuple[int, int]]
    """Month and day where they stand together."""
    dated: frozenset[tuple[int, int]]
    """Year and month where they stand together."""


def moments(text: str) -> Moments:
    """Read the parts of dates.

    >>> sorted(moments("on Tuesday March 21, 2023").dates)
    [(3, 21)]
    """
    dates = {
        (MONTHS_AND_SHORT[match["month"].rstrip(".").lower()], int(match["day"]))
        for pattern in _DATE
        for match in pattern.finditer(text)
    }
    dates |= {(int(match["number"]), int(match["day"])) for match in _ISO.finditer(text)}
    alone = {MONTHS[(m["month"] or m["may"] or m["also"]).lower()] for m in _ALONE.finditer(text)}
    years = {int(match["year"]) for match in _YEAR.finditer(text)} | {int(m["year"]) for m in _ISO.finditer(text)}
    dated = {
        (int(match[2]), MONTHS[match[1].lower()])
        for match in re.finditer(
            rf"\b({'|'.join(name.title() for name in MONTHS)})(?:\s+\d{{1,2}})?,?\s+((?:1[5-9]|20)\d\d)\b", text
        )
    }
    return Moments(
        frozenset(years),
        frozenset(alone | {month for month, _ in dates}),
        frozenset(day for _, day in dates),
        frozenset(match["weekday"].lower() + "day" for match in _WEEKDAY.finditer(text)),
        frozenset(dates),
        frozenset(dated),
    )


def date_conflict(pair: Comparison) -> str:
    """Why a statement's dates are not its quotes', or an empty text.

    What stands around the quotes dates them only where they give no such part themselves.
    """
    said, told, around = moments(pair.text), moments(pair.told), moments(pair.around)
    years = told.years
    if _NEIGHBOUR.search(pair.told):
        years |= {year + step for year in told.years for step in (-1, 1)}
    checks = (
        ("year", said.years, years, around.years),
        ("month", said.months, told.months, around.months),
        ("day", said.days, told.days, around.days),
        ("weekday", said.weekdays, told.weekdays, around.weekdays),
    )
    for part, ours, theirs, nearby in checks:
        wrong = sorted(ours - theirs - (frozenset() if theirs else nearby))
        if wrong and theirs:
            return f"the quote says {_shown(part, min(theirs))}, not {_shown(part, wrong[0])}"
        if wrong:
            return f"the quote does not say {_shown(part, wrong[0])}"
    for month, day in said.dates:
        known = told.dates or around.dates
        if known and (month, day) not in known | around.dates and any(m == month or d == day for m, d in known):
            return f"the quote does not say {day} {_shown('month', month)}"
    for year, month in said.dated:
        if told.dated and (year, month) not in told.dated:
            return f"the quote does not say {_shown('month', month)} {year}"
    return _relative(pair)


def _relative(pair: Comparison) -> str:
    """ "Last week" against "next week" or "last month"."""
    theirs = {_moment(match) for match in _RELATIVE.finditer(pair.told)}
    for match in _RELATIVE.finditer(pair.text):
        if theirs and _moment(match) not in theirs:
            other = next(_RELATIVE.finditer(pair.told)).group().lower()
            return f"the quote says “{other}”, not “{match.group().lower()}”"
    return ""


def _moment(match: "re.Match[str]") -> str:
    if match["day"]:
        return match["day"].lower()
    which = match["which"].lower()
    return ("last" if which in _BACK else "next" if which == "coming" else which) + " " + match["unit"].lower()


def _shown(part: str, value: object) -> str:
    if part == "month" and isinstance(value, int):
        return list(MONTHS)[value - 1].title()
    if part == "weekday":
        return str(value).title()
    return f"day {value}" if part == "day" else str(value)


__all__ = ["WEEKDAYS", "Moments", "date_conflict", "moments"]
