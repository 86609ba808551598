"""A text as tokens to be compared: stems, names, clauses, what stands in quotation marks."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from assistant.verification.lexicon import CALENDAR, OPENERS
from retrieval.name_likeness import reads_as_name
from retrieval.places import country, is_country
from retrieval.words import is_stop_word, shortened, spelled_right, stem

_TOKEN = re.compile(
    r"""(?x)
      (?<!\w)[^\W\d_](?:\.[^\W\d_])+(?!\w)\.?    # U.S., a.m.
    | \d{1,3}(?:,\d{3})+(?:\.\d+)? | \d+\.\d+ | \d+(?:st|nd|rd|th|s)?\b | \d+
    | [^\W\d_]+(?:['’][^\W\d_]+)*
    | [,;:.!?()…—–“”«»„"%$€£]
    """
)
_SIDES = {
    stem(adjective): stem(noun)
    for adjective, noun in (
        pair.split(":")
        for pair in """western:west eastern:east northern:north southern:south european:europe asian:asia african:africa arab:arabia
            english:england welsh:wales scottish:scotland scots:scotland soviet:ussr persian:persia roman:rome""".split()  # noqa: SIM905
    )
}
# Two words that mean what one does.
_TWO_WORDS = """
turn down reject
turns down reject
rule out exclude
rules out exclude
ruling out exclude
call off cancel
put off postpone
step down resign
set up found
go up rise
went up rise
goes up rise
go down fall
went down fall
goes down fall
blow up explode
blew up explode
carry out conduct
carried out conduct
take part participate
took part participate
give up abandon
gave up abandon
given up abandon
go on continue
goes on continue
went on continue
gone on continue
die out perish
died out perish
clear of acquit
cleared of acquit
take over acquire
took over acquire
bring about cause
brought about cause
leave out omit
left out omit
lost out lose
lose out lose
pull out withdraw
pulled out withdraw
turned down reject
ruled out exclude
called off cancel
stepped down resign
found out discover
ended up remain
ends up remain
end up remain
"""
_PHRASES = {
    (verb, particle): stem(meaning)
    for verb, particle, meaning in (phrase.split() for phrase in _TWO_WORDS.strip().splitlines())
}
# Written with a capital, and no name of anybody.
_NO_NAMES = frozenset("TV CEO MP MPs GDP DNA AIDS NGO NGOs Celsius Fahrenheit Internet Christmas Easter".split())  # noqa: SIM905
_SENTENCE_END = frozenset(".!?…")
_BREAKS = frozenset(',;:.!?()…—–“”«»„"')
_BREAKING_WORDS = frozenset("but although though while whereas because however unless until despite which".split())  # noqa: SIM905
_AFTER_AND = re.compile(
    r"(?:also |then )?(?:he|she|it|they|we|I|is|are|was|were|has|have|had|will|would|can|could|may|might|does|did|do|that)\b|[A-Z]"
)
_CONTRACTIONS = (
    (re.compile(r"\bcannot\b", re.IGNORECASE), "can not"),
    (re.compile(r"\bwon['’]t\b", re.IGNORECASE), "will not"),
    (re.compile(r"\bcan['’]t\b", re.IGNORECASE), "can not"),
    (re.compile(r"(?<=[a-z])n['’]t\b", re.IGNORECASE), " not"),
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word: as written, its stem with countries under one name, where it stands.

    `clause` and `sentence` number the clauses and sentences of the text; `quoted` inside quotation marks.
    """

    text: str
    stem: str
    clause: int
    sentence: int
    name: bool
    content: bool
    quoted: bool
    initial: bool
    joined: bool
    """Whether only a space parts it from the token before."""

    @property
    def lower(self) -> str:
        return self.text.lower()


def folded(word: str) -> str:
    """The stem of a word, a country or a side of the world under one name: `Western` is `west`."""
    return one_name(stem(word))


def one_name(term: str) -> str:
    """The stem under which all names of a country or a side of the world go."""
    own = country(term)
    return _SIDES.get(own, own)


def expanded(text: str) -> str:
    """A text with contractions of "not" written out and long names of countries in short."""
    for pattern, words in _CONTRACTIONS:
        text = pattern.sub(words, text)
    return shortened(text).replace("Saudi Arabia", "Saudi")


@lru_cache(maxsize=256)  # the same quotes are compared with one statement after the other
def tokens(text: str) -> tuple[Token, ...]:
    """The words of a text in order, without punctuation.

    A capital at the beginning of a sentence makes a name only where something else says so: the next word has one, it
    names a country, or no common word is spelled so.
    """
    text = expanded(text)
    matches = list(_TOKEN.finditer(text))
    found: list[Token] = []
    clause = sentence = 0
    quoted, initial = False, True
    end = 0
    for number, match in enumerate(matches):
        word = match.group()
        if word in _BREAKS:
            clause += 1
            if word in "“«„":
                quoted, initial = True, True
            elif word in "”»":
                quoted = False
            elif word == '"':
                quoted, initial = not quoted, True
            elif word in _SENTENCE_END or word == ":":
                initial = True
                sentence += word != ":"
            continue
        if word.lower() in _BREAKING_WORDS or (word == "and" and _AFTER_AND.match(text, match.end() + 1)):
            clause += 1
        following = matches[number + 1] if number + 1 < len(matches) else None
        next_capital = bool(following and following.start() - match.end() == 1 and following.group()[:1].isupper())
        found.append(
            Token(
                text=word,
                stem=_PHRASES.get((word.lower(), following.group().lower() if following else "")) or folded(word),
                clause=clause,
                sentence=sentence,
                name=_is_name(word, initial, next_capital),
                content=not is_stop_word(word) and word not in "%$€£",
                quoted=quoted,
                initial=initial,
                joined=bool(found) and match.start() - end == 1 and text[end] == " ",
            )
        )
        initial, end = False, match.end()
    return tuple(found)


def with_names(text: Sequence[Token], known: Collection[str]) -> tuple[Token, ...]:
    """A text's tokens, those at the beginning of a sentence names too where their stem is known as one from elsewhere."""
    return tuple(
        replace(token, name=True)
        if token.initial and not token.name and token.stem in known and _may_be_name(token.text)
        else token
        for token in text
    )


def _may_be_name(word: str) -> bool:
    """Whether a word that begins a sentence is no function word, day, month or adverb."""
    return (
        word[:1].isupper()
        and not is_stop_word(word)
        and word.lower() not in CALENDAR
        and word.lower() not in OPENERS
        and not word.endswith("ly")
    )


def _is_name(word: str, initial: bool, next_capital: bool) -> bool:
    if word in _NO_NAMES:
        return False
    if not initial:
        return word[:1].isupper() and not is_stop_word(word) and word.lower() not in CALENDAR
    if not _may_be_name(word):
        return False
    own = stem(word)
    if next_capital or is_country(own):
        return True
    if word.endswith(("ing", "ed")):
        return False  # "Acting alone, …"
    return not spelled_right(own) or reads_as_name(word.lower())
