"""Who said it: a quoted opinion keeps its speaker, and nobody is given another's words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.namesakes import everybody, full_names, same_person
from assistant.speakers import named_speakers
from assistant.verification.lexicon import DESCRIPTIONS, LIGHT
from assistant.verification.quotes import Quote
from assistant.verification.telling import names_a_view, tellings, tells, verbs_of_telling
from assistant.verification.tokens import folded, one_name, tokens
from retrieval.places import is_country
from retrieval.titles import TITLES
from retrieval.words import is_stop_word, shortened, terms, words

_GOVERNED = r"\b(?:(?<!according )to|from|in|with|for|on|against|into|at|towards?|about)"
_CROWD = re.compile(
    r"(?P<who>[A-Z][a-z]+s)\s(?:say|agree|argue|believe|think|claim|insist|warn|note|report|maintain|contend)\b"
)
_IS = r"(?:is|are|was|were|will|would|has|have|had|can|could|may|might|must|should|did|does)"
_PREFIX = re.compile(r"^(?P<name>[^:“”\"]{2,60}):\s")
_DENIES = re.compile(
    r"\b(?:den(?:y|ie)|reject|refut|dismiss|accus|promis|denounc|prais|commend|critici|agree|urge|oppos|condemn|greet)\w*|\brul(?:e[sd]?|ing)\sout\b"
)
_PRONOUN = re.compile(
    r"(?:s?he|they|it|who|this|that|the\s(?:expert|analyst|author|minister|president|leader|director|company|group))\b",
    re.IGNORECASE,
)


def speaker_conflict(statement: str, quotes: Sequence[Quote]) -> str:
    """Why a statement's speaker is not its quotes', or an empty text.

    What somebody says in a quote, or the whole of it where the article gives him as its speaker, needs him in the
    statement: by name, or as somebody who says it.
    """
    told = "\n".join(quote.text for quote in quotes)
    voices, narrated = _voices(quotes)
    sources = _sources(statement, voices, narrated)
    reason = _left_out(statement, sources[0]) if sources else ""
    return reason or _other_speaker(statement, quotes, told, sources, voices)


def namesake_conflict(statement: str, quotes: Sequence[Quote]) -> str:
    """Whom of two people with one surname a statement takes for the other, or an empty text."""
    bearers = everybody(quote.bearers for quote in quotes)
    speaking = {name for quote in quotes for speaker in quote.speakers for _, name in full_names(speaker)}
    stated = stated_speakers(statement)
    for surname, name in full_names(statement):
        spoken = (speaker for speaker in speaking if speaker.split()[-1] == name.split()[-1])
        others = frozenset(spoken) if name in stated else frozenset()
        others = others or bearers.get(surname, frozenset())
        if others and not any(same_person(name, other) for other in others):
            return f"the quote means {min(others)}, not {name}"
    return ""


@dataclass(frozen=True, slots=True)
class _Voice:
    """Words of the quotes that are somebody's: who, as written, whether they are his opinion, and their stems."""

    who: tuple[str, ...]
    opinion: bool
    words: frozenset[str]


def _voices(quotes: Sequence[Quote]) -> tuple[list[_Voice], frozenset[str]]:
    """Everybody's words in the quotes, and the words that are the articles' own."""
    voices: list[_Voice] = []
    narrated: set[str] = set()
    for quote in quotes:
        found = tellings(quote.text)
        speakers = quote.speakers if quote.explicit else ()
        if speakers and not found:
            # In sentences of the article's own, whoever is named may be the one who speaks.
            named = () if re.search('[“”"«]', quote.text) else tuple(re.findall(r"[A-Z][\w’'-]+", quote.text))
            voices.append(_Voice((*named, *speakers), False, frozenset(_words(quote.text))))
            continue
        for telling in found:
            own = not telling.who or bool(_PRONOUN.match(telling.who))
            meant = speakers if own else tuple(speaker for speaker in speakers if _key(speaker) & _key(telling.who))
            who = tuple(filter(None, (telling.who, *meant)))
            words = frozenset(word for start, end in telling.spans for word in _words(quote.text[start:end]))
            voices.append(_Voice(who, telling.opinion, words - frozenset(_words(telling.who))))
        told = sorted(span for telling in found for span in telling.spans)
        position = 0
        for start, end in (*told, (len(quote.text), len(quote.text))):
            narrated |= _words(quote.text[position:start])
            position = max(position, end)
    return voices, frozenset(narrated)


def _sources(statement: str, voices: Sequence[_Voice], narrated: frozenset[str]) -> list[_Voice]:
    """Whose words a statement repeats, the likeliest first; nobody's: it is told by the articles themselves."""
    said = [span for telling in tellings(statement) for span in telling.spans]
    ours = frozenset(word for start, end in said for word in _words(statement[start:end])) or _words(statement)
    weighed = []
    for voice in voices:
        subject = frozenset(word for who in voice.who for word in _words(who))
        inside, outside = ours & (voice.words - narrated), ours & (narrated - voice.words - subject)
        if inside and len(inside) >= len(outside):
            weighed.append((len(inside) - len(outside), voice))
    return [voice for _, voice in sorted(weighed, key=lambda pair: -pair[0])]


def _left_out(statement: str, source: _Voice) -> str:
    """Why a statement does not give its source, or an empty text."""
    verbs = verbs_of_telling(statement)
    # "Russia wants", of which he speaks, tells nothing of him.
    if names_a_view(statement) or any(
        folded(verb.split()[0]) not in source.words or _DENIES.match(verb) for verb in verbs
    ):
        return ""
    if not source.who:
        return "" if verbs else "the quote does not say so itself"
    for who in source.who:
        mentions = [word for word in words(statement) if word[:1].isupper() and folded(word) in _key(who)]
        if source.opinion:
            mentions = [
                word
                for word in mentions
                if re.search(rf"\b{re.escape(word)}\s(?!{_IS}\b|(?:['’]s|of|in|to|and)\b)[a-z]", statement)
            ]
        if mentions and not all(_only_after(_GOVERNED, m, statement) for m in mentions):
            return ""
    return f"it is {_shown(source.who)} who says so"


def _shown(who: Sequence[str]) -> str:
    named = [each for each in who if re.search(r"[A-Z]", each)] or list(who)
    return named[-1]


def _words(text: str) -> set[str]:
    return {one_name(term) for term in terms(text)} - LIGHT


def _other_speaker(
    statement: str, quotes: Sequence[Quote], told: str, sources: Sequence[_Voice], voices: Sequence[_Voice]
) -> str:
    """Whom a statement gives words that are not his, in words for a reader."""
    if not tells(statement):
        return ""
    speakers = tuple(dict.fromkeys(speaker for quote in quotes for speaker in quote.speakers))
    allowed = [*speakers, *named_speakers(told), *(each.who for each in tellings(told) if each.who)]
    ours = stated_speakers(statement)
    sources = [source for source in sources if any(re.search("[A-Z]", who) for who in source.who)]
    if (
        sources
        and ours
        and not _DENIES.search(statement)
        and not _among(ours, [w for s in sources for w in s.who], statement, told)
    ):
        return f"it is {_shown(sources[0].who)} who says so"
    if sources and not ours and not any(re.search(r"[a-z]s\b(?!['’])", who) for who in sources[0].who):
        teller = _CROWD.match(statement)
        if teller and folded(teller["who"]) not in {folded(word) for word in words(told)}:
            return f"it is {_shown(sources[0].who)} who says so"
    if sources and not ours and not _DENIES.search(statement) and _confused(statement, sources, voices):
        return f"it is {_shown(sources[0].who)} who says so"
    if not allowed:
        present = {one_name(term) for term in terms(told)} | DESCRIPTIONS
        strange = next((speaker for speaker in ours if _key(speaker) and not _key(speaker) & present), "")
        return f"the quote is not {strange}’s words" if strange and not _among(ours, (), statement, told) else ""
    if ours and not _among(ours, allowed, statement, told):
        return f"it is {allowed[0]} who says so"
    return ""


def _confused(statement: str, sources: Sequence[_Voice], voices: Sequence[_Voice]) -> bool:
    """Whether a statement gives the words of one to somebody else who speaks in the quotes."""
    told_by = frozenset(word for telling in tellings(statement)[:1] for word in _words(telling.who)) - DESCRIPTIONS
    own = frozenset(word for source in sources for who in source.who for word in _words(who))
    others = frozenset(word for voice in voices if voice not in sources for who in voice.who for word in _words(who))
    return bool(told_by & others) and not told_by & own


def _among(ours: Sequence[str], speakers: Sequence[str], statement: str, told: str) -> bool:
    """Whether one of the speakers that a statement names is among some others.

    Somebody else of the statement may speak beside him: "Kashin told AFP".
    """
    known = frozenset(
        folded(word) for speaker in speakers for word in words(shortened(speaker)) if not is_stop_word(word)
    )
    known = known - DESCRIPTIONS | frozenset().union(*(_office(speaker, statement) for speaker in speakers))
    initials = {"".join(word[0] for word in words(speaker) if word[:1].isupper()) for speaker in speakers}
    initials |= {"".join(word[0] for word in run.split()) for run in re.findall(r"(?:[A-Z]\w+ ){1,5}[A-Z]\w+", told)}
    return any(
        not (key := _key(speaker)) or key & known or key <= DESCRIPTIONS or speaker in initials for speaker in ours
    )


def _office(speaker: str, statement: str) -> frozenset[str]:
    """A speaker's country and title where a statement has them both: "the Chinese president" is "Chinese President Xi"."""
    office = frozenset(term for term in map(one_name, terms(speaker)) if term in TITLES or is_country(term))
    return office if len(office) > 1 and office <= set(map(one_name, terms(statement))) else frozenset()


def _only_after(pattern: str, name: str, text: str) -> bool:
    everywhere = len(re.findall(rf"\b{re.escape(name)}\b", text))
    return everywhere > 0 and everywhere == len(re.findall(rf"{pattern}\s(?:the\s)?{re.escape(name)}\b", text))


def stated_speakers(statement: str) -> tuple[str, ...]:
    """The speakers that a statement names, before a verb of telling or a colon."""
    prefix = _PREFIX.match(statement)
    found = (prefix["name"],) if prefix and prefix["name"][:1].isupper() and len(prefix["name"].split()) <= 6 else ()
    return found + tuple(
        speaker
        for speaker in (named_speakers(statement) if tells(statement) else ())
        if _is_somebody(speaker, statement)
    )


def _is_somebody(speaker: str, statement: str) -> bool:
    """Whether a capitalised speaker is a name; "Experts say" and "The classicist wrote" have none."""
    if len(speaker) < 3:
        return False  # "U." of "U.S."
    if not statement.startswith(speaker):
        return True
    first, *others = words(speaker)
    named = {token.text for token in tokens(statement) if token.name}
    alone = not others and not re.match(rf"{re.escape(speaker)}\s(?!has\b|is\b|was\b|says\b)\w*s\s\w", statement)
    return bool(named & {first, *others}) or (alone and not first.endswith("s") and folded(first) not in DESCRIPTIONS)


def _key(speaker: str) -> frozenset[str]:
    """The stems that tell a speaker: his surname or his country; without one, all of his description."""
    stems = [one_name(term) for term in terms(speaker)]
    bare = [term for term in stems if term not in TITLES] or stems
    people = [term for term in bare if not is_country(term)]
    if people and people != bare and len(people) <= 1:
        return frozenset(bare)
    return frozenset(people or bare)
