"""Each rule of verification, on sentences made for it: what passes and what does not, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text

from assistant.verification import Quote, Verdict, verify
from assistant.verification.numerals import numbers
from assistant.verification.telling import tellings, tells
from assistant.verification.tokens import tokens
from retrieval.name_likeness import reads_as_name

SUPPORTED = [
    # numbers: other words for the same
    (
        "The quake destroyed two-thirds of the houses in Lima.",
        "Two in three houses in Lima were destroyed by the quake.",
    ),
    ("A fifth of the pupils stayed at home.", "20 percent of the pupils stayed at home."),
    ("The bridge cost 3.5 million euros.", "The bridge cost three and a half million euros."),
    ("The mine closed after ten years.", "The mine closed after a decade."),
    ("The summit is 48.8 kilometres away.", "The summit is almost 49 kilometres away."),
    ("The price of oil rose from 3 dollars to 12 dollars.", "The price of oil rose to four times as much, 12 dollars."),
    ("The party holds 33 seats and its rival 25 seats.", "The party holds eight seats more than its rival."),
    ("1700 police officers were sent to the coast.", "1,700 police officers were sent to the coast."),
    # dates: what came before and after
    (
        "In 2013 there were 109 attacks, more than in the previous year.",
        "There were 109 attacks in 2013, more than in 2012.",
    ),
    ("The senate sat all night before the bill passed.", "The bill passed after the senate sat all night."),
    # names: peoples, countries, leaders, abbreviations
    ("The Saudi government bought the club.", "Saudi Arabia's government bought the club."),
    ("Manhattanites earned more than ever.", "The people of Manhattan earned more than ever."),
    ("The World Health Organization praised the vaccine.", "The WHO praised the vaccine."),
    ("Acting alone, the guard opened the gate.", "Opening the gate, the guard acted alone."),
    # negation said in other words
    ("A coup is unlikely, the general says.", "A coup is not likely, the general says."),
    ("The council rejected the plan.", "The council did not accept the plan."),
    ("The delegates had yet to arrive.", "The delegates had not arrived."),
    # who does it, active and passive
    ("The fans were greeted at the gate by the players.", "The players greeted the fans at the gate."),
    # modality said in other words
    ("The council promised that the bridge will be “rebuilt”.", "The council promised to rebuild the bridge."),
    ("Closer ties are expected between the towns.", "It is expected that ties between the towns will be closer."),
    ("Peace seems far from certain.", "Peace is not certain."),
    ("The minister plans to close the port.", "The minister intends to close the port."),
    ("The firm may sell its mines.", "It is possible that the firm will sell its mines."),
    # who says so
    ("Critics say that the dam leaks, but the dam stands.", "The dam stands."),
    ("Critics say that the dam leaks.", "According to critics, the dam leaks."),
    ("Ada Lovelace, a mathematician, argued that the dam leaks.", "In Lovelace's opinion, the dam leaks."),
    ("Ada Lovelace, a mathematician, argued that the dam leaks.", "A mathematician argued that the dam leaks."),
    ("“The dam leaks,” Ada Lovelace said after her visit.", "Lovelace says that the dam leaks."),
]
CONTRADICTED = [
    ("Lyon won the cup.", "Marseille won the cup.", "names"),
    ("The road is called NH-39.", "The road is called NH-41.", "numbers"),
    ("A fifth of the pupils stayed at home.", "A quarter of the pupils stayed at home.", "numbers"),
    ("The summit is 48.8 kilometres away.", "The summit is almost 60 kilometres away.", "numbers"),
    ("The colony lasted from 1638 to 1655.", "The colony lasted from 1655 to 1638.", "roles"),
    ("The book was translated from French to English.", "The book was translated from English to French.", "roles"),
    ("Lyon won the cup.", "Lyon may have won the cup.", "modality"),
    ("The council closed the port.", "The council plans to close the port.", "modality"),
    ("The council accused the bank of fraud.", "The bank accused the council of fraud.", "roles"),
    (
        "The envoy landed in Lima on Monday, and the mayor met his plane.",
        "The envoy may have landed in Lima on Monday.",
        "modality",
    ),
    (
        "The court issued a warrant for the banker in May, with the prosecutors hoping for more.",
        "The court planned to issue a warrant for the banker in May.",
        "modality",
    ),
    ("The police suspect that the mayor was bribed.", "The police proved that the mayor was bribed.", "speaker"),
    ("The mayor was probably bribed by builders.", "The mayor was certainly bribed by builders.", "modality"),
    ("The tower may be the oldest in town.", "The tower is the oldest in town.", "modality"),
    ("The tower is believed to be the oldest in town.", "The tower is the oldest in town.", "speaker"),
    ("The workers oppose the merger.", "The workers do not oppose the merger.", "polarity"),
    ("The ban on fishing had been lifted by June.", "The ban on fishing had been upheld by June.", "polarity"),
    ("The plague killed the sheep of the valley.", "The plague spared the sheep of the valley.", "polarity"),
    ("The theory was contested by the geologists.", "The theory was supported by the geologists.", "polarity"),
    ("The benefits are not small.", "The benefits are small.", "polarity"),
    ("Ada Lovelace argued that the dam leaks.", "The dam leaks.", "speaker"),
    ("Critics say that the dam leaks.", "The dam leaks.", "speaker"),
    ("According to the ministry, the dam leaks.", "The dam leaks.", "speaker"),
    ("Ada Lovelace argued that the dam leaks.", "Petr Dvorak argued that the dam leaks.", "speaker"),
    (
        "The union said that the mine is safe. The owner said that the port is closed.",
        "The owner said that the mine is safe.",
        "speaker",
    ),
    ("“Russia wants peace,” Ada Lovelace said.", "Russia wants peace.", "speaker"),
]


@pytest.mark.parametrize(("quote", "statement"), SUPPORTED, ids=[statement for _, statement in SUPPORTED])
def test_what_says_the_same_in_other_words_passes(quote: str, statement: str) -> None:
    assert verify(statement, [Quote(quote)]) == Verdict(True)


@pytest.mark.parametrize(
    ("quote", "statement", "slot"), CONTRADICTED, ids=[statement for _, statement, _ in CONTRADICTED]
)
def test_what_says_something_else_does_not(quote: str, statement: str, slot: str) -> None:
    verdict = verify(statement, [Quote(quote)])
    assert (verdict.supported, verdict.slot) == (False, slot)
    assert verdict.reason


@pytest.mark.parametrize(
    ("text", "who", "words"),
    [
        ("Critics say that the dam leaks, but it stands.", "Critics", "the dam leaks"),
        ("The dam leaks, believes geologist Ada Lovelace.", "geologist Ada Lovelace", "The dam leaks"),
        ("However, according to the ministry, the dam leaks.", "the ministry", "the dam leaks."),
        ("The dam leaks , Lovelace argued , and it must go .", "Lovelace", "The dam leaks"),
        ("“The dam leaks,” Lovelace said after her visit.", "Lovelace", "“The dam leaks,”"),
        ("Ada Lovelace, a mathematician, wrote that the dam leaks.", "Ada Lovelace, a mathematician", "the dam leaks"),
        ("It is believed that the dam leaks.", "", "the dam leaks"),
        ("The owner rejected the claim that the dam leaks.", "The owner rejected the", "the dam leaks"),
    ],
)
def test_a_sentence_is_parted_into_what_is_told_and_by_whom(text: str, who: str, words: str) -> None:
    (telling,) = tellings(text)
    assert telling.who == who
    assert words in "".join(text[start:end] for start, end in telling.spans)


@pytest.mark.parametrize(
    "text", ["The company called Acme sold its states.", "Dutch customs had no right to demand duties.", "It leaks."]
)
def test_what_only_looks_like_telling_is_none(text: str) -> None:
    assert not tellings(text)
    assert not tells(text)


def test_a_word_at_the_beginning_of_a_sentence_is_told_from_a_name() -> None:
    assert [reads_as_name(word) for word in ("marseille", "everton", "harvest", "officials")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "value", "measure"),
    [
        ("two-thirds of the houses", 200 / 3, "percent"),
        ("nine in ten computers", 90.0, "percent"),
        ("half a million people", 500_000.0, ""),
        ("a quarter of a million people", 250_000.0, ""),
        ("two dozen ships", 24.0, ""),
        ("two decades of peace", 20.0, "year"),
        ("three and a half million euros", 3_500_000.0, "euro"),
    ],
)
def test_numbers_are_read_in_words(text: str, value: float, measure: str) -> None:
    found = numbers(tokens(f"There are {text} here."))
    assert [(pytest.approx(value), measure)] == [(number.value, number.measure) for number in found]


@given(any_text(), st.booleans(), any_text())
def test_what_is_told_lies_within_the_text(text: str, explicit: bool, other: str) -> None:
    for telling in tellings(text):
        assert all(0 <= start <= end <= len(text) for start, end in telling.spans)
    assert verify(f"Anna Berg: {text}", [Quote(text, ("Anna Berg",), explicit, other)]).supported == bool(text.strip())
