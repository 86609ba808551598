"""Chosen sentences as quotations: neighbours together, with the sentence that says who speaks, and what they state."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Citation, Statement
from assistant.reading import Reading
from retrieval.sentences import Span

_STRAY_END = re.compile(r"(?<=\w[.!?])\s+[.,;]+$")  # a second full stop that a scraper left behind


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage, its score, and the shortest answer in it as a span of the article."""

    reading: Reading
    number: int
    score: float
    highlight: Span | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring sentences of one article that are cited together."""

    reading: Reading
    numbers: tuple[int, ...]
    highlight: Span | None


def runs_of(group: Sequence[Candidate]) -> Iterator[Run]:
    """Candidates of one article, with the sentences they need beside them, as runs of neighbours."""
    reading = group[0].reading
    best = max(group, key=lambda candidate: candidate.score)
    for numbers in reading.runs(number for candidate in group for number in _with_context(candidate)):
        yield Run(reading, tuple(numbers), best.highlight if best.number in numbers else None)


def quoted(candidate: Candidate) -> Citation:
    """The candidate's sentence alone as a citation numbered 0."""
    article = candidate.reading.article
    start, end = candidate.reading.sentences[candidate.number]
    return Citation(0, article.file, start, end, article.text[start:end], article.title)


def parted(run: Run) -> list[Run]:
    """A run where the speaker changes: each part can then be led in by his name."""
    parts: list[list[int]] = []
    for number in run.numbers:
        attribution = run.reading.attributions[number]
        before = run.reading.attributions[parts[-1][-1]] if parts else None
        if parts and (attribution.speakers if attribution else ()) == (before.speakers if before else ()):
            parts[-1].append(number)
        else:
            parts.append([number])
    return [Run(run.reading, tuple(part), run.highlight) for part in parts]


def _with_context(candidate: Candidate) -> list[int]:
    """The sentence, with the one before where it leans on it, and with the one that names its speaker where that is near."""
    reading, number = candidate.reading, candidate.number
    numbers = [number]
    if reading.leans_back(number):
        numbers.append(number - 1)
    attribution = reading.attributions[number]
    if attribution and number - 3 <= attribution.named_in < number:
        numbers += range(attribution.named_in, number)
    return numbers


def cited(run: Run, number: int) -> tuple[Citation, Statement]:
    """One citation for a run of sentences, and the statement: its words, after the speaker's name where they lack it."""
    reading = run.reading
    start, end = reading.sentences[run.numbers[0]][0], reading.sentences[run.numbers[-1]][1]
    quote = _STRAY_END.sub("", reading.article.text[start:end])
    end = start + len(quote)
    highlight = run.highlight if run.highlight and start <= run.highlight[0] and run.highlight[1] <= end else None
    words = " ".join(quote.split())
    attribution = reading.attributions[run.numbers[0]]
    if attribution and not any(name in words for name in attribution.speakers):
        words = f"{attribution.speakers[0]}: {words}"
    article = reading.article
    return Citation(number, article.file, start, end, quote, article.title, highlight), Statement(words, (number,))
