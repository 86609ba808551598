"""From a citation to the words: the peek beside it, the article opened at the quote, the marks."""

import re

import pytest
from page_fakes import ARMS, KASHIN, RESTRAINT, FakeAssistant, article, running_page
from playwright.sync_api import Browser, Locator, expect
from reader import Reader, reading

from retrieval.articles import Article
from ui import texts

USHAKOV = "004_f0604eb540a79818.txt"


@pytest.mark.parametrize("how", ["hover", "focus"])
def test_hovering_or_focusing_a_citation_shows_its_quote(reader: Reader, how: str) -> None:
    turn = reader.ask("What did Ushakov praise?")
    peek = reader.page.locator("#peek")
    expect(peek).to_be_hidden()
    chip = reader.chip(turn, 1)
    chip.hover() if how == "hover" else chip.focus()
    expect(peek).to_be_visible()
    expect(reader.page.get_by_role("tooltip")).to_contain_text(RESTRAINT)
    expect(peek.locator(".quote")).to_contain_text(RESTRAINT)
    expect(peek.locator(".title")).not_to_be_empty()
    expect(peek.locator(".file")).to_contain_text(USHAKOV)
    expect(chip).to_have_attribute("aria-describedby", "peek")
    reader.picture(f"reading-peek-{how}")
    reader.page.keyboard.press("Escape")
    expect(peek).to_be_hidden()


@pytest.mark.parametrize("how", ["click", "Enter"])
def test_choosing_a_citation_opens_its_article_at_the_quote(reader: Reader, fake: FakeAssistant, how: str) -> None:
    turn = reader.ask("What did Kashin say about arms deliveries?")
    if how == "click":
        chosen = reader.open_source(turn, 2)
    else:
        reader.chip(turn, 2).focus()
        reader.page.keyboard.press("Enter")
        chosen = reader.article.locator("mark.chosen")
    expect(chosen.first).to_be_in_viewport()
    expect(chosen.first).to_be_focused()
    assert reader.chosen() == ARMS[1]
    assert reader.marked() == {"1": ARMS[0], "2": ARMS[1]}
    expect(reader.article).to_have_attribute("data-file", KASHIN)
    expect(reader.article.get_by_role("heading", level=2)).to_have_text(fake.articles[KASHIN].title)
    expect(reader.article.locator("header .file")).to_contain_text(KASHIN)
    assert colour(chosen.first) != colour(reader.article.locator("mark:not(.chosen)").first)


def colour(marked: Locator) -> str:
    return str(marked.evaluate("mark => getComputedStyle(mark).backgroundColor"))


def test_the_whole_article_is_there_with_its_leftovers_dimmed(reader: Reader, fake: FakeAssistant) -> None:
    file, left = next((file, each) for file, each in fake.articles.items() if each.leftovers)
    turn = reader.ask("Kashin and Ushakov: everything")
    reader.page.locator("#articles-button").click()
    reader.library.locator(f".entry[data-file='{file}'] button.open").click()
    expect(reader.article).to_have_attribute("data-file", file)
    assert reader.article.locator(".text").evaluate("text => text.textContent") == left.text
    dimmed = reader.article.locator(".leftover").all_text_contents()
    assert "".join(dimmed) == "".join(left.text[start:end] for start, end in left.leftovers)
    reader.picture("reading-leftovers")
    body = reader.article.locator(".text")
    assert ink(reader.article.locator(".leftover").first) != ink(body)
    expect(turn).to_be_visible()


def ink(shown: Locator) -> str:
    return str(shown.evaluate("shown => getComputedStyle(shown).color + getComputedStyle(shown).opacity"))


def test_citations_of_another_article_are_one_click_away(reader: Reader) -> None:
    turn = reader.ask("Kashin and Ushakov: everything")
    reader.open_source(turn, 1)
    quotes = reader.article.get_by_role("navigation", name=texts.QUOTES)
    expect(quotes.get_by_role("link")).to_have_count(3)
    quotes.locator("a.cite[data-number='2']").click()
    expect(reader.article.locator("mark.chosen").first).to_have_attribute("data-numbers", "2")
    quotes.locator("a.cite[data-number='3']").click()
    expect(reader.article).to_have_attribute("data-file", USHAKOV)
    expect(reader.article.locator("mark.chosen").first).to_be_in_viewport()
    assert reader.marked() == {"3": RESTRAINT}


def test_a_citation_of_an_earlier_answer_opens_that_answers_marks(reader: Reader) -> None:
    first = reader.ask("What did Kashin say?")
    reader.open_source(reader.ask("What did Ushakov praise?"), 1)
    assert reader.marked() == {"1": RESTRAINT}
    reader.open_source(first, 2)
    assert reader.marked() == {"1": ARMS[0], "2": ARMS[1]}


def test_what_was_found_and_not_used_opens_its_article(reader: Reader) -> None:
    turn = reader.ask("What did Ushakov praise?")
    unused = turn.locator("details.unused")
    expect(unused.locator("button.passage").first).to_be_hidden()
    unused.locator("summary").click()
    passage = unused.locator("button.passage").first
    file = passage.get_attribute("data-file")
    assert file != USHAKOV
    passage.click()
    expect(reader.article).to_have_attribute("data-file", str(file))


def test_another_conversation_about_the_same_article_has_its_own_marks(browser: Browser) -> None:
    first, second = "The ferry ran aground.", "All passengers were rescued."
    ferry = FakeAssistant(
        [article("ferry.txt", f"{first} {second}")],
        {"where": [("ferry.txt", first)], "who": [("ferry.txt", second)]},
    )
    with running_page(ferry) as address, reading(browser, address) as reader:
        reader.open_source(reader.ask("where?"), 1)
        reader.page.locator("#new-chat").click()
        reader.open_source(reader.ask("who?"), 1)
        assert reader.marked() == {"1": second}
        reader.page.locator("#conversations-button").click()
        reader.page.locator("#conversations button.open", has_text="where?").click()
        expect(reader.turns.first).to_contain_text(first)
        expect(reader.article.locator("mark")).to_have_text(first)
        reader.open_source(reader.turns.first, 1)
        assert reader.marked() == {"1": first}


ONE, TWO = "“One begins here\r\n\r\nand runs over a paragraph", "over a paragraph and ends”"
CROSSED = f"Before. {ONE} and ends” and on.\r\n\r\nAnother 👩‍👩‍👧‍👦 paragraph."


def test_quotes_that_span_paragraphs_and_cross_each_other_are_both_marked(browser: Browser) -> None:
    crossed = FakeAssistant([article("crossed.txt", CROSSED)], {"both": [("crossed.txt", ONE), ("crossed.txt", TWO)]})
    with running_page(crossed) as address, reading(browser, address) as reader:
        turn = reader.ask("both, please")
        reader.open_source(turn, 1)
        assert reader.chosen() == ONE
        reader.open_source(turn, 2)
        assert reader.chosen() == TWO
        assert reader.marked() == {"1": ONE, "2": TWO}
        reader.picture("reading-crossed")


AWKWARD = [
    "“Curly,” she said — ‘twice’…",
    "Ünïcödé ñ e\u0301 ﬁ Ѐ 北京 عربى",
    "👩‍👩‍👧‍👦 🇺🇦 emoji 𝔘𝔫𝔦",
    "two\r\n\r\nparagraphs\r\nof CRLF",
    "  spaces\u00a0and\ttabs  kept  ",
    "a & b < c > d \"e\" 'f' `g` &amp; &lt; {h} $i",
    "zero\u200bwidth \u202ebidi\u202c \ufeffmark",
    "form\x0cfeed \x1bescape \x85next \u2028line",
    "lone\rcarriage\rreturns",
]


def test_marked_text_equals_the_quote_whatever_its_characters(browser: Browser) -> None:
    by_file = {f"{n}.txt": f"Before.\n\n«{quote}» and after.\r\nEnd." for n, quote in enumerate(AWKWARD)}
    awkward = FakeAssistant(
        [article(file, text, title=f"Title {file}") for file, text in by_file.items()],
        {"all": list(zip(by_file, AWKWARD, strict=True))},
    )
    with running_page(awkward) as address, reading(browser, address) as reader:
        turn = reader.ask("all of them")
        for number, quote in enumerate(AWKWARD, start=1):
            reader.open_source(turn, number)
            assert reader.chosen() == quote
            assert reader.article.locator(".text").evaluate("text => text.textContent") == by_file[f"{number - 1}.txt"]


def test_words_that_are_no_longer_in_the_article_are_not_marked(browser: Browser) -> None:
    text = "The ferry ran aground on Tuesday. Nobody was hurt."
    changing = FakeAssistant(
        [article("ferry.txt", text)], {"ferry": [("ferry.txt", "The ferry ran aground on Tuesday.")]}
    )
    with running_page(changing) as address, reading(browser, address) as reader:
        turn = reader.ask("When did the ferry run aground?")
        changing.articles["ferry.txt"] = Article("ferry.txt", "ferry.txt", "Soon: " + text, "")
        reader.page.locator("#articles-button").click()
        reader.chip(turn, 1).click()
        expect(reader.article).to_contain_text(texts.CHANGED)
        assert reader.marked() == {}


def test_a_long_article_opens_at_the_quote_and_the_rest_is_a_click_away(browser: Browser) -> None:
    lines = [f"Line {number} of a very long report." for number in range(9_000)]
    long = FakeAssistant([article("long.txt", "\n".join(lines))], {"late": [("long.txt", lines[7_777])]})
    with running_page(long) as address, reading(browser, address) as reader:
        turn = reader.ask("late")
        chosen = reader.open_source(turn, 1)
        expect(chosen).to_be_in_viewport()
        assert reader.chosen() == lines[7_777]
        body = reader.article.locator(".text")
        first = str(body.evaluate("text => text.textContent.split('\\n')[0]"))
        reader.button(texts.EARLIER_PART).click()
        expect(body).to_contain_text(re.compile(rf"{lines[lines.index(first) - 1]}\s*$"))
