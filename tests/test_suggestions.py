"""Suggested questions are answered, new, and read as a person would put them."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

import pytest

from assistant import Answer, Assistant, Citation, DatelineError
from assistant.answer import Statement, StatementEvent
from assistant.answerer import Answerer
from assistant.drafting import drafts, topics
from assistant.reading import Reading
from assistant.suggestions import TRIED, suggested
from retrieval.articles import Article

KASHIN = "What did Kashin say about arms deliveries?"
READS_WELL = re.compile(
    r"(?:What did (?:the )?[A-Za-zÀ-ž].+ say about .+|What do the articles say about .+|Who is [A-Z].+|What happened (?:on|in) .*\d.*)\?"
)


def article(text: str, file: str = "a.txt") -> Article:
    return Article(file, "", text, file)


def drafted(text: str) -> list[tuple[str, str]]:
    reading = Reading.of(article(text))
    return [(draft.kind, draft.question) for n in range(len(reading.sentences)) for draft in drafts(reading, n)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "The plan was made for lethal weapons, said Niels Bohr, director of the Institute.",
            [
                ("who", "Who is Niels Bohr?"),
                ("said", "What did Niels Bohr say about lethal weapons?"),
                ("about", "What do the articles say about lethal weapons?"),
            ],
        ),
        ("The Kremlin said that it would pay for drones.", [("said", "What did the Kremlin say about drones?")]),
        ("Experts said that it would pay for drones.", [("said", "What did experts say about drones?")]),
        ("On 3 May 2021 the old bridge fell.", [("happened", "What happened on 3 May 2021?")]),
        ("In May 2021 the old bridge fell.", [("happened", "What happened in May 2021?")]),
        ("Some 400 houses fell.", [("count", "How many houses do the articles mention?")]),
        ("The old bridge fell.", []),
        ("Russian said that it would pay for drones.", []),  # an adjective speaks nowhere
        ("Plans of the day", []),  # a heading
    ],
)
def test_questions_are_made_of_who_says_what_and_what_happens_when(text: str, found: list[tuple[str, str]]) -> None:
    assert drafted(text) == found


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("It lives on the supply of arms to Russia.", ["the supply of arms"]),
        ("It came after the visit.", []),  # which visit?
        ("It lives on the country's leader Ada Lovelace.", ["Ada Lovelace"]),
        ("It lives on the head of French industry Ada Lovelace.", ["Ada Lovelace"]),
        ("It lives on the chief adviser of the White House.", ["the chief adviser of the White House"]),
        ("It came after the visit of Xi.", ["the visit of Xi"]),
        ("It came in the same week, of course, in return for much.", []),
        ("It fell in the rapidly growing.", []),
        ("He wrote of NATO countries and left. The countries stayed.", []),  # “and” may go on
        ("He wrote of NATO countries. The countries stayed.", ["NATO countries"]),
        ("It is what the law of the House presides over.", []),  # no noun as far as the text shows
        ("It is a matter of talks.", []),
        ("It depends on fully armed troops.", []),
        ("It depends on the Red Belt, Blue Road policy.", []),
        ("It depends on family members.", ["family members"]),
    ],
)
def test_a_topic_is_a_whole_noun_phrase_that_stands_alone(sentence: str, found: list[str]) -> None:
    assert topics(sentence, sentence) == found


TEXTS = {
    "a.txt": "The Kremlin said that it would pay for drones.\nThe Kremlin said that it would ask for steel pipes.",
    "b.txt": "Niels Bohr, a professor, said that it depends on old glass.\nIt fell on 3 May 2021.",
}
ARTICLES = {file: article(text, file) for file, text in TEXTS.items()}


def quoting(question: str, *places: tuple[str, int, int]) -> Answer:
    citations = tuple(
        Citation(n, file, start, end, TEXTS[file][start:end]) for n, (file, start, end) in enumerate(places, start=1)
    )
    statements = tuple(Statement(one.quote, (one.number,)) for one in citations)
    return Answer(question, "answered" if places else "not_in_articles", statements, citations)


def whole(question: str) -> Answer:
    return quoting(question, *((file, 0, len(text)) for file, text in TEXTS.items()))


def suggest(
    ask: Callable[[str], Answer] = whole, answer: Answer | None = None, *, asked: Collection[str] = (), most: int = 9
) -> list[str]:
    return list(suggested(ask, ARTICLES, answer, asked=asked, most=most))


def test_to_begin_with_they_are_spread_over_the_articles() -> None:
    assert suggest(most=3) == [
        "What did the Kremlin say about steel pipes?",
        "What do the articles say about old glass?",
        "Who is Niels Bohr?",
    ]


def test_only_what_is_answered_with_its_sentence_is_suggested() -> None:
    first = (0, TEXTS["a.txt"].index("\n"))
    assert suggest(lambda question: quoting(question, ("a.txt", *first))) == [
        "What did the Kremlin say about drones?",
    ]
    assert suggest(lambda question: replace(whole(question), outcome="partial")) == []
    assert suggest(quoting) == []


def test_no_more_are_tried_than_so_many_for_each_that_is_wanted() -> None:
    tried: list[str] = []

    def refuse(question: str) -> Answer:
        tried.append(question)
        return quoting(question)

    many = {f"{n}.txt": article(f"The Kremlin said that it would pay for drone{n}s.", f"{n}.txt") for n in range(99)}
    assert list(suggested(refuse, many, most=2)) == []
    assert 0 < len(tried) <= 2 * TRIED
    assert list(suggested(refuse, many, most=0)) == []


def test_what_was_asked_or_answered_already_is_not_suggested() -> None:
    everything = suggest()
    asked = "And what did the Kremlin say about pipes of steel?"
    left = suggest(asked=[asked])
    assert "What did the Kremlin say about steel pipes?" not in left
    assert set(left) < set(everything)
    cited = quoting("?", ("b.txt", 0, len(TEXTS["b.txt"])))
    assert all("Kremlin" in question or "pipes" in question for question in suggest(answer=cited))
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("question", [KASHIN, "Why is Putin wanted?", "What is the population of Japan?"])
def test_every_suggestion_is_answered_with_something_new(assistant: Assistant, question: str) -> None:
    answer = assistant.ask(question)
    found = list(assistant.suggestions(answer, asked=[question]))
    assert len(found) == len(set(found)) == 3
    for one in found:
        assert READS_WELL.fullmatch(one)
        assert assistant.answerable(one)
        reply = assistant.ask(one)
        assert reply.outcome == "answered"
        assert {(c.file, c.start) for c in reply.citations} - {(c.file, c.start) for c in answer.citations}


def test_to_begin_with_several_articles_are_asked_about(assistant: Assistant) -> None:
    files = {citation.file for one in assistant.suggestions() for citation in assistant.ask(one).citations}
    assert len(files) >= 3


def test_suggestions_keep_to_the_files_asked_about(assistant: Assistant) -> None:
    (file, *_) = assistant.articles
    found = list(assistant.suggestions(files=[file]))
    assert found
    for one in found:
        assert {citation.file for citation in assistant.ask(one, files=[file]).citations} == {file}
        assert assistant.answerable(one, files=[file])


class Never(Answerer):
    """An answerer that must not be asked: what it falls back on is."""

    def __init__(self, fallback: Answerer) -> None:
        self.fallback = fallback

    def stream(self, *asked: object) -> Iterator[StatementEvent | Answer]:
        raise AssertionError(f"asked {asked}")


def test_no_chat_model_is_asked(assistant: Assistant) -> None:
    never = Never(assistant.answerer)
    with_model = Assistant(assistant.settings, index=assistant.index, embeddings=assistant.embeddings, answerer=never)
    assert list(with_model.suggestions()) == list(assistant.suggestions())
    assert with_model.answerable(KASHIN)
    assert not with_model.answerable("What is the population of Japan?")


def test_a_question_that_cannot_be_asked_is_refused(assistant: Assistant) -> None:
    with pytest.raises(DatelineError, match="the question is empty"):
        assistant.answerable(" ")


def test_an_answer_from_articles_that_are_gone_suggests_nothing_of_them(assistant: Assistant) -> None:
    answer = replace(assistant.ask(KASHIN), retrieved=(), citations=(Citation(1, "gone.txt", 0, 1, "x"),))
    assert list(assistant.suggestions(answer)) == []
