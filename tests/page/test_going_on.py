"""Going on from an answer: follow-ups, suggestions, asking again, taking it along."""

import re
from urllib.parse import parse_qs, urlsplit

from page_fakes import ARMS, KASHIN, RESTRAINT, SUGGESTED, FakeAssistant
from playwright.sync_api import Browser, expect
from reader import Reader, reading

from ui import texts


def clipboard(reader: Reader) -> str:
    return str(reader.page.evaluate("navigator.clipboard.readText()"))


def test_a_follow_up_is_asked_with_the_conversation_so_far(reader: Reader, fake: FakeAssistant) -> None:
    reader.ask("What did Kashin say?")
    turn = reader.ask("And about weapons?")
    expect(turn).to_contain_text(ARMS[1])
    expect(turn.locator(".standalone")).to_contain_text("What did Kashin say? And about weapons?")
    sent = fake.histories[-1]
    assert [message["role"] for message in sent] == ["user", "assistant"]
    assert sent[0]["content"] == "What did Kashin say?"
    assert "[1]" in sent[1]["content"]


def test_suggested_questions_stand_under_the_last_answer_and_ask(reader: Reader) -> None:
    first = reader.ask("What did Kashin say?")
    suggestion = reader.button(SUGGESTED.format("Ushakov"))
    expect(suggestion).to_have_count(1)
    reader.picture("going-on-suggestions")
    suggestion.click()
    second = reader.turns.nth(1)
    assert reader.statements(reader.over(second)) == [RESTRAINT]
    expect(first.locator(".suggestions")).to_have_count(0)
    # What was asked is not suggested again.
    expect(second.locator(".suggestions button")).to_have_text([SUGGESTED.format("Kashin")])


def test_what_was_suggested_just_now_is_not_suggested_again(reader: Reader) -> None:
    first = reader.ask("What did Kashin say?")
    expect(first.locator(".suggestions button")).to_have_text([SUGGESTED.format("Ushakov")])
    second = reader.ask("Anything else?")
    expect(second.locator(".suggestions button")).to_have_text([SUGGESTED.format("Kashin")])
    # Another conversation begins anew.
    reader.page.locator("#new-chat").click()
    again = reader.ask("What did Kashin say?")
    expect(again.locator(".suggestions button")).to_have_text([SUGGESTED.format("Ushakov")])


def test_asking_again_replaces_the_answer(reader: Reader, fake: FakeAssistant) -> None:
    turn = reader.ask("What did Kashin say?")
    asked = len(fake.histories)
    reader.action(turn, "regenerate").click()
    expect(reader.turns).to_have_count(1)
    reader.over(reader.turns.first)
    assert reader.statements(reader.turns.first) == [*ARMS]
    assert len(fake.histories) == asked + 1
    assert fake.histories[-1] == []


def test_copying_an_answer_takes_its_footnotes_along(reader: Reader) -> None:
    turn = reader.ask("What did Kashin say?")
    reader.action(turn, "copy").click()
    expect(reader.page.get_by_role("status").filter(has_text=texts.COPIED)).to_be_visible()
    copied = clipboard(reader)
    assert "What did Kashin say?" in copied or ARMS[0].split(",")[0] in copied
    assert re.search(r"\[\^1\]", copied)
    assert re.search(rf"^\[\^2\]: .*{re.escape(KASHIN.removesuffix('.txt'))}", copied, re.MULTILINE)
    assert "China has its own interests" in copied


def test_a_link_opens_the_page_with_the_question_asked(browser: Browser, reader: Reader, fake: FakeAssistant) -> None:
    turn = reader.ask("What did Ushakov praise? & more = 100 % +1 #x")
    reader.action(turn, "link").click()
    expect(reader.page.get_by_role("status").filter(has_text=texts.LINK_COPIED)).to_be_visible()
    link = urlsplit(clipboard(reader))
    assert f"{link.scheme}://{link.netloc}" == reader.address
    assert parse_qs(link.query)["q"] == ["What did Ushakov praise? & more = 100 % +1 #x"]
    with reading(browser, reader.address, f"{link.path}?{link.query}") as other:
        asked = other.over(other.turns.first)
        expect(asked.locator(".question")).to_contain_text("What did Ushakov praise? & more = 100 % +1 #x")
        assert other.statements(asked) == [RESTRAINT]
        assert fake.histories[-1] == []
        # A reload shows the conversation and does not ask again.
        count = len(fake.histories)
        other.reload()
        expect(other.turns).to_have_count(1)
        expect(other.turns.first).to_contain_text(RESTRAINT)
        assert len(fake.histories) == count


def test_an_answer_of_one_article_links_to_the_question_about_that_article(browser: Browser, reader: Reader) -> None:
    reader.open_source(reader.ask("What did Kashin say?"), 1)
    reader.article.locator("button.only-this").click()
    turn = reader.ask("Kashin or Ushakov?")
    assert reader.statements(turn) == [*ARMS]
    reader.action(turn, "link").click()
    expect(reader.page.get_by_role("status").filter(has_text=texts.LINK_COPIED)).to_be_visible()
    link = urlsplit(clipboard(reader))
    with reading(browser, reader.address, f"{link.path}?{link.query}") as other:
        assert other.statements(other.over(other.turns.first)) == [*ARMS]
        expect(other.page.locator("#scope button")).to_have_count(1)
