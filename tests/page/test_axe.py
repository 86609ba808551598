"""axe-core over every state of the page, in light and dark, wide and narrow: nothing is found."""

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from page_fakes import MISSED, running_page, seeds_assistant
from playwright.sync_api import Browser, expect
from reader import PHONE, Reader, reading

from assistant.settings import Settings
from retrieval.articles import Skipped

SCHEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    kept = tmp_path_factory.mktemp("feedback") / "feedback.jsonl"
    checked = seeds_assistant(settings=Settings(feedback=str(kept)), skipped=[Skipped("scan.txt", "binary")])
    with running_page(checked) as address:
        yield address


def check(reader: Reader, state: str) -> None:
    """Nothing that axe finds: not only what is serious or critical."""
    reader.picture(f"axe-{state}")
    found = Axe().run(reader.page).response["violations"]
    told = [
        {
            "rule": each["id"],
            "impact": each["impact"],
            "where": [node["html"][:160] + " | " + node["failureSummary"][:300] for node in each["nodes"][:3]],
        }
        for each in found
    ]
    assert told == [], f"{state}: {json.dumps(told, indent=1)}"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_on_a_wide_screen(browser: Browser, address: str, scheme: str) -> None:
    with reading(browser, address, color_scheme=scheme) as reader:
        expect(reader.page.locator(".welcome .suggestions button").first).to_be_visible()
        check(reader, f"{scheme}-welcome")
        turn = reader.ask("What did Kashin say? unverified notice")
        turn.locator("details.unverified summary").click()
        turn.locator("details.unused summary").click()
        expect(turn.locator(".suggestions button")).to_have_count(1)
        check(reader, f"{scheme}-answer")
        reader.open_source(turn, 2)
        reader.chip(turn, 1).hover()
        expect(reader.page.locator("#peek")).to_be_visible()
        check(reader, f"{scheme}-article")
        reader.ask(f"partly: what did Kashin say about {MISSED}?")
        check(reader, f"{scheme}-partial")
        turn = reader.ask("elsewhere: what did he say about bananas?")
        check(reader, f"{scheme}-refusal")
        reader.ask("a fault inside")
        reader.action(turn, "wrong").click()
        check(reader, f"{scheme}-feedback")
        reader.page.locator("#articles-button").click()
        reader.library.locator("details.skipped summary").click()
        reader.library.locator("input.only").first.check()
        reader.library.locator("input[type=file]").set_input_files([{"name": "x.exe", "mimeType": "", "buffer": b"x"}])
        expect(reader.library.locator(".added li")).to_have_count(1)
        check(reader, f"{scheme}-list")
        reader.page.locator("#conversations-button").click()
        check(reader, f"{scheme}-conversations")
        reader.errors.clear()  # the refusal of x.exe


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_on_a_phone(browser: Browser, address: str, scheme: str) -> None:
    with reading(browser, address, color_scheme=scheme, viewport=PHONE) as reader:
        check(reader, f"{scheme}-phone-welcome")
        turn = reader.ask("What did Kashin say?")
        check(reader, f"{scheme}-phone-answer")
        reader.open_source(turn, 1)
        check(reader, f"{scheme}-phone-sheet")
        reader.article.locator("button.back-to-list").click()
        check(reader, f"{scheme}-phone-list")


def test_axe_notices_what_is_wrong(browser: Browser, address: str) -> None:
    with reading(browser, address) as reader:
        reader.page.evaluate("document.querySelector('#conversation').append(new Image(1, 1))")
        with pytest.raises(AssertionError, match="image-alt"):
            check(reader, "control")
