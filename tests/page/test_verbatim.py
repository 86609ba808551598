"""Over every citation of thirty questions and more: what is marked in the DOM is the quote, and the quote is the file's."""

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from page_fakes import SEEDS, running_page
from playwright.sync_api import Browser
from reader import Reader, reading

from assistant import Assistant, Settings
from evals.case_files import CASES, load
from evals.originals import Originals

QUESTIONS = 30
ODD = {
    "curly.txt": "Curly news\n\n“Nobody said ‘never’ — we’d said ‘not yet’…”, the minister told the paper’s readers on Friday.\n",
    "accents.txt": "Ünïcödé à la carte\r\n\r\nThe café owner naïvely sold 12 crêpes à 3 € to the façade painters of Łódź.\r\n",
    "combining.txt": unicodedata.normalize(
        "NFD", "Combining marks\n\nThe señor sang two élégies in Zürich and A\u0308ngelholm on Sunday evening.\n"
    ),
    "emoji.txt": "Emoji 🗞️\n\nThe zoo 🦁🐘 counted 👩‍👩‍👧‍👦 four visitors and 🇺🇦 seven flags at the gate on Monday. 𝔘𝔫𝔦𝔠𝔬𝔡𝔢!\n",
    "crlf.txt": "Line ends\r\n\r\nThe lighthouse keeper lit the lamp at nine.\r\nThe tower was painted red in spring.\r\n",
    "invisible.txt": "Odd blanks\n\nThe\u00a0courier\u2009delivered\u200b 40 parcels\u202f to the \ufeffharbour at\tnoon.\n",
    "signs.md": "# Signs & <tags>\n\nThe clerk typed <b>bold</b> & wrote a < b > c, \"quoted\" 'twice' {{x}} ${y} in the ledger.\n",
    "page.html": "<html><head><title>A page &amp; more</title></head><body><article><h1>Bridges</h1><p>The old bridge &amp; the"
    " “new” one were closed for caf&eacute; repairs on 3&nbsp;May, the&#8203; engineer said.</p><p>Traffic was sent over the"
    " ferry &mdash; it carried 1&frasl;2 of all cars 🚗 that day, the harbour office said on its site.</p></article></body></html>",
}
ASKED_OF_ODD = (
    "What did the minister tell the paper's readers?",
    "How many crêpes did the café owner sell?",
    "Where did the señor sing two elegies?",
    "How many flags did the zoo count?",
    "When did the lighthouse keeper light the lamp?",
    "How many parcels did the courier deliver?",
    "What did the clerk type in the ledger?",
    "When were the bridges closed for repairs?",
    "How were the cars carried while the bridge was closed?",
)


def check(reader: Reader, question: str, text: Callable[[str], str | None]) -> int:
    """Ask, open every citation; gives how many there were."""
    reader.page.locator("#new-chat").click()
    turn = reader.ask(question)
    kept = reader.page.evaluate(
        """() => { const key = Object.keys(localStorage).find(each =>
                     each.startsWith('dateline.conversation.') &&
                     JSON.parse(localStorage[each]).turns.at(-1).question === document.querySelector('.question').lastChild.data);
                   return JSON.parse(localStorage[key]).turns.at(-1).answer }"""
    )
    citations = [*kept["citations"], *([kept["nearest"]] if kept["nearest"] else [])]
    shown = {int(str(chip.get_attribute("data-number"))) for chip in turn.locator("a.cite").all()}
    assert shown == {citation["number"] for citation in citations}
    for citation in citations:
        quote = citation["quote"]
        original = text(citation["file"])
        assert original is not None
        assert original[citation["start"] : citation["end"]] == quote
        reader.open_source(turn, citation["number"])
        assert reader.article.get_attribute("data-file") == citation["file"]
        assert reader.chosen() == quote
        assert reader.marked()[str(citation["number"])] == quote
    return len(citations)


def test_what_is_marked_is_the_quote_over_thirty_questions(seeds_reader: Reader) -> None:
    cases = [case for case in load(CASES, SEEDS).cases if not case.history and case.outcome != "not_in_articles"]
    originals = Originals(SEEDS)
    checked = [
        check(seeds_reader, case.question, originals.text) for case in cases[:: len(cases) // QUESTIONS][:QUESTIONS]
    ]
    assert len(checked) == QUESTIONS
    assert sum(checked) >= QUESTIONS


@pytest.fixture(scope="module")
def odd_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    for name, text in ODD.items():
        (folder / name).write_bytes(text.encode())
    return folder


@pytest.fixture(scope="module")
def odd_address(odd_folder: Path) -> Iterator[str]:
    with Assistant.from_settings(Settings(corpus=odd_folder)) as assistant, running_page(assistant) as address:
        yield address


def test_what_is_marked_is_the_quote_whatever_the_characters_of_the_file(
    browser: Browser, odd_folder: Path, odd_address: str
) -> None:
    originals = Originals(odd_folder)
    with reading(browser, odd_address) as reader:
        checked = [check(reader, question, originals.text) for question in ASKED_OF_ODD]
        assert sum(each > 0 for each in checked) >= len(ODD)
        reader.picture("verbatim-odd")
