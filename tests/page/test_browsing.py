"""The articles themselves: listed, searched, read without a question, and some of them asked about."""

from pathlib import Path

from index_fakes import write
from page_fakes import ARMS, KASHIN, RESTRAINT, FakeAssistant, running_page
from playwright.sync_api import Browser, Locator, expect
from reader import Reader, reading

from assistant import Assistant, Settings
from assistant.answer import ABSTENTION
from ui import texts

USHAKOV = "004_f0604eb540a79818.txt"


def listed(reader: Reader) -> Locator:
    """The list of articles, opened."""
    if not reader.library.is_visible():
        reader.page.locator("#articles-button").click()
    expect(reader.library).to_be_visible()
    return reader.library


def tick(reader: Reader, file: str) -> None:
    listed(reader).locator(f".entry[data-file='{file}'] input.only").check()


def test_the_list_shows_title_file_and_length_of_every_article(reader: Reader, fake: FakeAssistant) -> None:
    library = listed(reader)
    for file, article in fake.articles.items():
        entry = library.locator(f".entry[data-file='{file}']")
        expect(entry.get_by_role("button").first).to_contain_text(article.title[:100])
        expect(entry).to_contain_text(file)
        expect(entry).to_contain_text(f"{len(article.text):,} characters")


def test_the_list_says_what_was_skipped_and_why(reader: Reader) -> None:
    skipped = listed(reader).locator("details.skipped")
    skipped.locator("summary").click()
    expect(skipped.get_by_text("scan.txt: binary, or in no encoding that can be told")).to_be_visible()


def test_the_list_is_searched_by_words_of_title_and_text(reader: Reader) -> None:
    library = listed(reader)
    field = library.get_by_label(texts.SEARCH_ARTICLES)
    field.fill("ushakov restraint")
    expect(library.locator(".entry")).to_have_count(1)
    expect(library.locator(".entry")).to_have_attribute("data-file", USHAKOV)
    reader.picture("browsing-found")
    field.fill("no such words anywhere")
    expect(library).to_contain_text(texts.NONE_FOUND)
    field.fill("")
    expect(library.locator(".entry")).to_have_count(5)


def test_an_article_is_read_without_asking_anything(reader: Reader, fake: FakeAssistant) -> None:
    listed(reader).locator(f".entry[data-file='{KASHIN}'] button.open").click()
    assert reader.article.locator(".text").evaluate("text => text.textContent") == fake.articles[KASHIN].text
    expect(reader.article.locator("mark")).to_have_count(0)
    expect(reader.article.get_by_role("heading", level=2)).to_be_focused()
    reader.article.locator("button.back-to-list").click()
    expect(reader.library).to_be_visible()
    expect(reader.page.locator(".welcome")).to_be_visible()


def test_one_article_only_is_asked_about(reader: Reader, fake: FakeAssistant) -> None:
    listed(reader).locator(f".entry[data-file='{USHAKOV}'] button.open").click()
    reader.article.locator("button.only-this").click()
    chips = reader.page.locator("#scope button")
    expect(chips).to_have_count(1)
    turn = reader.ask("Kashin or Ushakov?")
    assert reader.statements(turn) == [RESTRAINT]
    assert fake.limits[-1] == [USHAKOV]
    expect(reader.ask("What did Kashin say?")).to_contain_text(ABSTENTION)
    reader.picture("browsing-only-this")
    chips.click()
    expect(chips).to_have_count(0)
    assert reader.statements(reader.ask("What did Kashin say?")) == [*ARMS]
    assert fake.limits[-1] is None


def test_two_articles_only_are_asked_about(reader: Reader, fake: FakeAssistant) -> None:
    tick(reader, KASHIN)
    tick(reader, USHAKOV)
    chips = reader.page.locator("#scope button")
    expect(chips).to_have_count(2)
    assert reader.statements(reader.ask("Kashin or Ushakov?")) == [*ARMS, RESTRAINT]
    assert fake.limits[-1] is not None
    assert sorted(fake.limits[-1]) == [KASHIN, USHAKOV]
    chips.first.click()
    expect(chips).to_have_count(1)
    assert reader.statements(reader.ask("Kashin or Ushakov?")) == [RESTRAINT]
    listed(reader)
    expect(reader.library.locator("input.only:checked")).to_have_count(1)
    reader.page.locator("#new-chat").click()
    expect(chips).to_have_count(0)


def test_the_limit_is_kept_with_the_conversation(reader: Reader, fake: FakeAssistant) -> None:
    tick(reader, USHAKOV)
    reader.ask("Kashin or Ushakov?")
    reader.reload()
    expect(reader.page.locator("#scope button")).to_have_count(1)
    assert reader.statements(reader.ask("Kashin or Ushakov?")) == [RESTRAINT]
    assert fake.limits[-1] == [USHAKOV]


def test_the_real_assistant_answers_from_the_chosen_article_only(seeds_reader: Reader) -> None:
    question = "What did Kashin say about arms deliveries?"
    turn = seeds_reader.ask(question)
    assert {chip.get_attribute("data-file") for chip in turn.locator("a.cite").all()} == {KASHIN}
    seeds_reader.page.locator("#new-chat").click()
    tick(seeds_reader, USHAKOV)
    turn = seeds_reader.ask(question)
    cited = {chip.get_attribute("data-file") for chip in turn.locator("a.cite").all()}
    assert cited <= {USHAKOV}


def test_an_article_that_comes_into_the_folder_is_answered_from_opened_and_listed(
    browser: Browser, tmp_path: Path
) -> None:
    ferry, storm = "The ferry Amalia carried 214 people on Monday.", "The wind over Brest reached 130 knots on Friday."
    corpus = write(tmp_path / "corpus", {"ferry.txt": f"Ferry sails\n\n{ferry}\n"})
    with (
        Assistant.from_settings(Settings(corpus=corpus, cache=tmp_path / "cache")) as assistant,
        running_page(assistant) as address,
        reading(browser, address) as reader,
    ):
        write(corpus, {"storm.txt": f"Storm passes\n\n{storm}\n"})
        turn = reader.ask("How many knots did the wind over Brest reach?")
        assert reader.statements(turn) == [storm]
        reader.open_source(turn, 1)
        assert reader.chosen() == storm
        reader.reload()
        expect(reader.article).to_be_visible()  # the kept conversation's: it takes the list's place
        expect(listed(reader).locator(".entry")).to_have_count(2)
