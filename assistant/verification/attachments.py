"""What a name is attached to: "weapons to Russia", "the Chinese leader", "more than Europe"."""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.verification.comparison import Comparison
from assistant.verification.lexicon import LIGHT, PREPOSITIONS
from assistant.verification.tokens import Token
from retrieval.places import is_country
from retrieval.titles import TITLES


def attachment_conflict(pair: Comparison) -> str:
    """Why a statement's names are attached to other words than in its quotes, or an empty text."""
    return _compared(pair) or _place(pair) or _described(pair)


def _place(pair: Comparison) -> str:
    """The name after a word and a preposition ("weapons to Russia"), where the quotes have another there."""
    theirs = _governed(pair.quote)
    for head, preposition, name, shown in _governed(pair.statement):
        others = [(n, s) for h, p, n, s in theirs if (h, p) == (head, preposition)]
        if others and all(name.isdisjoint(n) for n, _ in others) and has_country(name) == has_country(others[0][0]):
            return f"the quote says {preposition} {others[0][1]}, not {preposition} {shown}"
    return ""


def _governed(text: Sequence[Token]) -> list[tuple[str, str, set[str], str]]:
    """Every "head, preposition, name": the stem of the head, the preposition, the name's stems and how it stands."""
    found = []
    for index, token in enumerate(text):
        if token.lower not in PREPOSITIONS or index == 0:
            continue
        head = index - 1
        if not text[head].content or text[head].stem in LIGHT or text[head].clause != token.clause:
            continue
        place = index + 1
        while place < len(text) and (text[place].lower in ("the", "a") or text[place].stem in TITLES):
            place += 1
        if place >= len(text) or not text[place].name or text[place].clause != token.clause:
            continue
        name = [text[place]]
        while place + 1 < len(text) and text[place + 1].name and text[place + 1].joined:
            place += 1
            name.append(text[place])
        if place + 1 < len(text) and text[place + 1].lower == "and":
            name += [t for t in text[place + 2 : place + 4] if t.name]
        if place + 2 < len(text) and text[place + 1].lower == "of":
            name += [t for t in text[place + 2 : place + 5] if t.name]  # "at the University of Oxford"
        shown = re.sub(r"['’]s?$", "", " ".join(t.text for t in name[:3]))
        found.append((text[head].stem, token.lower, {t.stem for t in name}, shown))
    return found


def _described(pair: Comparison) -> str:
    """ "The Russian leader" where the quotes have only a Chinese one."""
    theirs = [(a.stem, b.stem, a.text) for a, b in _modified(pair.quote)]
    for one, noun in _modified(pair.statement):
        others = [(stem, text) for stem, head, text in theirs if head == noun.stem]
        if others and all(stem != one.stem for stem, _ in others) and not _of(pair, noun.stem, one.stem):
            return f"the quote says {others[0][1]} {noun.lower}, not {one.text} {noun.lower}"
    return ""


def _modified(text: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Each country or owner with the noun that it stands before: "Chinese leader", "Putin's own image"."""
    found = [(one, noun) for one, noun in pairwise(text) if _adjective(one, noun)]
    for index, token in enumerate(text):
        if token.name and token.text.endswith(("'s", "’s", "s'", "s’")):
            following = [t for t in text[index + 1 : index + 4] if t.content and t.sentence == token.sentence]
            found += [(token, noun) for noun in following[:2] if not noun.name]
    return found


def _adjective(one: Token, noun: Token) -> bool:
    return one.name and is_country(one.stem) and noun.joined and noun.content and not noun.name


def _of(pair: Comparison, noun: str, name: str) -> bool:
    """Whether the quotes have the noun near the name in any other way."""
    return any(
        token.stem == noun
        and (
            any(t.stem == name for t in pair.quote[i + 1 : i + 5])
            or any(t.stem == name and _and(pair.quote, j) for j, t in enumerate(pair.quote[:i]) if i - j <= 4)
        )
        for i, token in enumerate(pair.quote)
    )


def _and(text: Sequence[Token], index: int) -> bool:
    return index + 1 < len(text) and text[index + 1].lower in ("and", "or")


def _compared(pair: Comparison) -> str:
    """What is more than what: the sides of "than" changed about."""
    theirs = _than(pair.quote)
    for left, right in _than(pair.statement):
        balance = [
            len((left - right) & (less - more))
            + len((right - left) & (more - less))
            - len((left - right) & (more - less))
            - len((right - left) & (less - more))
            for more, less in theirs
        ]
        if balance and min(balance) > 0:
            return "the quote compares them the other way round"
    return ""


def _than(text: Sequence[Token]) -> list[tuple[set[str], set[str]]]:
    found = []
    for index, token in enumerate(text):
        if token.lower == "than" and index and not (index + 1 < len(text) and text[index + 1].text[0].isdigit()):
            sentence = [t for t in text if t.content and t.sentence == token.sentence]
            left = {t.stem for t in text[:index] if t in sentence}
            found.append((left, {t.stem for t in text[index + 1 :] if t in sentence}))
    return found


def has_country(stems: set[str]) -> bool:
    return any(map(is_country, stems))
