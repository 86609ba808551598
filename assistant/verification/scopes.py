"""What a clause does with its words: denies them, only plans them, or holds them possible."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.verification.lexicon import (
    AUXILIARIES,
    BEFORE_TO,
    DEMANDING,
    DENIALS,
    FACT,
    LIKENESS,
    NEGATIONS,
    PLANNED,
    PLANNED_STEMS,
    POSSIBLE,
    POSSIBLE_STEMS,
    POSSIBLY,
    REFUTING,
    WILL,
)
from assistant.verification.tokens import Token
from retrieval.words import stem

REACH = 14  # words
_DETERMINERS = frozenset("a an the his her its their this that these those our my".split())  # noqa: SIM905
_BEING = frozenset("is are was were be been now also still".split())  # noqa: SIM905
_VOTING = frozenset(map(stem, "vote decide argue speak advise campaign warn".split()))  # noqa: SIM905
_DECLINE = stem("decline")
_AGREE = stem("agree")
_TWO_WORDS = frozenset({(stem("far"), "from")})
_TO = frozenset({"to", "on", "for"})


@dataclass(frozen=True, slots=True)
class Operator:
    """A word that denies or weakens others, and the content words that it reaches, as indexes into its text."""

    index: int
    negates: bool
    level: int
    reach: tuple[int, ...]
    refutes_before: bool = False
    """Whether it may deny what stands before it: "which Beijing denies"."""


def operators(text: Sequence[Token]) -> list[Operator]:
    """The operators of a text in order."""
    found = []
    for index, token in enumerate(text):
        negates, level = _kind(text, index)
        if negates or level < FACT:
            reach = _reach(text, index)
            refutes = negates and stem(token.text) in REFUTING and len(reach) <= 1
            found.append(Operator(index, negates, level, reach, refutes))
    return found


def denied(text: Sequence[Token], found: Sequence[Operator]) -> list[frozenset[bool]]:
    """For each token whether it is denied; both where that cannot be told."""
    values = [False] * len(text)
    either = [False] * len(text)
    for operator in found:
        if text[operator.index].lower in ("whether", "if"):
            for index in operator.reach:
                either[index] = True
        if operator.negates:
            for index in operator.reach:
                values[index] = not values[index]
            if operator.refutes_before:
                for index in range(max(0, operator.index - 2 * REACH), operator.index):
                    either[index] = either[index] or text[index].sentence == text[operator.index].sentence
    return [
        frozenset({True, False}) if both else frozenset({value}) for value, both in zip(values, either, strict=True)
    ]


def levels(text: Sequence[Token], found: Sequence[Operator]) -> list[int]:
    """For each token how far its clause commits itself to it."""
    values = [FACT] * len(text)
    for operator in found:
        for index in operator.reach:
            values[index] = min(values[index], operator.level)
    return values


def _kind(text: Sequence[Token], index: int) -> tuple[bool, int]:
    token = text[index]
    own = token.stem
    following = text[index + 1].lower if index + 1 < len(text) and text[index + 1].joined else ""
    if token.name:
        return False, FACT
    if token.lower == "not" and following in ("only", "just", "merely"):
        return False, FACT
    if token.lower == "not" and index and text[index - 1].lower == "than":
        return False, FACT  # "more likely than not"
    if token.lower == "nor" and any(t.lower == "neither" for t in text[max(0, index - 8) : index]):
        return False, FACT
    if token.lower in LIKENESS and following not in _TO:
        return False, FACT
    if token.lower == "not" and any(
        t.lower == "until" for t in text[index : index + REACH] if t.sentence == token.sentence
    ):
        return False, FACT  # "did not begin until May" says that it began
    if token.lower == "against" and index and text[index - 1].stem in _VOTING:
        return True, FACT
    if own == _DECLINE and following != "to":
        return False, FACT
    if token.lower == "yet" and following == "to":
        return True, FACT
    if own == "due" and not _is_due(text, index):
        return False, FACT
    if (own, following) in _TWO_WORDS:
        return True, FACT
    if token.lower in NEGATIONS:
        return not (token.lower == "no" and following in ("longer", "doubt")) or following == "longer", FACT
    if own in DENIALS:
        return True, FACT
    if token.lower in POSSIBLY and token.text != "May":
        return False, POSSIBLE
    if token.lower in WILL or (token.lower in _BEING and following == "to"):
        return False, PLANNED
    if own == _AGREE and following != "to":
        return False, FACT  # "agreed on": it stands
    if own in BEFORE_TO and following in _TO and not _is_noun(text, index):
        return False, BEFORE_TO[own]
    if own in DEMANDING and following == "that":
        return False, POSSIBLE
    if index and not token.joined and text[index - 1].clause == token.clause:
        return False, FACT  # "government-planned"
    if own in POSSIBLE_STEMS and not token.lower.startswith("proposal"):
        return False, POSSIBLE
    if own in PLANNED_STEMS or token.lower in ("planning", "planned"):
        return False, PLANNED
    return False, FACT


def _is_due(text: Sequence[Token], index: int) -> bool:
    """Whether something is due to happen, not due to something else."""
    after = text[index + 2].lower if index + 2 < len(text) else ""
    return index > 0 and text[index - 1].lower in _BEING and after not in _DETERMINERS and not after.endswith("ing")


def _is_noun(text: Sequence[Token], index: int) -> bool:
    before = text[index - 1] if index and text[index].joined else None
    if text[index].lower.endswith(("ment", "ments", "al", "als")):
        return True
    return before is not None and (before.lower in _DETERMINERS or before.text.endswith(("'s", "’s")))


def _reach(text: Sequence[Token], index: int) -> tuple[int, ...]:
    # "Not because …": the clause that begins there is denied.
    because = text[index].lower == "not" and index + 1 < len(text) and text[index + 1].lower in ("because", "despite")
    clause = text[index + 1].clause if because else text[index].clause
    reached = []
    for place in range(index + 1, min(index + 1 + REACH, len(text))):
        if text[place].clause != clause:
            break
        if text[place].content:
            reached.append(place)
    if reached or not index or text[index - 1].lower not in _BEING:
        return tuple(reached)
    # "Closer ties are expected": what is said of stands before.
    return tuple(p for p in range(index - 1) if text[p].clause == text[index].clause and text[p].content)


def adverb(token: Token) -> bool:
    """Whether a word stands between an operator and what it is about."""
    return token.lower.endswith("ly") or token.lower in AUXILIARIES or token.lower == "yet"
