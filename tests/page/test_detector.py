"""The positive control: every payload does what it says on a page without protection, and the counter sees it."""

from collections.abc import Iterator

import pytest
from beacons import Beacons, counting
from markdown_it import MarkdownIt
from payloads import FILE_NAMES, PAYLOADS, Payload
from playwright.sync_api import Browser, Page, expect


@pytest.fixture(scope="module")
def beacons() -> Iterator[Beacons]:
    with counting() as beacons:
        yield beacons


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def unprotected(payload: Payload, site: str) -> str:
    text = payload.at(site)
    if payload.deed == "attribute":
        quote = text[0]
        return f"<p id=target title={quote}{text}{quote}>hover</p>"
    if payload.deed == "markdown":
        return MarkdownIt().render(text)
    if payload.deed == "template":
        return f"<script>document.write(new Function('text', 'return eval(\"`\" + text + \"`\")')({text!r}))</script>"
    return text


@pytest.mark.parametrize("payload", [p for p in PAYLOADS if p.deed != "nothing"], ids=lambda payload: payload.name)
def test_a_payload_that_becomes_markup_calls_out(payload: Payload, beacons: Beacons, page: Page) -> None:
    beacons.pages[f"/page/{payload.name}"] = f"<!doctype html><body>{unprotected(payload, beacons.address)}</body>"
    page.goto(f"{beacons.address}/page/{payload.name}", wait_until="load")
    if payload.deed == "click":
        page.locator("a, button").click(no_wait_after=True)
    elif payload.deed in ("hover", "attribute"):
        page.locator("b, #target").hover()
    for _ in range(100):
        if f"/{payload.name}" in beacons.hits:
            return
        page.wait_for_timeout(20)
    pytest.fail(f"{payload.name} did not call: the detector would not notice it either")


@pytest.mark.parametrize("name", FILE_NAMES[:2])
def test_a_file_name_that_becomes_markup_is_noticed(name: str, beacons: Beacons, page: Page) -> None:
    beacons.pages["/page/name"] = f"<!doctype html><body>{name.replace('<script>.md', '</script>')}</body>"
    page.goto(f"{beacons.address}/page/name")
    page.wait_for_function("window.hacked === 1")
    expect(page.locator("img, script").first).to_be_attached()
