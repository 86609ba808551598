"""A citation as verification needs it: its words, whose they are, and what stands around them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from assistant.answer import Citation
from assistant.namesakes import Bearers, everybody
from assistant.reading import Reading
from retrieval.articles import Article

AROUND = 2  # sentences on either side
OPENING = 6  # sentences among which the article is dated
_DATED = re.compile(
    r"\b(?:1[5-9]|20)\d\d\b|\b(?:January|February|March|April|June|July|August|September|October|November|December)\b"
)


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article, and whose they are.

    `speakers` are those whose words the quote is, names as written; with `explicit` the article itself says so, and a
    statement may not leave them out. `context` is the article's title and dateline and the sentences around: it tells
    who "he" is and in which year, and never supports anything.
    """

    text: str
    speakers: tuple[str, ...] = ()
    explicit: bool = False
    context: str = ""
    bearers: Bearers = field(default_factory=dict)
    """Whom the surnames in it mean, its speakers' among them."""


def quotes_of(citations: Iterable[Citation], articles: Mapping[str, Article | Reading]) -> tuple[Quote, ...]:
    """The quotes of some citations, in order; one that holds the words of several speakers is parted.

    A caller who has read an article hands the `Reading` over; an `Article` is read here.

    Raises:
        KeyError: a citation's file is not among the articles.
    """
    found: list[Quote] = []
    readings: dict[str, Reading] = {}
    for citation in citations:
        article = articles[citation.file]
        if citation.file not in readings:
            readings[citation.file] = article if isinstance(article, Reading) else Reading.of(article)
        found += _quotes(citation, readings[citation.file])
    return tuple(found)


def _quotes(citation: Citation, reading: Reading) -> Iterable[Quote]:
    numbers = [
        number for number, (start, end) in enumerate(reading.sentences) if start < citation.end and end > citation.start
    ]
    if not numbers:
        return [Quote(citation.quote, context=citation.title)]
    groups: list[list[int]] = []
    for number in numbers:
        if groups and _voice(reading, groups[-1][-1]) == _voice(reading, number):
            groups[-1].append(number)
        else:
            groups.append([number])
    return [_quote(citation, reading, group) for group in groups]


def _voice(reading: Reading, number: int) -> tuple[tuple[str, ...], bool]:
    attribution = reading.attributions[number]
    return (attribution.speakers, attribution.explicit) if attribution else ((), False)


def _quote(citation: Citation, reading: Reading, group: list[int]) -> Quote:
    start = max(citation.start, reading.sentences[group[0]][0])
    end = min(citation.end, reading.sentences[group[-1]][1])
    speakers, explicit = _voice(reading, group[0])
    near = set(range(max(0, group[0] - AROUND), min(len(reading.sentences), group[-1] + AROUND + 1))) - set(group)
    near |= {n for n in range(min(OPENING, len(reading.sentences))) if _DATED.search(reading.text(n))} - set(group)
    attribution = reading.attributions[group[0]]
    if attribution and attribution.named_in not in group:
        near.add(attribution.named_in)
    context = "\n".join([reading.article.title, *(reading.text(number) for number in sorted(near))])
    meant = everybody(reading.bearers[number] for number in (*group, *([attribution.named_in] if attribution else [])))
    return Quote(citation.quote[start - citation.start : end - citation.start], speakers, explicit, context, meant)
