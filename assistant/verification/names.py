"""People, organisations and places: a statement names nobody whom its quotes do not."""

import re
from collections.abc import Iterator, Sequence

from assistant.verification.comparison import Comparison
from assistant.verification.lexicon import DESCRIPTIONS
from assistant.verification.tokens import Token
from retrieval.places import is_country
from retrieval.titles import TITLES
from retrieval.words import is_stop_word, mended, stem

# What may stand for somebody named around the quotes.
_REFERENCES = frozenset(
    """he she him her his hers they them their theirs it its both this that these those two former latter leader leaders
    president minister expert analyst country countries sides side neighbour neighbor counterpart capital company
    organisation organization group dictator who""".split()  # noqa: SIM905 - a list of this length reads better as prose
)
_STATES = frozenset(map(stem, ("arabia", "union", "kingdom", "republic", "federation", "emirates")))
_JOINING = frozenset({"of", "the", "for", "and", "de", "van", "von", "al", "bin"})


def name_conflict(pair: Comparison) -> str:
    """Whom a statement names and its quotes do not, or an empty text."""
    refers = any(token.lower in _REFERENCES for token in pair.quote) or any(t.quoted for t in pair.quote)
    speakers = {token.stem for token in pair.context if any(token.text in speaker for speaker in pair.speakers)}
    for run in runs(pair.statement):
        missing = _missing(run, pair.quote)
        if not missing:
            continue
        if not _missing(run, pair.context) and (
            refers or all(token.stem in speakers for token in missing) or _only_kin(run, pair)
        ):
            replaced = _replaced(pair, missing)
            if not replaced:
                continue
            return f"the quote says {replaced}, not {_shown(missing)}"
        return f"the quote does not name {_shown(missing)}"
    return _substituted(pair)


def runs(text: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """The names of a text, each as its capitalised words without titles."""
    run: list[Token] = []
    for token in text:
        if run and not (token.name and token.joined):
            yield from _untitled(run)
            run = []
        if token.name:
            run.append(token)
    yield from _untitled(run)


def _untitled(run: Sequence[Token]) -> Iterator[tuple[Token, ...]]:
    """Countries are names by themselves: "Chinese President Xi Jinping" is two."""
    bare = [
        token
        for before, token in zip((None, *run), run, strict=False)
        if token.stem not in TITLES and not (before and is_country(before.stem) and token.stem in _STATES)
    ]
    people = tuple(token for token in bare if not is_country(token.stem))
    yield from ((token,) for token in bare if is_country(token.stem))
    if people:
        yield people


def _missing(run: Sequence[Token], text: Sequence[Token]) -> tuple[Token, ...]:
    """The words of a name that a text does not have; none where it has the name in another form."""
    told = {token.stem for token in text}
    absent = [token for token in run if token.stem not in told and not _spelled_otherwise(token, told)]
    if not absent:
        return ()
    if len(run) == 1:
        return () if abbreviates(run[0], text) or _spells_out(run, told) else tuple(run)
    if _spells_out(run, told):
        return ()
    present = [token for token in run if token not in absent]
    if not present or _in_place_of(run, absent, text):
        return tuple(absent)
    return () if len(run) <= 3 or 2 * len(present) >= len(run) else tuple(absent)


def _in_place_of(run: Sequence[Token], absent: Sequence[Token], text: Sequence[Token]) -> bool:
    """Whether a text has another name where a run has an absent one: "John Bolton" beside "John Kirby"."""
    for place, token in enumerate(run):
        for step in (1, -1):
            if token in absent or not 0 <= place + step < len(run) or run[place + step] not in absent:
                continue
            for index, other in enumerate(text):
                beside = index + step
                if other.stem == token.stem and other.name and 0 <= beside < len(text):
                    there = text[beside]
                    if there.name and there.stem not in TITLES and text[max(index, beside)].joined:
                        return True
    return False


def _substituted(pair: Comparison) -> str:
    """The name that the quotes have in the place of one of the statement's, all around being the same."""
    for ours, theirs in pair.swapped:
        said = {t.stem: t for t in ours if t.name and t.stem not in TITLES}
        told = {t.stem: t for t in theirs if t.name and t.stem not in TITLES}
        described = any(t.stem in TITLES or t.stem in DESCRIPTIONS or t.lower in _REFERENCES for t in (*ours, *theirs))
        alike = any(_spelled_otherwise(token, set(told)) or abbreviates(token, pair.quote) for token in said.values())
        if said and told and not said.keys() & told.keys() and not described and not alike:
            return f"the quote says {_shown(list(told.values()))}, not {_shown(list(said.values()))}"
    return ""


def _spelled_otherwise(token: Token, told: set[str]) -> bool:
    own = token.stem
    people = any(own != other and own[:-1] == other[: len(own) - 1] and len(other) - len(own) <= 4 for other in told)
    reverse = any(
        other[:-1] == own[: len(other) - 1] and len(own) - len(other) <= 4 for other in told if len(other) > 5
    )
    return len(own) > 5 and (people or reverse or bool(mended([own], told)))  # Manhattan and Manhattanites


def abbreviates(token: Token, text: Sequence[Token]) -> bool:
    """Whether a name is made of the initials of one in a text: WHO, the World Health Organization."""
    letters = re.sub(r"['’]s?$|\.", "", token.text)
    if not letters.isupper() or len(letters) < 2:
        return False
    initials = "".join(other.text[0] if other.name else " " for other in text)
    return letters in initials


def _spells_out(run: Sequence[Token], told: set[str]) -> bool:
    initials = "".join(token.text[0] for token in run).lower()
    return len(initials) > 1 and initials in told


def _only_kin(run: Sequence[Token], pair: Comparison) -> bool:
    """Whether a country only describes somebody whom the quotes name: "Chinese President Xi"."""
    token = run[0]
    if len(run) > 1 or not is_country(token.stem):
        return False
    if not any(is_country(other.stem) for other in pair.quote):
        return True  # whose they are goes without saying where one country is spoken of
    index = next(i for i, other in enumerate(pair.statement) if other is token)
    told = {other.stem for other in pair.quote if other.name}
    if not any(other.stem in TITLES for other in pair.statement[index + 1 : index + 4]):
        return False
    return any(
        other.stem == token.stem and any(o.name and o.stem in told for o in pair.context[place + 1 : place + 5])
        for place, other in enumerate(pair.context)
    )


def _replaced(pair: Comparison, missing: Sequence[Token]) -> str:
    """The name that stands in the quotes where a statement has one of the surroundings."""
    for index, token in enumerate(pair.statement):
        if token not in missing:
            continue
        for step in (1, -1):
            beside = _beside(pair.statement, index, step)
            if beside is None:
                continue
            for place in pair.aligned[beside]:
                other = _beside(pair.quote, place, -step)
                if other is None:
                    continue
                there = pair.quote[other]
                ours = {t.stem for t in pair.statement}
                if there.name and there.stem not in ours and there.stem not in TITLES:
                    return there.text
    return ""


def _beside(text: Sequence[Token], index: int, step: int) -> int | None:
    """The nearest word of weight on one side within its clause, function words passed over."""
    place = index + step
    while 0 <= place < len(text) and abs(place - index) <= 3:
        if text[place].clause != text[index].clause:
            return None
        if text[place].content:
            return place
        place += step
    return None


def _shown(missing: Sequence[Token]) -> str:
    return re.sub(r"['’]s?$", "", " ".join(token.text for token in missing if not is_stop_word(token.text)))
