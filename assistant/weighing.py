"""Candidates weighed: how sure is sure enough, and which sentences are near enough to the best."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.question import Question
from assistant.quotation import Candidate
from assistant.reading import Reading
from retrieval.evidence.overlap import asked_words, met_words, share
from retrieval.relatedness import WordVectors
from retrieval.tracing import note


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure enough; scores are the evidence scorer's."""

    answer: float = 0.7
    """The best sentence must reach this, else the articles do not say."""
    spoken: float = 0.5
    """The same where the question asks for a speaker's words: only his are looked at."""
    told: float = 0.1
    """The same where the speaker is a country or "experts", for sentences that name it."""
    margin: float = 1.6
    """Further sentences may lie this far below the best one, in log odds."""
    margin_elsewhere: float = 0.3
    """The same for sentences of other articles than the best one's."""
    most_sentences: int = 5
    sure: float = 1.4
    """The best sentence must clear its bar by so much, in log odds; less is a partial answer. On the tuning questions 97 % of
    the answers that clear it by 3 were right, 60 % of those by less than this. The words of the speaker who was asked for
    are not measured by it."""


BEARING = Thresholds(answer=0.1, spoken=0.1, told=0.1)
NEAREST = 0.3
"""What a sentence must score to be shown as the nearest, where none answers."""
NEAREST_SHARE = 0.4
"""How much of the subject it must meet. Of the tuning questions that are refused, none of 25 about other matters is given a
sentence, and 45 of 54 about what the articles report are; what meets less is, as a rule, a speaker's words about something else."""


@dataclass(frozen=True, slots=True)
class Option:
    """Neighbouring sentences of an article that might answer, and whether they were chosen."""

    reading: Reading
    numbers: Sequence[int]
    score: float
    chosen: bool


@dataclass(frozen=True, slots=True)
class Weighing:
    """What might answer, best first, and the bars it had to clear."""

    spoken: bool
    """Whether these are words of the speaker who was asked for; else any sentences."""
    bar: float
    """What the best must reach, else none is chosen."""
    floor: float
    """What others of its article must reach."""
    elsewhere: float
    """What those of other articles must reach."""
    most: int
    """Sentences that are chosen at most."""
    options: Sequence[Option]

    def fate(self, option: Option) -> str:
        """Why an option was chosen or was not."""
        if option.chosen:
            return "chosen"
        best = self.options[0]
        beside = option.reading is best.reading
        if best.score < self.bar:
            return "below the bar"
        if option.score < (self.floor if beside else self.elsewhere):
            return "too far below the best" if beside else "too far below the best, of another article"
        return "one too many"


def fitting(asked: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, best first, with the odds shifted by what kind of thing each sentence holds."""
    shifted_by_kind = [
        replace(candidate, score=shifted(candidate.score, asked.fit(candidate.reading.text(candidate.number))))
        for candidate in candidates
    ]
    return sorted(shifted_by_kind, key=lambda candidate: -candidate.score)


def close_to_best(candidates: Sequence[Candidate], thresholds: Thresholds, *, least: float) -> list[Candidate]:
    """The best sentence, if it scores at least so much, and those close to it."""
    if not candidates:
        return []
    best = candidates[0]
    floor = max(least, shifted(best.score, -thresholds.margin))
    elsewhere = max(least, shifted(best.score, -thresholds.margin_elsewhere))
    close = [c for c in candidates if c.score >= (floor if c.reading is best.reading else elsewhere)]
    picked = close[: thresholds.most_sentences]
    note(_weighing, candidates, picked, least, floor, elsewhere, thresholds.most_sentences)
    return picked


def nearest(asked: Question, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate to be shown where none answers, whoever speaks in it and whatever kind of thing it holds; None where none
    is about the subject."""
    near = sorted((one for one in candidates if one.score >= NEAREST), key=lambda candidate: -candidate.score)
    about = about_subject(asked, (candidate.reading.text(candidate.number) for candidate in near))
    return next((candidate for candidate, shown in zip(near, about, strict=True) if shown), None)


def about_subject(asked: Question, sentences: Iterable[str]) -> Iterator[bool]:
    """Whether each of the sentences meets enough of the question's subject to be shown as the nearest."""
    words = asked_words(asked.text, {})
    subject = [word for word in words if word.stem not in asked.speaker] or words
    vectors = WordVectors.embedded()
    return (share(subject, met_words(subject, sentence, vectors)) >= NEAREST_SHARE for sentence in sentences)


def _weighing(
    candidates: Sequence[Candidate], picked: Sequence[Candidate], bar: float, floor: float, elsewhere: float, most: int
) -> Weighing:
    """How sentences were weighed, for an explanation."""
    chosen = {(c.reading.article.file, c.number) for c in picked}
    options = [
        Option(c.reading, (c.number,), c.score, (c.reading.article.file, c.number) in chosen) for c in candidates
    ]
    return Weighing(False, bar, floor, elsewhere, most, options)


def shifted(probability: float, by: float) -> float:
    """A probability with its log odds shifted."""
    # Not by way of `retrieval.evidence.log_odds`: a scorer of others may say 0 or 1, which it does not take.
    odds = probability / max(1.0 - probability, 1e-9) * math.exp(by)
    return odds / (1.0 + odds)


def cleared(score: float, bar: float) -> float:
    """A score measured by its bar: 0.5 where it just reaches it."""
    return shifted(score, -math.log(bar / (1.0 - bar)))
