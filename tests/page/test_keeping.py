"""What the browser keeps: conversations over a reload, several of them, named, deleted, downloaded."""

import re
from pathlib import Path

from page_fakes import ARMS, RESTRAINT, FakeAssistant
from playwright.sync_api import Browser, Locator, expect
from reader import Reader, reading

from ui import texts


def conversations(reader: Reader) -> Locator:
    """The list of conversations, opened."""
    panel = reader.page.locator("#conversations")
    if panel.is_hidden():
        reader.page.locator("#conversations-button").click()
    expect(panel).to_be_visible()
    return panel


def test_a_reload_keeps_the_conversation_with_its_sources(reader: Reader, fake: FakeAssistant) -> None:
    reader.ask("What did Kashin say? unverified")
    reader.ask("What is the population of Japan?")
    before = reader.turns.locator(".reply").all_inner_texts()
    asked = len(fake.histories)
    reader.reload()
    expect(reader.turns).to_have_count(2)
    assert reader.turns.locator(".reply").all_inner_texts() == before
    assert len(fake.histories) == asked
    reader.open_source(reader.turns.first, 2)
    assert reader.marked() == {"1": ARMS[0], "2": ARMS[1]}
    turn = reader.ask("And what did Ushakov praise?")
    assert reader.statements(turn)[-1] == RESTRAINT
    assert next(message["content"] for message in fake.histories[-1]) == "What did Kashin say? unverified"


def test_what_is_kept_is_kept_under_the_pages_own_names(reader: Reader) -> None:
    reader.ask("What did Kashin say?")
    keys = reader.stored()
    assert any(ARMS[0].split()[0] in value for value in keys.values())
    assert [key for key in keys if not key.startswith("dateline.")] == []


def test_new_chat_begins_a_conversation_of_its_own(reader: Reader, fake: FakeAssistant) -> None:
    reader.ask("What did Kashin say?")
    reader.page.locator("#new-chat").click()
    expect(reader.page.locator(".welcome")).to_be_visible()
    expect(reader.turns).to_have_count(0)
    expect(reader.question).to_be_focused()
    reader.ask("And about weapons?")
    assert fake.histories[-1] == []


def test_conversations_are_named_by_their_first_question_opened_and_deleted(reader: Reader) -> None:
    for question in ("What did Kashin say?", "What did Ushakov praise?"):
        reader.page.locator("#new-chat").click()
        reader.ask(question)
    reader.ask("A follow-up that names nothing")
    panel = conversations(reader)
    assert panel.locator("button.open").all_text_contents() == ["What did Ushakov praise?", "What did Kashin say?"]
    reader.picture("keeping-conversations")
    panel.locator("button.open", has_text="Kashin").click()
    expect(reader.turns).to_have_count(1)
    assert reader.statements(reader.turns.first) == [*ARMS]
    panel = conversations(reader)
    panel.get_by_role("button", name=f"{texts.DELETE}: What did Ushakov praise?").click()
    assert panel.locator("button.open").all_text_contents() == ["What did Kashin say?"]
    assert not any(RESTRAINT in value for value in reader.stored().values())
    panel.get_by_role("button", name=f"{texts.DELETE}: What did Kashin say?").click()
    expect(reader.page.locator(".welcome")).to_be_visible()
    expect(panel.locator("button.open")).to_have_count(0)
    reader.reload()
    expect(reader.page.locator(".welcome")).to_be_visible()


def test_a_conversation_is_downloaded_as_markdown(reader: Reader, tmp_path: Path) -> None:
    reader.ask("What did Kashin say?")
    reader.ask("What did Ushakov praise?")
    panel = conversations(reader)
    with reader.page.expect_download() as coming:
        panel.locator("#download").click()
    assert re.fullmatch(r"What did Kashin say.*\.md", coming.value.suggested_filename)
    coming.value.save_as(tmp_path / "conversation.md")
    written = (tmp_path / "conversation.md").read_text("utf-8")
    assert [line for line in written.splitlines() if line.startswith("#")] == [
        "## What did Kashin say?",
        "## What did Ushakov praise?",
    ]
    labels = re.findall(r"^\[\^([^\]]+)\]:", written, re.MULTILINE)
    assert len(labels) == len(set(labels)) == 3


def test_a_stopped_and_a_failed_question_are_kept_as_they_ended(reader: Reader, fake: FakeAssistant) -> None:
    reader.ask("a fault inside")
    fake.between.clear()
    try:
        turn = reader.begin("What did Kashin say?")
        expect(turn.locator(".statement")).to_have_count(1)
        reader.page.locator("#stop").click()
        expect(turn).to_have_attribute("data-state", "stopped")
    finally:
        fake.between.set()
    reader.reload()
    expect(reader.turns).to_have_count(2)
    expect(reader.turns.first.locator(".error")).to_have_text(texts.FAILED)
    assert reader.statements(reader.turns.last) == [ARMS[0]]


def test_a_question_that_the_page_left_unanswered_comes_back_with_it(reader: Reader, fake: FakeAssistant) -> None:
    reader.ask("What did Ushakov praise?")
    fake.gate.clear()
    try:
        reader.begin("What did Kashin say?")
        reader.reload()
        expect(reader.turns).to_have_count(2)
    finally:
        fake.gate.set()
    assert reader.statements(reader.turns.first) == [RESTRAINT]
    expect(reader.turns.last).to_have_attribute("data-state", "stopped")
    reader.turns.last.locator("[data-action=regenerate]").click()
    expect(reader.turns.last).to_have_attribute("data-state", "done")
    assert reader.statements(reader.turns.last) == [*ARMS]


def test_a_turn_that_cannot_be_read_costs_the_others_nothing(reader: Reader, fake: FakeAssistant) -> None:
    for question in ("What did Kashin say?", "What did Ushakov praise?"):
        reader.ask(question)
    for broken in ("{question: 'Broken?', answer: {outcome: 'odd'}}", "null", "{question: 7}"):
        reader.page.evaluate(
            "() => { const key = Object.keys(localStorage).find(each => each.startsWith('dateline.conversation.'));"
            "const kept = JSON.parse(localStorage.getItem(key));"
            f"kept.turns[0] = {broken}; localStorage.setItem(key, JSON.stringify(kept)) }}"
        )
        reader.reload()
        expect(reader.turns).to_have_count(2)
        expect(reader.turns.first.locator(".error")).to_have_text(texts.UNREADABLE)
        assert reader.statements(reader.turns.last) == [RESTRAINT]
    assert reader.statements(reader.ask("What did Kashin say?")) == [*ARMS]
    assert [message["content"] for message in fake.histories[-1] if message["role"] == "user"] == [
        "What did Ushakov praise?"
    ]


def test_readers_do_not_see_one_another(browser: Browser, address: str, fake: FakeAssistant) -> None:
    with reading(browser, address) as one, reading(browser, address) as other:
        one.ask("What did Kashin say? (marker-one)")
        other.ask("What did Ushakov praise? (marker-other)")
        one.ask("And marker-one again?")
        assert "marker-other" not in one.page.content()
        assert RESTRAINT not in one.turns.first.inner_text()
        assert "marker-one" not in other.page.content()
        assert "marker-other" not in str(fake.histories[-1])


def test_when_the_browsers_room_is_full_the_oldest_conversation_goes_and_the_page_says_so(reader: Reader) -> None:
    reader.ask("What did Kashin say?")
    reader.page.evaluate(
        """() => { let step = 1 << 20; let n = 0;
                   while (step > 64) { try { localStorage.setItem('other.' + n++, 'x'.repeat(step)) } catch { step >>= 1 } } }"""
    )
    reader.page.locator("#new-chat").click()
    turn = reader.ask("What did Ushakov praise?")
    assert reader.statements(turn) == [RESTRAINT]
    said = reader.page.get_by_role("status").filter(has_text=re.compile(f"{texts.FORGOTTEN}|{texts.NOT_KEPT}"))
    expect(said).to_be_visible()
