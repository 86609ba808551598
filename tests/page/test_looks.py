"""The page as it ships, over the seeds: the picture of the README, and the same in the other theme and on a phone."""

import pytest
from playwright.sync_api import Browser, expect
from reader import PHONE, reading

from ui import texts

QUESTION = "What did Kashin say about arms deliveries?"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768, PHONE["width"]])
def test_an_answer_stands_beside_its_source(browser: Browser, seeds_address: str, width: int, scheme: str) -> None:
    viewport = {"width": width, "height": 844 if width < 900 else 720}
    with reading(browser, seeds_address, viewport=viewport, color_scheme=scheme) as reader:
        reader.picture(f"looks-{width}-{scheme}-welcome")
        turn = reader.ask(QUESTION)
        expect(turn.locator(".suggestions button").first).to_be_visible()
        reader.picture(f"looks-{width}-{scheme}-answer")
        chosen = reader.open_source(turn, 1)
        expect(chosen.first).to_be_in_viewport()
        reader.page.mouse.move(0, 0)
        reader.picture(f"looks-{width}-{scheme}-source")  # 1280-light: ui/page.png, the picture of the README
        assert reader.page.evaluate("document.documentElement.scrollWidth") == width


def test_no_word_of_the_page_is_missing(browser: Browser, seeds_address: str) -> None:
    with reading(browser, seeds_address) as reader:
        reader.ask(QUESTION)
        reader.page.locator("#conversations-button").click()
        said = str(reader.page.evaluate("document.body.innerText")) + " ".join(
            reader.page.locator("[aria-label]").evaluate_all("all => all.map(each => each.getAttribute('aria-label'))")
        )
        for word in ("undefined", "null", "NaN", "[object"):
            assert word not in said
        assert texts.TITLE in said
