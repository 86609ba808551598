"""Asking: statements as they arrive, what is done meanwhile, stopping, and questions that go wrong."""

import json
import threading
import time
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from http_reader import http_reader
from page_fakes import ARMS, KASHIN, RESTRAINT, FakeAssistant, running_page, seeds_assistant
from playwright.sync_api import Browser, expect
from reader import Reader, reading

from assistant.answer import ABSTENTION
from assistant.settings import Settings
from ui import texts


def test_asking_shows_statements_with_their_citations(reader: Reader) -> None:
    turn = reader.ask("What did Kashin say about arms deliveries?")
    assert reader.statements(turn) == [*ARMS]
    assert turn.locator(".statement a.cite").all_text_contents() == ["[1]", "[2]"]
    expect(reader.question).to_have_value("")
    expect(turn.locator(".question")).to_contain_text("What did Kashin say about arms deliveries?")
    assert urlsplit(reader.page.url).path == "/"


def test_the_send_button_and_an_example_ask_too(reader: Reader) -> None:
    reader.button(texts.EXAMPLE_QUESTIONS[KASHIN]).click()
    expect(reader.turns.last.locator(".statement").first).to_contain_text(ARMS[0])
    reader.question.fill("What did Ushakov praise?")
    reader.page.locator("#send").click()
    expect(reader.turns.nth(1)).to_contain_text(RESTRAINT)


def test_statements_appear_while_the_answer_is_still_being_made(reader: Reader, fake: FakeAssistant) -> None:
    fake.between.clear()
    try:
        turn = reader.begin("What did Kashin say?")
        expect(turn.locator(".statement")).to_have_count(1)
        expect(turn).to_have_attribute("data-state", "waiting")
        expect(turn.locator(".progress")).to_have_text(texts.CHECKING)
        reader.open_source(turn, 1)
        assert reader.marked() == {"1": ARMS[0]}
        reader.picture("asking-first-statement")
    finally:
        fake.between.set()
    expect(turn.locator(".statement")).to_have_count(2)
    expect(turn).to_have_attribute("data-state", "done")
    expect(turn.locator(".progress")).to_have_count(0)


def test_while_waiting_the_page_says_what_is_happening(reader: Reader, fake: FakeAssistant) -> None:
    expect(reader.page.locator("#stop")).to_be_hidden()
    fake.gate.clear()
    try:
        turn = reader.begin("What did Kashin say?")
        expect(turn.locator(".progress")).to_have_text(texts.reading_passages(8))
        expect(reader.page.locator("#stop")).to_be_visible()
        reader.picture("asking-waiting")
    finally:
        fake.gate.set()
    reader.over(turn)
    expect(reader.page.locator("#stop")).to_be_hidden()


def test_stop_ends_an_answer_and_keeps_what_was_verified(reader: Reader, fake: FakeAssistant) -> None:
    fake.between.clear()
    try:
        turn = reader.begin("What did Kashin say?")
        expect(turn.locator(".statement")).to_have_count(1)
        reader.page.locator("#stop").click()
        expect(turn).to_have_attribute("data-state", "stopped")
        expect(reader.page.locator("#stop")).to_be_hidden()
        assert reader.statements(turn) == [ARMS[0]]
        expect(turn.locator(".notice")).to_have_text(texts.STOPPED_PARTLY)
    finally:
        fake.between.set()
    reader.open_source(turn, 1)
    assert reader.marked() == {"1": ARMS[0]}
    assert reader.statements(reader.ask("What did Ushakov praise?")) == [RESTRAINT]
    assert reader.statements(turn) == [ARMS[0]]


def test_stop_before_the_first_statement_leaves_a_line_and_the_next_question_works(
    reader: Reader, fake: FakeAssistant
) -> None:
    fake.gate.clear()
    try:
        turn = reader.begin("What did Kashin say?")
        expect(turn.locator(".progress")).to_have_text(texts.reading_passages(8))
        reader.page.locator("#stop").click()
        expect(turn).to_have_attribute("data-state", "stopped")
        expect(turn.locator(".reply")).to_contain_text(texts.STOPPED)
    finally:
        fake.gate.set()
    assert reader.statements(reader.ask("What did Ushakov praise?")) == [RESTRAINT]


def test_stop_works_where_the_server_says_nothing(reader: Reader) -> None:
    reader.page.route("**/page/ask", lambda route: None)
    turn = reader.begin("What did Kashin say?")
    reader.page.locator("#stop").click()
    expect(turn).to_have_attribute("data-state", "stopped")
    expect(turn.locator(".reply")).to_have_text(texts.STOPPED)
    reader.page.unroute("**/page/ask")
    assert reader.statements(reader.ask("What did Ushakov praise?")) == [RESTRAINT]
    reader.action(turn, "regenerate").click()
    assert reader.statements(reader.over(reader.turns.nth(2))) == [*ARMS]


def test_a_question_that_gets_no_answer_says_so_and_can_be_asked_again(reader: Reader) -> None:
    reader.page.clock.install()
    reader.page.route("**/page/ask", lambda route: None)
    turn = reader.begin("What did Kashin say?")
    reader.page.clock.fast_forward(10_000)
    expect(turn.locator(".progress")).to_have_text(texts.SEARCHING)
    reader.page.clock.fast_forward(10_000)
    expect(turn.locator(".error")).to_have_text(texts.NO_ANSWER)
    reader.picture("asking-no-answer")
    reader.page.unroute("**/page/ask")
    reader.action(turn, "regenerate").click()
    assert reader.statements(reader.over(reader.turns.last)) == [*ARMS]
    assert reader.turns.count() == 1


def test_an_answer_that_takes_long_is_waited_for(
    reader: Reader, fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.answering.SIGN_OF_LIFE", 0.05)
    reader.page.clock.install()
    fake.gate.clear()
    try:
        turn = reader.begin("What did Kashin say?")
        for _ in range(4):
            expect(turn.locator(".progress")).to_have_text(texts.reading_passages(8))
            reader.page.clock.fast_forward(10_000)
            reader.page.wait_for_timeout(200)
        expect(turn).to_have_attribute("data-state", "waiting")
    finally:
        fake.gate.set()
    assert reader.statements(reader.over(turn)) == [*ARMS]


@pytest.mark.parametrize("verified", [True, False])
def test_an_answer_that_breaks_off_keeps_what_was_verified(reader: Reader, fake: FakeAssistant, verified: bool) -> None:
    with http_reader(reader.address) as other:
        fake.between.clear()
        growing = other.turns("What did Kashin say?")
        found = next(turn for turn in growing if not verified or 'class="statement"' in turn["html"])
        growing.close()
        fake.between.set()
    body = json.dumps(found) + '\n{"state": "do'
    reader.page.route("**/page/ask", lambda route: route.fulfill(body=body))
    turn = reader.over(reader.begin("What did Kashin say?"))
    assert reader.statements(turn) == ([ARMS[0]] if verified else [])
    words = texts.STOPPED_PARTLY if verified else texts.NO_ANSWER
    expect(turn.locator(".reply")).to_contain_text(words)


def test_new_chat_while_an_answer_is_made_drops_it(reader: Reader, fake: FakeAssistant) -> None:
    fake.gate.clear()
    try:
        expect(reader.begin("What did Kashin say?")).to_contain_text(texts.reading_passages(8))
        reader.page.locator("#new-chat").click()
        expect(reader.page.locator(".welcome")).to_be_visible()
    finally:
        fake.gate.set()
    reader.page.wait_for_timeout(500)
    expect(reader.page.locator(".welcome")).to_be_visible()
    reader.ask("What did Ushakov praise?")
    assert reader.turns.count() == 1


def test_a_blank_question_does_nothing(reader: Reader, fake: FakeAssistant) -> None:
    before = len(fake.histories)
    for blank in ("", "   ", "\u00a0\n\t"):
        reader.question.fill(blank)
        reader.page.locator("#send").click()
    reader.page.wait_for_timeout(300)
    expect(reader.page.locator(".welcome")).to_be_visible()
    assert len(fake.histories) == before


def test_a_megabyte_and_a_fault_are_each_one_line(reader: Reader) -> None:
    turn = reader.ask("x" * 1_000_000)
    expect(turn.locator(".error")).to_have_text(
        "the question has 1,000,000 characters, at most 4,000 are read: shorten it"
    )
    turn = reader.ask("a fault inside")
    expect(turn).to_have_attribute("data-state", "error")
    expect(turn.locator(".error")).to_have_text(texts.FAILED)
    assert "Traceback" not in reader.page.content()
    assert "secret of the inside" not in reader.page.content()
    assert reader.statements(reader.ask("What did Ushakov praise?")) == [RESTRAINT]


def test_odd_characters_in_a_question_are_shown_and_answered(reader: Reader) -> None:
    fill = """script => { const box = document.querySelector('#question textarea'); box.value = eval(script);
                         box.dispatchEvent(new Event('input', {bubbles: true})) }"""
    # Written as JavaScript: Playwright itself cannot carry a lone surrogate.
    for odd in ("'Кашин? 👩‍👩‍👧 كاشين \\u202etxet'", "'a\\u0000b'", "'lone \\ud800 surrogate'"):
        reader.page.evaluate(fill, odd)
        turn = reader.turns.nth(reader.turns.count())
        reader.question.press("Enter")
        expect(reader.over(turn)).to_contain_text(ABSTENTION)


def test_over_the_limit_the_answer_is_busy_within_a_second(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, picture_name: str
) -> None:
    monkeypatch.setattr("ui.server.RUNNING", 1)
    crowd = seeds_assistant(settings=Settings(queue_size=1))
    with (
        running_page(crowd) as address,
        reading(browser, address) as first,
        reading(browser, address) as second,
        reading(browser, address) as third,
    ):
        crowd.gate.clear()
        waiting = [reader.begin("What did Kashin say?") for reader in (first, second)]
        expect(waiting[0]).to_contain_text(texts.reading_passages(8))
        expect(waiting[1]).to_contain_text(texts.SEARCHING)
        started = time.monotonic()
        refused = third.begin("What did Ushakov praise?")
        expect(refused.locator(".error")).to_have_text(texts.BUSY)
        assert time.monotonic() - started < 1
        third.picture(picture_name)
        crowd.gate.set()
        for reader, turn in zip((first, second), waiting, strict=True):
            assert reader.statements(reader.over(turn)) == [*ARMS]
        third.action(refused, "regenerate").click()
        expect(third.turns.last.locator(".statement")).to_contain_text(RESTRAINT)


def test_an_answer_under_way_is_finished_when_the_server_is_told_to_stop(browser: Browser) -> None:
    slow = seeds_assistant()
    with ExitStack() as server:
        address = server.enter_context(running_page(slow))
        with reading(browser, address) as reader:
            slow.between.clear()
            turn = reader.begin("What did Kashin say?")
            expect(turn.locator(".statement")).to_have_count(1)
            rest = threading.Timer(1, slow.between.set)
            rest.start()
            server.close()
            expect(turn).to_have_attribute("data-state", "done")
            expect(turn.locator(".statement")).to_have_count(2)
            rest.join()
            # The open page notices that its server is gone, and says so when asked the next question.
            reader.errors.clear()
            expect(reader.begin("What did Ushakov praise?").locator(".error")).to_have_text(texts.LOST)
            expect(reader.page.locator(".turn").first.locator(".statement")).to_have_count(2)
            reader.errors.clear()
