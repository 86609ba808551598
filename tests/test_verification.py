"""Verification: true statements about the seed articles are accepted, each kind of swap is caught, with a plain reason."""

from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text
from verification_pairs import FALSE, TRUE

from assistant.answer import Citation
from assistant.reading import Reading
from assistant.verification import Quote, Verdict, quotes_of, verify
from retrieval.articles import Article, read_article
from retrieval.evidence import Evidence, Passage

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
KASHIN = Quote(
    "Vasily Kashin said on 20 March 2023 that Beijing was unlikely to begin open deliveries of arms to Russia.",
    speakers=("Vasily Kashin",),
    explicit=True,
)


@cache
def reading(file: str) -> Reading:
    article = read_article(SEEDS / file, SEEDS)
    assert isinstance(article, Article)
    return Reading.of(article)


@cache
def quotes(source: tuple[str, str]) -> tuple[Quote, ...]:
    file, text = source
    start = reading(file).article.text.index(text)
    return quotes_of([Citation(1, file, start, start + len(text), text)], {file: reading(file)})


@pytest.mark.parametrize(("source", "statement"), TRUE, ids=[statement[:60] for _, statement in TRUE])
def test_a_true_statement_is_supported(source: tuple[str, str], statement: str) -> None:
    assert verify(statement, quotes(source)) == Verdict(True)


@pytest.mark.parametrize(
    ("source", "statement"),
    [(source, statement) for _, source, statement in FALSE],
    ids=[f"{swap}: {statement[:60]}" for swap, _, statement in FALSE],
)
def test_a_swapped_statement_is_not(source: tuple[str, str], statement: str) -> None:
    verdict = verify(statement, quotes(source))
    assert not verdict.supported
    assert verdict.reason
    assert verdict.slot


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        (
            "Vasily Kashin said that Beijing was likely to begin open deliveries of arms to Russia.",
            "the quote says “unlikely”",
        ),
        (
            "Kashin said on 20 April 2023 that Beijing was unlikely to begin open deliveries.",
            "the quote says March, not April",
        ),
        ("Antony Blinken said that Beijing was unlikely to deliver arms to Russia.", "it is Vasily Kashin who says so"),
        ("Kashin said that Tokyo was unlikely to begin open deliveries of arms.", "the quote does not name Tokyo"),
        ("Beijing was unlikely to begin open deliveries of arms to Russia.", "it is Vasily Kashin who says so"),
        ("Kashin said that the wheat harvest was good.", "the quote is about something else"),
        ("Kashin said that Beijing denies it.", "the quote is about something else"),
    ],
)
def test_the_reason_is_a_plain_clause(statement: str, reason: str) -> None:
    assert verify(statement, [KASHIN]).reason == reason


@pytest.mark.parametrize(
    ("quote", "statement"),
    [
        ("The talks lasted a dozen hours.", "The talks lasted 12 hours."),
        ("The talks lasted 90 minutes.", "The talks lasted ninety minutes."),
        ("It cost $4 million.", "It cost four million dollars."),
        ("Turnout was 45 percent.", "Turnout was 45%."),
        ("The ministers met on 3 May 2021.", "The ministers met in May 2021."),
        ("France rejected the proposal.", "Paris rejected the proposal."),
        ("The law was not passed until June.", "The law was passed in June."),
        ("The mayor hasn't ruled out a strike.", "The mayor has not ruled out a strike."),
    ],
)
def test_one_thing_may_be_written_in_two_ways(quote: str, statement: str) -> None:
    assert verify(statement, [Quote(quote)]) == Verdict(True)


@pytest.mark.parametrize(
    ("quote", "statement", "slot"),
    [
        ("The talks lasted three hours.", "The talks lasted three days.", "numbers"),
        ("Turnout was 45 percent.", "Turnout was 54 percent.", "numbers"),
        ("More than 100 people came.", "Fewer than 100 people came.", "numbers"),
        ("The ministers met on 3 May 2021.", "The ministers met on 4 May 2021.", "dates"),
        ("The ministers met last week.", "The ministers met last month.", "dates"),
        ("France may lift the ban.", "France will lift the ban.", "modality"),
        ("France plans to lift the ban.", "France lifted the ban.", "modality"),
        ("There is no evidence that France paid for it.", "There is evidence that France paid for it.", "polarity"),
        ("Exports to Spain rose.", "Exports to Spain fell.", "polarity"),
        ("Spain sued France.", "France sued Spain.", "roles"),
        ("France was sued by Spain.", "France sued Spain.", "roles"),
    ],
)
def test_the_slot_that_differs_is_named(quote: str, statement: str, slot: str) -> None:
    assert verify(statement, [Quote(quote)]).slot == slot


def test_the_surroundings_say_who_and_when_but_support_nothing() -> None:
    quote = Quote("He arrived on Tuesday.", context="Anton Siluanov flew to Beijing in May 2023 with two ministers.")
    assert verify("Anton Siluanov arrived on a Tuesday in May 2023.", [quote]).supported
    assert not verify("Anton Siluanov flew with two ministers.", [quote]).supported


def test_without_quotes_nothing_is_supported() -> None:
    assert verify("Anything.", []) == Verdict(False, "it quotes nothing", "support")


class Unconvinced:
    """A scorer that finds nothing answered."""

    def score(self, question: str, passages: Sequence[Passage], *, given: Collection[str] = ()) -> list[Evidence]:
        return [Evidence(-9.0, 0.01, (0.01,) * len(passage.sentences)) for passage in passages]


def test_the_evidence_model_decides_where_words_are_few() -> None:
    quote = Quote("The harbour wall cracked when the ferry struck it in heavy fog.")
    statement = "The ferry struck something during a calm sunny regatta."
    assert not verify(statement, [quote], scorer=Unconvinced()).supported
    assert verify(quote.text, [quote], scorer=Unconvinced()).supported


def test_quotes_part_where_the_speaker_changes() -> None:
    file = "000_02acd30f241aa87e.txt"
    article = reading(file).article
    start = article.text.index("Beijing also denies")
    end = article.text.index("“Russia, of course")
    citation = Citation(1, file, start, end, article.text[start:end])
    found = quotes_of([citation], {file: article})
    assert [quote.speakers for quote in found][-1] == ("Vasily Kashin",)
    assert all(quote.text in citation.quote for quote in found)
    assert article.title in found[0].context


@pytest.mark.parametrize("path", sorted(SEEDS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_every_sentence_of_an_article_supports_itself(path: Path) -> None:
    read = reading(path.name)
    for number, (start, end) in enumerate(read.sentences):
        citation = Citation(1, path.name, start, end, read.text(number))
        attribution = read.attributions[number]
        name = f"{attribution.speakers[0]}: " if attribution else ""
        assert verify(name + citation.quote, quotes_of([citation], {path.name: read})).supported, citation.quote


@given(any_text(), any_text(), st.booleans())
def test_any_text_has_a_verdict(statement: str, quote: str, explicit: bool) -> None:
    verdict = verify(statement, [Quote(quote, ("A B",), explicit, quote)])
    assert verdict.supported == (not verdict.reason)
