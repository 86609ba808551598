"""Numbers as a text has them: in words or figures, shares, sums of money, places in a row."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.verification.lexicon import CALENDAR, MONTHS_AND_SHORT
from assistant.verification.tokens import Token
from retrieval.words import stem

_SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_CARDINALS: dict[str, float] = {
    **{word: float(value) for value, word in enumerate(_SMALL.split())},
    **{word: 10.0 * value for value, word in enumerate(_TENS.split(), start=2)},
    "both": 2.0,
    "pair": 2.0,
    "dozen": 12.0,
    "couple": 2.0,
    "half": 0.5,
    "twice": 2.0,
    "double": 2.0,
    "triple": 3.0,
}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "trillion": 1e12,
    "bn": 1e9,
    "m": 1e6,
    "k": 1e3,
}
_PLACES = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_ORDINALS = {word: float(value) for value, word in enumerate(_PLACES.split(), start=1)}
_PLURAL_SCALES = {name + "s": value for name, value in _SCALES.items() if len(name) > 2}
_MEASURES = {
    stem(word): kind
    for kind, words in {
        "time": "second minute hour day week month year decade century",
        "money": "dollar euro pound rouble ruble yuan yen franc",
        "length": "kilometre kilometer mile metre meter foot feet inch centimetre",
        "weight": "tonne ton kilogram kilo pound gram barrel litre liter gallon",
        "share": "percent per cent point",
    }.items()
    for word in words.split()
}
_SIGNS = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound"}
_PARTS = {"half": 2.0, "halves": 2.0, "quarter": 4.0, "quarters": 4.0} | {
    name + end: value for name, value in _ORDINALS.items() if value > 2 for end in ("", "s")
}
_YEARS = {stem("decade"): 10.0, stem("century"): 100.0}
TIMES = "times"
_OVER = re.compile(r"\b(?:more than|over|at least|above|exceed\w*|upwards? of)\s+(?:\$|€|£)?$", re.IGNORECASE)
_UNDER = re.compile(
    r"\b(?:less than|fewer than|under|nearly|almost|at most|up to|below|not quite)\s+(?:\$|€|£)?$", re.IGNORECASE
)
_ABOUT = re.compile(
    r"\b(?:about|around|some|roughly|approximately|nearly|almost|over|under|up to|close to|just"
    r"|more than|less than|fewer than|at least|at most|above|below|not quite|as many as)\s+(?:\$|€|£|a )?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands: its value, the stems of what it counts, whether it is a place in a row."""

    value: float
    counts: tuple[str, ...]
    ordinal: bool
    shown: str
    bound: int
    """1 where it is more than that, -1 where it is less or nearly so, else 0."""
    about: bool = False
    """Whether it is said to be a round figure."""

    @property
    def measure(self) -> str:
        """The unit of measure it counts, if one."""
        return next((unit for unit in self.counts[:2] if unit in _MEASURES), "")


def numbers(text: Sequence[Token]) -> list[Number]:
    """The numbers of a text, those of dates and in names left out."""
    found: list[Number] = []
    index = 0
    while index < len(text):
        start = index
        part = _fraction(text, index)
        if part is not None:
            value, ordinal, unit, index = part[0], False, ["percent"], part[1]
        elif (of_scale := _part_of_scale(text, index)) is not None:
            value, ordinal, unit, index = of_scale[0], False, [], of_scale[1]
        else:
            known, ordinal = _value(text[index])
            if known is None or _dates(text, index):
                index += 1
                continue
            value, index = _whole(known, text, index)
            unit = []
        sign = text[start - 1].text if start else ""
        following = [t.stem for t in text[index : index + 4] if t.content and t.sentence == text[start].sentence]
        if index < len(text) and text[index].text == "%":
            unit = ["percent"]
        elif [t.lower for t in text[index : index + 2]] == ["per", "cent"]:
            unit, following = ["percent"], []
        elif sign in _SIGNS:
            unit = [_SIGNS[sign]]
        elif (index < len(text) and text[index].lower in ("times", "fold")) or text[start].lower in (
            "twice",
            "double",
            "triple",
        ):
            unit = [TIMES]
        elif following[:1] and following[0] in _YEARS and not ordinal:
            value, following = value * _YEARS[following[0]], ["year", *following[1:]]
        before = " ".join(t.text for t in text[max(0, start - 4) : start]) + " "
        bound = 1 if _OVER.search(before) else -1 if _UNDER.search(before) else 0
        shown = " ".join(t.text for t in text[start:index])
        about = bool(_ABOUT.search(before)) or (index < len(text) and text[index].lower == "odd")
        found.append(Number(value, (*unit, *following), ordinal, shown, bound, about))
    return found


def _whole(value: float, text: Sequence[Token], index: int) -> tuple[float, int]:
    """A number of several words, and where it ends."""
    while index + 1 < len(text) and (grown := _grown(value, text[index], text[index + 1])) is not None:
        value, index = grown, index + 1
    index += 1
    if [t.lower for t in text[index : index + 3]] == ["and", "a", "half"]:
        value, index = value + 0.5, index + 3
        if index < len(text) and text[index].lower in _SCALES:
            value, index = value * _SCALES[text[index].lower], index + 1
    return value, index


def _part_of_scale(text: Sequence[Token], index: int) -> tuple[float, int] | None:
    """ "Half a million", "quarter of a million", and where it ends."""
    words = [token.lower for token in text[index : index + 4]]
    if words[:1] and words[0] in ("half", "quarter"):
        rest = [word for word in words[1:] if word not in ("a", "of")]
        if rest and rest[0] in _SCALES and len(rest[0]) > 2 and words[1] in ("a", "of"):
            return _SCALES[rest[0]] / _PARTS[words[0]], index + words.index(rest[0]) + 1
    return None


def _fraction(text: Sequence[Token], index: int) -> tuple[float, int] | None:
    """A share in per cent, and where it ends: "two-thirds", "a fifth of", "one in three"; halves are left as they are."""
    word = text[index].lower
    if _PARTS.get(word, 0) > 2 and index and text[index - 1].lower.endswith("est"):
        return 100.0 / _PARTS[word], index + 1  # "the wealthiest fifth"
    count = 1.0 if word in ("a", "one") else _value(text[index])[0] if word != "the" else None
    if count is None or index + 2 >= len(text) or text[index].name:
        return None
    following = text[index + 1].lower
    if following in _PARTS and _PARTS[following] > 2 and (text[index + 2].lower == "of" or following.endswith("s")):
        if (
            text[index + 2].lower == "of"
            and index + 3 < len(text)
            and text[index + 3].lower == "a"
            and index + 4 < len(text)
            and text[index + 4].lower in _SCALES
        ):
            return None
        return 100.0 * count / _PARTS[following], index + 2
    outer = _value(text[index + 2])[0]
    if (
        following == "in"
        and word != "a"
        and outer
        and count < outer <= 100
        and not text[index + 2].name
        and text[index + 2].lower not in _SCALES
    ):
        return 100.0 * count / outer, index + 3
    return None


def _value(token: Token) -> tuple[float | None, bool]:
    word = token.lower
    digits = re.fullmatch(r"(\d[\d,]*(?:\.\d+)?)(st|nd|rd|th|s)?", word)
    if digits:
        if digits[2] == "s":
            return None, False
        return float(digits[1].replace(",", "")), bool(digits[2])
    if token.name and not token.initial:
        return None, False  # "One Belt, One Road"
    if word in _ORDINALS:
        return _ORDINALS[word], True
    if word in _CARDINALS:
        return _CARDINALS[word], False
    if word in _SCALES and len(word) > 2:
        return _SCALES[word], False
    return None, False


def _grown(value: float, token: Token, following: Token) -> float | None:
    """The value with the word after it taken in: "twenty five", "4 million"; None where that is another word."""
    word = following.lower
    if word in ("dozen", "dozens"):
        return value * 12.0
    if word in _SCALES or word in _PLURAL_SCALES:
        return value * (_SCALES.get(word) or _PLURAL_SCALES[word])
    if token.lower in _TENS.split() and 1 <= _CARDINALS.get(word, 0) <= 9:
        return value + _CARDINALS[word]
    return None


def _dates(text: Sequence[Token], index: int) -> bool:
    """Whether a number is part of a date or of a thing's name ("MiG-29")."""
    token = text[index]
    beside = [t.lower for t in text[max(0, index - 1) : index + 2] if t is not token]
    day_of = index + 2 < len(text) and text[index + 1].lower == "of" and text[index + 2].lower in CALENDAR
    if any(word in MONTHS_AND_SHORT for word in beside) or day_of:
        return True
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", token.text):
        return True
    return index > 0 and text[index - 1].name and not token.joined and token.text.isdigit()
