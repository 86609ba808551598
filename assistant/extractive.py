"""The embedded answerer: chooses the sentences that answer, verbatim, with their speaker; or abstains."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Outcome, Statement, StatementEvent, Unverified
from assistant.answerer import Answerer
from assistant.question import Question
from assistant.quotation import Candidate, Run, cited, parted, quoted, runs_of
from assistant.reading import Reading
from assistant.stages import Stage, begin
from assistant.verification import Verdict, quotes_of
from assistant.verification.verbatim import verbatim_verdict
from assistant.weighing import (
    BEARING,
    Option,
    Thresholds,
    Weighing,
    about_subject,
    cleared,
    close_to_best,
    fitting,
    nearest,
    shifted,
)
from retrieval.articles import Article, ScoredChunk
from retrieval.evidence import Evidence, EvidenceScorer, Passage
from retrieval.sentences import Span
from retrieval.tracing import note

READINGS_KEPT = 1000  # articles; each takes about four times its text
HEADING = -2.0  # shift of log odds: a headline repeats the question's words and says little
HIGHLIGHT_CHARACTERS = 50  # a longer span is no name, date or number: the sentence is shown without emphasis


@dataclass(frozen=True, slots=True)
class TakenApart:
    """What the question asks for, and how sure is sure enough."""

    asked: Question
    thresholds: Thresholds


@dataclass(frozen=True, slots=True)
class Judged:
    """The evidence of each chunk that was retrieved."""

    retrieved: Sequence[ScoredChunk]
    evidence: Sequence[Evidence]


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen to answer with, best article first, and what was retrieved, best first."""

    runs: tuple[Run, ...]
    sure: bool
    confidence: float
    retrieved: tuple[ScoredChunk, ...]
    nearest: Citation | None = None
    """What comes nearest to answering, numbered 0."""

    @property
    def outcome(self) -> Outcome:
        return "not_in_articles" if not self.runs else "answered" if self.sure else "partial"


@dataclass(frozen=True, slots=True)
class Bearing:
    """What bears on a question: the chunks that a chat model may read, best first, and what comes nearest to answering."""

    chunks: tuple[ScoredChunk, ...]
    nearest: Citation | None = None


class ExtractiveAnswerer(Answerer):
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
        begin(Stage("checking"))
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
            nearest=None if statements else choice.nearest,
            confidence=round(choice.confidence, 4),
        )

    def bearing(self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]) -> Bearing:
        """The retrieved chunks, best first, or none where nothing in them may answer: a far lower bar than answering."""
        choice = self.choose(question, retrieved, articles, thresholds=BEARING)
        return Bearing(choice.retrieved if choice.runs else (), choice.nearest)

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
        begin(Stage("reading", len(retrieved)))
        readings = {file: self._reading(articles[file]) for file in dict.fromkeys(r.chunk.file for r in retrieved)}
        asked = Question.of(question, readings.values())
        note(TakenApart, asked, thresholds)
        picked, candidates = list[Candidate](), list[Candidate]()
        ranked, sure, confidence = tuple(retrieved), True, 0.0
        if not asked.unknown_names:
            if asked.speaker:
                picked, confidence = self._spoken(asked, list(readings.values()), thresholds)
            if not picked and (not asked.speaker or asked.collective or asked.guessed):
                least = thresholds.told if asked.collective else thresholds.answer
                candidates, ranked = self._candidates(asked, retrieved, readings)
                naming = [c for c in candidates if asked.names_speaker(c.reading.text(c.number))]
                weighed = fitting(asked, naming if asked.collective else candidates)
                picked = close_to_best(weighed, thresholds, least=least)
                confidence = max([confidence, *(cleared(candidate.score, least) for candidate in weighed[:1])])
                sure = any(candidate.score >= shifted(least, thresholds.sure) for candidate in picked)
        # Reading them takes a tenth of a second, for nothing where none could be shown.
        if not picked and not candidates and any(about_subject(asked, _sentences(retrieved, readings))):
            candidates, _ = self._candidates(asked, retrieved, readings)
        by_file: dict[str, list[Candidate]] = {}
        for candidate in picked:
            by_file.setdefault(candidate.reading.article.file, []).append(candidate)
        ordered = sorted(by_file.values(), key=lambda group: -max(candidate.score for candidate in group))
        runs = tuple(run for group in ordered for run in runs_of(group))
        near = nearest(asked, candidates or picked)
        choice = Choice(runs, sure, confidence, ranked, quoted(near) if near else None)
        note(lambda: choice)
        return choice

    def _candidates(
        self, asked: Question, retrieved: Sequence[ScoredChunk], readings: Mapping[str, Reading]
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
        found = self.scorer.score(asked.text, passages)
        note(Judged, retrieved, found)
        for scored, (reading, numbers), evidence in zip(retrieved, places, found, strict=True):
            highlight = _highlight(evidence.span, scored.chunk.start)
            for number, score in zip(numbers, evidence.sentences, strict=True):
                if asked.of_a_namesake(reading, number):
                    continue
                if reading.headings[number]:
                    score = shifted(score, HEADING)
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
        confidence = cleared(best, thresholds.spoken) if asked.subject else float(bool(blocks))
        bar, floor = (thresholds.spoken, shifted(best, -thresholds.margin)) if asked.subject else (0.0, 0.0)
        picked: list[Candidate] = []
        options: list[Option] = []
        for (reading, block), evidence in sorted(zip(blocks, found, strict=True), key=lambda pair: -pair[1].answerable):
            fits = best >= bar and evidence.answerable >= floor and len(picked) < thresholds.most_sentences
            options.append(Option(reading, block, evidence.answerable, fits))
            if fits:
                picked += _longest(reading, block, evidence, thresholds.most_sentences)
        note(Weighing, True, bar, floor, floor, thresholds.most_sentences, options)
        return picked, confidence


def _sentences(retrieved: Sequence[ScoredChunk], readings: Mapping[str, Reading]) -> Iterator[str]:
    for chunk in (scored.chunk for scored in retrieved):
        reading = readings[chunk.file]
        yield from map(reading.text, reading.within(chunk.start, chunk.end))


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


def _highlight(span: Span | None, start: int) -> Span | None:
    """A short span of a chunk as a span of its article."""
    if span is None or span[1] - span[0] > HIGHLIGHT_CHARACTERS:
        return None
    return start + span[0], start + span[1]


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
