"""An answer held against its question: what it leaves open is asked for by itself, and named where nothing answers."""

from collections.abc import Callable, Generator
from dataclasses import replace

from assistant.answer import Answer, Citation, StatementEvent
from assistant.coverage import BORNE_IN_A_ROW, Alone, alone, parts, unmet

MOST_IN_A_ROW = 4  # things asked about in a row; each that is left open costs an answer


def completed(
    answer: Answer, question: str, ask: Callable[[str], Answer]
) -> Generator[StatementEvent | Answer, None, None]:
    """The answer with what it lacks of the things that its question asks about in a row, and with the parts still missing.

    Where the cited words bear one of them and not another, `ask` is asked about the other alone. What the articles' own
    sentences say of it joins an answer that is made of such sentences; where they say nothing, the answer is partial. A refusal
    becomes a partial answer where one of the things is answered alone. Any other partial answer names the parts of the question
    that nothing cited bears.
    """
    missing: list[str] = []
    for one in _left_open(answer, question):
        found = ask(one.question)
        if found.abstained or (found.outcome == "partial" and unmet(one.part, found, borne=BORNE_IN_A_ROW)):
            missing.append(one.part)
        elif answer.confidence is not None:
            answer, events = _joined(answer, found)
            yield from events
    if missing and answer.statements:
        answer = replace(answer, outcome="partial", missing=tuple(missing))
    elif answer.outcome == "partial":
        answer = replace(
            answer, missing=tuple(part.text for part in parts(answer.question) if unmet(part.text, answer))
        )
    yield answer


def _left_open(answer: Answer, question: str) -> list[Alone]:
    """The things in a row that an answer leaves open, where it says something of another or nothing at all.

    A chat model's refusal stays one: it was shown the passages.
    """
    row = alone(question)
    if len(row) > MOST_IN_A_ROW:
        return []
    if answer.abstained:
        return row if answer.confidence is not None else []
    left_open = [one for one in row if unmet(one.part, answer, borne=BORNE_IN_A_ROW)]
    return left_open if len(left_open) < len(row) else []


def _joined(answer: Answer, found: Answer) -> tuple[Answer, list[StatementEvent]]:
    """An answer with the statements of another whose places it does not cite yet, and what a stream says of these."""
    citations, events = list(answer.citations), list[StatementEvent]()
    for statement in found.statements:
        cited = [citation for citation in found.citations if citation.number in statement.citations]
        if any(_within(citation, held) for citation in cited for held in citations):
            continue
        new = [replace(citation, number=len(citations) + n) for n, citation in enumerate(cited, start=1)]
        citations += new
        statement = replace(statement, citations=tuple(citation.number for citation in new))
        events.append(StatementEvent(statement, tuple(new)))
    known = {scored.chunk for scored in answer.retrieved}
    answer = replace(
        answer,
        outcome=found.outcome if answer.abstained else answer.outcome,
        statements=(*answer.statements, *(event.statement for event in events)),
        citations=tuple(citations),
        retrieved=(*answer.retrieved, *(scored for scored in found.retrieved if scored.chunk not in known)),
        confidence=found.confidence if answer.abstained else answer.confidence,
        nearest=None,
    )
    return answer, events


def _within(citation: Citation, held: Citation) -> bool:
    return citation.file == held.file and held.start <= citation.start and citation.end <= held.end
