"""What a question asks: whose words, about what, and what kind of thing would answer it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.namesakes import Bearers, everybody, full_names, is_part, others_than_asked, same_person
from assistant.reading import Reading
from assistant.speakers import names
from retrieval.evidence.overlap import ASKING
from retrieval.places import country, is_country
from retrieval.words import fold, mended, shortened, terms, words

Kind = Literal["number", "date", "reason", "other"]

_SAY = (
    r"(?:say|says|said|saying|tell|tells|told|think|thinks|thought|believes?|believed|claims?|claimed|calls?|called|describes?|described"
    r"|argues?|argued|explains?|explained|warns?|warned|predicts?|predicted|expects?|expected|mentions?|mentioned|assess(?:es|ed)?|sees?"
    r"|announces?|announced|promises?|promised|praises?|praised|den(?:y|ies|ied)|insists?|insisted|suggests?|suggested|admits?|admitted"
    r"|comments?|commented|states?|stated|writes?|wrote|reports?|reported|claiming|indicates?|indicated|stress(?:es|ed)?|emphasi[sz]e[sd]?"
    r"|urges?|urged|hopes?|hoped|doubts?|doubted|accuses?|accused|criticis?z?e[sd]?|recommends?|recommended|reveals?|revealed|react(?:s|ed)?|respond(?:s|ed)?"
    r"|replies|reply|replied|answer(?:s|ed)?|express(?:es|ed)?|propose[sd]?|characteri[sz]e[sd]?|view[sd]?|judge[sd]?|regards?|consider(?:s|ed)?)"
)
_WHO = r"(?P<who>(?:(?!\b(?:what|which|who|why|how|when|where|been|be|being|do|does|did|is|are|was|were)\b)[^,?;:“”\"]){2,60}?)"
_NEAR = r"(?P<who>(?:(?!\b(?:what|which|who|why|how|for|in|of|to|by|with|is|was|are|do|does|did|sees?)\b)[^,?;:“”\"]){2,60}?)"
_ASKED = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\baccording to\s+{_WHO}"
        r"(?=[,?.]|$|\s+(?:what|who|why|how|when|where|is|are|was|were|does|do|did|will|would|has|have|can|could)\b)",
        rf"\bif\s+{_WHO}\s+(?:is|are) to be believed",
        rf"\bin\s+{_NEAR}['’]s?\s+(?:opinion|view|words|eyes|assessment|judge?ment|estimation)\b",
        rf"\b(?:did|does|do|had|has|have|would|will|might)\s+{_WHO}\s+(?:(?:really|actually|also|ever|exactly|have|had)\s+)*{_SAY}\b",
        rf"\b{_NEAR}['’]s?\s+(?:opinion|views?|position|assessment|statement|stance|take|comments?|argument|explanation|judge?ment|verdict|reaction|response|reply)\b",
        rf"\b(?:opinion|views?|words|position|stance|statement|assessment|comments?|eyes)\s+of\s+{_WHO}"
        r"(?=[,?]|$|\s+(?:on|about|is|are|does|do|did|will)\b)",
        rf"\b(?:for|to)\s+{_NEAR},\s+(?:what|who|why|how)\b",
        rf"^(?:what|how|why|whom)\s+{_NEAR}\s+(?:(?:has|had|have|also)\s+)*{_SAY}\b",
    )
]
# Who, when and where ask for something else than a speaker's words.
_OTHER_WORD = re.compile(r"\b(?:who|whom|whose|when|where|which)\b", re.IGNORECASE)
_KEYWORDS = re.compile(rf"^{_WHO}\s+(?:on|about|{_SAY}(?:\s+(?:on|about))?)\s+\w", re.IGNORECASE)
_NUMBER = re.compile(
    r"\b(?:how (?:many|much|old|long|far|big|large|often)|what (?:is |was |were )?(?:the )?(?:number|percentage|share|amount|price|cost|value|age)"
    r"|number of|in (?:dollars|euros|percent))\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:when|(?:what|which|on what|in which|in what|on which) (?:date|day|month|year|time|weekday)|since when|until when|how long ago|date of)\b",
    re.IGNORECASE,
)
_NUMERAL = re.compile(
    r"\d[\d.,]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|thousands?|millions?|billions?"
    r"|dozens?|half|twice|once|third|several)",
    re.IGNORECASE,
)
_MOMENT = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)?\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b(?:yester|to)day\b|\btomorrow\b|\bago\b"
    r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b|\b(?:last|next|this|that|same)\s+"
    r"(?:week|month|year|spring|summer|autumn|winter|morning|evening|night)\b|\b(?:day|week|month|year|hour|decade)s?\s+(?:before|after|later|earlier)\b",
    re.IGNORECASE,
)

_YEAR = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:last|this|next|same) year\b|\byears? (?:ago|before|later)\b", re.IGNORECASE
)
_WHY = re.compile(r"\b(?:why|for what reason|what (?:is|was) the reason|how come)\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:because|since|as (?:it|he|she|they|neither|both)|in order (?:not )?to|so (?:that|as)|due to|owing to|thanks to|reasons?|therefore"
    r"|allows?|to avoid|to limit|to prevent|for fear|risks?|in exchange|as a result|given that|amid|result of|interests?)\b",
    re.IGNORECASE,
)

# Capitalised as parts of names ("Middle Eastern", "Winter Olympics") that the articles may write in another way.
_NO_NAME = frozenset(
    """north south east west northern southern eastern western central middle upper lower far near spring summer
    autumn winter new old great first second""".split()  # noqa: SIM905 - a list of this length reads better as prose
)

# Shifts of log odds.
MISSING = -8.0
OTHER_NUMBER = -1.2
COUNTED = 1.0
UNEXPLAINED = -0.7


@dataclass(frozen=True, slots=True)
class Question:
    """A question in parts, as stems of the articles' own words."""

    text: str
    kind: Kind
    speaker: frozenset[str]
    """Who is asked about as a speaker: a name's or a description's stems ("chinese foreign minister"); may be empty."""
    subject: frozenset[str]
    """What is left without the speaker and the words of asking."""
    unknown_names: frozenset[str]
    """Names that none of the articles read has: nothing in them can be about these."""

    collective: bool
    """Whether the speaker is a country, an institution or "experts": its words are told in prose more than quoted."""

    guessed: bool
    """Whether `speaker` is only a name that stands in the question, such as "kashin weapons": his words may be wanted."""

    named: tuple[str, ...]
    """The speakers whom the question names in full and the articles know."""

    others: Bearers
    """Of each surname that the question has with a first name, who else bears it and is not meant."""

    @classmethod
    def of(cls, text: str, readings: Iterable[Reading]) -> "Question":
        """Take a question apart against the articles it may be answered from."""
        readings = list(readings)
        known = {term for reading in readings for term in reading.terms}
        repaired = mended(terms(text), known)

        def stems(part: str) -> frozenset[str]:
            return frozenset(repaired.get(term, term) for term in terms(part))

        speaker_names = {
            tuple(terms(speaker))
            for reading in readings
            for attribution in reading.attributions
            if attribution
            for speaker in attribution.speakers
            if len(terms(speaker)) > 1 and not any(map(is_country, terms(speaker)))
        }
        people = {name[-1] for name in speaker_names}
        phrase = asked_speaker(shortened(text))  # in “the United States” nobody states
        guessed = not phrase and not _OTHER_WORD.search(text)
        speaker = (stems(text) & people) if guessed else stems(phrase) - ASKING
        speaker |= stems(text) & {term for name in speaker_names if name[-1] in speaker for term in name}
        subject = stems(text) - speaker - ASKING
        kinds: list[tuple[Kind, re.Pattern[str]]] = [("number", _NUMBER), ("date", _DATE), ("reason", _WHY)]
        kind: Kind = next((kind for kind, pattern in kinds if pattern.search(text)), "other")
        places = {country(term) for term in known}
        unknown = frozenset(
            term
            for word in words(shortened(text))
            if word[:1].isupper() and not text.startswith(word) and word.lower() not in _NO_NAME
            for term in stems(word)
            if term not in known and country(term) not in places
        )
        told = bool(speaker) and not speaker & people and (phrase.islower() or any(map(is_country, speaker)))
        bearers = everybody(reading.people for reading in readings)
        named = tuple(
            full
            for surname, full in full_names(text if guessed else phrase)
            if surname in bearers and not is_part(full, bearers[surname])
        )
        others = others_than_asked(text, bearers)
        return cls(text, kind, speaker, subject, unknown, collective=told, guessed=guessed, named=named, others=others)

    def fit(self, sentence: str) -> float:
        """How the kind of thing that a sentence holds (a number, a moment, a reason) shifts the odds that it answers."""
        if self.kind == "other":
            return 0.0
        if self.kind == "date":
            moment = _YEAR if re.search(r"\byears?\b", self.text, re.IGNORECASE) else _MOMENT
            return 0.0 if moment.search(sentence) else MISSING
        if self.kind == "reason":
            return 0.0 if _REASON.search(sentence) else UNEXPLAINED
        tokens = words(sentence)
        counted = _counted(self.text)
        asked = _numerals(words(self.text))
        # "MiG-29" is the name of a thing, and what the question counts already ("the two sides") is no answer to it.
        numerals = [
            n
            for n, (numeral, counts) in _numerals(tokens).items()
            if (numeral, counts) not in asked.values() and not _part(sentence, tokens[n])
        ]
        if not numerals:
            return MISSING
        near = {term for n in numerals for term in terms(" ".join(tokens[max(0, n - 4) : n + 5]))}
        return COUNTED if counted & near else OTHER_NUMBER if counted else 0.0

    def names_speaker(self, sentence: str) -> bool:
        """Whether a sentence mentions whom the question asks for as a speaker."""
        return {country(term) for term in self.speaker} <= {country(term) for term in terms(sentence)}

    def of_a_namesake(self, reading: Reading, number: int) -> bool:
        """Whether a sentence is the words of, or about, somebody else who has the surname of a person named in full."""
        attribution = reading.attributions[number]
        for surname, others in self.others.items():
            speaks = attribution and any(fold(speaker).endswith(surname) for speaker in attribution.speakers)
            named = reading.speakers_in_full(number) if speaks else reading.bearers[number].get(surname, frozenset())
            meant = frozenset(name for name in named if fold(name).endswith(surname))
            # A speaker who is never given in full may be anybody of that name.
            if others and (meant <= others if meant else speaks):
                return True
        return False

    def spoken_in(self, reading: Reading, number: int) -> bool:
        """Whether a sentence is the asked speaker's: his name is the speaker's, or all of his description is beside it."""
        attribution = reading.attributions[number]
        if not self.speaker or attribution is None or self.of_a_namesake(reading, number):
            return False
        known = reading.speakers_in_full(number)
        if self.named and known and not any(same_person(one, other) for one in self.named for other in known):
            return False
        asked = {country(term) for term in self.speaker}
        surnames = {country(terms(speaker)[-1]) for speaker in attribution.speakers if terms(speaker)}
        beside = {country(term) for term in (*names(attribution), *terms(attribution.description))}
        return bool(asked & surnames) or asked <= beside


_UNITS = {
    "old": "year years age aged born",
    "long": "hour hours day days week weeks month months year years minute minutes kilometre kilometres mile miles metre metres",
    "much": "dollar dollars euro euros rouble roubles yuan percent per cent million billion trillion tonne tonnes",
    "far": "kilometre kilometres mile miles metre metres",
}


def _counted(text: str) -> frozenset[str]:
    """Stems of what a question counts: the noun after "how many", the units of "how long"."""
    match = re.search(r"\bhow (many|much|old|long|far)\b\s*([\w’'-]*)", text, re.IGNORECASE)
    if not match and re.search(r"\b(?:value|price|cost|dollars|euros)\b", text, re.IGNORECASE):
        return frozenset(terms(_UNITS["much"]))
    if not match:
        return frozenset()
    return frozenset(terms(match[2]) if match[1].lower() == "many" else terms(_UNITS[match[1].lower()]))


def _numerals(tokens: Sequence[str]) -> dict[int, tuple[str, str]]:
    """Where numbers stand: each, and the stem of the word after one in letters, which is what it counts; figures are known
    by themselves."""
    return {
        n: (token.lower(), "" if token.isdigit() else next(iter(terms(" ".join(tokens[n + 1 : n + 2]))), ""))
        for n, token in enumerate(tokens)
        if _NUMERAL.fullmatch(token)
    }


def _part(sentence: str, numeral: str) -> bool:
    """Whether a numeral stands only inside a hyphenated word after letters, as in "MiG-29"."""
    return not re.search(rf"(?<![\w-]){re.escape(numeral)}(?!\w)", sentence)


def asked_speaker(text: str) -> str:
    """Whose words a question asks for, as written in it; empty where it asks for no one's.

    >>> asked_speaker("What did Kashin say about arms deliveries?")
    'Kashin'
    """
    for pattern in _ASKED:
        match = pattern.search(text)
        if match:
            return match["who"].strip()
    match = _KEYWORDS.match(text)
    return match["who"].strip() if match and len(match["who"].split()) <= 3 else ""
