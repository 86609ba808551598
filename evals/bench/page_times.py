"""How long a reader waits for the page and for the first words of an answer, in a real Chromium."""

import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_WATCH = """
let asked = 0;
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter') return;
  asked = performance.now();
  delete document.documentElement.dataset.statedAfter;
}, true);
new MutationObserver(() => {
  const { dataset } = document.documentElement || { dataset: {} };
  if (dataset.ready) dataset.usableAfter ??= performance.now();
  if (asked && document.querySelector('.turn:last-child .statement')) dataset.statedAfter ??= performance.now() - asked;
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-ready'] });
"""


@dataclass(frozen=True, slots=True)
class PageTimes:
    """Seconds, each time."""

    usable: tuple[float, ...]
    """From going to the page, nothing of it cached, until a question can be asked."""
    first_statement: tuple[float, ...]
    """From Enter until the first statement stands on the page."""


def page_times(questions: Sequence[str], environment: Mapping[str, str], *, loads: int = 5) -> PageTimes | None:
    """`dateline chat` opened `loads` times and each question asked in a new chat each time; each must be answered.

    None where there is no Chromium or no Playwright to drive it.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    names = ("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright, _chat(environment) as address:
        program = next(filter(None, map(shutil.which, names)), playwright.chromium.executable_path)
        if not Path(program).exists():
            return None
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        _visit(browser, address, questions)  # what is read once is read
        visits = [_visit(browser, address, questions) for _ in range(loads)]
        browser.close()
    return PageTimes(
        tuple(usable for usable, _ in visits), tuple(second for _, seconds in visits for second in seconds)
    )


def _visit(browser: "Browser", address: str, questions: Sequence[str]) -> tuple[float, tuple[float, ...]]:
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(_WATCH)
    page.goto(address)
    usable = _noted(page, "usable-after")
    seconds = []
    for question in questions:
        page.locator("#new-chat").click()
        page.locator("#question textarea").fill(question)
        page.keyboard.press("Enter")
        seconds.append(_noted(page, "stated-after"))
        page.wait_for_selector(".turn:last-child[data-state=done]")
    context.close()
    return usable, tuple(seconds)


def _noted(page: "Page", name: str) -> float:
    """Seconds, once `_WATCH` has noted them; the page's own policy lets no script be evaluated to wait with."""
    html = page.wait_for_selector(f"html[data-{name}]", state="attached")
    assert html is not None
    return float(html.get_attribute(f"data-{name}") or "nan") / 1000


@contextmanager
def _chat(environment: Mapping[str, str]) -> Iterator[str]:
    """The command's own server, in a process of its own as always; gives its address."""
    command = [sys.executable, "-m", "assistant", "chat"]
    with subprocess.Popen(command, env=dict(environment), stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            yield server.stdout.readline().partition(": ")[2].strip()
        finally:
            server.terminate()
