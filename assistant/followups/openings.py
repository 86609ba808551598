"""What a question leaves open: pronouns without an antecedent in it, descriptions, ellipsis.

No tagger: closed classes of words, and where clauses begin. An object pronoun cannot mean a name of its own clause
("What did Putin tell him?"), a subject or possessive one can (principle B of binding theory: Chomsky, 1981).
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.followups import lexicon
from assistant.followups.phrases import carries, is_person_name, names_in
from retrieval.words import is_stop_word, stem, terms

Kind = Literal["person", "ordinal", "thing", "place", "fragment", "sparse", "correction"]


@dataclass(frozen=True, slots=True)
class Opening:
    """Words of a question that only the conversation explains, `question[start:end]`; what kind of thing they stand for."""

    kind: Kind
    start: int
    end: int
    possessive: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.lower()


_TOKEN = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")


def openings(question: str) -> tuple[Opening, ...]:
    """What the question alone does not say, in the order of its words; empty for a question that stands alone."""
    tokens = [_Word(found.group(), found.start(), found.end()) for found in _TOKEN.finditer(question)]
    found = [opening for position in range(len(tokens)) for opening in _pronoun(question, tokens, position)]
    if not any(map(is_person_name, names_in(question))):
        found += _matches("person", lexicon.ROLE, question)
    if any(one.kind == "person" for one in found):  # "she or he" is one person
        found += _matches("person", lexicon.EITHER, question)
    found += _matches("thing", lexicon.ELSE, question) + _matches("ordinal", lexicon.ORDINAL, question)
    asked = _asked_from(question)
    found = [one for one in found if one.start >= asked]
    return tuple(_longest(found or _ellipsis(question, tokens)))


def described(question: str, said: Collection[str]) -> tuple[Opening, ...]:
    """Events and papers that a question without a name calls "the …" as known, where the conversation did speak of them."""
    if names_in(question):
        return ()
    found = lexicon.EVENT.finditer(question)
    return tuple(Opening("thing", match.start(), match.end()) for match in found if stem(match["head"]) in said)


def _asked_from(question: str) -> int:
    """Where the question begins after remarks: "That is fine. When does it start?"."""
    remarks = re.match(r"(?:[^.!?]+[.!](?=\s))+(?=[^.!]*\?)", question)
    return remarks.end() if remarks else 0


def _matches(kind: Kind, pattern: re.Pattern[str], question: str) -> list[Opening]:
    return [
        Opening(kind, match.start(), match.end(), match.group().lower().startswith(("his", "her")))
        for match in pattern.finditer(question)
    ]


def _longest(found: Sequence[Opening]) -> list[Opening]:
    """The openings in order, of two that overlap the longer one."""
    kept: list[Opening] = []
    for one in sorted(found, key=lambda one: one.start - one.end):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def _pronoun(question: str, tokens: Sequence[_Word], position: int) -> Sequence[Opening]:
    """The opening that the word at this place is; none where it is no pronoun or the question says what it means."""
    word, before = tokens[position], tokens[:position]
    kind: Kind = "thing"
    if word.low in lexicon.OF_A_PERSON:
        kind = "person"
        closed = _names_its_person(question, word)
    elif word.low == "there":
        kind = "place"
        closed = bool(before and before[-1].low in lexicon.BE) or bool(lexicon.THERE_IS.match(question, word.start))
    elif word.low in lexicon.POINTING:
        closed = _no_pointer(question, tokens, position)
    elif word.low == "it":
        closed = any(match.start() <= word.start < match.end() for match in lexicon.EXPLETIVE.finditer(question))
    elif word.low in lexicon.OF_THINGS:
        closed = bool(lexicon.GENERIC_THEY.match(question, word.start))
    else:
        return ()
    if closed or (kind != "person" and _antecedent(question, before, word)):
        return ()
    return (Opening(kind, word.start, word.end, word.low in lexicon.POSSESSIVE and not _ends(question, word)),)


def _ends(question: str, word: _Word) -> bool:
    return not re.match(r"\s+\w", question[word.end :])


def _names_its_person(question: str, word: _Word) -> bool:
    """Whether the question names whom "he" means: before him and not in his own clause, or after a clause that leads in."""
    people = [(start, end) for start, end, name in _spans(question) if is_person_name(name)]
    owns = word.low in lexicon.POSSESSIVE and not _ends(question, word)
    for start, end in people:
        if end <= word.start:
            if owns or word.low not in ("him", "her") or lexicon.CLAUSE.search(question[end : word.start]):
                return True
        elif lexicon.LEADS_IN.match(question) and re.search(r",", question[word.end : start]):
            return True
    return False


def _spans(question: str) -> list[tuple[int, int, str]]:
    found, place = [], 0
    for name in names_in(question):
        start = question.find(name, place)
        if start >= 0:
            found.append((start, start + len(name), name))
            place = start + len(name)
    return found


def _no_pointer(question: str, tokens: Sequence[_Word], position: int) -> bool:
    """Whether "that" and the like do not point back: conjunctions, "those who", "this year", "this Kremlin"."""
    word = tokens[position]
    previous = tokens[position - 1].low if position else ""
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if word.low == "that" and following and position and previous not in lexicon.BEFORE_THAT:
        return True
    if following is None:
        return False
    if word.low in ("those", "that") and following.low in ("who", "which", "that", "of"):
        return True
    if following.low in lexicon.MOMENT or following.text[:1].isupper():
        return True
    heads = {stem(token.text) for token in tokens[:position] if not is_stop_word(token.text)}
    return stem(following.text) in heads


def _antecedent(question: str, before: Sequence[_Word], word: _Word) -> bool:
    """Whether a noun stands before a pronoun where it can be what the pronoun means."""
    for position, token in enumerate(before):
        noun = carries(token.text)
        determined = position > 0 and before[position - 1].low in lexicon.DETERMINERS
        named = position > 0 and token.text[:1].isupper()
        plural = token.low.endswith("s") and not token.low.endswith("ss") and len(token.low) > 3
        if not (noun and (determined or named or plural)):
            continue
        apart = lexicon.CLAUSE.search(question[token.end : word.start])
        if apart or (word.low in lexicon.POSSESSIVE and position < len(before) - 1):
            return True
    return False


def _ellipsis(question: str, tokens: Sequence[_Word]) -> list[Opening]:
    """A question that has no verb, or too little in it to be searched for."""
    content = {term for token in tokens if carries(token.text) for term in terms(token.text)}
    whole = (0, len(question))
    if lexicon.CORRECTION.search(question):
        return [Opening("correction", *whole)]
    if not lexicon.SENTENCE.search(question) and len(content) <= 2:
        return [Opening("fragment", *whole)]
    if lexicon.ABOUT.match(question) or (
        lexicon.CONTINUES.match(question) and len(content) <= 3 and not names_in(question)
    ):
        return [Opening("fragment", *whole)]
    if len(content) < 2 and not names_in(question) and not (lexicon.DEFINES.match(question) and content):
        return [Opening("sparse", *whole)]
    return []
