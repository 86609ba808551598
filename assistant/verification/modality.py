"""Whether a statement is surer than its quotes or less sure: "supplied" and "may supply"."""

import re
from collections.abc import Sequence

from assistant.verification.comparison import Comparison
from assistant.verification.cues import CERTAIN, DOUBTING, INTENDING, OPEN, UNCERTAIN
from assistant.verification.lexicon import (
    ATTITUDES,
    AUXILIARIES,
    FACT,
    IRREGULAR_PAST,
    PAST_AUXILIARIES,
    PLANNED,
    POSSIBLY,
    WILL,
)
from assistant.verification.scopes import Operator, adverb, denied, levels
from assistant.verification.telling import tells
from assistant.verification.tokens import Token

HEADS = 3
MOST = 0.6
NEGATIVE_BEFORE = re.compile(
    r"\b(?:not|no|never|cannot|without|nor)\b|n['’]t\b|\b(?:den(?:y|ies|ied)|asks?|whether|if)\b", re.IGNORECASE
)
_PAST = re.compile(r"\b(?:was|were|had|has|have|did|[a-z]+ed|" + "|".join(sorted(IRREGULAR_PAST)) + r")\b")
_DOUBTFUL = frozenset("may might perhaps possibly maybe reportedly allegedly supposedly".split())  # noqa: SIM905
_PART = frozenset("almost nearly most some many several few partly mostly largely part".split())  # noqa: SIM905
_WHOLE = frozenset("all every each entire entirely always everyone completely fully".split())  # noqa: SIM905


def modality_conflict(pair: Comparison) -> str:
    """Why a statement is surer or less sure than its quotes, or an empty text."""
    return _edited(pair) or _surer_than_told(pair) or _certain(pair) or _less_sure(pair) or _whole(pair)


def _edited(pair: Comparison) -> str:
    """A "may" put in or left out where all around is the quotes' own."""
    for ours, theirs in pair.edits:
        if any(token.lower in WILL or token.lower == "should" for token in (*ours, *theirs)):
            continue
        said, told = (DOUBTING.search(" ".join(token.text for token in side)) for side in (ours, theirs))
        if said and not told:
            return f"the quote does not say “{said.group().lower()}”"
        if told and not said:
            return f"the quote says “{told.group().lower()}”"
    return ""


def _surer_than_told(pair: Comparison) -> str:
    own, found = pair.operators, pair.quoted_operators
    ours, signs = levels(pair.statement, own), denied(pair.statement, own)
    theirs, quoted_signs = levels(pair.quote, found), denied(pair.quote, found)
    told = tells(pair.text)
    for operator in found:
        if operator.level == FACT or pair.quote[operator.index].sentence not in pair.nearest:
            continue
        if told and pair.quote[operator.index].stem in ATTITUDES:
            continue
        # A hedge in other words may stand for this one; one that the quotes have elsewhere does not.
        if not pair.near_verbatim and any(
            other.level <= operator.level and not _elsewhere(pair, other.index, operator.index) for other in own
        ):
            continue
        heads = [index for index in operator.reach if not pair.quote[index].name and not adverb(pair.quote[index])][
            :HEADS
        ]
        met = [index for index in heads if pair.backwards.get(index)]
        word = pair.quote[operator.index].lower
        if met and all(
            _surer(pair, place, ours[place], theirs, will=word in WILL)
            and not (True in signs[place] and (word not in POSSIBLY or not _denied(pair, place, quoted_signs)))
            and not (ours[place] == FACT and _weakened_after(pair, place, own))
            for place in pair.backwards[met[0]]
        ):
            return f"the quote says “{word}”"
    # What is denied is not asserted.
    return "" if any(operator.negates for operator in own) else _surer_throughout(pair, ours, found)


def _elsewhere(pair: Comparison, index: int, place: int) -> bool:
    """Whether the quotes have a word of the statement, and not at this place."""
    places = pair.places.get(pair.statement[index].stem, ())
    return bool(places) and place not in places


def _surer_throughout(pair: Comparison, ours: Sequence[int], found: Sequence[Operator]) -> str:
    """Whether most of what a statement repeats is less sure in the quotes."""
    told = tells(pair.text)
    counted = [o for o in found if not (told and pair.quote[o.index].stem in ATTITUDES)]
    theirs = levels(pair.quote, counted)
    past = bool(_PAST.search(pair.text))
    surer: list[int] = []
    compared = 0
    for index in pair.weighty:
        places = [place for place in pair.aligned[index] if pair.quote[place].sentence in pair.nearest]
        if not places:
            continue
        compared += 1
        allowed = max(theirs[place] for place in places)
        if ours[index] > allowed and not (allowed == PLANNED and not past):
            surer.append(places[0])
    if len(surer) < MOST * compared or len(surer) < 2 or (not pair.near_verbatim and OPEN.search(pair.text)):
        return ""
    weakest = min(counted, key=lambda o: (o.level, -len(set(o.reach) & set(surer))))
    return f"the quote says “{pair.quote[weakest.index].lower}”"


def _certain(pair: Comparison) -> str:
    """ "Proved" where the quotes only suspect."""
    ours = CERTAIN.search(pair.text)
    if not ours or CERTAIN.search(pair.told) or NEGATIVE_BEFORE.search(pair.text[: ours.start()]):
        return ""
    theirs = UNCERTAIN.search(pair.nearest_text)
    return f"the quote says “{theirs.group().lower()}”, not “{ours.group().lower()}”" if theirs else ""


def _less_sure(pair: Comparison) -> str:
    """ "May have won" where the quotes say that it is won."""
    return _weakened(pair) or _weaker_throughout(pair)


def _weakened(pair: Comparison) -> str:
    """A "may" or "plans to" before what the quotes assert where they say the same."""
    theirs = levels(pair.quote, pair.quoted_operators)
    for operator in pair.operators:
        word = pair.statement[operator.index]
        ahead = " ".join(token.text for token in pair.statement[max(0, operator.index - 1) : operator.index + 3])
        if operator.negates or word.lower in WILL or not (word.lower in _DOUBTFUL or INTENDING.search(ahead)):
            continue
        if any(pair.quote[place].sentence in pair.nearest for place in pair.places.get(word.stem, ())):
            continue  # the quotes say so too
        heads = [i for i in operator.reach if not pair.statement[i].name and not adverb(pair.statement[i])][:1]
        places = [p for i in heads for p in pair.aligned[i] if pair.quote[p].sentence in pair.nearest]
        if not places or any(theirs[place] <= operator.level for place in places):
            continue
        if word.lower in _DOUBTFUL:
            return f"the quote does not say “{word.lower}”"
        if all(theirs[place] == FACT and _happened(pair.quote, place) for place in places):
            return f"the quote says that it is so, not “{word.lower}”"
    return ""


def _happened(text: Sequence[Token], place: int) -> bool:
    """Whether the clause of a word tells what is past."""
    return bool(_PAST.search(" ".join(token.text for token in text if token.clause == text[place].clause)))


def _weaker_throughout(pair: Comparison) -> str:
    """A "may" anywhere where nothing in the quotes is left open."""
    if OPEN.search(pair.nearest_text):
        return ""
    intending, doubting = INTENDING.search(pair.text), DOUBTING.search(pair.text)
    if doubting:
        return f"the quote does not say “{doubting.group().lower()}”"
    if intending and _PAST.search(pair.nearest_text):
        return f"the quote says that it is so, not “{intending.group().lower()}”"
    return ""


def _denied(pair: Comparison, place: int, quoted_signs: Sequence[frozenset[bool]]) -> bool:
    return any(quoted_signs[other] == {True} for other in pair.aligned[place])


def _surer(pair: Comparison, place: int, level: int, theirs: Sequence[int], *, will: bool) -> bool:
    allowed = max(theirs[other] for other in pair.aligned[place])  # another occurrence may be sure of it
    if level <= allowed:
        return False
    # The present tense tells the future too: "Xi visits Moscow on Monday".
    return not (allowed == PLANNED and will and not told_as_past(pair, place))


def _weakened_after(pair: Comparison, place: int, own: Sequence[Operator]) -> bool:
    """Whether a word is the subject of a weakened verb: "delivering weapons could harm China"."""
    token = pair.statement[place]
    return not told_as_past(pair, place) and any(
        operator.level < FACT and operator.index > place and pair.statement[operator.index].clause == token.clause
        for operator in own
    )


def told_as_past(pair: Comparison, place: int) -> bool:
    """Whether a statement's verb is in a past tense: "signed", "has signed", "was signed"."""
    token = pair.statement[place]
    before = [t.lower for t in pair.statement[max(0, place - 3) : place] if t.clause == token.clause]
    auxiliary = any(word in PAST_AUXILIARIES for word in before)
    future = any(word in ("to", "be", "will") for word in before if word in AUXILIARIES)
    if future:
        return False
    return auxiliary or token.lower.endswith("ed") or token.lower in IRREGULAR_PAST


def _whole(pair: Comparison) -> str:
    """ "All" where the quotes say "almost all" or "some"."""
    said = {token.lower for token in pair.quote}
    for index, token in enumerate(pair.statement):
        if token.lower not in _WHOLE:
            continue
        if index and pair.statement[index - 1].lower in _PART:
            continue
        counted = [t.stem for t in pair.statement[index + 1 : index + 6] if t.content][:2]
        for place, other in enumerate(pair.quote):
            if other.lower in _PART and (said.isdisjoint(_WHOLE) or _next_is(pair, place)):
                near = {t.stem for t in pair.quote[place + 1 : place + 7]}
                if near & set(counted):
                    return f"the quote says “{other.lower}”"
    return ""


def _next_is(pair: Comparison, place: int) -> bool:
    return place + 1 < len(pair.quote) and pair.quote[place + 1].lower in _WHOLE
