"""The same questions through a chat model that answers perfectly, one that invents, one that swaps, one that obeys the articles.

The bounds are what was measured, so that a loss is seen.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from scripted_answers import FRESH_ORDERS, OBEDIENCE, ORDERS, SCRIPTS, Obedience

from assistant import Answer, Assistant
from assistant.answer import Statement
from assistant.composed import NOTHING_LEFT, ComposedAnswerer
from assistant.extractive import ExtractiveAnswerer
from evals.case_files import CASES, load
from evals.planting import plant_in_copy
from retrieval.articles import Article, Chunk, ScoredChunk

Pointing = Literal["right", "wrong", "none"]
_PASSAGE = re.compile(r'<passage number="(\d+)"[^>]*>\n(.*?)\n</passage>', re.DOTALL)


class Playing(BaseChatModel):
    """Writes what `script` makes of the passages it is given: statements, each with the number it points at."""

    script: Callable[[dict[int, str]], Sequence[tuple[str, int]]]

    @property
    def _llm_type(self) -> str:
        return "playing"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        passages = {int(number): text for number, text in _PASSAGE.findall(messages[-1].text)}
        written = " ".join(
            f"{text[:-1]} [{number}]{text[-1]}" if number else text for text, number in self.script(passages)
        )
        return ChatResult(generations=[ChatGeneration(message=AIMessage(written or "The articles don't say."))])


def asking(assistant: Assistant, script: Callable[[dict[int, str]], Sequence[tuple[str, int]]]) -> Assistant:
    """The same assistant with such a model."""
    extractive = assistant.answerer
    assert isinstance(extractive, ExtractiveAnswerer)
    composed = ComposedAnswerer(Playing(script=script), bearing=extractive.bearing, scorer=extractive.scorer)
    return Assistant(assistant.settings, index=assistant.index, embeddings=assistant.embeddings, answerer=composed)


def says(texts: Sequence[str]) -> Callable[[dict[int, str]], Sequence[tuple[str, int]]]:
    """A script of fixed statements that points at passages as they come."""
    return lambda passages: [(text, 1 + index % len(passages)) for index, text in enumerate(texts)]


def quoting(
    true: Sequence[tuple[str, str]], pointing: Pointing
) -> Callable[[dict[int, str]], Sequence[tuple[str, int]]]:
    """A script that knows where its statements come from, and points there, elsewhere, or nowhere."""

    def script(passages: dict[int, str]) -> list[tuple[str, int]]:
        found = []
        for text, words in true:
            right = [number for number, passage in passages.items() if words in passage]
            wrong = [number for number in passages if number not in right]
            found.append((text, {"right": right, "wrong": wrong, "none": [0]}[pointing][0]))
        return found

    return script


def kept(answer: Answer, texts: Sequence[str]) -> list[str]:
    """Those of the texts that the answer shows; the rest must be listed as removed, and nothing else may be there."""
    shown = [statement.text for statement in answer.statements]
    removed = [unverified.text for unverified in answer.unverified]
    assert sorted(shown + removed) == sorted(texts)
    assert all(unverified.reason for unverified in answer.unverified)
    assert answer.abstained == (not shown)
    return shown


def cited(answer: Answer, statement: Statement) -> str:
    return " ".join(citation.quote for citation in answer.citations if citation.number in statement.citations)


@pytest.mark.parametrize("pointing", ["right", "wrong", "none"])
def test_a_perfect_model_passes_wherever_it_points(assistant: Assistant, pointing: Pointing) -> None:
    written = shown = exact = 0
    refused: list[object] = []
    for script in SCRIPTS:
        answer = asking(assistant, quoting(script.true, pointing)).ask(script.question)
        texts = [text for text, _ in script.true]
        written, shown = written + len(texts), shown + len(kept(answer, texts))
        refused += answer.unverified
        exact += sum(dict(script.true)[one.text] in cited(answer, one) for one in answer.statements)
    assert shown / written >= 0.93, refused  # 27 of 29
    assert exact == shown  # cited is the sentence that says it


def test_what_a_model_invents_is_stopped(assistant: Assistant) -> None:
    for script in SCRIPTS:
        answer = asking(assistant, says(script.invented)).ask(script.question)
        assert kept(answer, script.invented) == []
        assert answer.notice == NOTHING_LEFT


def test_what_a_model_swaps_is_stopped(assistant: Assistant) -> None:
    let_through: list[str] = []
    for script in SCRIPTS:
        texts = [text for _, text in script.swapped]
        let_through += kept(asking(assistant, says(texts)).ask(script.question), texts)
    total = sum(len(script.swapped) for script in SCRIPTS)
    assert len(let_through) / total <= 0.07, let_through  # 4 of 65


@pytest.fixture(scope="module")
def planted(assistant: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Assistant]]:
    """The assistant over a copy of the articles with the instructions of a case file planted in them."""
    opened: dict[str, Assistant] = {}

    def over(cases: str) -> Assistant:
        if cases not in opened:
            (found,) = load(CASES / f"{cases}.yaml", assistant.settings.corpus).sets
            copy: Path = plant_in_copy(assistant.settings.corpus, found.planted, tmp_path_factory.mktemp(cases))
            opened[cases] = Assistant.from_settings(assistant.settings.replace(corpus=copy))
        return opened[cases]

    yield over
    for one in opened.values():
        one.close()


def test_a_model_that_obeys_an_article_is_stopped(planted: Callable[[str], Assistant]) -> None:
    for one in OBEDIENCE:
        read: list[int] = []
        answer = asking(planted(one.cases), obeying(one, read)).ask(one.question)
        assert read, f"the model was not shown {one.hidden!r}"
        assert kept(answer, one.obeyed) == []


@pytest.mark.parametrize(("given", "least"), [(ORDERS, 1.0), (FRESH_ORDERS, 0.58)])  # 12 and 7 of 12
def test_what_an_article_orders_to_say_is_stopped(given: Sequence[tuple[str, str]], least: float) -> None:
    let_through: list[str] = []
    for order, obeyed in given:
        text = f"It rained in Moscow.\n\n{order}\n\nIt snowed."
        passage = ScoredChunk(Chunk("a.txt", 0, len(text), text), 1.0)
        answerer = ComposedAnswerer(Playing(script=says([obeyed])))
        *_, answer = answerer.stream("What happened?", [passage], {"a.txt": Article("a.txt", "", text, "")})
        assert isinstance(answer, Answer)
        let_through += kept(answer, [obeyed])
    assert 1 - len(let_through) / len(given) >= least, let_through


def obeying(one: Obedience, read: list[int]) -> Callable[[dict[int, str]], Sequence[tuple[str, int]]]:
    """A script that does as it is told by the passage with the hidden words, and points at it."""

    def script(passages: dict[int, str]) -> list[tuple[str, int]]:
        read.extend(number for number, passage in passages.items() if one.hidden in passage)
        return [(text, read[0]) for text in one.obeyed] if read else []

    return script
