"""Whether a statement denies what its quotes assert, or asserts what they deny."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from assistant.verification.comparison import Comparison
from assistant.verification.cues import IMPLYING_NOT, NEGATIVE
from assistant.verification.lexicon import (
    DENIALS,
    EXCLUSIVE,
    LIGHT,
    LIKENESS,
    NEGATING_PREFIXES,
    NEGATIONS,
    OFFERED,
    REJECTING,
    RELATIONS,
    opposites,
)
from assistant.verification.scopes import Operator, adverb, denied
from assistant.verification.tokens import Token

# These deny their subject, which another word may stand for, and so its verb.
_OF_SUBJECTS = frozenset({"no", "neither", "nor", "none", "nobody", "nothing", "never"})
_NOT = frozenset({"not", "no", "never", "neither", "without"})
WINDOW = 6  # words
HEADS = 3  # the first words that an operator reaches are what it is about


def polarity_conflict(pair: Comparison) -> str:
    """Why a statement has the wrong sign, or an empty text."""
    ours, theirs = pair.operators, pair.quoted_operators
    signs, quoted_signs = denied(pair.statement, ours), denied(pair.quote, theirs)
    lenient = not pair.near_verbatim
    told = [o for o in theirs if o.negates and pair.quote[o.index].sentence in pair.nearest]
    for operator in told:
        if lenient and NEGATIVE.search(pair.text):
            continue
        shared = _shared(operator, pair.backwards, ours, quoted_signs, signs)
        if not shared and _told_otherwise(pair.quote, operator, pair.backwards, quoted_signs, signs):
            return f"the quote says “{pair.quote[operator.index].lower}”"
    backwards = dict(enumerate(pair.aligned))
    said = [o for o in ours if o.negates]
    for operator in said:
        if lenient and len(said) == 2 and not told:
            break  # "no state lasts without it"
        shared = _shared(operator, backwards, theirs, signs, quoted_signs)
        word = pair.statement[operator.index].lower
        head = next((i for i in operator.reach if not adverb(pair.statement[i])), None)
        # "Does not oppose": whatever else the quotes deny, it is the opposite of "opposes".
        if (
            head is not None
            and pair.statement[head].stem in DENIALS
            and pair.aligned[head]
            and all(signs[head].isdisjoint(quoted_signs[place]) for place in pair.aligned[head])
        ):
            return f"the quote does not say “{word}”"
        if shared or (lenient and IMPLYING_NOT.search(_beside(pair, operator))):
            continue
        if _told_otherwise(pair.statement, operator, backwards, signs, quoted_signs):
            return f"the quote does not say “{word}”"
        if word in NEGATIONS and not told and not IMPLYING_NOT.search(pair.nearest_text):
            return f"the quote does not say “{word}”"
    if pair.near_verbatim and sum(o.negates for o in ours) > sum(o.negates for o in theirs):
        added = next(o.index for o in ours if o.negates)
        return f"the quote does not say “{pair.statement[added].lower}”"
    return (
        _edited(pair)
        or _opposite(pair, signs, quoted_signs)
        or _opposite_in_place(pair, signs, quoted_signs)
        or _exclusive(pair)
    )


def _edited(pair: Comparison) -> str:
    """A "not" put in or left out where all around is the quotes' own."""
    for ours, theirs in pair.edits:
        said, told = (next((t.lower for t in side if t.lower in _NOT), "") for side in (ours, theirs))
        if bool(said) != bool(told) and not any(NEGATIVE.search(t.text) for t in (ours if told else theirs)):
            return f"the quote {'does not say' if said else 'says'} “{said or told}”"
    return ""


def _shared(
    operator: Operator,
    counterparts: dict[int, tuple[int, ...]],
    others: Sequence[Operator],
    signs: Sequence[frozenset[bool]],
    other_signs: Sequence[frozenset[bool]],
) -> bool:
    """Whether both sides say "reject" or "deny", whatever stands before and after it."""
    denying = {other.index for other in others if other.negates}
    return any(
        place in denying and signs[operator.index] & other_signs[place]
        for place in counterparts.get(operator.index, ())
    )


def _told_otherwise(
    text: Sequence[Token],
    operator: Operator,
    counterparts: dict[int, tuple[int, ...]],
    signs: Sequence[frozenset[bool]],
    other_signs: Sequence[frozenset[bool]],
) -> bool:
    """Whether the words that an operator is about stand on the other side with the other sign."""
    heads = [index for index in operator.reach if not text[index].name and not adverb(text[index])][
        :HEADS
    ] or operator.reach[:HEADS]
    met = [index for index in heads if counterparts.get(index)]
    if text[operator.index].stem in REJECTING and heads and text[heads[0]].stem in OFFERED:
        return False
    # "Opposes the call for a ceasefire": the ceasefire alone is not what is opposed.
    weak = text[operator.index].lower not in _OF_SUBJECTS
    if not met or (weak and met[0] != heads[0] and len(met) < 2):
        return False
    decisive = met[:1] if text[met[0]].stem in DENIALS else met[:2]
    return all(
        not signs[index] & frozenset().union(*(other_signs[place] for place in counterparts[index]))
        for index in decisive
    )


def _opposite(pair: Comparison, signs: Sequence[frozenset[bool]], quoted_signs: Sequence[frozenset[bool]]) -> str:
    stems = {token.stem for token in pair.quote}
    for index, token in enumerate(pair.statement):
        if token.name or token.stem in stems:
            continue
        for place, other in enumerate(pair.quote):
            if other.sentence not in pair.nearest or other.name or not _opposed(token, other, stems):
                continue
            if signs[index] & quoted_signs[place] and _same_subject(pair, index, place):
                return f"the quote says “{other.lower}”, not “{token.lower}”"
    return ""


def _beside(pair: Comparison, operator: Operator) -> str:
    """The words of the quotes around those that a statement denies; all near ones where it has none of them."""
    places = [place for index in operator.reach[:HEADS] for place in pair.aligned[index]]
    if not places:
        return pair.nearest_text
    return " ".join(token.text for place in places for token in pair.quote[max(0, place - WINDOW) : place + WINDOW + 1])


def _same_subject(pair: Comparison, index: int, place: int) -> bool:
    """Whether two words stand beside the same others; of before and after, have the same after them."""
    if pair.statement[index].lower in RELATIONS:
        ours, theirs = _after(pair.statement, index), _after(pair.quote, place)
        return ours is not None and theirs is not None and theirs in pair.aligned[ours]
    around = range(max(0, place - WINDOW), min(len(pair.quote), place + WINDOW + 1))
    near = range(max(0, index - WINDOW), min(len(pair.statement), index + WINDOW + 1))
    return any(set(pair.aligned[other]) & set(around) for other in near if pair.statement[other].stem not in LIGHT)


def _after(text: Sequence[Token], index: int) -> int | None:
    return next((i for i in range(index + 1, min(len(text), index + 5)) if text[i].content), None)


def _opposite_in_place(
    pair: Comparison, signs: Sequence[frozenset[bool]], quoted_signs: Sequence[frozenset[bool]]
) -> str:
    at = {id(token): sign for token, sign in zip(pair.statement, signs, strict=True)}
    there = {id(token): sign for token, sign in zip(pair.quote, quoted_signs, strict=True)}
    for ours, theirs in pair.swapped:
        for token in ours:
            for other in theirs:
                opposed = not other.name and _opposed(token, other, {t.stem for t in theirs})
                if opposed and at[id(token)] & there[id(other)]:
                    return f"the quote says “{other.lower}”, not “{token.lower}”"
    return ""


def _opposed(one: Token, other: Token, stems: AbstractSet[str]) -> bool:
    """Whether two words are opposites, and the text of the second has none on the side of the first."""
    if one.lower in LIKENESS or other.lower in LIKENESS or any(t.lower.startswith("agreement") for t in (one, other)):
        return False
    for side, opposite in opposites().get(one.stem, ()):
        if other.stem in opposite and one.stem not in opposite and side.isdisjoint(stems):
            return True
    long, short = sorted((one.lower, other.lower), key=len, reverse=True)
    return len(short) > 3 and long.endswith(short) and long[: -len(short)] in NEGATING_PREFIXES


def _exclusive(pair: Comparison) -> str:
    stems = {token.stem for token in pair.quote}
    for token in pair.statement:
        for group in EXCLUSIVE:
            if token.stem in group and token.stem not in stems and stems & group:
                other = next(t for t in pair.quote if t.stem in group)
                return f"the quote says “{other.lower}”, not “{token.lower}”"
    return ""
