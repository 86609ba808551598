"""SQuAD 2.0 (Rajpurkar et al., 2018) asked end to end: exact match, F1, the answer's sentence, and abstention.

Half of the questions are near misses, written so that their passage seems to answer them and does not.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer
from evals.bench.public import abstentions
from evals.bench.public.corpora import assistant_over
from evals.bench.public.records import held_out, skipped
from evals.metrics import mean, rate
from evals.table import Column, Row, Table
from retrieval.sentences import sentence_spans
from retrieval.training.evidence.measures import exact_and_f1
from retrieval.training.evidence.reading import Question
from retrieval.words import terms

FILE = "reading/squad2_dev_18_articles.jsonl.gz"
KEY, TITLE = "squad", "SQuAD 2.0"
QUESTIONS = 300
OURS = "all passages searched"
COLUMNS = (
    Column("em", "EM"),
    Column("f1", "F1"),
    Column("answerable_f1", "F1, answerable"),
    Column("sentence", "sentence cited"),
    *abstentions.COLUMNS,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question; `cited` says whether a citation overlaps an answer in the right passage."""

    answerable: bool
    abstained: bool
    exact: float
    f1: float
    cited: bool


def predicted(question: str, answer: Answer) -> str:
    """What is held against the gold answers: the first marked shortest answer, else the quoted sentence that shares
    most words with the question, else nothing."""
    marked = next((citation.highlighted[1] for citation in answer.citations if citation.highlight), "")
    if marked:
        return marked
    quotes = [citation.quote for citation in answer.citations]
    sentences = [quote[start:end] for quote in quotes for start, end in sentence_spans(quote)]
    asked = set(terms(question))
    return max(sentences, key=lambda sentence: len(asked & set(terms(sentence))), default="")


def scores(said: str, golds: Sequence[str]) -> tuple[float, float]:
    """Official exact match and F1 against the best gold answer; without any, the right answer is no answer."""
    return exact_and_f1(said, golds or [""])


def overlaps(spans: Sequence[tuple[int, int]], golds: Sequence[tuple[int, int]]) -> bool:
    """Whether some span shares a character with some gold span."""
    return any(start < gold_end and end > gold_start for start, end in spans for gold_start, gold_end in golds)


def figures(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """The figures of the columns, each over the questions that it is about."""
    answerable = [outcome for outcome in outcomes if outcome.answerable]
    return {
        "em": mean(outcome.exact for outcome in outcomes),
        "f1": mean(outcome.f1 for outcome in outcomes),
        "answerable_f1": mean(outcome.f1 for outcome in answerable),
        "sentence": rate(outcome.cited for outcome in answerable),
        **abstentions.figures([(not outcome.answerable, outcome.abstained) for outcome in outcomes]),
    }


def measure(data: Path, *, questions: int = QUESTIONS) -> Table:
    """Questions of the held-out articles, each asked of all their passages and again of its own passage alone.

    Raises:
        DatelineError: the file is there and is no reading set.
    """
    if absent := skipped(KEY, TITLE, data, [FILE]):
        return absent
    part = held_out(data / FILE)
    sample = _sample(part.questions, questions)
    with assistant_over([(text.title, text.text) for text in part.texts]) as (assistant, placed):
        places = dict(zip((text.name for text in part.texts), placed, strict=True))

        def outcomes(*, given: bool) -> Iterator[Outcome]:
            for question in sample:
                place = places[question.text.name]
                answer = assistant.ask(question.question, files=[place.file] if given else None)
                golds = [question.text.text[start:end] for start, end in question.spans]
                exact, f1 = scores(predicted(question.question, answer), golds)
                cited = overlaps(place.cited(answer), question.spans)
                yield Outcome(question.answerable, answer.abstained, exact, f1, cited)

        rows = [
            Row(OURS, figures(list(outcomes(given=False))), len(sample)),
            Row("its passage given", figures(list(outcomes(given=True))), len(sample)),
        ]
    silent = [Outcome(q.answerable, True, float(not q.answerable), float(not q.answerable), False) for q in sample]
    rows.append(Row("refuses every question", figures(silent), len(sample)))
    groups = len({text.group for text in part.texts})
    caption = (
        f"{len(sample)} of {len(part.questions):,} questions on {len(part.texts)} passages of {groups} articles that "
        "the evidence model was not trained on. EM and F1 as the official script: over all questions, of the shortest "
        "answer that is marked, else of the best quoted sentence; a refusal is right where the passage does not answer. "
        "Answer sentence: of the answerable questions, a citation overlaps an annotator's answer in its passage."
    )
    return Table(KEY, TITLE, COLUMNS, tuple(rows), caption, ours=OURS)


def _sample(questions: Sequence[Question], count: int) -> list[Question]:
    """So many questions in the order of the file, always the same ones."""
    if len(questions) <= count:
        return list(questions)
    chosen = random.Random(KEY).sample(range(len(questions)), count)
    return [questions[index] for index in sorted(chosen)]
