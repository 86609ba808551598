"""Two people of one surname: a full name is never met by the other one, whoever asks and whoever writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Assistant, Citation, Settings
from assistant.namesakes import bearers, others_than_asked
from assistant.verification import quotes_of, verify
from retrieval.articles import Article

PAY = """Ministers clash over regional pay

Deputies debated regional pay on Tuesday.

Dana Mertens, the treasury secretary, opened the debate. "Pay should follow local prices," Mertens said.

Olav Mertens, who speaks for the opposition on labour, disagreed. "Nurses in the north would lose a tenth of their wages," he said. \
"We will vote against it."

Dana Mertens replied that no wage would be cut. The vote is due in June.
"""
ELSEWHERE = """Harbour master warns of silt

Tomas Mertens, the harbour master, spoke to reporters on Friday. "Silt closes the harbour to every ferry," Mertens said.
"""
DANA, OLAV, TOMAS = "follow local prices", "tenth of their wages", "Silt closes"


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("namesakes")
    (folder / "pay.txt").write_text(PAY, "utf-8")
    (folder / "harbour.txt").write_text(ELSEWHERE, "utf-8")
    with Assistant.from_settings(Settings(corpus=folder, cache=tmp_path_factory.mktemp("cache"))) as opened:
        yield opened


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did Olav Mertens say about regional pay?", OLAV),
        ("What did Dana Mertens say about regional pay?", DANA),
        ("What did Dana Mertens say?", DANA),
        ("What did Olav Mertens say?", OLAV),
        ("what did olav mertens say about wages", OLAV),
        ("Olav Mertens regional pay", OLAV),
        ("According to Dana Mertens, what should pay follow?", DANA),
        ("What did Tomas Mertens say about silt?", TOMAS),
    ],
)
def test_a_full_name_is_answered_with_that_persons_words(asking: Assistant, question: str, said: str) -> None:
    answer = asking.ask(question)
    assert said in answer.text
    assert not [other for other in {DANA, OLAV, TOMAS} - {said} if other in answer.text]


@pytest.mark.parametrize(
    "question",
    [
        "What did Petra Mertens say about regional pay?",
        "What did Petra Mertens say?",
        "What does Petra Mertens think of silt in the harbour?",
        "What did Tomas Mertens say about regional pay?",
        "What did Olav Mertens say about silt?",
        "Petra Mertens regional pay",
    ],
)
def test_a_name_that_nobody_bears_is_met_by_nobody(asking: Assistant, question: str) -> None:
    answer = asking.ask(question)
    assert not [words for words in (DANA, OLAV, TOMAS) if words in answer.text]


SISTERS = """Sisters of one house

Kim Ha-rin, the sister of the harbour leader Kim Do-yun, said the drills were a provocation. Kim Do-yun said nothing of the drills, but \
saluted the fleet.
"""
COUPLE = """A couple divided on taxes

Former mayor Bert Lindqvist praised the tax plan on Monday. "It will bring jobs to the south," Lindqvist told reporters.

His wife, Hedda Lindqvist, was less sure. "The plan is too generous to banks," she said.
"""
FAMILY = """Le Sage's party fights on

Manon Le Sage said the vote was stolen. Her father, Jean-Marc Le Sage, called the result fair. "I expected no more," he said.
"""


@pytest.mark.parametrize(
    ("article", "question", "said", "never"),
    [
        (COUPLE, "What did Hedda Lindqvist say about the tax plan?", "too generous", "bring jobs"),
        (COUPLE, "What did Bert Lindqvist say about the tax plan?", "bring jobs", "too generous"),
        (COUPLE, "Did Bert Lindqvist say the plan is too generous?", "", "too generous"),
        (SISTERS, "What did Kim Ha-rin say about the drills?", "a provocation", "saluted"),
        (SISTERS, "What did Kim Do-yun say about the drills?", "said nothing", "a provocation"),
        (FAMILY, "What did Manon Le Sage say?", "stolen", "expected no more"),
        (FAMILY, "what did manon le sage say", "stolen", "expected no more"),
        (FAMILY, "What did Jean-Marc Le Sage say?", "expected no more", "stolen"),
        (FAMILY, "What did Le Sage say?", "stolen", ""),
    ],
)
def test_relatives_keep_their_own_words(
    tmp_path: Path, article: str, question: str, said: str, never: str, asking: Assistant
) -> None:
    (tmp_path / "news.txt").write_text(article, "utf-8")
    with asking.joined(tmp_path, cache=tmp_path / "cache") as both:
        text = both.ask(question).text
    assert said in text
    assert not never or never not in text


def test_an_answer_says_which_of_them_speaks(asking: Assistant) -> None:
    statement = asking.ask("What did Dana Mertens say about local prices?").statements[0]
    assert statement.text == 'Dana Mertens: "Pay should follow local prices," Mertens said.'


def cited(words: str) -> Citation:
    start = PAY.index(words)
    return Citation(1, "pay.txt", start, start + len(words), words)


PRICES = '"Pay should follow local prices," Mertens said.'
NURSES = '"Nurses in the north would lose a tenth of their wages," he said.'


@pytest.mark.parametrize(
    ("statement", "quote", "supported"),
    [
        ("Dana Mertens said pay should follow local prices.", PRICES, True),
        ("Mertens said pay should follow local prices.", PRICES, True),
        ("Olav Mertens said pay should follow local prices.", PRICES, False),
        ("According to Olav Mertens, pay should follow local prices.", PRICES, False),
        ("Olav Mertens said nurses in the north would lose a tenth of their wages.", NURSES, True),
        ("Dana Mertens said nurses in the north would lose a tenth of their wages.", NURSES, False),
        ('Dana Mertens: "We will vote against it."', '"We will vote against it."', False),
        ('Olav Mertens: "We will vote against it."', '"We will vote against it."', True),
        ("Olav Mertens replied that no wage would be cut.", "Dana Mertens replied that no wage would be cut.", False),
    ],
)
def test_a_statement_takes_neither_for_the_other(statement: str, quote: str, supported: bool) -> None:
    article = Article(file="pay.txt", title="", text=PAY, sha256="")
    verdict = verify(statement, quotes_of([cited(quote)], {"pay.txt": article}))
    assert verdict.supported == supported, verdict
    assert supported or verdict.slot == "speaker"


KNOWN = {
    "kashin": frozenset({"Vasily Kashin", "Vassily Kashin"}),
    "mertens": frozenset({"Dana Mertens", "Diana Mertens"}),
}


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("What did Vasily Kashin say?", {"kashin": frozenset()}),
        ("What did V. Kashin say?", {"kashin": frozenset()}),
        ("What did Ivan Kashin say?", {"kashin": KNOWN["kashin"]}),
        ("What did Dana Mertens say?", {"mertens": frozenset({"Diana Mertens"})}),
        ("what did diana mertens say", {"mertens": frozenset({"Dana Mertens"})}),
        ("What did Minister Mertens say?", {}),
        ("Summarise Mertens' view", {}),
        ("what does frend kashin say", {}),
        ("What is said of pay (Kashin, Mertens)?", {}),
        ("", {}),
    ],
)
def test_who_else_is_not_meant(question: str, others: dict[str, frozenset[str]]) -> None:
    assert others_than_asked(question, KNOWN) == others


def meant(text: str, surname: str) -> list[list[str]]:
    spans = [(start, start + len(line)) for line in text.splitlines() for start in [text.index(line)]]
    return [sorted(found.get(surname, ())) for found in bearers(text, spans)]


def test_a_surname_means_whom_the_article_last_gave_in_full() -> None:
    text = "Lund wins.\nWilliam E. Lund, a baker, won.\nLund smiled.\nJudge Lund and Eva Lund sang.\nMeanwhile Lund left, and meanwhile it rained."
    assert meant(text, "lund") == [
        ["William E. Lund"],
        ["William E. Lund"],
        ["William E. Lund"],
        ["Eva Lund", "William E. Lund"],
        ["Eva Lund"],
    ]


def test_things_are_nobodys_full_name() -> None:
    assert meant("The European Union met.\nThe Union voted.", "union") == [[], []]
