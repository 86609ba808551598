"""CLAPNQ (Rosenthal et al., 2025): long answers whose sentences need not be neighbours, and questions without one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Answer
from assistant.assistant import Assistant
from evals.bench.public import abstentions
from evals.bench.public.corpora import Placed, assistant_over
from evals.bench.public.records import held_out, skipped
from evals.metrics import mean, precision, recall
from evals.table import Column, Row, Table
from retrieval.sentences import sentence_spans
from retrieval.training.evidence.reading import Question

FILE = "reading/clapnq_dev_half.jsonl.gz"
KEY, TITLE = "clapnq", "CLAPNQ"
OURS = "its passage given"
NEAREST = 3
COLUMNS = (
    Column("precision", "precision"),
    Column("recall", "recall"),
    Column("f1", "F1"),
    Column("answered_f1", "F1, answered"),
    *abstentions.COLUMNS,
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The sentences that were chosen and those of the gold answer, by names of ours; no gold: not answerable."""

    chosen: frozenset[str]
    gold: frozenset[str]
    abstained: bool

    @property
    def f1(self) -> float:
        """Of the chosen sentences as a set; 0 where none is chosen."""
        shared = len(self.chosen & self.gold)
        return 2 * shared / (len(self.chosen) + len(self.gold)) if shared else 0.0


def figures(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """Means over the answerable questions. A refusal has recall and F1 of 0, and no precision; `answered_f1` is over
    those that were answered."""
    answerable = [outcome for outcome in outcomes if outcome.gold]
    return {
        "precision": mean(precision(outcome.chosen, outcome.gold) for outcome in answerable),
        "recall": mean(recall(outcome.chosen, outcome.gold) for outcome in answerable),
        "f1": mean(outcome.f1 for outcome in answerable),
        "answered_f1": mean(outcome.f1 for outcome in answerable if not outcome.abstained),
        **abstentions.figures([(not outcome.gold, outcome.abstained) for outcome in outcomes]),
    }


def cited_sentences(question: Question, place: Placed, answer: Answer) -> frozenset[str]:
    """The sentences that an answer cites: those of the question's passage by their number, others by their words."""
    cited = place.cited(answer)
    sentences = enumerate(question.text.sentences)
    inside = {number for number, (start, end) in sentences if any(a < end and b > start for a, b in cited)}
    elsewhere = [citation.quote for citation in answer.citations if citation.file != place.file]
    return frozenset(
        [*map(str, inside), *(quote[start:end] for quote in elsewhere for start, end in sentence_spans(quote))]
    )


def nearest_sentences(assistant: Assistant, question: Question, count: int = NEAREST) -> frozenset[str]:
    """The sentences of the passage that lie nearest to the question by the embedded encoder's cosine similarity."""
    import numpy as np

    sentences = [question.text.text[start:end] for start, end in question.text.sentences]
    vectors = np.array(assistant.embeddings.embed_documents([question.question, *sentences]))
    best = np.argsort(-(vectors[1:] @ vectors[0]), kind="stable")[:count]
    return frozenset(str(number) for number in best.tolist())


def measure(data: Path) -> Table:
    """Every question of the held-out passages, asked of its passage alone and again of all of them.

    Raises:
        DatelineError: the file is there and is no reading set.
    """
    if absent := skipped(KEY, TITLE, data, [FILE]):
        return absent
    part = held_out(data / FILE)
    with assistant_over([(text.title, text.text) for text in part.texts]) as (assistant, placed):
        places = dict(zip((text.name for text in part.texts), placed, strict=True))

        def outcome(question: Question, files: Collection[str] | None) -> Outcome:
            answer = assistant.ask(question.question, files=files)
            chosen = cited_sentences(question, places[question.text.name], answer)
            return Outcome(chosen, _gold(question), answer.abstained)

        given = [outcome(question, [places[question.text.name].file]) for question in part.questions]
        searched = [outcome(question, None) for question in part.questions]
        naive = [Outcome(nearest_sentences(assistant, q), _gold(q), abstained=False) for q in part.questions]
    count = len(part.questions)
    rows = (
        Row(OURS, figures(given), count),
        Row("all passages searched", figures(searched), count),
        Row(f"its {NEAREST} nearest sentences by embedding", figures(naive), count),
    )
    caption = (
        f"{count} questions on {len(part.texts)} passages that the evidence model was not trained on, "
        f"{sum(question.answerable for question in part.questions)} of them answerable. The sentences that are cited "
        "against those of the gold answer, means over the answerable questions; a refusal has recall and F1 of 0."
    )
    return Table(KEY, TITLE, COLUMNS, rows, caption, ours=OURS)


def _gold(question: Question) -> frozenset[str]:
    return frozenset(map(str, question.answer_sentences))
