"""How sure an answer is: answered, partly, not in the articles, and what was removed or not used."""

from page_fakes import ARMS, MISSED, FakeAssistant
from playwright.sync_api import expect
from reader import Reader

from assistant.answer import ABSTENTION
from ui import texts


def outcome(reader: Reader, question: str) -> str:
    return str(reader.ask(question).locator(".outcome").get_attribute("data-outcome"))


def test_an_answer_says_how_far_it_answers(reader: Reader) -> None:
    assert outcome(reader, "What did Kashin say?") == "answered"
    assert outcome(reader, "partly: What did Kashin say?") == "partial"
    assert outcome(reader, "What is the population of Japan?") == "not_in_articles"


def test_a_partial_answer_names_what_could_not_be_found(reader: Reader) -> None:
    turn = reader.ask(f"partly: what did Kashin say about arms and about {MISSED}?")
    assert turn.locator(".missing li").all_text_contents() == [MISSED]
    expect(turn.locator(".outcome")).to_have_text(texts.PARTLY)
    assert reader.statements(turn) == [*ARMS]


def test_a_refusal_looks_calm_and_shows_the_nearest_words_as_such(reader: Reader) -> None:
    turn = reader.ask("elsewhere: what did he say about bananas?")
    expect(turn.locator(".reply")).to_contain_text(ABSTENTION)
    near = turn.locator(".nearest")
    expect(near).to_contain_text(texts.NEAREST)
    expect(near.locator("blockquote")).to_contain_text(ARMS[0])
    expect(turn.locator(".statement")).to_have_count(0)
    expect(turn.locator(".error")).to_have_count(0)
    near.locator("a.cite").click()
    expect(reader.article.locator("mark.chosen").first).to_be_in_viewport()
    assert reader.marked() == {"0": ARMS[0]}


def test_a_refusal_with_nothing_near_says_no_more_than_that(reader: Reader) -> None:
    turn = reader.ask("What is the population of Japan?")
    expect(turn.locator(".reply")).to_contain_text(ABSTENTION)
    expect(turn.locator(".nearest")).to_have_count(0)
    expect(turn.locator("a.cite")).to_have_count(0)
    expect(turn.locator("details.unused")).not_to_have_attribute("open", "")


def test_what_was_understood_and_what_could_not_be_verified_stand_by_the_answer(reader: Reader) -> None:
    reader.ask("What did Kashin say?")
    turn = reader.ask("And what did he say about weapons? unverified notice")
    expect(turn.locator(".standalone").nth(0)).to_contain_text(
        "What did Kashin say? And what did he say about weapons?"
    )
    expect(turn.locator(".standalone").nth(1)).to_have_text(f"{texts.ASSUMED} “he” is Vassily Kashin")
    expect(turn.locator(".notice")).to_be_visible()
    removed = turn.locator("details.unverified")
    expect(removed.get_by_text("Kashin is the president.")).to_be_hidden()
    removed.locator("summary").focus()
    reader.page.keyboard.press("Enter")
    expect(removed.get_by_text("Kashin is the president.")).to_be_visible()
    expect(removed.get_by_text("no quote says so")).to_be_visible()


def test_what_was_found_and_not_used_is_a_list_of_its_own(reader: Reader, fake: FakeAssistant) -> None:
    turn = reader.ask("What did Kashin say?")
    unused = turn.locator("details.unused")
    expect(unused.locator("summary")).to_have_text(texts.count_of(texts.UNUSED, len(fake.articles)))
    unused.locator("summary").click()
    expect(unused.locator("button.passage")).to_have_count(len(fake.articles))
    assert reader.statements(turn) == [*ARMS]
