"""The page as a reader meets it: a real Chromium, a real server, an assistant whose answers the test knows.

Skipped where no Chromium is installed, unless DATELINE_REQUIRE_BROWSER or CI says that there must be one.
"""

import http.server
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from page_fakes import ARMS, KASHIN, RESTRAINT, FakeAssistant, article, running_page, seeds_assistant
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from test_rendering import HOSTILE

from assistant.answer import ABSTENTION
from assistant.settings import Settings
from retrieval.articles import Skipped
from ui import texts

pytestmark = pytest.mark.enable_socket

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PICTURES = os.environ.get("PAGE_PICTURES", "")
"""Folder that pictures of the page are left in; empty: none are taken."""


def _chromium(playwright: Playwright) -> str:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), playwright.chromium.executable_path)
    if Path(found).exists():
        return found
    reason = "no Chromium is installed: `apt-get install chromium` or `playwright install chromium`"
    if os.environ.get("DATELINE_REQUIRE_BROWSER") or os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(playwright), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def assistant() -> FakeAssistant:
    return seeds_assistant(skipped=[Skipped("scan.txt", "binary, or in no encoding that can be told")])


@pytest.fixture(scope="module")
def address(assistant: FakeAssistant) -> Iterator[str]:
    with running_page(assistant) as address:
        yield address


class Reader:
    """One browser context at the page, with every request and every error it caused."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.requests: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("dialog", lambda dialog: self.errors.append("dialog") or dialog.dismiss())
        self.page.goto(address)
        expect(self.page.locator(".welcome")).to_be_visible(timeout=30_000)
        self.question = self.page.get_by_label(texts.QUESTION_LABEL)
        expect(self.question).to_be_visible(timeout=30_000)
        self.turns = self.page.locator(".turn")

    def ask(self, question: str) -> None:
        turn = self.turns.count()
        self.question.fill(question)
        self.question.press("Enter")
        expect(self.turns.nth(turn)).to_have_attribute("data-state", "done", timeout=15_000)

    def reply(self) -> str:
        return self.turns.last.locator(".reply").inner_text()

    def marks(self) -> dict[str, str]:
        """Text of every mark in the source pane by its id, exactly as the DOM holds it."""
        marks: dict[str, str] = self.page.evaluate(
            "Object.fromEntries([...document.querySelectorAll('#sources mark')].map(m => [m.id, m.textContent]))"
        )
        return marks

    def picture(self, name: str) -> None:
        if PICTURES:
            self.page.wait_for_timeout(600)
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png")

    def outside(self) -> list[str]:
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob") and not url.startswith(self.address)
        ]


@contextmanager
def reading(browser: Browser, address: str, **options: object) -> Iterator[Reader]:
    context = browser.new_context(**{"viewport": {"width": 1360, "height": 860}, **options})  # type: ignore[arg-type]
    context.set_default_timeout(15_000)
    try:
        reader = Reader(context, address)
        yield reader
        assert reader.outside() == []
        assert reader.errors == []
    finally:
        context.close()


@pytest.fixture
def reader(browser: Browser, address: str) -> Iterator[Reader]:
    with reading(browser, address) as reader:
        yield reader


def test_asking_shows_statements_whose_markers_lead_to_the_marked_quotes(reader: Reader) -> None:
    reader.ask("What did Kashin say about arms deliveries?")
    assert [*ARMS] == [text.rpartition(" [")[0] for text in reader.turns.last.locator(".statement").all_text_contents()]
    expect(reader.question).to_have_value("")
    assert reader.marks() == {"cite-1": ARMS[0], "cite-2": ARMS[1]}
    expect(reader.page.locator("#cite-1")).to_be_in_viewport()
    pane = reader.page.locator("#sources")
    expect(pane).to_contain_text(KASHIN)
    expect(pane).to_contain_text("Chinese President and Vladimir Putin are due to sign")
    expect(pane).to_contain_text("US intelligence says China is considering delivering weapons")
    reader.turns.last.get_by_text("[2]", exact=True).click()
    mark = reader.page.locator("#cite-2")
    expect(mark).to_be_focused()
    expect(mark).to_be_in_viewport()
    expect(mark).to_have_class("chosen")
    assert urlsplit(reader.page.url).path == "/"
    pane.get_by_label(f"{texts.BACK_TO_ANSWER}: [2]").click()
    expect(reader.turns.last.locator("a.cite").nth(1)).to_be_focused()


def test_the_send_button_and_an_example_ask_too(reader: Reader) -> None:
    reader.page.get_by_role("button", name=texts.SEED_QUESTIONS[KASHIN]).click()
    expect(reader.turns.last.locator(".statement").first).to_contain_text(ARMS[0])
    reader.question.fill("What did Ushakov praise?")
    reader.page.get_by_role("button", name=texts.SEND).click()
    expect(reader.turns.nth(1)).to_contain_text(RESTRAINT)
    assert reader.marks() == {"cite-1": RESTRAINT}


def test_a_marker_of_an_earlier_answer_brings_its_sources_back(reader: Reader) -> None:
    reader.ask("What did Kashin say?")
    reader.ask("What did Ushakov praise?")
    reader.turns.first.locator("a.cite").nth(1).click()
    expect(reader.page.locator("#cite-2")).to_be_focused()
    assert reader.marks() == {"cite-1": ARMS[0], "cite-2": ARMS[1]}


def test_hovering_or_focusing_a_marker_shows_its_quote(reader: Reader) -> None:
    reader.ask("What did Ushakov praise?")
    peek = reader.page.locator("#peek")
    expect(peek).to_be_hidden()
    reader.turns.last.locator("a.cite").hover()
    expect(peek).to_contain_text(RESTRAINT)
    expect(peek).to_contain_text("004_f0604eb540a79818.txt")
    reader.page.keyboard.press("Escape")
    expect(peek).to_be_hidden()


def test_the_keyboard_alone_reaches_the_quote(reader: Reader) -> None:
    expect(reader.question).to_be_focused()
    reader.page.keyboard.type("What did Ushakov praise?")
    reader.page.keyboard.press("Enter")
    expect(reader.turns.last).to_have_attribute("data-state", "done")
    for _ in range(4):
        reader.page.keyboard.press("Shift+Tab")
        if reader.page.evaluate("document.activeElement.matches('a.cite')"):
            break
    outline = reader.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "3px"
    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("#cite-1")).to_be_focused()


def test_a_refusal_looks_calm_and_says_what_the_articles_are(reader: Reader) -> None:
    reader.ask("What is the population of Japan?")
    assert ABSTENTION in reader.reply()
    assert "5 articles" in reader.reply()
    expect(reader.turns.last.locator(".abstention")).to_be_visible()
    expect(reader.turns.last.locator(".error")).to_have_count(0)
    assert reader.marks() == {}
    expect(reader.page.locator("#sources details.retrieved")).not_to_have_attribute("open", "")


def test_a_follow_up_is_asked_with_the_conversation_so_far(reader: Reader, assistant: FakeAssistant) -> None:
    reader.ask("What did Kashin say?")
    reader.ask("And about weapons?")
    assert ARMS[1] in reader.reply()
    assert "What did Kashin say? And about weapons?" in reader.reply()
    sent = assistant.histories[-1]
    assert [message["role"] for message in sent] == ["user", "assistant"]
    assert sent[0]["content"] == "What did Kashin say?"
    assert "[1]" in sent[1]["content"]


def test_what_was_understood_and_what_could_not_be_verified_stand_by_the_answer(reader: Reader) -> None:
    reader.ask("What did Kashin say?")
    reader.ask("And what did he say about weapons? unverified notice")
    turn = reader.turns.last
    assert "What did Kashin say? And what did he say about weapons?" in turn.locator(".standalone").nth(0).inner_text()
    assert turn.locator(".standalone").nth(1).inner_text() == f"{texts.ASSUMED} “he” is Vassily Kashin"
    expect(turn.locator(".notice")).to_be_visible()
    removed = turn.locator("details.unverified")
    expect(removed.get_by_text("Kashin is the president.")).to_be_hidden()
    removed.locator("summary").focus()
    reader.page.keyboard.press("Enter")
    expect(removed.get_by_text("Kashin is the president.")).to_be_visible()
    expect(removed.get_by_text("no quote says so")).to_be_visible()
    reader.picture("understood")


def test_new_chat_forgets_the_conversation(reader: Reader, assistant: FakeAssistant) -> None:
    reader.ask("What did Kashin say?")
    reader.page.get_by_role("button", name=texts.NEW_CHAT).click()
    expect(reader.page.locator(".welcome")).to_be_visible()
    assert reader.marks() == {}
    reader.ask("And about weapons?")
    assert assistant.histories[-1] == []


def test_readers_do_not_see_one_another(browser: Browser, address: str, assistant: FakeAssistant) -> None:
    with reading(browser, address) as one, reading(browser, address) as other:
        one.ask("What did Kashin say? (marker-one)")
        other.ask("What did Ushakov praise? (marker-other)")
        one.ask("And marker-one again?")
        assert "marker-other" not in one.page.content()
        assert RESTRAINT not in one.page.content()
        assert "marker-one" not in other.page.content()
        assert "marker-other" not in str(assistant.histories[-1])
        assert other.marks() == {"cite-1": RESTRAINT}


def test_a_blank_question_does_nothing(reader: Reader, assistant: FakeAssistant) -> None:
    before = len(assistant.histories)
    for blank in ("", "   ", "\u00a0\n\t"):
        reader.question.fill(blank)
        reader.page.get_by_role("button", name=texts.SEND).click()
    reader.page.wait_for_timeout(500)
    expect(reader.page.locator(".welcome")).to_be_visible()
    assert len(assistant.histories) == before


def test_a_megabyte_and_a_fault_are_each_one_line(reader: Reader) -> None:
    reader.ask("x" * 1_000_000)
    assert reader.reply() == "the question has 1,000,000 characters, at most 4,000 are read: shorten it"
    reader.ask("a fault inside")
    assert reader.reply() == texts.FAILED
    assert "Traceback" not in reader.page.content()
    assert "secret of the inside" not in reader.page.content()
    reader.ask("What did Ushakov praise?")
    assert RESTRAINT in reader.reply()


def test_odd_characters_in_a_question_are_shown_and_answered(reader: Reader) -> None:
    fill = """script => { const box = document.querySelector('#question textarea'); box.value = eval(script);
                         box.dispatchEvent(new Event('input', {bubbles: true})) }"""
    # Written as JavaScript: Playwright itself cannot carry a lone surrogate.
    for odd in ("'Кашин? 👩‍👩‍👧 كاشين \\u202etxet'", "'a\\u0000b'", "'lone \\ud800 surrogate'"):
        reader.page.evaluate(fill, odd)
        turn = reader.turns.count()
        reader.question.press("Enter")
        expect(reader.turns.nth(turn)).to_have_attribute("data-state", "done")
        assert ABSTENTION in reader.reply()


def test_statements_appear_while_the_answer_is_still_being_made(reader: Reader, assistant: FakeAssistant) -> None:
    assistant.between.clear()
    try:
        reader.question.fill("What did Kashin say?")
        reader.question.press("Enter")
        expect(reader.turns.last.locator(".statement")).to_have_count(1)
        expect(reader.turns.last).to_have_attribute("data-state", "waiting")
        expect(reader.turns.last).to_contain_text(texts.CHECKING)
        assert reader.marks() == {"cite-1": ARMS[0]}
    finally:
        assistant.between.set()
    expect(reader.turns.last.locator(".statement")).to_have_count(2)
    expect(reader.turns.last).to_have_attribute("data-state", "done")


def test_new_chat_while_an_answer_is_made_drops_it(reader: Reader, assistant: FakeAssistant) -> None:
    assistant.gate.clear()
    try:
        reader.question.fill("What did Kashin say?")
        reader.question.press("Enter")
        expect(reader.turns.last).to_contain_text(texts.SEARCHING)
        reader.page.get_by_role("button", name=texts.NEW_CHAT).click()
        expect(reader.page.locator(".welcome")).to_be_visible()
    finally:
        assistant.gate.set()
    reader.page.wait_for_timeout(700)
    expect(reader.page.locator(".welcome")).to_be_visible()
    reader.ask("What did Ushakov praise?")
    assert reader.turns.count() == 1


def test_an_answer_under_way_is_finished_when_the_server_is_told_to_stop(browser: Browser) -> None:
    slow = seeds_assistant()
    with ExitStack() as server:
        address = server.enter_context(running_page(slow))
        with reading(browser, address) as reader:
            slow.between.clear()
            reader.question.fill("What did Kashin say?")
            reader.question.press("Enter")
            expect(reader.turns.last.locator(".statement")).to_have_count(1)
            rest = threading.Timer(1, slow.between.set)
            rest.start()
            server.close()
            expect(reader.turns.last).to_have_attribute("data-state", "done")
            expect(reader.turns.last.locator(".statement")).to_have_count(2)
            rest.join()
            # The open page notices that its server is gone.
            reader.errors.clear()


def test_over_the_limit_the_answer_is_busy_at_once(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.app.RUNNING", 1)
    crowd = seeds_assistant(settings=Settings(queue_size=1))
    with (
        running_page(crowd) as address,
        reading(browser, address) as first,
        reading(browser, address) as second,
        reading(browser, address) as third,
    ):
        crowd.gate.clear()
        for reader in (first, second):
            reader.question.fill("What did Kashin say?")
            reader.question.press("Enter")
            expect(reader.turns.last).to_contain_text(texts.SEARCHING)
        started = time.monotonic()
        third.ask("What did Ushakov praise?")
        assert third.reply() == texts.BUSY
        assert time.monotonic() - started < 2
        crowd.gate.set()
        for reader in (first, second):
            expect(reader.turns.last).to_have_attribute("data-state", "done")
            assert ARMS[0] in reader.reply()
        third.ask("What did Ushakov praise?")
        assert RESTRAINT in third.reply()


AWKWARD = [
    "“Curly,” she said — ‘twice’…",
    "Ünïcödé ñ e\u0301 ﬁ Ѐ 北京 عربى",
    "👩‍👩‍👧‍👦 🇺🇦 emoji 𝔘𝔫𝔦",
    "two\r\n\r\nparagraphs\r\nof CRLF",
    "  spaces\u00a0and\ttabs  kept  ",
    "a & b < c > d \"e\" 'f' `g` &amp; &lt;",
    "zero\u200bwidth \u202ebidi\u202c \ufeffmark",
    "form\x0cfeed \x1bescape \x85next",
]


def test_marked_text_equals_the_quote_whatever_its_characters(browser: Browser) -> None:
    texts_by_file = {f"{n}.txt": f"Before.\n\n«{quote}» and after.\r\nEnd." for n, quote in enumerate(AWKWARD)}
    awkward = FakeAssistant(
        [article(file, text, title=f"Title {file}") for file, text in texts_by_file.items()],
        {"all": list(zip(texts_by_file, AWKWARD, strict=True))},
    )
    with running_page(awkward) as address, reading(browser, address) as reader:
        reader.ask("all of them")
        assert list(reader.marks().values()) == AWKWARD


class Counter(http.server.BaseHTTPRequestHandler):
    """Counts what reaches it: where a beacon would call."""

    hits: list[str] = []  # noqa: RUF012 - shared on purpose, the server makes one handler per request

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def beacon_counter() -> Iterator[tuple[str, list[str]]]:
    Counter.hits.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counter) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", Counter.hits
        finally:
            server.shutdown()
            thread.join()


def test_nothing_of_a_hostile_folder_runs_or_calls_out(browser: Browser) -> None:
    with beacon_counter() as (counter, hits):
        payloads = [payload.replace("http://evil.example", counter) for payload in HOSTILE]
        folder = [
            article(f"{n}{payload.replace('/', '')}.txt", f"Before\n\nquote {payload} end\n\nafter", title=payload)
            for n, payload in enumerate(payloads)
        ]
        quotes = [(each.file, f"quote {payload} end") for each, payload in zip(folder, payloads, strict=True)]
        hostile = FakeAssistant(folder, {"all": quotes}, skipped=[Skipped(payload, payload) for payload in payloads])
        with running_page(hostile) as address, reading(browser, address) as reader:
            for details in reader.page.locator("details").all():
                details.locator("summary").click()
            reader.ask("all " + " ".join(payloads))
            assert list(reader.marks().values()) == [quote for _, quote in quotes]
            for chip in reader.turns.last.locator("a.cite").all():
                chip.hover()
                chip.click()
            reader.picture("hostile")
            # Each payload's traces, had it become markup.
            for selector in ("#conversation script", "#sources iframe", ".main img", ".main form", ".main style"):
                assert reader.page.locator(selector).count() == 0, selector
            links = reader.page.evaluate("[...document.querySelectorAll('.main a')].map(a => a.getAttribute('href'))")
            assert all(link.startswith("#") for link in links)
            assert reader.page.evaluate("window.hacked") is None
            assert hits == []
        # What would have been caught: the detector sees a beacon, and the policy stops one that is markup.
        with running_page(hostile) as address:
            context = browser.new_context()
            page = context.new_page()
            page.goto(address)
            beacon = "url => { document.body.append(Object.assign(new Image(), {src: url + '/beacon.png'})) }"
            page.evaluate(beacon, counter)
            page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.hacked=1\">')")
            page.wait_for_timeout(500)
            assert hits == []
            assert page.evaluate("window.hacked") is None
            page.goto(counter.replace("127.0.0.1", "localhost") + "/no-policy")
            page.evaluate(beacon, counter)
            page.wait_for_timeout(500)
            assert "/beacon.png" in hits
            context.close()


def _luminance(reader: Reader, selector: str, what: str) -> float:
    colour = reader.page.evaluate(f"getComputedStyle(document.querySelector('{selector}')).{what}")
    red, green, blue = [int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(",")[:3]]
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_readers_light_or_dark(browser: Browser, address: str, scheme: str) -> None:
    with reading(browser, address, color_scheme=scheme) as reader:
        reader.picture(f"{scheme}-welcome")
        reader.ask("What did Kashin say? unverified partly notice")
        reader.picture(f"{scheme}-answer")
        reader.turns.last.locator("a.cite").nth(1).click()
        reader.picture(f"{scheme}-chosen")
        reader.ask("What is the population of Japan?")
        reader.picture(f"{scheme}-refusal")
        paper, ink = (
            _luminance(reader, ".gradio-container", "backgroundColor"),
            _luminance(reader, ".question", "color"),
        )
        assert (paper > 0.8 and ink < 0.2) if scheme == "light" else (paper < 0.2 and ink > 0.8)


def test_a_narrow_screen_stacks_and_never_scrolls_sideways(browser: Browser, address: str) -> None:
    with reading(browser, address, viewport={"width": 390, "height": 844}) as reader:
        reader.picture("phone-welcome")
        reader.ask("What did Kashin say? " + "unbroken" * 40)
        reader.picture("phone-answer")
        assert reader.page.evaluate("document.documentElement.scrollWidth") == 390
        chat, pane = reader.page.locator("#chat").bounding_box(), reader.page.locator("#reading").bounding_box()
        assert chat
        assert pane
        assert pane["y"] >= chat["y"] + chat["height"] - 1
        reader.turns.last.locator("a.cite").nth(1).click()
        expect(reader.page.locator("#cite-2")).to_be_in_viewport()
        reader.picture("phone-chosen")


def test_the_page_speaks_its_language_and_names_its_parts(reader: Reader) -> None:
    page = reader.page
    assert page.evaluate("document.documentElement.lang") == texts.LANGUAGE
    assert page.title() == texts.TITLE
    assert page.get_by_role("heading", level=1).all_text_contents() == [texts.TITLE]
    expect(page.get_by_role("textbox", name=texts.QUESTION_LABEL)).to_be_visible()
    expect(page.get_by_role("region", name=texts.SOURCES)).to_be_visible()
    reader.ask("What did Ushakov praise?")
    expect(page.get_by_role("region", name=texts.CONVERSATION)).to_be_visible()
    expect(page.get_by_role("link", name="[1] source in 004_f0604eb540a79818.txt")).to_be_visible()
    expect(page.locator("[role=status].unseen")).to_contain_text(RESTRAINT)


def test_the_welcome_tells_what_was_skipped(reader: Reader) -> None:
    reader.page.get_by_text("Files that were skipped (1)").click()
    expect(reader.page.get_by_text("scan.txt: binary")).to_be_visible()
