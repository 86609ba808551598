"""Who does it and to whom it is done, for the verbs that a statement and its quotes share, active or passive."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from assistant.verification.comparison import Comparison
from assistant.verification.lexicon import AUXILIARIES, CALENDAR, IRREGULAR_PAST, MUTUAL, PREPOSITIONS
from assistant.verification.tokens import Token
from retrieval.titles import TITLES

_BE = frozenset("was were is are been being be".split())  # noqa: SIM905
_DETERMINERS = frozenset("a an the this that these those his her its their our your my some any no each every".split())  # noqa: SIM905
_PRONOUNS = frozenset("he she it they we i you who which".split())  # noqa: SIM905
_WHEN = frozenset("last next this week weeks month months year years day days yesterday today tomorrow".split())  # noqa: SIM905
_PARTICIPLE = re.compile(r"(?:ed|en|[^aeiou]t|un|wn)$")
_WORDS = 5  # of a phrase
_BY = 8  # words from a participle to its "by"


@dataclass(frozen=True, slots=True)
class _Frame:
    """Stems of the phrase that does it and of the one it is done to; empty where they cannot be told."""

    agent: frozenset[str]
    patient: frozenset[str]


_NOTHING = _Frame(frozenset(), frozenset())


def agency_conflict(pair: Comparison) -> str:
    """Why a statement's doer is the one it is done to in its quotes, or an empty text."""
    for index, token in enumerate(pair.statement):
        places = pair.places.get(token.stem, ())
        if not token.content or token.name or token.stem in MUTUAL or not places:
            continue
        ours = _frame(pair.statement, index)
        if ours.agent and all(_turned(ours, _frame(pair.quote, place)) for place in places):
            first = places[0]
            return f"the quote has it the other way round: {' '.join(t.text for t in pair.quote[max(0, first - 3) : first + 4])}"
    return ""


def _turned(ours: _Frame, theirs: _Frame) -> bool:
    """Whether both sides have changed places."""
    kept = ours.agent & theirs.agent or ours.patient & theirs.patient
    return not kept and bool(ours.agent & theirs.patient and ours.patient & theirs.agent)


def _frame(text: Sequence[Token], index: int) -> _Frame:
    """What stands on either side of a verb; nothing where the word reads as none."""
    start = index - 1
    while start >= 0 and _helps(text[start]) and text[start].clause == text[index].clause:
        start -= 1
    helpers = {token.lower for token in text[start + 1 : index]}
    after = text[index + 1] if index + 1 < len(text) and text[index + 1].clause == text[index].clause else None
    if not _is_verb(text[index].lower, helpers, after):
        return _NOTHING
    left = _phrase(text, start, index, -1)
    if helpers & _BE and _PARTICIPLE.search(text[index].lower):
        ahead = range(index + 1, min(index + 1 + _BY, len(text)))
        by = next((p for p in ahead if text[p].lower == "by" and text[p].sentence == text[index].sentence), None)
        return _Frame(frozenset() if by is None else _phrase(text, by + 1, index, 1), left)
    following = index + 2 if index + 1 < len(text) and text[index + 1].lower == "that" else index + 1
    return _Frame(left, _phrase(text, following, index, 1))


def _is_verb(word: str, helpers: AbstractSet[str], after: Token | None) -> bool:
    if helpers & AUXILIARIES:
        return True
    if word in IRREGULAR_PAST or word.endswith("ed"):
        return after is not None and after.lower not in PREPOSITIONS  # "bodies exhumed from …" did not exhume
    objects = after is not None and (after.name or after.lower in _DETERMINERS or after.lower in ("that", "to"))
    return objects and word.endswith("s")


def _helps(token: Token) -> bool:
    return token.lower in AUXILIARIES or token.lower == "not" or token.lower.endswith("ly")


def _phrase(text: Sequence[Token], start: int, verb: int, step: int) -> frozenset[str]:
    """The stems of the noun phrase that begins at a place and goes away from the verb; a pronoun stands for itself."""
    found: set[str] = set()
    place = start
    while 0 <= place < len(text) and len(found) < _WORDS and text[place].sentence == text[verb].sentence:
        token = text[place]
        if token.clause != text[verb].clause and (step < 0 or not found):
            break
        if token.lower in _PRONOUNS:
            return frozenset(found or {token.lower})
        if token.lower in PREPOSITIONS or token.lower in AUXILIARIES:
            break
        if step < 0 and not found and token.lower in _DETERMINERS:
            break  # "the growing involvement": no verb at all
        if token.lower in _WHEN or token.lower in CALENDAR:
            break  # "last month Beijing released", "released last month"
        if token.content and token.stem not in TITLES:
            found.add(token.stem)
        elif token.lower not in _DETERMINERS and token.lower != "and":
            break
        place += step
    return frozenset(found)
