"""The embedded answerer: chooses the sentences that answer, verbatim, with their speaker; or abstains."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Outcome, Statement, StatementEvent, Unverified
from assistant.question import Question
from assistant.quotation import Candidate, Run, cited, parted, runs_of
from assistant.reading import Reading
from assistant.trail import Judged, Option, TakenApart, Weighing
from assistant.verification import Verdict, quotes_of
from assistant.verification.verbatim import verbatim_verdict
from retrieval.articles import Article, ScoredChunk
from retrieval.evidence import Evidence, EvidenceScorer, Passage
from retrieval.sentences import Span
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


READINGS_KEPT = 1000  # articles; each takes about four times its text
BEARING = Thresholds(answer=0.1, spoken=0.1, told=0.1)
HEADING = -2.0  # shift of log odds: a headline repeats the question's words and says little
HIGHLIGHT_CHARACTERS = 50  # a longer span is no name, date or number: the sentence is shown without emphasis


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen to answer with, best article first, and what was retrieved, best first."""

    runs: tuple[Run, ...]
    sure: bool
    confidence: float
    retrieved: tuple[ScoredChunk, ...]

    @property
    def outcome(self) -> Outcome:
        return "not_in_articles" if not self.runs else "answered" if self.sure else "partial"


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
        choice = self.choose(question, retrieved, articles)
        statements: list[Statement] = []
        citations: list[Citation] = []
        unverified: list[Unverified] = []
        for run in choice.runs:
            for part in [run] if _verified(run).supported else parted(run):
                citation, statement = cited(part, len(citations) + 1)
                verdict = _verified(part)
                if not verdict.supported:
                    unverified.append(Unverified(statement.text, verdict.reason))
                    continue
                citations.append(citation)
                statements.append(statement)
                yield StatementEvent(statement, (citation,))
        yield Answer(
            question=question,
            outcome=choice.outcome if statements else "not_in_articles",
            statements=tuple(statements),
            citations=tuple(citations),
            unverified=tuple(unverified),
            retrieved=choice.retrieved,
            confidence=round(choice.confidence, 4),
        )

    def bearing(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> tuple[ScoredChunk, ...]:
        """The retrieved chunks, best first, or none where nothing in them may answer: a far lower bar than answering."""
        choice = self.choose(question, retrieved, articles, thresholds=BEARING)
        return choice.retrieved if choice.runs else ()

    def choose(
        self,
        question: str,
        retrieved: Sequence[ScoredChunk],
        articles: Mapping[str, Article],
        *,
        thresholds: Thresholds | None = None,
    ) -> Choice:
        """The sentences that answer; none: the articles do not say."""
        thresholds = thresholds or self.thresholds
        readings = {file: self._reading(articles[file]) for file in dict.fromkeys(r.chunk.file for r in retrieved)}
        asked = Question.of(question, readings.values())
        note(TakenApart, asked, thresholds)
        picked, ranked, sure, confidence = list[Candidate](), tuple(retrieved), True, 0.0
        if not asked.unknown_names:
            if asked.speaker:
                picked, confidence = self._spoken(asked, list(readings.values()), thresholds)
            if not picked and (not asked.speaker or asked.collective or asked.guessed):
                least = thresholds.told if asked.collective else thresholds.answer
                candidates, ranked = self._candidates(question, retrieved, readings)
                if asked.collective:
                    candidates = [c for c in candidates if asked.names_speaker(c.reading.text(c.number))]
                fitting = _fitting(asked, candidates)
                picked = _close_to_best(fitting, thresholds, least=least)
                confidence = max([confidence, *(_cleared(candidate.score, least) for candidate in fitting[:1])])
                sure = any(candidate.score >= _shifted(least, thresholds.sure) for candidate in picked)
        by_file: dict[str, list[Candidate]] = {}
        for candidate in picked:
            by_file.setdefault(candidate.reading.article.file, []).append(candidate)
        ordered = sorted(by_file.values(), key=lambda group: -max(candidate.score for candidate in group))
        runs = tuple(run for group in ordered for run in runs_of(group))
        choice = Choice(runs, sure, confidence, ranked)
        note(lambda: choice)
        return choice

    def _candidates(
        self, question: str, retrieved: Sequence[ScoredChunk], readings: Mapping[str, Reading]
    ) -> tuple[list[Candidate], tuple[ScoredChunk, ...]]:
        """The sentences of what was retrieved, and the chunks in the order of how well they bear on the question."""
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
        found = self.scorer.score(question, passages)
        note(Judged, retrieved, found)
        for scored, (reading, numbers), evidence in zip(retrieved, places, found, strict=True):
            highlight = _highlight(evidence.span, scored.chunk.start)
            for number, score in zip(numbers, evidence.sentences, strict=True):
                if reading.headings[number]:
                    score = _shifted(score, HEADING)
                key = (reading.article.file, number)
                if key not in best or best[key].score < score:
                    start, end = reading.sentences[number]
                    inside = highlight is not None and start <= highlight[0] and highlight[1] <= end
                    best[key] = Candidate(reading, number, score, highlight if inside else None)
        order = sorted(range(len(found)), key=lambda index: -found[index].relevance)
        ranked = tuple(replace(retrieved[index], score=found[index].answerable) for index in order)
        return list(best.values()), ranked

    def _reading(self, article: Article) -> Reading:
        key = (article.file, article.sha256)
        reading = self._readings.get(key)
        if reading is None:
            if len(self._readings) >= READINGS_KEPT:
                self._readings.clear()
            reading = self._readings[key] = Reading.of(article)
        return reading

    def _spoken(
        self, asked: Question, readings: Sequence[Reading], thresholds: Thresholds
    ) -> tuple[list[Candidate], float]:
        """Whole blocks of the asked speaker's words, where one of their sentences is about the subject; and how surely."""
        blocks = [
            (reading, block)
            for reading in readings
            for block in reading.runs(n for n in range(len(reading.sentences)) if asked.spoken_in(reading, n))
        ]
        passages = [_block_passage(reading, block) for reading, block in blocks]
        found = self.scorer.score(asked.text, passages, given=asked.speaker)
        best = max((evidence.answerable for evidence in found), default=0.0)
        # A question for whatever he said has no subject to be sure of: any words of his will do.
        confidence = _cleared(best, thresholds.spoken) if asked.subject else float(bool(blocks))
        bar, floor = (thresholds.spoken, _shifted(best, -thresholds.margin)) if asked.subject else (0.0, 0.0)
        picked: list[Candidate] = []
        options: list[Option] = []
        for (reading, block), evidence in sorted(zip(blocks, found, strict=True), key=lambda pair: -pair[1].answerable):
            fits = best >= bar and evidence.answerable >= floor and len(picked) < thresholds.most_sentences
            options.append(Option(reading, block, evidence.answerable, fits))
            if fits:
                picked += _longest(reading, block, evidence, thresholds.most_sentences)
        note(Weighing, True, bar, floor, floor, thresholds.most_sentences, options)
        return picked, confidence


def _verified(run: Run) -> Verdict:
    """What verification makes of a run's statement; sentences of an article need only their speaker, which takes no rules."""
    citation, statement = cited(run, 1)
    quotes = quotes_of([citation], {citation.file: run.reading})
    verdict = verbatim_verdict(statement.text, quotes)
    if verdict is None:
        from assistant.verification.verdict import verify

        verdict = verify(statement.text, quotes)
    return verdict


def _longest(reading: Reading, block: Sequence[int], evidence: Evidence, most: int) -> list[Candidate]:
    """A block as candidates that score as the block does; of one that is too long, its best sentences."""
    best = sorted(zip(evidence.sentences, block, strict=True), reverse=True)[:most]
    return [Candidate(reading, number, max(score, evidence.answerable)) for score, number in best]


def _fitting(asked: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates, best first, with the odds shifted by what kind of thing each sentence holds."""
    fitting = [
        replace(candidate, score=_shifted(candidate.score, asked.fit(candidate.reading.text(candidate.number))))
        for candidate in candidates
    ]
    return sorted(fitting, key=lambda candidate: -candidate.score)


def _close_to_best(candidates: Sequence[Candidate], thresholds: Thresholds, *, least: float) -> list[Candidate]:
    """The best sentence, if it scores at least so much, and those close to it."""
    if not candidates:
        return []
    best = candidates[0]
    floor = max(least, _shifted(best.score, -thresholds.margin))
    elsewhere = max(least, _shifted(best.score, -thresholds.margin_elsewhere))
    close = [c for c in candidates if c.score >= (floor if c.reading is best.reading else elsewhere)]
    picked = close[: thresholds.most_sentences]
    note(_weighing, candidates, picked, least, floor, elsewhere, thresholds.most_sentences)
    return picked


def _weighing(
    candidates: Sequence[Candidate], picked: Sequence[Candidate], bar: float, floor: float, elsewhere: float, most: int
) -> Weighing:
    """How sentences were weighed, for an explanation."""
    chosen = {(c.reading.article.file, c.number) for c in picked}
    options = [
        Option(c.reading, (c.number,), c.score, (c.reading.article.file, c.number) in chosen) for c in candidates
    ]
    return Weighing(False, bar, floor, elsewhere, most, options)


def _highlight(span: Span | None, start: int) -> Span | None:
    """A short span of a chunk as a span of its article."""
    if span is None or span[1] - span[0] > HIGHLIGHT_CHARACTERS:
        return None
    return start + span[0], start + span[1]


def _shifted(probability: float, by: float) -> float:
    """A probability with its log odds shifted."""
    # Not by way of `retrieval.evidence.log_odds`: a scorer of others may say 0 or 1, which it does not take.
    odds = probability / max(1.0 - probability, 1e-9) * math.exp(by)
    return odds / (1.0 + odds)


def _cleared(score: float, bar: float) -> float:
    """A score measured by its bar: 0.5 where it just reaches it."""
    return _shifted(score, -math.log(bar / (1.0 - bar)))


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
