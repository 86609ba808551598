"""The promises of one question's road, with the embedded models on the five articles."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage

from assistant import ABSTENTION, Answer, Assistant, DatelineError, Settings, ask
from assistant.answer import StatementEvent
from evals.case_files import CASES, load

ROOT = Path(__file__).resolve().parent.parent
KASHIN = "What did Kashin say about arms deliveries?"
ARTICLE = "000_02acd30f241aa87e.txt"
# Every tenth question that the thresholds are tuned on; the quality of their answers is the evals' to judge.
QUESTIONS = [case.question for case in load(CASES, ROOT / "seeds").only("tuning").cases][::10]


def untimed(answer: Answer) -> Answer:
    return replace(answer, timings={})


def assert_contract(answer: Answer, corpus: Path) -> None:
    """The span contract, against the files themselves, and that statements and citations belong together."""
    for citation in answer.citations:
        text = (corpus / citation.file).read_bytes().decode("utf-8")
        assert text[citation.start : citation.end] == citation.quote
        assert citation.quote.strip()
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    assert all(statement.citations for statement in answer.statements)
    assert {number for statement in answer.statements for number in statement.citations} == set(numbers)
    assert answer.abstained == (answer.outcome == "not_in_articles") == (not answer.statements)


def test_kashin_on_arms_deliveries(assistant: Assistant) -> None:
    answer = assistant.ask(KASHIN)
    assert {citation.file for citation in answer.citations} == {ARTICLE}
    assert "Kashin" in answer.text
    for words in (
        "would like to receive all possible support",
        "some things are possible and others are not",
        "obviously could suffer if it starts supplying Russia with lethal weapons",
        "do not want the situation to deteriorate too quickly",
        "they are holding back",
    ):
        assert words in answer.text
    assert "economic agenda" not in answer.text


def test_abstains_when_no_article_says(assistant: Assistant) -> None:
    answer = assistant.ask("What is the population of Japan?")
    assert (answer.outcome, answer.text) == ("not_in_articles", ABSTENTION)
    assert answer.statements == answer.citations == ()


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_the_exact_words_of_its_file(assistant: Assistant, question: str) -> None:
    assert_contract(assistant.ask(question), assistant.settings.corpus)


@settings(max_examples=settings().max_examples // 3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.one_of(
        st.text(max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "who",
                    "what",
                    "did",
                    "Kashin",
                    "Putin",
                    "Xi",
                    "say",
                    "about",
                    "arms",
                    "\x00",
                    "<|endoftext|>",
                    "China’s",
                    "2023",
                    "?",
                    "“",
                ]
            )
        ).map(" ".join),
    )
)
def test_the_span_contract_holds_for_any_question(assistant: Assistant, question: str) -> None:
    try:
        answer = assistant.ask(question)
    except DatelineError:
        assume(False)  # no word in it: tests/test_bad_input.py
    assert_contract(answer, assistant.settings.corpus)


def test_what_was_retrieved_is_chunks_of_the_articles_best_first(assistant: Assistant) -> None:
    retrieved = assistant.ask(KASHIN).retrieved
    assert 0 < len(retrieved) <= assistant.settings.retrieved
    assert sorted((scored.score for scored in retrieved), reverse=True) == [scored.score for scored in retrieved]
    for scored in retrieved:
        assert assistant.articles[scored.chunk.file].text[scored.chunk.start : scored.chunk.end] == scored.chunk.text


def test_the_module_the_object_and_the_chain_give_one_answer(assistant: Assistant) -> None:
    expected = untimed(assistant.ask(KASHIN))
    assert untimed(ask(KASHIN)) == expected
    assert untimed(ask(KASHIN, settings=Settings())) == expected

    assert untimed(assistant.chain.invoke(KASHIN)) == expected
    assert untimed(assistant.chain.invoke({"question": KASHIN, "history": []})) == expected
    assert untimed(asyncio.run(assistant.chain.ainvoke(KASHIN))) == expected
    assert [untimed(answer) for answer in assistant.chain.batch([KASHIN, KASHIN])] == [expected, expected]


def test_ask_takes_the_files_to_look_in(assistant: Assistant) -> None:
    file = "001_6cc9de1a86de204c.txt"
    answer = ask(KASHIN, files=[file])
    assert untimed(answer) == untimed(assistant.ask(KASHIN, files=[file]))
    assert {found.chunk.file for found in answer.retrieved} == {file}


def test_the_stream_is_the_statements_and_then_the_answer(assistant: Assistant) -> None:
    question = "What did Gabuev say about China?"
    for events in (list(assistant.stream(question)), list(assistant.chain.stream(question))):
        *statements, answer = events
        assert isinstance(answer, Answer)
        assert all(isinstance(event, StatementEvent) for event in statements)
        assert tuple(event.statement for event in statements) == answer.statements
        assert tuple(citation for event in statements for citation in event.citations) == answer.citations
        assert untimed(answer) == untimed(assistant.ask(question))


@pytest.mark.parametrize("asked", [5, {"history": []}, {"question": "Who?", "model": "x"}, None])
def test_the_chain_says_what_it_takes(assistant: Assistant, asked: object) -> None:
    with pytest.raises(DatelineError, match="the chain takes a question, or a dict"):
        assistant.chain.invoke(asked)


def test_a_history_may_be_dicts_tuples_or_messages(assistant: Assistant) -> None:
    question = "What did he say about the economy?"
    answers = [
        assistant.ask(question, history)
        for history in (
            [{"role": "user", "content": "Who is Kashin?"}, {"role": "assistant", "content": "An expert. [1]"}],
            [("user", "Who is Kashin?"), ("ai", "An expert. [1]")],
            [HumanMessage("Who is Kashin?"), AIMessage("An expert. [1]")],
        )
    ]
    assert len({answer.standalone_question for answer in answers}) == 1
    assert answers[0].question == question
    assert "Kashin" in answers[0].standalone_question
    assert untimed(answers[0]) == untimed(answers[1]) == untimed(answers[2])


def test_files_limit_where_to_look(assistant: Assistant) -> None:
    answer = assistant.ask("What did Kashin say?", files=[ARTICLE])
    assert {scored.chunk.file for scored in answer.retrieved} == {ARTICLE}
    assert {citation.file for citation in answer.citations} <= {ARTICLE}
    nowhere = assistant.ask("What did Kashin say?", files=[])
    assert (nowhere.abstained, nowhere.retrieved) == (True, ())


def test_threads_share_an_assistant(assistant: Assistant) -> None:
    questions = QUESTIONS[:6] * 3
    expected = {question: untimed(assistant.ask(question)) for question in QUESTIONS[:6]}
    with ThreadPoolExecutor(6) as pool:
        for question, answer in zip(questions, pool.map(assistant.ask, questions), strict=True):
            assert untimed(answer) == expected[question]


def test_an_article_may_say_anything(tmp_path: Path) -> None:
    (tmp_path / "odd.txt").write_bytes(
        "Odd news\r\n\r\nÉlan said <|endoftext|> “[1] 你好”.\r\nThe zebra 🦓 left Žilina\u2028on Monday.\n".encode()
    )
    (tmp_path / "broken.txt").write_bytes(b"\x00\x01\x02\xff" * 50)
    with Assistant.from_settings(Settings(corpus=tmp_path, chunk_tokens=20)) as own:
        assert [skipped.file for skipped in own.skipped] == ["broken.txt"]
        for question in ("When did the zebra leave Žilina?", "What did Élan say?"):
            assert_contract(own.ask(question), tmp_path)


def test_a_new_article_is_found_by_the_next_assistant(tmp_path: Path) -> None:
    (tmp_path / "first.txt").write_text("The harbour of Ostrava froze on Monday, officials said.")
    own = Settings(corpus=tmp_path)
    with Assistant.from_settings(own) as before:
        assert list(before.articles) == ["first.txt"]
    (tmp_path / "second.md").write_text("# Bridges\n\nThe mayor of Brno closed two bridges on Friday.")
    (tmp_path / "first.txt").unlink()
    with Assistant.from_settings(own) as after:
        assert list(after.articles) == ["second.md"]
        assert {scored.chunk.file for scored in after.ask("Who closed two bridges in Brno?").retrieved} == {"second.md"}
