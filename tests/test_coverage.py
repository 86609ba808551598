"""What a question names, and what of it an answer leaves open: named, or asked for alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Citation, Outcome, Statement, StatementEvent
from assistant.completion import completed
from assistant.coverage import alone, parts, unmet


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("What did Kashin say about arms deliveries and about bananas?", ["Kashin", "arms deliveries", "bananas"]),
        ("Which city hosts the arms talks of Xi and Putin?", ["the arms talks", "Xi", "Putin"]),
        ("In which hotel did the Chinese delegation stay?", ["the Chinese delegation"]),
        ("What does the United States suspect in connection with Xi's trip?", ["the United States", "Xi's trip"]),
        ("Why did Kuleba fly to Beijing in March 2023?", ["Kuleba", "Beijing", "March 2023"]),
        ("How many people live there?", []),
        ("Why?", []),
    ],
)
def test_a_question_names_things_not_verbs_nor_what_it_asks_for(question: str, named: list[str]) -> None:
    assert [part.text for part in parts(question)] == named


@given(
    st.text(max_size=80)
    | st.lists(
        st.sampled_from(["What", "did", "the", "Xi", "and", "about", "arms", ",", "?", "of", "bananas", "say"])
    ).map(" ".join)
)
def test_a_part_is_the_questions_own_words(question: str) -> None:
    for part in parts(question):
        assert question[slice(*part.span)] == part.text != ""
    for one in alone(question):
        assert one.part in one.question


@pytest.mark.parametrize(
    ("question", "questions"),
    [
        ("What is said about tea and coffee?", ["What is said about tea?", "What is said about coffee?"]),
        (
            "What did Xi say about tea, the price of coffee, and on beer in May?",
            [],  # “coffee” belongs to its price: no row of three
        ),
        (
            "What did Xi say about tea, coffee and about beer?",
            ["What did Xi say about tea?", "What did Xi say about coffee?", "What did Xi say about beer?"],
        ),
        ("What did Xi say about tea?", []),
        ("Did it rain in spring or in autumn?", []),  # one of two is the answer
        ("What did Putin and Xi discuss?", []),  # what two do together, neither does alone
        ("What is the difference between tea and coffee?", []),
        ("What was said on relations of China and Japan with each other?", []),
    ],
)
def test_things_asked_about_in_a_row_are_asked_about_alone(question: str, questions: list[str]) -> None:
    assert [one.question for one in alone(question)] == questions


TEA = Citation(1, "a.txt", 0, 14, "Tea costs less.", "")


def answered(*quotes: str, question: str = "", outcome: Outcome = "answered", confidence: float | None = 0.8) -> Answer:
    """Cites each quote in a file of its own."""
    citations = tuple(Citation(n, f"{quote}.txt", 0, len(quote), quote) for n, quote in enumerate(quotes, start=1))
    statements = tuple(Statement(citation.quote, (citation.number,)) for citation in citations)
    return Answer(question, outcome if quotes else "not_in_articles", statements, citations, confidence=confidence)


@pytest.mark.parametrize(
    ("part", "quote", "open_"),
    [
        ("arms deliveries", "He delivered weapons.", False),
        ("the weapons", "Arms were sent.", False),
        ("bananas", "Arms were sent.", True),
        ("Europe", "European markets count.", False),
        ("the United States", "Washington objects.", False),
        ("Taiwan", "China objects.", True),
    ],
)
def test_a_part_is_borne_by_its_words_or_words_near_in_meaning(part: str, quote: str, open_: bool) -> None:
    assert unmet(part, answered(quote)) == open_


def asking(answers: Mapping[str, Answer]) -> Callable[[str], Answer]:
    """Answers what is in the mapping; anything else must not be asked."""
    return lambda question: answers[question]


ROW = "What is said about tea and coffee?"
ON_TEA, ON_COFFEE = "What is said about tea?", "What is said about coffee?"


def complete(answer: Answer, answers: Mapping[str, Answer], question: str = ROW) -> tuple[Answer, list[StatementEvent]]:
    *events, last = completed(replace(answer, question=question), question, asking(answers))
    assert isinstance(last, Answer)
    return last, [event for event in events if isinstance(event, StatementEvent)]


def test_what_nothing_answers_is_missing_and_the_answer_partial() -> None:
    last, events = complete(answered("Tea is cheap."), {ON_COFFEE: answered()})
    assert (last.outcome, last.missing, events) == ("partial", ("coffee",), [])


def test_what_is_answered_alone_joins_the_answer() -> None:
    last, events = complete(answered("Tea is cheap."), {ON_COFFEE: answered("Coffee is dear.")})
    assert (last.outcome, last.missing) == ("answered", ())
    assert last.text == "Tea is cheap. [1]\n\nCoffee is dear. [2]"
    assert [citation.number for citation in last.citations] == [1, 2]
    assert events == [StatementEvent(last.statements[1], last.citations[1:])]


def test_what_is_cited_already_is_not_cited_twice() -> None:
    whole = answered("Tea is cheap.", "It is dear.")
    last, events = complete(whole, {ON_COFFEE: answered("It is dear.")})
    assert (last, events) == (replace(whole, question=ROW), [])


def test_a_refusal_becomes_partial_where_one_thing_alone_is_answered() -> None:
    refusal = replace(answered(), confidence=0.1, nearest=Citation(0, "a.txt", 0, 1, "T"))
    last, events = complete(refusal, {ON_TEA: answered("Tea is cheap."), ON_COFFEE: answered()})
    assert (last.outcome, last.missing, last.nearest) == ("partial", ("coffee",), None)
    assert last.text == "Tea is cheap. [1]"
    assert len(events) == 1
    assert complete(refusal, {ON_TEA: answered(), ON_COFFEE: answered()})[0] == replace(refusal, question=ROW)


def test_a_weak_answer_about_something_else_leaves_a_thing_missing() -> None:
    weak = answered("Snow fell.", outcome="partial")
    assert complete(answered("Tea is cheap."), {ON_COFFEE: weak})[0].missing == ("coffee",)
    weak = answered("Coffee fell.", outcome="partial")
    assert complete(answered("Tea is cheap."), {ON_COFFEE: weak})[0].missing == ()


def test_a_chat_models_answer_gains_no_sentences_and_its_refusal_stays() -> None:
    written = answered("Tea is cheap.", confidence=None)
    assert complete(written, {ON_COFFEE: answered("Coffee is dear.")}) == (replace(written, question=ROW), [])
    assert complete(written, {ON_COFFEE: answered()})[0].missing == ("coffee",)
    refusal = answered(confidence=None)
    assert complete(refusal, {}) == (replace(refusal, question=ROW), [])


def test_nothing_is_asked_where_the_cited_words_bear_all_or_none_of_a_row() -> None:
    for quotes in (("Tea and coffee are cheap.",), ("Snow fell.",)):
        assert complete(answered(*quotes), {})[0].outcome == "answered"


def test_any_other_partial_answer_names_what_nothing_cited_bears() -> None:
    question = "What does the invasion mean for the price of tea?"
    last, _ = complete(answered("Tea is cheap.", outcome="partial"), {}, question)
    assert last.missing == ("the invasion",)
    assert complete(answered("Tea is cheap."), {}, question)[0].missing == ()
