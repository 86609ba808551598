"""The page under its own Content-Security-Policy: it breaks none of it, and none of it can be got around from within."""

import pytest
from page_fakes import running_page, seeds_assistant
from playwright.sync_api import Browser, Error, expect
from reader import Reader

from assistant.settings import Settings
from ui import texts

_WATCH = """
window.violations = [];
document.addEventListener('securitypolicyviolation', (event) => window.violations.push(event.effectiveDirective));
"""


def test_a_question_is_answered_without_any_violation(browser: Browser, address: str) -> None:
    with browser.new_context() as context:
        context.add_init_script(_WATCH)
        page = context.new_page()
        page.goto(address)
        page.locator("#question textarea").fill("What did Kashin say?")
        page.locator("#question textarea").press("Enter")
        expect(page.locator(".turn").last).to_have_attribute("data-state", "done")
        assert page.evaluate("window.violations") == []


@pytest.mark.parametrize(
    "attempt",
    [
        "Function('return 1 + 1')()",
        "new Function('a', 'b', 'return a')",
        "(() => {}).constructor('return 1')()",
        "Object.getPrototypeOf(async () => {}).constructor('return 1')()",
        "Function('value', 'return `${value}${alert(1)}`;')",
        "Function('a){}alert(1);//', 'return `x`;')",
        "eval('1 + 1')",
    ],
)
def test_no_other_text_becomes_a_function(reader: Reader, attempt: str) -> None:
    # After a moment: while a test's own script begins, the browser lets it evaluate text.
    with pytest.raises(Error, match=r"EvalError|unsafe-eval|no such function"):
        reader.page.evaluate(f"async () => {{ await new Promise((go) => setTimeout(go)); return {attempt}; }}")


@pytest.mark.parametrize(
    "markup",
    [
        "<style>body { color: rgb(1, 2, 3) !important }</style>",
        "<p style='color: rgb(1, 2, 3)'>x</p>",
        "<svg><style>p { color: rgb(1, 2, 3) !important }</style></svg><p>x</p>",
    ],
)
def test_no_style_comes_with_markup(reader: Reader, markup: str) -> None:
    colours = reader.page.evaluate(
        """(markup) => {
          const place = document.createElement('div');
          document.body.append(place);
          place.innerHTML = markup;
          const found = [document.body, ...place.querySelectorAll('*')].map((each) => getComputedStyle(each).color);
          place.remove();
          return found;
        }""",
        markup,
    )
    assert "rgb(1, 2, 3)" not in colours
    reader.errors.clear()  # the browser says what it refused


def test_the_login_form_opens_the_page(browser: Browser) -> None:
    with (
        running_page(seeds_assistant(settings=Settings(auth="reader:secret"))) as address,
        browser.new_context() as context,
    ):
        context.add_init_script(_WATCH)
        page = context.new_page()
        page.goto(address)
        expect(page.get_by_text(texts.LOGIN)).to_be_visible()
        page.locator("input").nth(0).fill("reader")
        page.locator("input").nth(1).fill("secret")
        page.get_by_role("button", name="Login").click()
        expect(page.locator("#question textarea")).to_be_visible()
        assert page.evaluate("window.violations") == []
