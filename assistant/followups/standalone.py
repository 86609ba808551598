"""What a follow-up leaves out, put back from the conversation before it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import ABSTENTION
from assistant.followups import referents
from assistant.followups.conversation import Turn
from assistant.followups.openings import Opening, described, openings
from assistant.followups.phrases import is_person_name, names_in, phrases
from assistant.question import asked_speaker
from retrieval.sentences import sentence_spans
from retrieval.words import terms

_REMEMBERED = 6  # questions: what lies further back is another subject
_READ = 2_000  # characters of a message
_LONG = 600  # characters: a longer question says enough, and a longer result is none to show
_SPOKEN_OF = 4  # messages: what was in them can be “the visit” now
_CARRIED = 6  # words: more of the last question hides this one
_NAMES = 1  # of an answer
_ASKS_WHAT = re.compile(
    r"\W*(?:(?:and|but|so|then)\b\W*)?(?:at |in |on |to |from )?(?:what|which|who|whom|where)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question as it is searched."""

    text: str
    assumption: str = ""
    """What was assumed where more than one person could be meant: `“he” is Putin (it could be Xi)`."""
    carried: tuple[str, ...] = ()
    """The phrases that were taken over from the conversation."""
    open: bool = False
    """Whether the question alone leaves something open."""


def standalone(question: str, turns: Sequence[Turn]) -> Standalone:
    """The question with what it takes from the conversation put in; one that stands alone comes back as it is.

    Earlier follow-ups are resolved first, so that a chain of them keeps its subject.
    """
    asked = [number for number, turn in enumerate(turns) if turn.role == "user"]
    if not asked:
        return Standalone(question)
    resolved: list[Turn] = []
    for turn in turns[asked[-_REMEMBERED:][0] :]:
        text = turn.text[:_READ]
        resolved.append(Turn(turn.role, _resolved(text, resolved).text if turn.role == "user" else text))
    found = _resolved(question, resolved)
    return found if len(found.text) <= len(question) + _LONG else Standalone(question, open=True)


def _resolved(question: str, turns: Sequence[Turn]) -> Standalone:
    """The question after turns whose own questions stand alone."""
    if not turns or len(question) > _LONG:
        return Standalone(question)
    switched = _switched(question, turns)
    if switched:
        return Standalone(switched, carried=tuple(names_in(switched)), open=True)
    open_places = openings(question)
    if not open_places:
        open_places = described(question, set(terms(" ".join(turn.text for turn in turns[-_SPOKEN_OF:]))))
    if not open_places:
        return Standalone(question)
    why = _why(question, turns)
    if why:
        return Standalone(why, carried=(why,), open=True)
    put = _put(question, turns, open_places)
    text = _with(question, put)
    topic = (
        _topic(text, turns, answered=any(one.kind == "thing" for one in open_places))
        if len(put) < len(open_places)
        else []
    )
    carried = dict.fromkeys([referent for _, referent in put] + topic)
    return Standalone(_with_topic(text, topic), _assumption(question, turns, put), tuple(carried), open=True)


def _put(question: str, turns: Sequence[Turn], open_places: Sequence[Opening]) -> list[tuple[Opening, str]]:
    """The openings that a name of the conversation fills, each with the name."""
    found = []
    for one in open_places:
        match one.kind:
            case "person":
                name = next(iter(referents.people(turns, excluded=question)), "")
            case "ordinal":
                name = _by_rank(question[one.start : one.end], referents.in_order(turns)[-2:])
            case "place":
                name = referents.place(turns, excluded=question)
            case _:
                name = ""
        if name:
            found.append((one, name))
    return found


def _by_rank(words: str, names: Sequence[str]) -> str:
    return "" if len(names) < 2 else names[0] if re.search(r"\b(?:former|first)\b", words, re.IGNORECASE) else names[1]


def _with(question: str, put: Sequence[tuple[Opening, str]]) -> str:
    for one, name in reversed(put):
        before = question[: one.start]
        if one.kind == "place":
            moves = re.search(r"\b(?:go|going|gone|went|come|came|travel\w*|fly|flew|flown|arriv\w+)\s+$", before)
            name = f"to {name}" if moves else f"in {name}"
        question = before + (f"{name}’s" if one.possessive else name) + question[one.end :]
    return question


def _assumption(question: str, turns: Sequence[Turn], put: Sequence[tuple[Opening, str]]) -> str:
    """`“he” is Putin (it could be Xi)` where the conversation offers two people."""
    for one, name in put:
        others = referents.people(turns, excluded=question)[1:] if one.kind == "person" else []
        if others:
            return f"“{question[one.start : one.end].lower()}” is {name} (it could be {others[0]})"
    return ""


def _with_topic(question: str, topic: Sequence[str]) -> str:
    """`How is it calculated (enterprise value)?`"""
    if not topic:
        return question
    ending = re.search(r"\s*[?.!…\s]*$", question)
    assert ending
    return f"{question[: ending.start()]} ({', '.join(topic)}){ending.group().strip()}"


def _topic(question: str, turns: Sequence[Turn], *, answered: bool) -> list[str]:
    """Phrases of the last question that has any which are new beside those of this question; where it may have been
    `answered` by what is meant, also the name that its answer begins with."""
    present = set(terms(question))
    for number in range(len(turns) - 1, -1, -1):
        found = _new(phrases(turns[number].text), present) if turns[number].role == "user" else []
        if found:
            answer = (
                turns[number + 1].text
                if answered and number + 1 < len(turns) and _ASKS_WHAT.match(turns[number].text)
                else ""
            )
            known = present | set(terms(" ".join(found)))
            return found + _new(names_in(_first_sentence(answer)), known)[:_NAMES]
    return []


def _first_sentence(answer: str) -> str:
    if not answer or answer == ABSTENTION:
        return ""
    start, end = sentence_spans(answer)[0]
    return answer[start:end]


def _new(found: Sequence[str], present: set[str]) -> list[str]:
    """The first phrases that say more than is present, as far as there is room for them."""
    chosen: list[str] = []
    for phrase in found:
        if not set(terms(phrase)) <= present | set(terms(" ".join(chosen))):
            if chosen and len(" ".join([*chosen, phrase]).split()) > _CARRIED:
                break
            chosen.append(" ".join(phrase.split()[: 2 * _CARRIED]))
    return chosen


_WHY = re.compile(r"\W*(?:(?:and|but|so|ok|okay)\b\W*)?why(?: so| is that| was that| that)?\W*$", re.IGNORECASE)
_YES_NO = re.compile(
    r"\W*(?:and |but |so )?(?P<rest>(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b.*)",
    re.IGNORECASE,
)


def _why(question: str, turns: Sequence[Turn]) -> str:
    """“Why?” after “Is Putin happy?” asks why Putin is happy."""
    before = next((turn.text for turn in reversed(turns) if turn.role == "user"), "")
    match = _YES_NO.match(before)
    return f"Why {match['rest'][0].lower()}{match['rest'][1:]}" if match and _WHY.match(question) else ""


# "And Xi?", "What about the economy?": no question word of its own, no verb, nothing but the new name or subject.
_SWITCH = re.compile(
    r"^\W*(?:(?:(?:and|but|so|ok|okay)\b[\s,]*)+(?:(?:what|how)\s+about\s+)?|(?:what|how)\s+about\s+)"
    r"(?P<new>(?:(?!\b(?:who|whom|whose|what|which|when|where|why|how|is|are|was|were|did|do|does|has|have|will|can)\b)[^?.!,;:]){2,60}?)"
    r"\s*[?.!]*$",
    re.IGNORECASE,
)

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = "Mon|Tues|Wednes|Thurs|Fri|Satur|Sun"
_DATE = (
    rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? )?(?:{_MONTH})(?: \d{{1,2}})?(?:,? \d{{4}})?|(?:{_DAY})day|\d{{4}}"
)
_TIME = re.compile(rf"\s+(?:in|on|during|since|before|after|by)\s+(?:{_DATE})\b")
_WHEN = re.compile(rf"(?:in|on|during|since|before|after|by)\s+(?:{_DATE})$")


def _switched(question: str, turns: Sequence[Turn]) -> str:
    """The last question with its person, subject or time exchanged, where a follow-up names no more than the new one.

    "And Xi?" after "What did Putin say?" asks what Xi said; "What about the economy?" asks the same speaker; "And in
    October?" asks the same of another time.
    """
    before = next((turn.text for turn in reversed(turns) if turn.role == "user"), "")
    match = _SWITCH.match(question)
    new = match["new"].strip() if match else ""
    if not new or len(terms(new)) > 3 or any(one.kind in ("person", "thing", "place") for one in openings(new)):
        return ""
    if _WHEN.match(new):
        return f"{_TIME.sub('', before).rstrip(' ?.!')} {new}?"
    old = [name for name in names_in(before) if before.find(name) > 0]
    if new[:1].isupper() and old:
        return before.replace(old[0], new, 1)
    speaker = asked_speaker(before)
    people = [name for name in names_in(speaker) if is_person_name(name)]
    return f"What did {speaker} say about {new}?" if people else ""
