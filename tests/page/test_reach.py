"""Everyone can use it: by keyboard alone, on a phone, in large text, with motion off, in a screen reader's words."""

import re
from collections.abc import Iterator

import pytest
from chromium import FLAGS, installed
from page_fakes import ARMS, KASHIN, RESTRAINT, SUGGESTED
from playwright.sync_api import Browser, Locator, expect
from reader import PHONE, Reader, reading

from ui import texts


@pytest.fixture
def phone(browser: Browser, address: str, picture_name: str) -> Iterator[Reader]:
    with reading(browser, address, viewport=PHONE, has_touch=True) as reader:
        yield reader
        reader.picture(picture_name)


def tab_to(reader: Reader, target: Locator, *, key: str = "Tab", most: int = 80) -> None:
    """Go on by keyboard until `target` has the focus; every stop on the way must be visible as such."""
    handle = target.element_handle()
    for _ in range(most):
        reader.page.keyboard.press(key)
        seen = reader.page.evaluate(
            """() => { const at = document.activeElement;
                       if (!at || at === document.body) return null;
                       const style = getComputedStyle(at);
                       const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
                       return [ring || style.boxShadow !== 'none', at.outerHTML.slice(0, 200)] }"""
        )
        assert seen is None or seen[0], f"no focus is to be seen on {seen[1]}"
        if reader.page.evaluate("wanted => document.activeElement === wanted", handle):
            return
    pytest.fail(f"{most} times {key} did not reach {target}")


def test_the_keyboard_alone_asks_reads_and_goes_on(reader: Reader) -> None:
    keyboard = reader.page.keyboard
    expect(reader.question).to_be_focused()
    keyboard.type("What did Ushakov praise?")
    keyboard.press("Enter")
    turn = reader.over(reader.turns.first)
    expect(turn.locator(".suggestions button")).to_have_count(1)
    tab_to(reader, reader.chip(turn, 1), key="Shift+Tab")
    expect(reader.page.locator("#peek")).to_be_visible()
    keyboard.press("Enter")
    expect(reader.article.locator("mark.chosen").first).to_be_focused()
    tab_to(reader, reader.article.locator("button.back-to-list"), key="Shift+Tab")
    keyboard.press("Enter")
    tab_to(reader, reader.library.locator("#library-search"))
    keyboard.type("kashin")
    expect(reader.library.locator(".entry")).to_have_count(2)  # those found stand in the place of all
    tab_to(reader, reader.library.locator(f".entry[data-file='{KASHIN}'] input.only"))
    keyboard.press("Space")
    expect(reader.page.locator("#scope button")).to_have_count(1)
    tab_to(reader, reader.page.locator("#scope button"), key="Shift+Tab")
    keyboard.press("Enter")
    expect(reader.page.locator("#scope button")).to_have_count(0)
    tab_to(reader, turn.locator(".suggestions button").first)
    keyboard.press("Enter")
    assert reader.statements(reader.over(reader.turns.nth(1))) == [*ARMS]


@pytest.mark.parametrize("action", ["copy", "regenerate", "link", "wrong"])
def test_the_keyboard_reaches_what_can_be_done_with_an_answer(reader: Reader, action: str) -> None:
    turn = reader.ask("What did Ushakov praise?")
    reader.chip(turn, 1).focus()
    tab_to(reader, reader.action(turn, action))
    reader.page.keyboard.press("Enter")
    if action == "wrong":
        expect(turn.get_by_label(texts.WRONG_NOTE)).to_be_focused()
        reader.page.keyboard.type("no")
        tab_to(reader, turn.locator("[data-action=cancel-wrong]"))
        reader.page.keyboard.press("Enter")
        expect(reader.action(turn, "wrong")).to_be_focused()
    elif action == "regenerate":
        expect(reader.turns.last.locator(".statement")).to_contain_text(RESTRAINT)
    else:
        said = texts.COPIED if action == "copy" else texts.LINK_COPIED
        expect(reader.page.get_by_role("status").filter(has_text=said)).to_be_visible()


def test_the_keyboard_reaches_the_masthead_and_its_conversations(reader: Reader) -> None:
    reader.ask("What did Ushakov praise?")
    keyboard = reader.page.keyboard
    reader.question.focus()
    for button in ("#new-chat", "#articles-button", "#theme-button", "#conversations-button"):
        reader.question.focus()
        tab_to(reader, reader.page.locator(button), key="Shift+Tab")
    keyboard.press("Enter")
    panel = reader.page.locator("#conversations")
    expect(panel).to_be_visible()
    tab_to(reader, panel.locator("button.open").first)
    tab_to(reader, panel.locator("#download"))
    keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(reader.page.locator("#conversations-button")).to_be_focused()


def test_on_a_phone_the_source_opens_as_a_sheet_and_closes_to_where_one_was(phone: Reader) -> None:
    turn = phone.ask("What did Kashin say? " + "unbroken" * 40)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    sheet = phone.page.get_by_role("dialog")
    expect(sheet).to_have_count(0)
    phone.picture("phone-answer")
    phone.chip(turn, 2).tap()
    expect(sheet).to_be_visible()
    expect(sheet).to_have_attribute("aria-modal", "true")
    expect(phone.article.locator("mark.chosen").first).to_be_in_viewport()
    assert phone.chosen() == ARMS[1]
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
    phone.picture("phone-sheet")
    # What lies under the sheet is out of reach.
    for _ in range(40):
        phone.page.keyboard.press("Tab")
        inside = phone.page.evaluate(
            "() => document.activeElement === document.body || !!document.activeElement.closest('[role=dialog]')"
        )
        assert inside, phone.page.evaluate("document.activeElement.outerHTML")
    phone.page.keyboard.press("Escape")
    expect(sheet).to_have_count(0)
    expect(phone.chip(turn, 2)).to_be_focused()
    phone.page.locator("#articles-button").tap()
    expect(sheet).to_be_visible()
    expect(phone.library.get_by_role("heading", level=2)).to_be_in_viewport()
    phone.picture("phone-list")
    phone.button(texts.CLOSE).tap()
    expect(sheet).to_have_count(0)


def test_on_a_phone_everything_that_is_tapped_is_large_enough(phone: Reader) -> None:
    turn = phone.ask("What did Kashin say?")
    expect(turn.locator(".suggestions button")).to_have_count(1)
    small = phone.page.evaluate(
        """() => [...document.querySelectorAll('button, a, input, summary')]
             .filter(each => each.checkVisibility() && each.getClientRects().length)
             .map(each => [each.getBoundingClientRect(), each.outerHTML.slice(0, 120)])
             .filter(([box]) => box.width < 24 || box.height < 24).map(([box, html]) => `${box.width}x${box.height} ${html}`)"""
    )
    assert small == []  # WCAG 2.2, 2.5.8


def test_text_at_twice_its_size_loses_nothing(browser: Browser, address: str, picture_name: str) -> None:
    # A browser whose reader asked for text of twice the usual size.
    large = browser.browser_type.launch(
        executable_path=installed(browser.browser_type), args=[*FLAGS, "--blink-settings=defaultFontSize=32"]
    )
    with large, reading(large, address, viewport={"width": 1280, "height": 900}) as reader:
        turn = reader.ask("What did Kashin say? unverified partly notice")
        reader.picture(picture_name)
        size = turn.locator(".statement").first.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
        assert size >= 28
        assert reader.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        reader.open_source(turn, 2)
        expect(reader.article.locator("mark.chosen").first).to_be_in_viewport()
        expect(reader.question).to_be_in_viewport()
        expect(reader.page.locator("#send")).to_be_in_viewport()
        cut = reader.page.evaluate(
            """() => [...document.querySelectorAll('button, h1, h2, p, li')]
                 .filter(each => each.checkVisibility() && !each.closest('.unseen'))
                 .filter(each => { const style = getComputedStyle(each);
                                   return style.overflowX !== 'visible' && style.overflowX !== 'auto' &&
                                          each.scrollWidth > each.clientWidth + 1 && !each.classList.contains('unseen') })
                 .map(each => each.outerHTML.slice(0, 150))"""
        )
        assert cut == []


def test_at_twice_the_zoom_the_page_is_that_of_a_narrow_screen(
    browser: Browser, address: str, picture_name: str
) -> None:
    # 200 % zoom of 1280 px are 640 px of style (WCAG 1.4.10).
    with reading(browser, address, viewport={"width": 640, "height": 450}, device_scale_factor=2) as reader:
        turn = reader.ask("What did Kashin say?")
        assert reader.page.evaluate("document.documentElement.scrollWidth") == 640
        expect(reader.question).to_be_in_viewport()
        reader.chip(turn, 1).click()
        expect(reader.article.locator("mark.chosen").first).to_be_in_viewport()
        reader.picture(picture_name)


def test_nothing_moves_where_a_reader_asked_for_no_motion(browser: Browser, address: str) -> None:
    with reading(browser, address, reduced_motion="reduce") as reader:
        turn = reader.ask("What did Kashin say?")
        reader.open_source(turn, 2)
        moving = reader.page.evaluate(
            """() => document.getAnimations().map(each => each.animationName || each.transitionProperty)
                 .concat([...document.querySelectorAll('*')].filter(each => getComputedStyle(each).scrollBehavior === 'smooth')
                 .map(each => each.outerHTML.slice(0, 80)))"""
        )
        assert moving == []


def test_the_page_speaks_its_language_and_names_its_parts(reader: Reader) -> None:
    page = reader.page
    assert page.evaluate("document.documentElement.lang") == texts.LANGUAGE
    assert page.title() == texts.TITLE
    assert page.get_by_role("heading", level=1).all_text_contents() == [texts.TITLE]
    expect(page.get_by_role("textbox", name=texts.QUESTION_LABEL)).to_be_visible()
    reader.ask("What did Ushakov praise?")
    expect(page.get_by_role("region", name=texts.CONVERSATION)).to_be_visible()
    expect(reader.turns.first.get_by_role("link", name="[1] source in 004_f0604eb540a79818.txt")).to_be_visible()
    # Heard once it is there, without being looked for.
    expect(page.get_by_role("status").filter(has_text=texts.ANSWER_READY)).to_contain_text(RESTRAINT)
    expect(page.get_by_role("button", name=SUGGESTED.format("Kashin"))).to_be_visible()


def test_the_theme_button_turns_light_into_dark_and_is_remembered(browser: Browser, address: str) -> None:
    with reading(browser, address, color_scheme="light") as reader:
        assert luminance(reader.page.locator("body")) > 0.8
        reader.page.locator("#theme-button").click()
        expect(reader.page.locator("body")).to_have_class(re.compile(r"\bdark\b"))
        assert luminance(reader.page.locator("body")) < 0.2
        reader.reload()
        assert luminance(reader.page.locator("body")) < 0.2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_follows_the_readers_light_or_dark(browser: Browser, address: str, scheme: str) -> None:
    with reading(browser, address, color_scheme=scheme) as reader:
        turn = reader.ask("What did Kashin say?")
        paper = luminance(reader.page.locator("body"))
        ink = luminance(turn.locator(".statement").first, "color")
        assert (paper > 0.8 and ink < 0.2) if scheme == "light" else (paper < 0.2 and ink > 0.8)


def luminance(shown: Locator, what: str = "backgroundColor") -> float:
    colour = str(shown.evaluate(f"shown => getComputedStyle(shown).{what}"))
    red, green, blue = (float(part) for part in re.findall(r"[\d.]+", colour)[:3])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255
