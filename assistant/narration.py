"""The steps of an explanation as lines of text."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from assistant.steps import Step

CHUNKS_SHOWN = 20
OPTIONS_SHOWN = 8
EXCERPT = 80


def narrated(steps: Iterable[Step]) -> Iterator[str]:
    """Each step with its time, and under it what it did."""
    for step in steps:
        yield f"{step.name} ({step.milliseconds:.1f} ms)"
        for line in _LINES[step.name](step.facts):
            yield f"  {line}"


def _question(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"as typed     {facts['question']}"
    if facts["standalone_question"] != facts["question"]:
        yield f"searched as  {facts['standalone_question']}"
        yield f"carried over {', '.join(facts['carried_over']) or 'nothing'}, from {facts['turns']} messages"
    if facts["assumption"]:
        yield f"assumed      {facts['assumption']}"


def _search(facts: Mapping[str, Any]) -> Iterator[str]:
    chunks = facts["chunks"]
    kept = sum(chunk["kept"] for chunk in chunks)
    yield f"words        {' '.join(facts['terms']) or 'none'}"
    yield f"{kept} of {len(chunks)} chunks kept"
    if chunks:
        yield " fused  dense       BM25"
    for chunk in chunks[:CHUNKS_SHOWN]:
        ranks = "  ".join(_ranked(chunk[f"{name}_rank"], chunk[f"{name}_score"]) for name in ("dense", "bm25"))
        yield f"{chunk['fused']:.4f}  {ranks}  {'' if chunk['kept'] else 'not kept: '}{_quoted(chunk)}"
    yield from _rest(len(chunks) - CHUNKS_SHOWN)


def _ranked(rank: int | None, score: float | None) -> str:
    return f"{f'{rank}. {score:.2f}' if rank else '–':<10}"


def _taken_apart(facts: Mapping[str, Any]) -> Iterator[str]:
    if facts["for_chat_model"]:
        yield "to see whether anything bears on it, before a chat model is asked"
    if facts["speaker"]:
        yield f"whose words  {' '.join(facts['speaker'])}{' (guessed)' if facts['guessed'] else ''}"
    yield f"about        {' '.join(facts['subject']) or 'anything'}"
    if facts["kind"] != "other":
        yield f"asks for     a {facts['kind']}: sentences without one score less"
    if facts["unknown_names"]:
        yield f"unknown      {' '.join(facts['unknown_names'])}: nothing that was found names it"


def _evidence(facts: Mapping[str, Any]) -> Iterator[str]:
    yield "passage  best sentence"
    for passage in facts["passages"]:
        best = "–" if passage["best_sentence"] is None else f"{passage['best_sentence']:.2f}"
        short = f" → {passage['shortest_answer']}" if passage["shortest_answer"] else ""
        yield f"{passage['answerable']:.2f}     {best}           {_quoted(passage)}{short}"


def _weighing(facts: Mapping[str, Any]) -> Iterator[str]:
    options = facts["options"]
    what = "words of the speaker" if facts["spoken"] else "sentences"
    yield (
        f"{len(options)} {what}; the best must reach {facts['bar']:.3f}, others of its article {facts['floor']:.3f}, "
        f"of other articles {facts['elsewhere']:.3f}; at most {facts['most']} sentences"
    )
    for option in options[:OPTIONS_SHOWN]:
        yield f"{option['score']:.3f}  {option['why']}: {_quoted(option)}"
    yield from _rest(len(options) - OPTIONS_SHOWN)


def _choice(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"{facts['outcome']}, confidence {facts['confidence']:.2f}"
    for quote in facts["quotes"]:
        yield f"with what they lean on: {_quoted(quote)}"
    if facts["nearest"] and not facts["quotes"]:
        yield f"the nearest: {_quoted(facts['nearest'])}"


def _prompt(facts: Mapping[str, Any]) -> Iterator[str]:
    yield "a chat model is handed"
    for number, passage in enumerate(facts["passages"], 1):
        yield f"[{number}] {_quoted(passage)}"


def _statement(facts: Mapping[str, Any]) -> Iterator[str]:
    markers = " ".join(f"[{number}]" for number in facts["citations"])
    yield f"{' '.join(facts['text'].split())} {markers}"


def _answer(facts: Mapping[str, Any]) -> Iterator[str]:
    for removed in facts["removed"]:
        yield f"removed: {' '.join(removed['text'].split())} ({removed['reason']})"
    if facts["missing"]:
        yield f"missing: {', '.join(facts['missing'])}"
    if facts["notice"]:
        yield f"notice: {facts['notice']}"
    yield ", ".join(f"{name} {milliseconds:.0f} ms" for name, milliseconds in facts["timings"].items())


_LINES: dict[str, Callable[[Mapping[str, Any]], Iterator[str]]] = {
    "question": _question,
    "search": _search,
    "taken apart": _taken_apart,
    "evidence": _evidence,
    "weighing": _weighing,
    "choice": _choice,
    "prompt": _prompt,
    "statement": _statement,
    "answer": _answer,
}


def _quoted(facts: Mapping[str, Any]) -> str:
    return f"{facts['file']} {facts['start']}–{facts['end']} “{_clipped(facts['text'])}”"


def _clipped(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"


def _rest(count: int) -> Iterator[str]:
    if count > 0:
        yield f"and {count} more"
