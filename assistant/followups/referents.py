"""What "he", "the latter" and "there" mean: the people and places of a conversation, the likeliest first."""

import re
from collections.abc import Sequence

from assistant.answer import ABSTENTION
from assistant.followups.conversation import Turn
from assistant.followups.lexicon import MOMENTS, TITLES
from assistant.followups.phrases import is_person_name, names_in
from assistant.question import asked_speaker
from assistant.speakers import named_speakers
from retrieval.places import is_country
from retrieval.sentences import sentence_spans
from retrieval.words import terms

_ASKS_WHO = re.compile(r"\W*(?:and |but |so )?(?:who|which)\b", re.IGNORECASE)
_WHO_IS = re.compile(r"\W*(?i:who) (?:is|was) (?:the )?[A-Z]")
_SPEAKS = re.compile(r"([A-Z][\w’' -]{2,40}): ")
_PLACE = re.compile(
    r"\b(?:in|to|at|from|like|visit(?:s|ed)?|reach(?:es|ed)?) (?:the )?(?P<name>[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*)"
)
_MARKER = re.compile(r"\s*\[\d+\]")


def people(turns: Sequence[Turn], *, excluded: str = "") -> list[str]:
    """Who may be meant, of the most recent turn that names anybody whom `excluded` does not: the likeliest first.

    A question's subject goes before the others whom it names; after "who …?" the answer names him.
    """
    without = set(terms(excluded))
    for number in range(len(turns) - 1, -1, -1):
        found = _of_question(turns[number].text) if turns[number].role == "user" else _of_answer(turns, number)
        found = [name for name in found if not set(terms(name)) & without]
        if found:
            return _once(found)
    return []


def in_order(turns: Sequence[Turn]) -> list[str]:
    """The people whom the questions named, in the order in which they came up."""
    return _once([name for turn in turns if turn.role == "user" for name in _people(turn.text)])


def place(turns: Sequence[Turn], *, excluded: str = "") -> str:
    """Where "there" is: what stands after "in", "to" and the like in the most recent question or its answer."""
    without = set(terms(excluded))
    asked = max((number for number, turn in enumerate(turns) if turn.role == "user"), default=0)
    for turn in (*turns[asked:], *reversed(turns[:asked])):
        after = {match["name"] for match in _PLACE.finditer(turn.text)}
        for name in names_in(turn.text):
            if name in after and name.lower() not in MOMENTS and not set(terms(name)) & without:
                return name
    return ""


def _of_question(text: str) -> list[str]:
    asked = set(terms(asked_speaker(text)))
    return sorted(_people(text), key=lambda name: not set(terms(name)) & asked)


def _of_answer(turns: Sequence[Turn], number: int) -> list[str]:
    """People of an answer to "who", or where the question before names nobody; its speakers go first."""
    text = _MARKER.sub("", turns[number].text)
    if text == ABSTENTION:
        return []
    before = next((turn.text for turn in reversed(turns[:number]) if turn.role == "user"), "")
    if _people(before) and (not _ASKS_WHO.match(before) or _WHO_IS.match(before)):
        return []
    asked = set(terms(before))
    return [*_speakers(text), *(name for name in _people(text) if not set(terms(name)) <= asked)]


def _people(text: str) -> list[str]:
    """Names that may be a person's, without the titles before them; one with an article ("the Martian", "a Roth") is none."""
    found = [
        name for name in names_in(text) if not re.search(rf"\b(?:the|an?) {re.escape(name)}\b", text, re.IGNORECASE)
    ]
    return [name for name in map(_untitled, found) if name and is_person_name(name)]


def _untitled(name: str) -> str:
    """`Volodymyr Zelensky` of `Ukrainian President Volodymyr Zelensky`."""
    parts = name.split()
    while parts and (parts[0].lower() in TITLES or any(map(is_country, terms(parts[0])))):
        parts = parts[1:]
    return " ".join(parts)


def _speakers(text: str) -> list[str]:
    prefix = _SPEAKS.match(text)
    if prefix:
        return [prefix.group(1)]
    spoken = (speaker for start, end in sentence_spans(text) for speaker in named_speakers(text[start:end]))
    return [speaker for speaker in spoken if is_person_name(speaker)]


def _once(names: Sequence[str]) -> list[str]:
    """Each person once, under the first name used: "Vladimir Putin" and "Putin" are one."""
    found: list[str] = []
    for name in names:
        if not any(set(terms(name)) <= set(terms(other)) or set(terms(other)) <= set(terms(name)) for other in found):
            found.append(name)
    return found
