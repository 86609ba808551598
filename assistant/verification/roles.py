"""Who does what to whom: names that a statement has turned round or put into one another's place."""

import re
from collections.abc import Iterator, Sequence

from assistant.verification.attachments import has_country
from assistant.verification.comparison import Comparison
from assistant.verification.lexicon import AUXILIARIES, MUTUAL, PREPOSITIONS, RECEIVING
from assistant.verification.names import abbreviates
from assistant.verification.tokens import Token
from retrieval.titles import TITLES

_PASSIVE = frozenset("was were is are been being be".split())  # noqa: SIM905
_STEPS = 7
_BETWEEN = 6  # words
_BALANCED = frozenset("and or with is are was were as of the a between".split())  # noqa: SIM905


def role_conflict(pair: Comparison) -> str:
    """Why a statement's names play other parts than in its quotes, or an empty text."""
    return _reversed(pair) or _doer(pair) or _exchanged(pair) or _turned(pair)


def _sides(text: Sequence[Token], index: int) -> tuple[set[str], set[str]]:
    """The nearest names to the left and to the right of a verb within its clause, turned round for a passive."""
    left, right = _nearest(text, index, -1), _nearest(text, index, 1)
    before = {t.lower for t in text[max(0, index - 3) : index]}
    after = [t.lower for t in text[index + 1 : index + 4]]
    if before & _PASSIVE and "by" in after and re.search(r"ed$|en$|[^aeiou]t$|un$|wn$", text[index].lower):
        return right, left
    if before & _PASSIVE and re.search(r"ed$|en$", text[index].lower):
        return set(), left
    if "from" in after and text[index].stem in RECEIVING:
        return right, left
    return left, right


def _nearest(text: Sequence[Token], index: int, step: int) -> set[str]:
    place = index + step
    while 0 <= place < len(text) and abs(place - index) <= _STEPS and text[place].sentence == text[index].sentence:
        if text[place].clause != text[index].clause and step < 0:
            break
        if step < 0 and text[place].name and text[place].text.endswith(("'s", "’s")):
            return set()
        if text[place].name and text[place].stem not in TITLES:
            found = {text[place].stem}
            while 0 <= place + step < len(text) and text[place + step].name and text[place + (step > 0)].joined:
                place += step
                found.add(text[place].stem)
            return found
        place += step
    return set()


def _reversed(pair: Comparison) -> str:
    """A and B on either side of a verb, B and A in the quotes."""
    for index in pair.weighty:
        if pair.statement[index].stem in MUTUAL:
            continue
        ours = _sides(pair.statement, index)
        if not ours[0] or not ours[1] or ours[0] & ours[1]:
            continue
        theirs = [_sides(pair.quote, place) for place in pair.aligned[index]]
        turned = [left & ours[1] and right & ours[0] for left, right in theirs]
        if theirs and all(turned):
            return f"the quote has it the other way round: {_order(pair, index)}"
    return ""


def _exchanged(pair: Comparison) -> str:
    """Two words that have changed places, all around being the same: "3 percent in May from 4 in June"."""
    ours = {token.stem for token in pair.statement}
    for here, there in pair.swapped:
        said = [t for t in here if t.content]
        told = [t for t in there if t.content]
        if len(said) == len(told) == 1 and said[0].stem in pair.places and told[0].stem in ours:
            return f"the quote says “{told[0].text}”, not “{said[0].text}”"
    return ""


def _turned(pair: Comparison) -> str:
    """A, some words, B, where the quotes have B, the same words, A: "from 1941 to 1929"."""
    ours, theirs = _units(pair.statement), _units(pair.quote)
    stands = {tuple(unit for units, _ in theirs[i : j + 1] for unit in units) for i, j in _spans(theirs)}
    for i, j in _spans(ours):
        middle = tuple(unit for units, _ in ours[i + 1 : j] for unit in units)
        if not middle or set(middle) <= _BALANCED or ours[i][0] == ours[j][0]:
            continue
        if ours[j][0] + middle + ours[i][0] in stands and ours[i][0] + middle + ours[j][0] not in stands:
            return f"the quote has it the other way round: {ours[j][1]} {' '.join(middle)} {ours[i][1]}"
    return ""


def _units(text: Sequence[Token]) -> list[tuple[tuple[str, ...], str]]:
    """The words of a text as stems, those of one name together; each with how it stands."""
    found: list[tuple[tuple[str, ...], str]] = []
    for index, token in enumerate(text):
        joined = index > 0 and token.name and text[index - 1].name and token.joined
        if joined:
            stems, shown = found[-1]
            found[-1] = ((*stems, token.stem), f"{shown} {token.text}")
        else:
            found.append(((token.stem,), token.text))
    return found


def _spans(units: Sequence[tuple[tuple[str, ...], str]]) -> Iterator[tuple[int, int]]:
    """Pairs of units with one to so many words between them, each of them a name, a number or a long word."""
    weighty = [
        i for i, (stems, shown) in enumerate(units) if shown[0].isupper() or shown[0].isdigit() or len(shown) > 4
    ]
    return ((i, j) for i in weighty for j in weighty if 2 <= j - i <= _BETWEEN)


def _order(pair: Comparison, index: int) -> str:
    place = pair.aligned[index][0]
    return " ".join(t.text for t in pair.quote[max(0, place - 3) : place + 4])


def _doer(pair: Comparison) -> str:
    """The name right before a verb, where the quotes have another right before the same."""
    for index in pair.weighty:
        ours = _subject(pair.statement, index)
        places = pair.places.get(pair.statement[index].stem) or pair.aligned[index]
        if not ours or not places:
            continue
        if any(abbreviates(token, pair.quote) for token in _subject_tokens(pair.statement, index)):
            continue
        theirs = [_subject(pair.quote, place) for place in places]
        # "If Russia starts supplying" where somebody else supplies Russia.
        if not any(theirs) and pair.statement[index].stem not in MUTUAL and _voice(pair.statement, index):
            objects = [_object(pair.quote, place) for place in places]
            if all(ours <= found for found in objects) and not _linked(pair, ours, places):
                return f"the quote has it the other way round: {_order(pair, index)}"
        if all(theirs) and not any(ours & subject for subject in theirs) and not _linked(pair, ours, places):
            first = next(iter(_subject_text(pair.quote, places[0])), "")
            same_voice = _voice(pair.statement, index) == _voice(pair.quote, places[0])
            if first and same_voice and has_country(ours) == has_country(theirs[0]):
                return f"in the quote it is {first}"
    return ""


def _voice(text: Sequence[Token], index: int) -> bool:
    """Whether a verb is in the active voice."""
    by = index + 1 < len(text) and text[index + 1].lower == "by"
    return not by and not {t.lower for t in text[max(0, index - 2) : index]} & _PASSIVE


def _object(text: Sequence[Token], index: int) -> set[str]:
    """The name right after a verb; of a passive none."""
    found: set[str] = set()
    if _voice(text, index) or text[index].lower.endswith("ing"):
        for token in text[index + 1 : index + 5]:
            if not token.name or not token.joined:
                break
            found.add(token.stem)
    return found


def _subject(text: Sequence[Token], index: int) -> set[str]:
    return {token.stem for token in _subject_tokens(text, index)}


def _subject_text(text: Sequence[Token], index: int) -> list[str]:
    return [re.sub(r"['’]s?$", "", " ".join(t.text for t in reversed(_subject_tokens(text, index))))]


def _subject_tokens(text: Sequence[Token], index: int) -> list[Token]:
    """The name that ends right before a word, but for auxiliaries and adverbs; none where it describes a noun."""
    place = index - 1
    while place >= 0 and (
        text[place].lower in AUXILIARIES or text[place].lower.endswith("ly") or text[place].lower == "not"
    ):
        place -= 1
    if place < 0 or not text[place].name or text[place].stem in TITLES or text[place].sentence != text[index].sentence:
        return []
    if text[place].clause != text[index].clause:
        return []
    found = [text[place]]
    while place > 0 and text[place].joined and text[place - 1].name:
        place -= 1
        found.append(text[place])
    if place > 0 and text[place - 1].lower in ("and", "or"):
        for token in reversed(text[max(0, place - 4) : place - 1]):
            if not token.name:
                break
            found.append(token)
    if place > 0 and text[place - 1].lower in ("the", "a", "an"):
        place -= 1
    if place > 0 and text[place - 1].lower in PREPOSITIONS:
        return []
    return found


def _linked(pair: Comparison, ours: set[str], places: Sequence[int]) -> bool:
    """Whether the statement's name stands so near before the verb in the quotes that it may be the doer."""
    for place in places:
        clause = pair.quote[max(0, place - 12) : place]
        if any(t.stem in ours for t in clause if t.clause == pair.quote[place].clause):
            return True
    return False
