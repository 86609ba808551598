"""Whose words a question asks for, and what kind of thing would answer it."""

import pytest

from assistant.question import Question, asked_speaker
from assistant.reading import Reading
from retrieval.articles import Article


@pytest.mark.parametrize(
    ("question", "speaker"),
    [
        ("What did Kashin say about arms deliveries?", "Kashin"),
        ("what does lindgren think of the dam", "lindgren"),
        ("According to Niels Bohr, who pays?", "Niels Bohr"),
        ("Who pays according to the Wall Street Journal?", "the Wall Street Journal"),
        ("How important is the dam in Lindgren's view?", "Lindgren"),
        ("What is Bohr's opinion of the dam?", "Bohr"),
        ("What will happen if the mayor is to be believed?", "the mayor"),
        ("Has the Chinese foreign minister denied it?", "the Chinese foreign minister"),
        ("Bohr on the dam", "Bohr"),
        ("Who said that the dam would hold?", ""),
        ("When was the dam built?", ""),
        ("What is Bohr accused of by the court?", ""),
        ("hello", ""),
    ],
)
def test_finds_whose_words_are_asked_for(question: str, speaker: str) -> None:
    assert asked_speaker(question) == speaker


def reading(text: str) -> Reading:
    return Reading.of(Article(file="a.txt", title="", text=text, sha256=""))


TEXT = "Astrid Lindgren, director of the Dam Institute, said it would hold. Niels Bohr said it would fall. Beijing denied all."


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Lindgren say?", [0]),
        ("What did Lindgreen say about the dam?", [0]),  # misspelt
        ("What did the director of the Dam Institute say?", [0]),
        ("What does Bohr think?", [1]),
        ("lindgren dam", [0]),
        ("what did lindgren sya about the dam", [0]),
        ("What did China say?", [2]),  # Beijing speaks for it
        ("What did Achebe say?", []),
        ("What did the director of the bank say?", []),
    ],
)
def test_only_the_asked_speakers_sentences_are_his(question: str, expected: list[int]) -> None:
    article = reading(TEXT)
    asked = Question.of(question, [article])
    assert [n for n in range(3) if asked.spoken_in(article, n)] == expected


def test_the_subject_is_what_is_left_without_speaker_and_asking() -> None:
    asked = Question.of("What did Bohr say about the dam?", [reading(TEXT)])
    assert asked.subject == {"dam"}
    assert asked.speaker == {"bohr"}


@pytest.mark.parametrize(
    ("question", "right", "wrong"),
    [
        ("How many people live there?", "Some 145 million people live there.", "Many live there."),
        ("When did it open?", "It opened in March 1999.", "It opened to applause."),
        (
            "How many jets will Poland deliver?",
            "It will deliver four jets.",
            "The MiG-29 jets that Poland will deliver are old.",
        ),
        ("How old is Bohr?", "Bohr is 61 years old.", "Bohr was here on 20 March 2023."),
        ("How long is the visit?", "It is a three day visit.", "He last visited in 2019."),
        ("Why was it closed?", "It was closed because the slope moved.", "It was closed on Friday."),
        ("Who opened it?", "Bohr did.", ""),
    ],
)
def test_a_number_a_date_or_a_reason_is_answered_in_kind(question: str, right: str, wrong: str) -> None:
    asked = Question.of(question, [])
    assert asked.fit(right) >= 0.0
    assert not wrong or asked.fit(wrong) < 0.0
