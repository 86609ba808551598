"""The embedded answerer: chooses the sentences that answer, verbatim, with their speaker; or abstains."""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Statement, StatementEvent
from assistant.question import Question
from assistant.reading import Reading
from retrieval.articles import Article, ScoredChunk
from retrieval.evidence import Evidence, EvidenceScorer, Passage


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure is sure enough; scores are the evidence scorer's."""

    answer: float = 0.7
    """The best sentence must reach this, else the articles do not say."""
    spoken: float = 0.5
    """The same where the question asks for a speaker's words: only his are looked at."""
    told: float = 0.2
    """The same where the speaker is a country or "experts", for sentences that name it."""
    margin: float = 1.6
    """Further sentences may lie this far below the best one, in log odds."""
    margin_elsewhere: float = 0.25
    """The same for sentences of other articles than the best one's."""
    most_sentences: int = 5


READINGS_KEPT = 1000  # articles; each takes about four times its text
BEARING = Thresholds(answer=0.1, spoken=0.1, told=0.1)
_STRAY_END = re.compile(r"(?<=\w[.!?])\s+[.,;]+$")  # a second full stop that a scraper left behind
HEADING = -2.0  # shift of log odds: a headline repeats the question's words and says little


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a retrieved passage and its score."""

    reading: Reading
    number: int
    score: float


class ExtractiveAnswerer:
    """Answers from the articles' own sentences; no model writes a word."""

    def __init__(self, scorer: EvidenceScorer, *, thresholds: Thresholds | None = None) -> None:
        self.scorer = scorer
        self.thresholds = thresholds or Thresholds()
        self._readings: dict[tuple[str, str], Reading] = {}

    def stream(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> Iterator[StatementEvent | Answer]:
        """The statements in the articles' order, best article first, then the whole answer."""
        chosen = self.choose(question, retrieved, articles)
        statements: list[Statement] = []
        citations: list[Citation] = []
        for reading, numbers in chosen:
            citation, statement = _cited(reading, numbers, len(citations) + 1)
            citations.append(citation)
            statements.append(statement)
            yield StatementEvent(statement, (citation,))
        yield Answer(
            question=question,
            outcome="answered" if statements else "not_in_articles",
            statements=tuple(statements),
            citations=tuple(citations),
            retrieved=tuple(retrieved),
        )

    def bears_on(self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]) -> bool:
        """Whether anything retrieved may answer: a far lower bar than answering from it."""
        return bool(ExtractiveAnswerer(self.scorer, thresholds=BEARING).choose(question, retrieved, articles))

    def choose(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> list[tuple[Reading, list[int]]]:
        """Runs of neighbouring sentences that answer, as (article, sentence numbers); empty: the articles do not say."""
        readings = {file: self._reading(articles[file]) for file in dict.fromkeys(r.chunk.file for r in retrieved)}
        asked = Question.of(question, readings.values())
        if asked.unknown_names:
            picked = []
        elif asked.speaker:
            picked = self._spoken(asked, list(readings.values()))
            if not picked and (asked.collective or asked.guessed):
                candidates = self._candidates(question, retrieved, readings)
                if asked.collective:
                    candidates = [c for c in candidates if asked.names_speaker(c.reading.text(c.number))]
                least = self.thresholds.told if asked.collective else self.thresholds.answer
                picked = self._plain(asked, candidates, least=least)
        else:
            picked = self._plain(asked, self._candidates(question, retrieved, readings), least=self.thresholds.answer)
        by_file: dict[str, list[Candidate]] = {}
        for candidate in picked:
            by_file.setdefault(candidate.reading.article.file, []).append(candidate)
        ordered = sorted(by_file.values(), key=lambda group: -max(candidate.score for candidate in group))
        return [
            (group[0].reading, run)
            for group in ordered
            for run in group[0].reading.runs(n for candidate in group for n in _with_context(candidate))
        ]

    def _candidates(
        self, question: str, retrieved: Sequence[ScoredChunk], readings: Mapping[str, Reading]
    ) -> list[Candidate]:
        places: list[tuple[Reading, range]] = []
        passages: list[Passage] = []
        for scored in retrieved:
            chunk = scored.chunk
            reading = readings[chunk.file]
            numbers = reading.within(chunk.start, chunk.end)
            places.append((reading, numbers))
            passages.append(
                Passage(
                    text=chunk.text,
                    sentences=tuple(
                        (start - chunk.start, end - chunk.start)
                        for start, end in (reading.sentences[n] for n in numbers)
                    ),
                    title=chunk.title,
                )
            )
        best: dict[tuple[str, int], Candidate] = {}
        for (reading, numbers), evidence in zip(places, self.scorer.score(question, passages), strict=True):
            for number, score in zip(numbers, evidence.sentences, strict=True):
                if reading.headings[number]:
                    score = _shifted(score, HEADING)
                key = (reading.article.file, number)
                if key not in best or best[key].score < score:
                    best[key] = Candidate(reading, number, score)
        return sorted(best.values(), key=lambda candidate: -candidate.score)

    def _reading(self, article: Article) -> Reading:
        key = (article.file, article.sha256)
        reading = self._readings.get(key)
        if reading is None:
            if len(self._readings) >= READINGS_KEPT:
                self._readings.clear()
            reading = self._readings[key] = Reading.of(article)
        return reading

    def _plain(self, asked: Question, candidates: Sequence[Candidate], *, least: float) -> list[Candidate]:
        """The best sentence, if it scores at least so much, and those close to it."""
        fitting = [
            replace(candidate, score=_shifted(candidate.score, asked.fit(candidate.reading.text(candidate.number))))
            for candidate in candidates
        ]
        fitting.sort(key=lambda candidate: -candidate.score)
        if not fitting or fitting[0].score < least:
            return []
        best = fitting[0]
        floor = max(least, _shifted(best.score, -self.thresholds.margin))
        elsewhere = max(least, _shifted(best.score, -self.thresholds.margin_elsewhere))
        return [
            candidate
            for candidate in fitting
            if candidate.score >= (floor if candidate.reading is best.reading else elsewhere)
        ][: self.thresholds.most_sentences]

    def _spoken(self, asked: Question, readings: Sequence[Reading]) -> list[Candidate]:
        """Whole blocks of the asked speaker's words, where one of their sentences is about the subject."""
        blocks = [
            (reading, block)
            for reading in readings
            for block in reading.runs(n for n in range(len(reading.sentences)) if asked.spoken_in(reading, n))
        ]
        passages = [_block_passage(reading, block) for reading, block in blocks]
        found = self.scorer.score(asked.text, passages, given=asked.speaker)
        best = max((evidence.answerable for evidence in found), default=0.0)
        if asked.subject and best < self.thresholds.spoken:
            return []
        floor = _shifted(best, -self.thresholds.margin) if asked.subject else 0.0
        picked: list[Candidate] = []
        for (reading, block), evidence in sorted(zip(blocks, found, strict=True), key=lambda pair: -pair[1].answerable):
            if evidence.answerable >= floor and len(picked) < self.thresholds.most_sentences:
                picked += self._longest(reading, block, evidence)
        return picked

    def _longest(self, reading: Reading, block: Sequence[int], evidence: Evidence) -> list[Candidate]:
        """A block as candidates; of one that is too long, its best sentences."""
        candidates = [Candidate(reading, n, score) for n, score in zip(block, evidence.sentences, strict=True)]
        return sorted(candidates, key=lambda candidate: -candidate.score)[: self.thresholds.most_sentences]


def _shifted(probability: float, by: float) -> float:
    """A probability with its log odds shifted."""
    odds = probability / max(1.0 - probability, 1e-9) * math.exp(by)
    return odds / (1.0 + odds)


def _block_passage(reading: Reading, block: Sequence[int]) -> Passage:
    """A speaker's neighbouring sentences as a passage that begins with his name, which they may not repeat."""
    attribution = reading.attributions[block[0]]
    start, end = reading.sentences[block[0]][0], reading.sentences[block[-1]][1]
    text = reading.article.text[start:end]
    prefix = f"{attribution.speakers[0]}: " if attribution and attribution.speakers[0] not in text else ""
    shift = len(prefix) - start
    return Passage(
        text=prefix + text,
        sentences=tuple((reading.sentences[n][0] + shift, reading.sentences[n][1] + shift) for n in block),
        title=reading.article.title,
    )


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


def _cited(reading: Reading, numbers: Sequence[int], number: int) -> tuple[Citation, Statement]:
    """One citation for a run of sentences, and the statement: its words, after the speaker's name where they lack it."""
    start, end = reading.sentences[numbers[0]][0], reading.sentences[numbers[-1]][1]
    quote = _STRAY_END.sub("", reading.article.text[start:end])
    end = start + len(quote)
    words = " ".join(quote.split())
    attribution = reading.attributions[numbers[0]]
    if attribution and not any(name in words for name in attribution.speakers):
        words = f"{attribution.speakers[0]}: {words}"
    article = reading.article
    return Citation(number, article.file, start, end, quote, article.title), Statement(words, (number,))
