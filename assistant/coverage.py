"""Which things a question names the cited words bear, and which they leave open."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Answer
from retrieval.evidence.overlap import ASKING, AskedWord, content_words, met_words
from retrieval.relatedness import WordVectors
from retrieval.sentences import Span
from retrieval.words import is_stop_word, shortened, stem

# How far the cited words must meet the best word of a part to bear it: 1 is the word itself, 0.9 a synonym.
BORNE = 0.5
BORNE_IN_A_ROW = 0.8  # tea is near to coffee, and none the less another thing

_DETERMINERS = frozenset("a an the any".split())  # noqa: SIM905 - as the other lists of words
_PREPOSITIONS = (
    "about|above|across|after|against|among|around|at|before|behind|by|despite|during|for|from|in|into|near|of|on|over|regarding"
    "|since|through|toward|towards|under|with|without"
)
_ASKED_FOR = frozenset("what which whose how many much".split())  # noqa: SIM905 - the noun after these is what is asked for
_AUXILIARIES = frozenset("do does did will would can could may might must should".split())  # noqa: SIM905
# Nouns of set phrases ("in connection with"), which name nothing that could be found.
_NO_THING = frozenset(
    "case connection end eyes fact light mind part person place regard respect return terms way".split()  # noqa: SIM905
)
_TOKEN = re.compile(r"[^\W_]+(?:[’'.,-][^\W_]+)*|[^\w\s]")
_JOINED = re.compile(rf"(?:,?\s+(?P<last>and also|and|as well as)|,)\s+(?:(?:{_PREPOSITIONS}|to)\s+)?")
# What is said of several together is said of none of them alone.
_TOGETHER = re.compile(
    r"\b(?:between|both|together|compar\w+|differ\w*|each other|versus|agree[ds]?|meets?|met|joint\w*)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Part:
    """A thing that a question names, in its own words, and where it does."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Alone:
    """One of several things that a question asks about in a row, and the question about it alone."""

    part: str
    question: str


def parts(question: str) -> list[Part]:
    """The things that a question names: what stands after a determiner or a preposition, or has a capital or a figure.

    What is asked for is none of them ("which city"), and no more are the verbs.

    >>> [part.text for part in parts("Which city hosts the arms talks of Xi and Putin?")]
    ['the arms talks', 'Xi', 'Putin']
    """
    tokens = list(_TOKEN.finditer(question))
    kinds = "".join(_kind(token[0], first=n == 0) for n, token in enumerate(tokens))
    found: list[Part] = []
    for match in _NAMING.finditer(kinds):
        words = tokens[match.start() : match.end()]
        before = tokens[match.start() - 1][0].lower() if match.start() else ""
        if before in _AUXILIARIES and len(words) > 2 - (match[0][0] != "D") and words[-1][0].islower():
            words = words[:-1]  # the verb of what the auxiliary asks
        if match[0][0] != "D" and any(word[0][0].isupper() for word in words):
            while words[0][0].islower():  # a verb before a name, or a title
                words = words[1:]
        start, end = words[0].start(), words[-1].end()
        named = any(word[0][0].isupper() or word[0][0].isdigit() for word in words if word.start())
        joined = bool(found) and _JOINED.fullmatch(question, found[-1].span[1], start)
        placed = match[0][0] == "D" or kinds[match.start() - 1 : match.start()] == "R"
        if (named or joined or placed) and before not in _ASKED_FOR and words[-1][0] not in _NO_THING:
            found.append(Part(question[start:end], (start, end)))
    return found


# Words of asking are nouns after a determiner or a preposition ("the peace talks"), verbs elsewhere ("the spies believe China").
_NAMING = re.compile("D(?:C|A(?!C))+|(?<=R)(?:C|A(?!C))+|C+")


def _kind(token: str, *, first: bool) -> str:
    """D a determiner, R a preposition, A a word of asking, C any other that carries meaning, F one that does not, P punctuation."""
    if not token[0].isalnum():
        return "P"
    if token.lower() in _DETERMINERS:
        return "D"
    if re.fullmatch(_PREPOSITIONS, token.lower()):
        return "R"
    if is_stop_word(token):
        return "F"
    return "A" if stem(token) in ASKING and (first or token.islower()) else "C"  # not the States of the United States


def alone(question: str) -> list[Alone]:
    """The things that a question asks about in a row, each with the question about it alone; none where there is no such row.

    >>> [one.question for one in alone("What did Kashin say about arms deliveries and about bananas?")]
    ['What did Kashin say about arms deliveries?', 'What did Kashin say about bananas?']
    """
    named = parts(question)
    rows: list[list[Part]] = []
    for part in named:
        if rows and _JOINED.fullmatch(question, rows[-1][-1].span[1], part.span[0]):
            rows[-1].append(part)
        else:
            rows.append([part])
    for row in rows:
        start, end = row[0].span[0], row[-1].span[1]
        owned = any(question[part.span[1] : start] == " of " for part in named)  # “the arms talks of Xi and Putin”
        if len(row) > 1 and not owned and _asked_about(question, row):
            return [Alone(part.text, question[:start] + part.text + question[end:]) for part in row]
    return []


def _asked_about(question: str, row: Sequence[Part]) -> bool:
    """Whether a row is what is asked about, thing by thing: different objects, the last joined by a word."""
    joined = _JOINED.fullmatch(question, row[-2].span[1], row[-1].span[0])
    before = question[: row[0].span[0]].lower().split()
    return (
        bool(joined and joined["last"])
        and bool(before and re.fullmatch(f"{_PREPOSITIONS}|to", before[-1]))
        and len({part.text for part in row}) == len(row)
        and not _TOGETHER.search(question)
    )


def unmet(part: str, answer: Answer, *, borne: float = BORNE) -> bool:
    """Whether the words that an answer cites do not bear a part of its question: none of its words is met in them, by itself,
    inflected, or by one near in meaning. Speakers and titles count."""
    said = " ".join(
        [
            *(statement.text for statement in answer.statements),
            *(f"{citation.quote} {citation.title}" for citation in answer.citations),
        ]
    )
    said = shortened(said)
    if any(word[:1].isupper() and len(word) > 4 and word[:5] in said for word, _ in content_words(part)):
        return False  # European for Europe: the stems of names differ
    words = [AskedWord(word.lower(), stem, 1.0, word[:1].isupper()) for word, stem in content_words(shortened(part))]
    return max(met_words(words, said, WordVectors.embedded()), default=1.0) < borne
