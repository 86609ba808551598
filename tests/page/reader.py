"""A reader: a browser context at the page, with every request and every error that it caused."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as TimedOut

from ui import texts

PICTURES = Path(__file__).resolve().parents[2] / "build" / "page"
"""A picture of every journey is left here."""
PHONE = {"width": 390, "height": 844}
OVER = re.compile("done|stopped|error")
LEFT = re.compile("AbortError: signal is aborted|Unexpected error Connection errored out")
"""What Gradio says of the streams of a document that is left before they ended."""

# Joined over the marks of a number, in the order of the text: a quote that spans paragraphs has several.
_MARKED = """() => {
  const quotes = {};
  for (const mark of document.querySelectorAll('#reading .article .text mark'))
    for (const number of mark.dataset.numbers.split(' '))
      quotes[number] = (quotes[number] || '') + mark.textContent;
  return quotes;
}"""


class Reader:
    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.context = context
        self.requests: list[str] = []
        self.errors: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        self.page: Page = context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)
        self.page.on("dialog", lambda dialog: self.errors.append("dialog") or dialog.dismiss())
        self.question = self.page.get_by_label(texts.QUESTION_LABEL)
        self.turns = self.page.locator("#conversation .turn")
        self.article = self.page.locator("#reading .article")
        self.library = self.page.locator("#reading .library")

    def open(self, path: str = "/") -> None:
        """Go to the page and wait until it can be used."""
        self.page.goto(self.address + path)
        self.ready()

    def reload(self) -> None:
        """Load the page anew and wait until it can be used; that the old one's streams broke off is no fault."""
        before = len(self.errors)
        self.page.reload()
        self.ready()
        self.errors[before:] = [error for error in self.errors[before:] if not LEFT.match(error)]

    def ready(self) -> None:
        try:
            self.page.wait_for_selector("html[data-ready=true]", state="attached", timeout=30_000)
        except TimedOut:
            raise AssertionError(f"the page did not get ready: {self.errors}") from None
        expect(self.question).to_be_visible()

    def begin(self, question: str) -> Locator:
        """Send a question; gives its turn, which may still be waiting."""
        number = self.turns.count()
        self.question.fill(question)
        self.question.press("Enter")
        return self.turns.nth(number)

    def ask(self, question: str) -> Locator:
        """Send a question and wait for what comes of it; gives its turn."""
        return self.over(self.begin(question))

    def over(self, turn: Locator) -> Locator:
        expect(turn).to_have_attribute("data-state", OVER, timeout=20_000)
        return turn

    def button(self, name: str, *, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name)

    def action(self, turn: Locator, name: str) -> Locator:
        """What can be done with an answer: copy, regenerate, link or wrong."""
        return turn.locator(f".actions [data-action={name}]")

    def chip(self, turn: Locator, number: int) -> Locator:
        return turn.locator(f"a.cite[data-number='{number}']").first

    def open_source(self, turn: Locator, number: int) -> Locator:
        """Click a citation; gives the marks of its quote once they are the chosen ones."""
        self.chip(turn, number).click()
        chosen = self.article.locator("mark.chosen")
        expect(chosen.first).to_have_attribute("data-numbers", re.compile(rf"(^| ){number}( |$)"))
        return chosen

    def marked(self) -> dict[str, str]:
        """The text of the open article's marks by citation, exactly as the DOM holds it."""
        quotes: dict[str, str] = self.page.evaluate(_MARKED)
        return quotes

    def chosen(self) -> str:
        """The text of the marks of the chosen citation."""
        marks: list[str] = self.article.locator("mark.chosen").all_text_contents()
        return "".join(marks)

    def statements(self, turn: Locator) -> list[str]:
        """What the answer states, without its chips."""
        own = "lines => lines.map(line => { const copy = line.cloneNode(true);"
        own += " copy.querySelectorAll('a').forEach(chip => chip.remove()); return copy.textContent.trim() })"
        found: list[str] = turn.locator(".statement").evaluate_all(own)
        return found

    def stored(self) -> dict[str, str]:
        """What the page keeps in the browser, by key."""
        kept: dict[str, str] = self.page.evaluate("Object.fromEntries(Object.entries(localStorage))")
        return kept

    def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled", caret="hide")

    def outside(self) -> list[str]:
        """Requests that went anywhere else than to the page's own server."""
        return [
            url
            for url in self.requests
            if urlsplit(url).scheme not in ("data", "blob") and not url.startswith(f"{self.address}/")
        ]


@contextmanager
def reading(
    browser: Browser, address: str, path: str | None = "/", *, scripts: Sequence[str] = (), **options: Any
) -> Iterator[Reader]:
    """A reader at the page, in a context of its own; afterwards nothing went elsewhere and nothing complained.

    `scripts` run before the page's own; without a `path` no page is opened yet.
    """
    context = browser.new_context(**{"viewport": {"width": 1360, "height": 860}, **options})
    context.set_default_timeout(15_000)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    try:
        for script in scripts:
            context.add_init_script(script)
        reader = Reader(context, address)
        if path is not None:
            reader.open(path)
        yield reader
        assert reader.outside() == []
        assert reader.errors == []
    finally:
        context.close()
