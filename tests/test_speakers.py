"""Who says what: from the shape of sentences, on texts of several sites' habits."""

import pytest

from assistant.namesakes import bearers
from assistant.speakers import Attribution, attributions, named_speakers, names
from retrieval.sentences import sentence_spans


def attributed(text: str) -> list[Attribution | None]:
    spans = sentence_spans(text)
    return attributions(text, spans, bearers(text, spans))


def speakers(text: str) -> list[tuple[str, ...]]:
    return [found.speakers if found else () for found in attributed(text)]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The risk would be too great, believes pro-Kremlin expert Vasily Kashin.", "Vasily Kashin"),
        ("“We will not go,” said Astrid Lindgren.", "Astrid Lindgren"),
        ("Astrid Lindgren, a geologist in Uppsala, said the slope was moving.", "Astrid Lindgren"),
        ("According to the Kremlin, talks will follow.", "Kremlin"),
        ("US intelligence says the plan is old.", "US"),
        ("This is confirmed by political scientist Abbas Galgamov.", "Abbas Galgamov"),
        ("The mayor was greeted by Achebe, who praised the new bridge.", "Achebe"),
        ("On Thursday, Foreign Minister Qin Gang insisted that talks go on.", "Foreign Minister Qin Gang"),
    ],
)
def test_names_the_speaker_beside_the_reporting_verb(sentence: str, expected: str) -> None:
    assert named_speakers(sentence)[0] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "He said it would rain.",
        "On Friday announced measures took effect.",
        "The bridge over the Drava was closed.",
        "“Lindgren said no” is the title of the play.",
        "Experts believed otherwise.".replace("Experts", "Many"),
    ],
)
def test_names_no_speaker_where_none_is_named(sentence: str) -> None:
    assert named_speakers(sentence) == ()


def test_a_quotation_two_sentences_on_keeps_its_speaker() -> None:
    text = "It was too early, believes analyst Astrid Lindgren. “We wait.”\n“Nothing is decided.”\n“So, for now, no,” says the expert.\nThe bank was closed."
    assert speakers(text) == [("Astrid Lindgren",)] * 4 + [()]


def test_a_pronoun_carries_the_speaker_on() -> None:
    text = "Astrid Lindgren said the slope was moving. She added that it was slow. The road stayed open."
    assert speakers(text) == [("Astrid Lindgren",), ("Astrid Lindgren",), ()]


def test_a_new_speaker_ends_the_old_ones_words() -> None:
    text = "Astrid Lindgren said it moved. Niels Bohr said it stood. “It stands.”"
    assert speakers(text) == [("Astrid Lindgren",), ("Niels Bohr",), ("Niels Bohr",)]


def test_a_quotation_that_closes_later_began_with_its_speaker() -> None:
    text = "“It must move,” says Bohr. It cannot stay. It will fall.”"
    assert speakers(text) == [("Bohr",)] * 3


def test_words_after_an_introduction_are_not_called_explicit() -> None:
    text = "This is confirmed by political scientist Abbas Galgamov. The visit is important. Elites have doubts."
    found = attributed(text)
    assert [bool(a and a.explicit) for a in found] == [True, False, False]


def test_names_are_stems_of_every_speaker() -> None:
    text = "The United States opposes it, Kirby, a spokesman, told reporters."
    (found,) = attributed(text)
    assert "kirbi" in names(found)
    assert names(None) == frozenset()


def test_he_is_whom_a_sentence_since_the_last_speaker_is_about() -> None:
    text = 'Anna Berg said no. Olav Lund, a nurse, disagreed. "We lose," he said. "All of us."'
    assert speakers(text) == [("Anna Berg",), (), ("Olav Lund",), ("Olav Lund",)]


def test_a_surname_that_two_bear_is_given_in_full() -> None:
    text = "Anna Lund opened the debate. Lund said yes. Olav Lund came late. Lund said no."
    assert speakers(text) == [(), ("Anna Lund",), (), ("Olav Lund",)]
