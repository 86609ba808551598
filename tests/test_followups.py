"""Follow-ups are searched as questions that stand alone."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from assistant.followups import Turn, conversation, standalone
from retrieval.errors import DatelineError


def turns(*texts: str) -> list[Turn]:
    return [Turn("assistant" if number % 2 else "user", text) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("question", "before", "expected"),
    [
        (
            "And what did he say about the economy?",
            ["Who is Kashin?", "Kashin is an expert."],
            "And what did Kashin say about the economy?",
        ),
        (
            "What did she add?",
            ["Who leads the institute?", "Astrid Lindgren: “It will hold.” [1]"],
            "What did Astrid Lindgren add?",
        ),
        ("What is his view?", ["What did Bohr say?", "Bohr said no. [1]"], "What is Bohr’s view?"),
        ("Who phoned him?", ["Who is the minister?", "Qin Gang."], "Who phoned Qin Gang?"),
        ("What did Galgamov say?", ["What did Gabuev say?", "Gabuev said no."], "What did Galgamov say?"),
    ],
)
def test_a_pronoun_becomes_the_person_last_spoken_of(question: str, before: list[str], expected: str) -> None:
    assert standalone(question, turns(*before)) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("And Xi?", "What did Xi say about trade?"),
        ("What about the economy?", "What did Putin say about the economy?"),
        ("ok, and the economy", "What did Putin say about the economy?"),
        ("And which ministers?", None),
    ],
)
def test_a_bare_name_or_subject_is_put_into_the_last_question(question: str, expected: str | None) -> None:
    found = standalone(question, turns("What did Putin say about trade?", "Putin said it grows."))
    assert found == expected if expected else "Putin" in found and found.startswith(question)


def test_who_is_somebody_makes_him_the_person_spoken_of() -> None:
    before = turns("Who is Ja-Ian Chong?", "Associate professor at the National University of Singapore.")
    assert standalone("What does he think?", before) == "What does Ja-Ian Chong think?"


def test_a_question_that_points_back_takes_the_subject_along() -> None:
    found = standalone(
        "Why not?", turns("Does Washington want a ceasefire in Ukraine?", "The United States opposes it.")
    )
    assert "ceasefire" in found
    assert "Ukraine" in found
    assert found.startswith("Why not?")


def test_a_question_that_stands_alone_is_left_as_it_is() -> None:
    question = "How many countries ratified the Rome Statute?"
    assert standalone(question, turns("What did Bohr say?", "No.")) == question
    assert standalone("Why not?", []) == "Why not?"


def test_history_is_anything_langchain_takes() -> None:
    expected = [Turn("user", "a"), Turn("assistant", "b")]
    assert conversation([{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]) == expected
    assert conversation([("human", "a"), ("ai", "b")]) == expected
    assert conversation([SystemMessage("x"), HumanMessage("a"), AIMessage("b")]) == expected
    assert conversation(None) == []


def test_what_is_no_message_is_refused_in_one_line() -> None:
    with pytest.raises(DatelineError, match=r"^history cannot be read") as refused:
        conversation([{"text": "a"}])
    assert "\n" not in str(refused.value)
