"""Questions drafted from the sentences of an article: who said what about what, who somebody is, what happened when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.reading import Reading
from assistant.speakers import Attribution
from retrieval.evidence.overlap import ASKING
from retrieval.name_likeness import reads_as_name
from retrieval.words import STOP_WORDS, stem, terms

Kind = Literal["said", "who", "happened", "count", "about"]

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DAY = rf"(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})(?!\d)"
_DATE = re.compile(rf"\b(?:{_DAY}(?:,? \d{{4}})?|{_MONTH} \d{{4}})\b")
_COUNT = re.compile(r"(?<![\w.,$€£-])(\d[\d,.]*\d|\d+) ((?:[a-z]{3,} )?[a-z]{2,}s)\b")

# Words that point at something outside of the phrase, tell a time, or make a set phrase with the preposition before them.
_NO_SUBJECT = """same former latter other others another such next last first second third previous recent current following two three
    four five six seven eight nine ten hundred hundreds thousand thousands million millions billion billions dozen dozens
    percent day days week weeks month months year years hour hours minute minutes time times today tomorrow yesterday moment
    morning evening night decade decades century monday tuesday wednesday thursday friday saturday sunday january february
    march april may june july august september october november december course respect exchange example instance fact
    addition contrast return response order known available likely able part least most all end result case line terms view way ways kind sort number
    range series lot variety place side sides thing things matter heart face stage scene sidelines wake eyes light
    perspective set given far ahead behalf charge basis form person people many several few various own whole
    earliest latest certain similar like"""
_STOP = "|".join(sorted({*STOP_WORDS, *_NO_SUBJECT.split()}, key=len, reverse=True))
_WORD = rf"(?!(?i:{_STOP})\b)[^\W\d_][\w’'-]*"
_PHRASE = rf"{_WORD}(?:\ {_WORD}){{0,3}}"
_PREPOSITION = "about|after|against|before|by|despite|during|for|from|in|into|of|on|over|regarding|toward|towards|under|with|without"
# What stands between a preposition and a word over which no noun phrase goes on: an object, whole, with what it is of.
_TOPIC = re.compile(
    rf"(?<=\ )(?:{_PREPOSITION})\ (?P<topic>(?P<article>the\ )?{_PHRASE}(?P<of>\ of\ (?:the\ )?{_PHRASE}|\ in\ (?=[A-Z]){_PHRASE})?)"
    rf"(?=[.,;:?!”\"]|\ (?:{_PREPOSITION.replace('|of', '')}|to|as|but|which|that|who|when|while|where|because|at|is|are|was|were|has|have|had|will|would"
    r"|could|can)\b)"
)
# Beside a name, so that an encyclopedia's "reports" and "calls" make nobody speak.
_SAYS = r"(?:sa(?:ys?|id)|tells?|told|added|believe[sd]?|explain(?:s|ed)|announced|argue[sd]|warn(?:s|ed)|insist(?:s|ed)|indicated|stated|denied|denies)"
_ROLE = re.compile(
    r"\b(?:expert|analyst|specialist|advis[eo]r|minister|scientist|professor|president|leader|diplomat|spokes(?:man|woman|person)|director"
    r"|official|author|researcher|economist|politician|general|ambassador|mayor|governor|senator|lawyer|activist|chief|head|founder"
    r"|secretary|chair(?:man|woman)?|coach|editor|historian|journalist)\b",
    re.IGNORECASE,
)
_ADVERB = "(?<!supp)(?<!fami)(?<!assemb)(?<!monopo)(?<!rep)(?<!al)ly"
_NATIONALITY = re.compile(r"(?:ian|ese|ish|ench|utch|ican|German)$")


@dataclass(frozen=True, slots=True)
class Draft:
    """A question about one sentence of an article."""

    question: str
    kind: Kind
    sentence: int
    speaker: str = ""
    topic: str = ""
    """What the question is about, as the sentence puts it; empty where it names a person, a date or a count."""
    answer: str = ""
    """The count that is asked for."""


def drafts(reading: Reading, number: int) -> Iterator[Draft]:
    """Questions that a sentence may answer."""
    sentence, attribution = reading.text(number), reading.attributions[number]
    if reading.headings[number] or "\n" in sentence:  # hard to read as a draft; there is always another sentence
        return
    if attribution and attribution.explicit:
        yield from _said(reading, number, attribution)
    elif date := _DATE.search(sentence):
        when = "on" if re.match(_DAY, date.group()) else "in"
        yield Draft(f"What happened {when} {date.group()}?", "happened", number)
    elif count := _COUNT.search(sentence):
        question = f"How many {count.group(2)} do the articles mention?"
        yield Draft(question, "count", number, answer=count.group(1))
    for topic in topics(sentence, reading.article.text):
        if len(terms(topic)) > 1:
            yield Draft(f"What do the articles say about {topic}?", "about", number, topic=topic)


def _said(reading: Reading, number: int, attribution: Attribution) -> Iterator[Draft]:
    name = attribution.speakers[0]
    if not _speaks(name, reading.text(attribution.named_in)):
        return
    speaker = _as_mentioned(name, reading.article.text)
    if attribution.named_in == number and " " in name and _ROLE.search(attribution.description) and speaker == name:
        yield Draft(f"Who is {name}?", "who", number, name)
    beside = set(terms(f"{name} {attribution.description}"))
    for topic in topics(reading.text(number), reading.article.text):
        if not beside & set(terms(topic)):
            yield Draft(f"What did {speaker} say about {topic}?", "said", number, name, topic)


def _speaks(name: str, sentence: str) -> bool:
    """Whether a sentence makes it plain that somebody of this name, no adjective, speaks."""
    found = re.search(
        rf"\b{re.escape(name)}\b[^.;]{{0,60}}\b{_SAYS}\b|\b(?:{_SAYS}|[Aa]ccording to|confirmed by)\b[^.;]{{0,60}}\b{re.escape(name)}\b",
        sentence,
    )
    return bool(found) and not _NATIONALITY.search(name) and not re.fullmatch(rf"(?i:one|{_STOP})", name)


def _as_mentioned(name: str, text: str) -> str:
    """A speaker's name as it stands inside a sentence: “the Kremlin”, “experts”."""
    if re.search(rf"\b[Tt]he {re.escape(name)}\b", text):
        return f"the {name}"
    return name.lower() if re.fullmatch("[A-Z][a-z]+s", name) and not reads_as_name(name.lower()) else name


def topics(sentence: str, text: str) -> list[str]:
    """The noun phrases after a preposition of a sentence that read as a subject; `text`, its article, shows which words are nouns.

    >>> topics(sentence := "The plan for the supply of arms to Russia was made on Tuesday in the same room.", sentence)
    ['the supply of arms']
    """
    found = dict.fromkeys(_named(match["topic"]) for match in _TOPIC.finditer(sentence) if _stands_alone(match))
    return [topic for topic in found if not (bare := _AFTER_NAME.search(topic)) or _is_noun(bare[1], text)]


def _named(topic: str) -> str:
    """Of somebody's role and name, the name: “the country's leader Ada Lovelace”."""
    name = _NAME_AFTER_ROLE.search(topic)
    return name[1] if name and _ROLE.search(topic[: name.start(1)]) else topic


_NAME_AFTER_ROLE = re.compile(rf"\b(?!(?i:{_STOP})\b)[a-z][\w’'-]* ([A-Z][\w’'-]+(?: [A-Z][\w’'-]+)+)$")
_AFTER_NAME = re.compile(
    r"\b[A-Z]\w*(?<!ese)(?<!ian)(?<!ish)(?<!can)(?<!ern) ([a-z]\w*)$"
)  # "the House presides", "NATO countries"


def _is_noun(word: str, text: str) -> bool:
    return bool(re.search(rf"\b(?i:the|a|an|of|these|their|his|its|many|other)\ {re.escape(word)}\b", text))


def _stands_alone(match: re.Match[str]) -> bool:
    """Whether a phrase reads as a subject: it ends in a noun as far as its shape tells, and “the visit” says of what."""
    phrase = match["topic"].removesuffix(match["of"] or "").removeprefix(match["article"] or "")
    last = match["topic"].split()[-1]
    single = " " not in phrase
    return not (
        re.search(rf"^[a-z].*(?:ing|ed|{_ADVERB})$", last)
        or re.match(rf"[a-z]+(?:ing|{_ADVERB})\b", phrase)
        or stem(last) in ASKING
        or not terms(phrase)
        or (single and not match["of"] and (match["article"] or len(phrase) < 4))
        or (single and match["of"] and phrase[0].isupper())
        or (last[0].isupper() and re.match(", [A-Z]", match.string[match.end() :]))  # “the One Belt, One Road policy”
    )
