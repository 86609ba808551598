"""The promises with a real chat model: whatever SmolLM2-135M writes, nothing unsupported is shown. Run by `make test-models`."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Settings
from assistant.answer import StatementEvent
from assistant.composed import EXTRACTED
from assistant.verification import quotes_of, verify
from evals.case_files import CASES, load
from evals.originals import Originals
from retrieval.evidence import EvidenceScorer
from retrieval.evidence.opening import open_scorer

pytestmark = [pytest.mark.models, pytest.mark.timeout(1800)]

QUESTIONS = 50
REPLY_TOKENS = 40
FILES = ("plain_facts", "who_said_what", "numbers_and_dates", "march_october", "disagreements")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the model is served, in a process of its own."""
    command = [sys.executable, str(Path(__file__).with_name("llama_server.py")), str(REPLY_TOKENS)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        assert server.stdin is not None
        yield f"{server.stdout.readline().strip()}/v1"
        server.stdin.close()
        server.wait(30)


def questions() -> list[str]:
    """Questions of the eval suite about the seeds, from each file in turn."""
    corpus = Settings.model_fields["corpus"].default
    asked = [[case.question for case in load(CASES / f"{name}.yaml", corpus).cases] for name in FILES]
    return [question for row in zip_longest(*asked) for question in row if question][:QUESTIONS]


def test_whatever_a_weak_model_writes_nothing_unsupported_is_shown(address: str) -> None:
    settings = Settings(
        model="openai:smollm2", model_url=address, prompt_tokens=450, first_token_seconds=120, total_seconds=240
    )
    asked = questions()
    assert len(asked) == QUESTIONS
    shown = removed = 0
    with Assistant.from_settings(settings) as assistant:
        scorer = open_scorer(chunk.text for chunk in assistant.index.chunks)
        for question in asked:
            *events, answer = assistant.stream(question)
            assert isinstance(answer, Answer)
            assert_spans(answer, Originals(settings.corpus))
            assert_supported(answer, assistant, scorer)
            assert [event.statement for event in events if isinstance(event, StatementEvent)] == list(answer.statements)
            shown += 0 if answer.notice.endswith(EXTRACTED.format(trouble="")) else len(answer.statements)
            removed += len(answer.unverified)
    print(f"{QUESTIONS} questions: of the model's statements {shown} were shown, {removed} removed")
    assert shown + removed > 0


def assert_spans(answer: Answer, originals: Originals) -> None:
    """Each citation is, character for character, in its file."""
    for citation in answer.citations:
        text = originals.text(citation.file)
        assert text is not None
        assert text[citation.start : citation.end] == citation.quote != ""


def assert_supported(answer: Answer, assistant: Assistant, scorer: EvidenceScorer) -> None:
    """Each statement is verified again, from its citations alone; none left is an abstention."""
    by_number = {citation.number: citation for citation in answer.citations}
    for statement in answer.statements:
        quotes = quotes_of([by_number[number] for number in statement.citations], assistant.articles)
        assert verify(statement.text, quotes, scorer=scorer).supported, statement
    assert answer.abstained == (not answer.statements)
