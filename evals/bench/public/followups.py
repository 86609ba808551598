"""MTRAG's follow-ups, searched as typed and as our standalone question, beside what a person made of them.

Rules are tuned on the conversations of one half; all figures are of the other. MTRAG-UN says which passages answer: that
is recall, and `wordings.yaml` has what we made of these turns by hand. MTRAG's own follow-ups come with a person's
wording and without passages: there, what the person's wording finds counts as right, which it does by definition.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from assistant.followups import Turn, standalone
from evals import metrics
from evals.bench.public.corpora import assistant_over
from evals.bench.public.mtrag import FILES, RANKS, SEARCHED, passage_recall
from evals.bench.public.records import read, skipped
from evals.significance import interval
from evals.table import Column, Row, Table
from retrieval.search import search
from retrieval.words import terms

KEY, TITLE = "followups", "follow-ups"
COLUMNS = (
    Column("recall", f"recall@{RANKS}"),
    Column("low", "95 % from"),
    Column("high", "to"),
    Column("no_loss", "if full before"),
    Column("left", "left as typed", better=None),
    Column("closed", "gap closed"),
    Column("closed_low", "95 % from"),
    Column("closed_high", "to"),
)
TYPED, OURS, BY_HAND = "as typed", "our standalone question", "put by hand"
WORDINGS = Path(__file__).parent / "wordings.yaml"


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A last turn, what was said before it, somebody's wording of it that stands alone, and the passages that are right."""

    question: str
    turns: tuple[Turn, ...]
    wording: str
    gold: tuple[str, ...]


def held_out(identity: str) -> bool:
    """Whether a record belongs to the half that the rules were not tuned on: its conversation decides."""
    return zlib.crc32(identity.partition("<")[0].encode()) % 2 == 1


def measure(data: Path) -> Table:
    """Recall of each wording over the held-out half, and the share of the way from typed to a person's that ours goes.

    Raises:
        DatelineError: a file is there and cannot be read.
    """
    if absent := skipped(KEY, TITLE, data, FILES):
        return absent
    passages, asked, rewrites = (read(data / name) for name in FILES)
    rewrites = [record for record in rewrites if held_out(record["id"])]
    wordings: dict[str, str] = yaml.safe_load(WORDINGS.read_text("utf-8"))
    answered = [answerable(record, wordings) for record in asked if held_out(record["id"]) and record["gold_doc_ids"]]
    with assistant_over([(record["title"], record["text"]) for record in passages]) as (assistant, placed):
        names = {place.file: record["doc_id"] for place, record in zip(placed, passages, strict=True)}

        def find(wording: str) -> list[str]:
            found = search(assistant.index, assistant.embeddings, wording, SEARCHED)
            return list(dict.fromkeys(names[scored.chunk.file] for scored in found))[:RANKS]

        rows = compared("answered by known passages", answered, find)
        for name, kind in (("a person takes something over", takes_over), ("a person leaves it alone", leaves)):
            rows += compared(name, [pair(record, find) for record in rewrites if kind(record)], find)
    caption = (
        f"The half of the conversations that the rules were not tuned on, over {len(passages)} passages. Answered by known "
        "passages: turns of MTRAG-UN, put by hand by ourselves after the rules were fixed. The others: follow-ups of MTRAG "
        "whose wording by a person takes words over from the conversation, or is the question as typed; right is what that "
        f"wording finds among its first {RANKS}, so that the recall by hand is 100 %. “If full before”: over those whose last "
        "turn alone finds all. Gap closed: of the way from the recall as typed to that by hand."
    )
    return Table(KEY, TITLE, COLUMNS, tuple(rows), caption)


def takes_over(record: Mapping[str, Any]) -> bool:
    """Whether a person's wording has words of the conversation that the question lacks."""
    return bool(
        (set(terms(record["rewrite"])) - set(terms(record["question"]))) & set(terms(" ".join(record["user_turns"])))
    )


def leaves(record: Mapping[str, Any]) -> bool:
    """Whether a person left a follow-up as it is."""
    return bool(record["user_turns"]) and not record["changed"]


def answerable(record: Mapping[str, Any], wordings: Mapping[str, str]) -> FollowUp:
    """A turn of MTRAG-UN, with its wording by hand."""
    turns = tuple(Turn(message["role"], message["text"]) for message in record["history"])
    wording = wordings.get(record["id"][:8], record["question"])
    return FollowUp(record["question"], turns, wording, tuple(record["gold_doc_ids"]))


def pair(record: Mapping[str, Any], find: Callable[[str], Sequence[str]]) -> FollowUp:
    """A follow-up of MTRAG: what the person's wording finds is taken as right."""
    turns = tuple(Turn("user", text) for text in record["user_turns"])
    return FollowUp(record["question"], turns, record["rewrite"], tuple(find(record["rewrite"])))


def compared(name: str, turns: Sequence[FollowUp], find: Callable[[str], Sequence[str]]) -> list[Row]:
    """A row for each wording of the same turns."""

    def recalls(wordings: Sequence[str]) -> list[float]:
        return [passage_recall(find(one), turn.gold) or 0.0 for one, turn in zip(wordings, turns, strict=True)]

    def left(wordings: Sequence[str]) -> dict[str, float | None]:
        return {"left": metrics.rate(one == turn.question for one, turn in zip(wordings, turns, strict=True))}

    wordings = [standalone(turn.question, turn.turns).text for turn in turns]
    written = [turn.wording for turn in turns]
    typed, ours, best = recalls([turn.question for turn in turns]), recalls(wordings), recalls(written)
    gaps = [(one - before, top - before) for one, before, top in zip(ours, typed, best, strict=True)]
    return [
        Row(f"{name}: {TYPED}", _figures(typed, typed), len(turns)),
        Row(f"{name}: {OURS}", _figures(ours, typed) | left(wordings) | _closed(gaps), len(turns)),
        Row(f"{name}: {BY_HAND}", _figures(best, typed) | left(written), len(turns)),
    ]


def _figures(recalls: Sequence[float], typed: Sequence[float]) -> dict[str, float | None]:
    low, high = interval([(one, 1.0) for one in recalls]) or (None, None)
    full = [one for one, before in zip(recalls, typed, strict=True) if before == 1.0]
    return {"recall": metrics.mean(recalls), "low": low, "high": high, "no_loss": metrics.mean(full)}


def _closed(gaps: Sequence[tuple[float, float]]) -> dict[str, float | None]:
    """What was won of all that there was to win."""
    room = sum(below for _, below in gaps)
    low, high = (interval(gaps) or (None, None)) if room > 0 else (None, None)
    return {"closed": sum(won for won, _ in gaps) / room if room > 0 else None, "closed_low": low, "closed_high": high}
