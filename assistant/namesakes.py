"""People of one surname told apart by the name before it, so that nobody's words are given to another.

An article names somebody in full once and by the surname from then on: "Mertens" is whoever of that name was last named in full.
"""

import calendar
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from retrieval.name_likeness import reads_as_name
from retrieval.places import is_country
from retrieval.sentences import Span
from retrieval.titles import TITLES
from retrieval.words import fold, is_stop_word, sound, stem, words

Bearers = Mapping[str, frozenset[str]]
"""Full names as written, first names and surname, by folded surname: {"lund": {"Ada Lund", "Ole Lund"}}."""

CAPITALISED = r"(?:[A-Z\u00c0-\u00de\u0100-\u024f\u0400-\u042f][\w’'-]*\w|[A-Z]\.)"
_RUN = re.compile(rf"{CAPITALISED}(?:\ {CAPITALISED})*")
_LOWER_PAIR = re.compile(
    r"(?<![\w’'.-])(?=([^\W\dA-Z][\w’'-]*\.?)\s+([\w’'-]+))"
)  # neighbouring words, the first in lower case
_OF_A_THING = re.compile(r"(?:^|\W)[Tt]he\s+$")  # "the European Union" is nobody's full name
_OPENING_MARKS = "\"“”«»„'‘’( "
_FIRST_NAMES = 4  # of a longer run of capitalised words the last ones are looked at


def bearers(text: str, sentences: Sequence[Span]) -> tuple[Bearers, ...]:
    """For each sentence whom the surnames in it mean; a surname that is never given in full is left out.

    >>> text = "Ada Lund spoke. Lund left. Ole Lund stayed."
    >>> [sorted(found["lund"]) for found in bearers(text, [(0, 15), (16, 26), (27, 43)])]
    [['Ada Lund'], ['Ada Lund'], ['Ole Lund']]
    """
    common = frozenset(word for word in words(text) if word.islower())
    named = [list(_names(text[start:end], common)) for start, end in sentences]
    everyone = {full for names in named for _, full in names if full}
    parts = {fold(full.split(maxsplit=count)[-1]) for full in everyone for count in range(1, full.count(" "))}
    named = [[(surname, "" if fold(full) in parts else full) for surname, full in names] for names in named]
    first: dict[str, str] = {}
    for surname, full in (name for names in named for name in names):
        if full:
            first.setdefault(surname, full)
    last: dict[str, str] = {}
    meant: list[Bearers] = []
    for names in named:
        here: dict[str, frozenset[str]] = {}
        for surname, full in names:
            if full:
                last[surname] = full
            if known := last.get(surname) or first.get(surname):
                here[surname] = here.get(surname, frozenset()) | {known}
        meant.append(here)
    return tuple(meant)


def everybody(found: Iterable[Bearers]) -> Bearers:
    """All who are known by each surname."""
    known: dict[str, frozenset[str]] = {}
    for each in found:
        for surname, full_names in each.items():
            known[surname] = known.get(surname, frozenset()) | full_names
    return known


def opening_name(sentence: str) -> str:
    """The full name that a sentence begins with, as its subject; empty if there is none."""
    match = _RUN.match(sentence)
    goes_on = match and re.match(r",? [a-z]", sentence[match.end() :])
    return next((full for _, full in _names(match[0])), "") if match and goes_on else ""


def full_names(text: str) -> Iterator[tuple[str, str]]:
    """Each full name in a text with its folded surname."""
    return ((surname, full) for surname, full in _names(text) if full)


def same_person(one: str, other: str) -> bool:
    """Whether two full names may be one person's."""
    return _key(one.split()[-1]) == _key(other.split()[-1]) and any(
        _alike(name, another) for name in _first(one) for another in _first(other)
    )


def meant_by(name: str, here: Bearers) -> frozenset[str]:
    """The full names that a name may stand for in a sentence: itself if it is one; none if nobody knows."""
    return frozenset(
        each for surname, full in _names(name) for each in ([full] if full else here.get(surname, frozenset()))
    )


def others_than_asked(question: str, known: Bearers) -> Bearers:
    """Of each surname that a question has with a first name, those known who are not meant.

    >>> lunds = {"lund": frozenset({"Ada Lund", "Ole Lund"})}
    >>> others_than_asked("What did Ole Lund say?", lunds), others_than_asked("What did Lund say?", lunds)
    ({'lund': frozenset({'Ada Lund'})}, {})
    """
    others: dict[str, frozenset[str]] = {}
    said = f" {' '.join(words(fold(question)))} "
    for surname, everyone in known.items():
        if " ".join(words(surname)) not in said:
            continue
        exact = [full for full in everyone if f" {' '.join(words(fold(full)))} " in said]
        meant = frozenset(full for full in everyone if any(same_person(full, one) for one in exact))
        if meant:
            others[surname] = everyone - meant
    for surname, full, plain in _asked_names(question):
        everyone = known.get(surname, frozenset())
        meant = frozenset(each for each in everyone if same_person(full, each))
        if everyone and surname not in others and (meant or not plain) and not is_part(full, everyone):
            others[surname] = everyone - meant
    return others


def _asked_names(question: str) -> Iterator[tuple[str, str, bool]]:
    """Folded surname and full name, and whether the first name may be a common word: "Summarise Lund", "the elder lund"."""
    for surname, full in full_names(question):
        begins = question.startswith(full) and full.count(" ") == 1
        yield surname, full, begins and not reads_as_name(fold(full.split()[0]))
    for match in _LOWER_PAIR.finditer(question):
        if _is_first_name(match[1]):
            yield _key(match[2]), f"{match[1]} {match[2]}", match[2][0].isupper() or not reads_as_name(fold(match[1]))


def is_part(full: str, everyone: Collection[str]) -> bool:
    """Whether a name is the end of a longer one: "Le Pen" beside "Marine Le Pen"."""
    return any(fold(other).endswith(f" {fold(full)}") for other in everyone)


def _names(text: str, common: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    """Folded surname and full name of each run of capitalised words; the full name is empty if no first name is given.

    A word that begins the text and is among the `common` ones is no first name: "Meanwhile Lund" is only Lund.
    """
    beginning = len(text) - len(text.lstrip(_OPENING_MARKS))
    for match in _RUN.finditer(text):
        *others, surname = re.sub(r"['’]s?$", "", match[0]).split()
        if others and others[0].lower() in common and match.start() == beginning:
            others = others[1:]
        thing = _OF_A_THING.search(text[max(0, match.start() - 8) : match.start()])
        first = [] if thing else list(takewhile(_is_first_name, others[: -_FIRST_NAMES - 1 : -1]))
        yield _key(surname), " ".join([*reversed(first), surname]) if first else ""


def _is_first_name(word: str) -> bool:
    term = stem(word)
    # "Xi Jinping's One Belt" is another name after the possessive.
    return not word.endswith(("'s", "’s", "'", "’")) and not (
        is_stop_word(word) or term in TITLES or is_country(term) or word in calendar.day_name
    )


def _alike(one: str, other: str) -> bool:
    """Whether two first names may be one person's: an initial, a short form, another spelling."""
    short, long = sorted((one, other), key=len)
    return sound(one) == sound(other) or (len(short) != 2 and long.startswith(short))


def _first(full_name: str) -> list[str]:
    """The first names of a full name; initials and particles ("Le", "de") only if there is nothing else."""
    names = [fold(part) for word in full_name.split()[:-1] for part in re.split("[-.]", word) if part]
    return [name for name in names if len(name) > 2] or names


def _key(surname: str) -> str:
    return re.sub(r"['’]s?$", "", fold(surname))
