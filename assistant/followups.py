"""A question that stands alone: what a follow-up leaves out is put back from the conversation before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import ABSTENTION
from assistant.question import asked_speaker
from assistant.speakers import named_speakers
from retrieval.errors import DatelineError, one_line
from retrieval.places import is_country
from retrieval.sentences import sentence_spans
from retrieval.words import terms

_NAME = re.compile(r"\b[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*")
_HE = re.compile(r"\b(?:he|she|him|this (?:man|woman|expert|person)|the (?:expert|analyst|speaker))\b", re.IGNORECASE)
_HIS = re.compile(r"\b(?:his|her)\b", re.IGNORECASE)
_IT = re.compile(
    r"\b(?:it|its|they|them|their|this|that|these|those|there|then|both|either|the two|the same|so)\b", re.IGNORECASE
)
_OPENS = re.compile(
    r"^\W*(?:and|but|so|or|also|why|why not|how so|what about|how about|who else|what else|which|when|where|since when|really)\b",
    re.IGNORECASE,
)
# "And Xi?", "What about the economy?": no question word of its own, no verb, nothing but the new name or subject.
_SWITCH = re.compile(
    r"^\W*(?:(?:(?:and|but|so|ok|okay)\b[\s,]*)+(?:(?:what|how)\s+about\s+)?|(?:what|how)\s+about\s+)"
    r"(?P<new>(?:(?!\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|did|do|does|has|have|will|can)\b)[^?.!,;:]){2,60}?)"
    r"\s*[?.!]*$",
    re.IGNORECASE,
)
_ASKS_WHO = re.compile(r"\W*(?:who|which)\b", re.IGNORECASE)
_WHO_IS = re.compile(r"\W*(?i:who) (?:is|was) (?:the )?[A-Z]")
_MARKER = re.compile(r"\s*\[\d+\]")


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: str
    text: str


def conversation(history: Sequence[Any] | None) -> list[Turn]:
    """The human and assistant turns of anything LangChain's `convert_to_messages` takes.

    Raises:
        DatelineError: an item is no message.
    """
    if not history:
        return []
    from langchain_core.messages import convert_to_messages

    try:
        messages = convert_to_messages(history)
    except Exception as error:  # LangChain raises several kinds for what is no message
        raise DatelineError(
            f"history cannot be read ({one_line(error)[:200]}): expected messages such as {{'role': 'user', 'content': '…'}}"
        ) from None
    roles = {"human": "user", "ai": "assistant"}
    return [Turn(roles[message.type], message.text) for message in messages if message.type in roles]


def standalone(question: str, turns: Sequence[Turn]) -> str:
    """The question with what it takes from the conversation put in; a question that stands alone comes back as it is.

    A pronoun for a person becomes the last person spoken of; a question too short to search with, or one that points
    back ("that", "it", "and …"), takes along the subject of the question before it.
    """
    asked = [turn.text for turn in turns if turn.role == "user"]
    if not asked:
        return question
    switched = _switched(question, asked[-1], turns)
    if switched:
        return switched
    rewritten = question
    person = _last_person(turns) if _HE.search(question) or _HIS.search(question) else ""
    if person:
        rewritten = _HIS.sub(person + "’s", _HE.sub(person, rewritten))
    named = bool(person) or bool(_NAME.search(question, 1))
    points_back = bool(_IT.search(question)) or (bool(_OPENS.search(question)) and not named)
    if points_back or (not named and len(set(terms(rewritten))) < 2):
        present = set(terms(rewritten))
        carried = [word for word in re.findall(r"[\w’'-]+", asked[-1]) if set(terms(word)) - present]
        if carried:
            rewritten = f"{rewritten.rstrip()} ({' '.join(carried)})"
    return rewritten


def _switched(question: str, before: str, turns: Sequence[Turn]) -> str:
    """The last question with its person or subject exchanged, where a follow-up names no more than the new one.

    "And Xi?" after "What did Putin say?" asks what Xi said; "What about the economy?" asks the same speaker.
    """
    match = _SWITCH.match(question)
    if not match or len(terms(match["new"])) > 3 or _HE.search(question) or _IT.search(question):
        return ""
    new = match["new"].strip()
    old = [name for name in (found.group() for found in _NAME.finditer(before, 1)) if terms(name)]
    if new[:1].isupper() and old:
        return before.replace(re.sub(r"['’]s$", "", old[0]), new, 1)
    speaker = asked_speaker(before)
    if not speaker or not terms(speaker):
        speaker = _last_person(turns)
    return f"What did {speaker} say about {new}?" if speaker else ""


def _last_person(turns: Sequence[Turn]) -> str:
    """Whom "he" or "she" means: who was asked about last, else who answered to "who", else who spoke last."""
    for number in range(len(turns) - 1, -1, -1):
        turn = turns[number]
        text = _MARKER.sub("", turn.text)
        if turn.role == "user":
            people = _people(text)
            if people:
                return people[0]
        elif text != ABSTENTION:
            before = next((t.text for t in reversed(turns[:number]) if t.role == "user"), "")
            if (_ASKS_WHO.match(before) and not _WHO_IS.match(before)) or not _people(before):
                people = _speakers(text) or [name for name in _people(text) if name not in before]
                if people:
                    return people[0]
    return ""


def _people(text: str) -> list[str]:
    """Capitalised names of a text that are no country, people or capital, nor the first word of a question."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        parts = [part for part in re.sub(r"['’]s$", "", match.group()).split() if not _is_place(part)]
        first = match.start() == 0 and len(parts) == 1 and len(text.split()) > 2
        if parts and not first:
            found.append(" ".join(parts))
    return found


def _is_place(word: str) -> bool:
    stems = terms(word)
    return not stems or is_country(stems[0])


def _speakers(text: str) -> list[str]:
    prefix = re.match(r"([A-Z][\w’' -]{2,40}): ", text)
    if prefix:
        return [prefix.group(1)]
    return [
        speaker
        for start, end in sentence_spans(text)
        for speaker in named_speakers(text[start:end])
        if not all(map(_is_place, speaker.split()))
    ]
