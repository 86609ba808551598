"""What each stage of a question's road noted, as plain data."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from assistant.answer import Answer, Citation, StatementEvent
from assistant.composed import HandedOver
from assistant.extractive import Choice, Judged, TakenApart
from assistant.reading import Reading
from assistant.road import StoodAlone
from assistant.weighing import BEARING, Weighing
from retrieval.articles import Chunk
from retrieval.search import Searched
from retrieval.tracing import Trace


@dataclass(frozen=True, slots=True)
class Step:
    """What one stage did, and the milliseconds it took."""

    name: str
    milliseconds: float
    facts: Mapping[str, Any]


def steps_of(trace: Trace) -> Iterator[Step]:
    """What was noted, in its order."""
    before = 0.0
    for moment, noted in trace.notes:
        name, facts = _STEPS[type(noted)]
        yield Step(name, round(moment - before, 3), facts(noted))
        before = moment


def _question(noted: StoodAlone) -> dict[str, Any]:
    return {
        "question": noted.question,
        "standalone_question": noted.standalone.text,
        "carried_over": list(noted.standalone.carried),
        "assumption": noted.standalone.assumption,
        "turns": noted.turns,
    }


def _search(noted: Searched) -> dict[str, Any]:
    ranks = [{scored.chunk: rank for rank, scored in enumerate(found, 1)} for found in (noted.dense, noted.bm25)]
    scores = [{scored.chunk: scored.score for scored in found} for found in (noted.dense, noted.bm25)]
    return {
        "terms": list(noted.terms),
        "chunks": [
            {
                **_place(scored.chunk),
                "fused": scored.score,
                "dense_rank": ranks[0].get(scored.chunk),
                "dense_score": scores[0].get(scored.chunk),
                "bm25_rank": ranks[1].get(scored.chunk),
                "bm25_score": scores[1].get(scored.chunk),
                "kept": rank <= noted.count,
                "text": scored.chunk.text,
            }
            for rank, scored in enumerate(noted.fused, 1)
        ],
    }


def _handed_over(noted: HandedOver) -> dict[str, Any]:
    return {"passages": [{**_place(scored.chunk), "text": scored.chunk.text} for scored in noted.passages]}


def _taken_apart(noted: TakenApart) -> dict[str, Any]:
    asked = noted.asked
    return {
        "speaker": sorted(asked.speaker),
        "collective": asked.collective,
        "guessed": asked.guessed,
        "subject": sorted(asked.subject),
        "kind": asked.kind,
        "unknown_names": sorted(asked.unknown_names),
        "for_chat_model": noted.thresholds == BEARING,
        "thresholds": asdict(noted.thresholds),
    }


def _evidence(noted: Judged) -> dict[str, Any]:
    judged = sorted(zip(noted.retrieved, noted.evidence, strict=True), key=lambda pair: -pair[1].relevance)
    return {
        "passages": [
            {
                **_place(scored.chunk),
                "answerable": evidence.answerable,
                "best_sentence": max(evidence.sentences, default=None),
                "shortest_answer": scored.chunk.text[slice(*evidence.span)] if evidence.span else "",
                "text": scored.chunk.text,
            }
            for scored, evidence in judged
        ]
    }


def _weighing(noted: Weighing) -> dict[str, Any]:
    return {
        "spoken": noted.spoken,
        "bar": noted.bar,
        "floor": noted.floor,
        "elsewhere": noted.elsewhere,
        "most": noted.most,
        "options": [
            {
                **_sentences(option.reading, option.numbers),
                "score": option.score,
                "chosen": option.chosen,
                "why": noted.fate(option),
            }
            for option in noted.options
        ],
    }


def _choice(noted: Choice) -> dict[str, Any]:
    return {
        "outcome": noted.outcome,
        "sure": noted.sure,
        "confidence": noted.confidence,
        "quotes": [_sentences(run.reading, run.numbers) for run in noted.runs],
        "nearest": noted.nearest and _quote(noted.nearest),
    }


def _statement(noted: StatementEvent) -> dict[str, Any]:
    return {
        "text": noted.statement.text,
        "citations": list(noted.statement.citations),
        "places": [{"number": c.number, "file": c.file, "start": c.start, "end": c.end} for c in noted.citations],
    }


def _answer(noted: Answer) -> dict[str, Any]:
    return {
        "outcome": noted.outcome,
        "confidence": noted.confidence,
        "removed": [{"text": one.text, "reason": one.reason} for one in noted.unverified],
        "missing": list(noted.missing),
        "notice": noted.notice,
        "timings": dict(noted.timings),
    }


_STEPS: dict[type, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    StoodAlone: ("question", _question),
    Searched: ("search", _search),
    TakenApart: ("taken apart", _taken_apart),
    Judged: ("evidence", _evidence),
    Weighing: ("weighing", _weighing),
    Choice: ("choice", _choice),
    HandedOver: ("prompt", _handed_over),
    StatementEvent: ("statement", _statement),
    Answer: ("answer", _answer),
}


def _place(chunk: Chunk) -> dict[str, Any]:
    return {"file": chunk.file, "start": chunk.start, "end": chunk.end}


def _quote(citation: Citation) -> dict[str, Any]:
    return {"file": citation.file, "start": citation.start, "end": citation.end, "text": citation.quote}


def _sentences(reading: Reading, numbers: Sequence[int]) -> dict[str, Any]:
    start, end = reading.sentences[numbers[0]][0], reading.sentences[numbers[-1]][1]
    return {"file": reading.article.file, "start": start, "end": end, "text": reading.article.text[start:end]}
