"""MTRAG-UN: last turns of conversations, with the passages that answer them; some have no answer, or say too little.

The benchmark of Katsis et al. (2025) and its unanswerable and underspecified turns. An assistant that cannot ask back
can only refuse the latter.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.assistant import Assistant
from assistant.followups import Turn, standalone
from evals import metrics
from evals.bench.public.corpora import assistant_over
from evals.bench.public.records import read, skipped
from evals.table import Column, Row, Table
from retrieval.search import search

FILES = tuple(
    f"followups/{name}.jsonl.gz" for name in ("mtrag_un_half_corpus", "mtrag_un_half_questions", "mtrag_rewrites")
)
KEY, TITLE = "mtrag", "MTRAG-UN"
OURS = "our standalone question"
RANKS = 5
SEARCHED = 4 * RANKS  # chunks: several may be of one passage
COLUMNS = (
    Column("recall", f"recall@{RANKS}"),
    Column("no_loss", "if full before"),
    Column("kept", "kept"),
    Column("abstention_precision", "refusals right"),
    Column("unanswerable", "unanswerable refused"),
    Column("underspecified", "vague refused"),
    Column("wrongful_abstention", "answerable refused", better="lower"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A last turn, what was said before it, and the passages that answer it."""

    question: str
    turns: tuple[Turn, ...]
    kind: str
    """answerable, partial, unanswerable or underspecified."""
    gold: tuple[str, ...]
    rewrite: str
    """A person's standalone wording; empty where nobody wrote one."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one wording of a turn found, as a share of its gold passages, and whether it was refused."""

    kind: str
    recall: float | None
    abstained: bool | None


def passage_recall(found: Sequence[str], gold: Collection[str], *, ranks: int = RANKS) -> float | None:
    """Share of the gold passages among the first so many distinct ones; None where there is no gold passage."""
    return metrics.recall(list(dict.fromkeys(found))[:ranks], gold)


def figures(outcomes: Sequence[Outcome], before: Sequence[Outcome]) -> dict[str, float | None]:
    """Figures of one wording; `before` is what the turns as typed came to, in the same order."""
    unanswered = ("unanswerable", "underspecified")
    asked = [outcome for outcome in outcomes if outcome.abstained is not None]
    judged = [(outcome.kind in unanswered, bool(outcome.abstained)) for outcome in asked]
    return {
        "recall": metrics.mean(outcome.recall for outcome in outcomes),
        "no_loss": metrics.mean(
            outcome.recall for outcome, typed in zip(outcomes, before, strict=True) if typed.recall == 1.0
        ),
        "abstention_precision": metrics.abstention_precision(judged),
        **{kind: metrics.rate(bool(one.abstained) for one in asked if one.kind == kind) for kind in unanswered},
        "wrongful_abstention": metrics.rate(bool(one.abstained) for one in asked if one.kind == "answerable"),
    }


def kept(rewrites: Sequence[Mapping[str, Any]]) -> float | None:
    """Of the follow-ups that a person left as they were, the share that we leave too."""
    alone = [record for record in rewrites if not record["changed"]]
    return metrics.rate(
        standalone(record["question"], [Turn("user", text) for text in record["user_turns"]]).text == record["question"]
        for record in alone
    )


def measure(data: Path) -> Table:
    """Every turn as typed, without its conversation, beside what we make of it and a person's wording.

    Raises:
        DatelineError: a file is there and cannot be read.
    """
    if absent := skipped(KEY, TITLE, data, FILES):
        return absent
    passages, records, rewrites = (read(data / name) for name in FILES)
    turns = _turns(records, rewrites)
    with assistant_over([(record["title"], record["text"]) for record in passages]) as (assistant, placed):
        names = {place.file: record["doc_id"] for place, record in zip(placed, passages, strict=True)}
        wordings = [standalone(turn.question, turn.turns).text for turn in turns]
        asked = zip(turns, wordings, strict=True)
        ours = [_outcome(assistant, names, turn, wording, history=True) for turn, wording in asked]
        typed = [  # what is left as typed is not asked twice
            one if wording == turn.question else _outcome(assistant, names, turn, turn.question, history=False)
            for turn, wording, one in zip(turns, wordings, ours, strict=True)
        ]
        written = [
            (_outcome(assistant, names, turn, turn.rewrite, history=None), before)
            for turn, before in zip(turns, typed, strict=True)
            if turn.rewrite and turn.gold
        ]
    left = kept(rewrites)
    count = len(turns)
    rows = [
        Row(OURS, {**figures(ours, typed), "kept": left}, count),
        Row("the last turn as typed", {**figures(typed, typed), "kept": 1.0 if left is not None else None}, count),
    ]
    if written:
        found = figures([one for one, _ in written], [before for _, before in written])
        rows.append(Row("a person's wording", found, len(written), "of few turns: not to be compared"))
    gold = sum(bool(turn.gold) for turn in turns)
    caption = (
        f"{count} turns over {len(passages)} passages. Recall over the {gold} turns with gold passages; “if full before”: "
        f"over the {sum(one.recall == 1.0 for one in typed)} whose last turn alone finds them all. Refusals over all "
        "turns, asked end to end; partly answerable ones count as answerable for the precision alone; vague ones are the underspecified. Kept as typed: "
        f"of the {sum(not record['changed'] for record in rewrites)} follow-ups of MTRAG that a person found to stand alone."
    )
    return Table(KEY, TITLE, COLUMNS, tuple(rows), caption, ours=OURS)


def _turns(records: Sequence[Mapping[str, Any]], rewrites: Sequence[Mapping[str, Any]]) -> list[Asked]:
    written = {(tuple(record["user_turns"]), record["question"]): record["rewrite"] for record in rewrites}
    turns = []
    for record in records:
        said = tuple(Turn(message["role"], message["text"]) for message in record["history"])
        asked = tuple(turn.text for turn in said if turn.role == "user")
        rewrite = written.get((asked, record["question"]), "")
        turns.append(Asked(record["question"], said, record["type"], tuple(record["gold_doc_ids"]), rewrite))
    return turns


def _outcome(
    assistant: Assistant, names: Mapping[str, str], turn: Asked, wording: str, *, history: bool | None
) -> Outcome:
    """What a wording finds, and whether the turn is refused with or without its conversation (None: not asked)."""
    recall = None
    if turn.gold:
        found = search(assistant.index, assistant.embeddings, wording, SEARCHED)
        recall = passage_recall([names[scored.chunk.file] for scored in found], turn.gold)
    if history is None:
        return Outcome(turn.kind, recall, None)
    messages = [{"role": said.role, "content": said.text} for said in turn.turns] if history else None
    return Outcome(turn.kind, recall, assistant.ask(turn.question, messages).abstained)
