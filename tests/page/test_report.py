"""The page of a run, opened from the disk: it asks nobody for anything, and hostile text stays text."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from eval_fakes import ARTICLES, BARKED, CATS, HOW_OFTEN, SAT, WHERE, WHO, one, record
from eval_runs import BLACK, HOSTILE, baseline, run
from playwright.sync_api import Browser, Page, expect

from assistant.answer import ABSTENTION
from evals.gate import hold
from evals.report import Report
from evals.report.page import page


@contextmanager
def opened(browser: Browser, folder: Path, report: Report, *, place: str = "", **options: Any) -> Iterator[Page]:
    """The report's page; afterwards nothing but the file itself was asked for, and nothing complained."""
    file = folder / "run.html"
    file.write_text(page(report), encoding="utf-8")
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    context.set_default_timeout(15_000)
    asked: list[str] = []
    errors: list[str] = []
    try:
        context.on("request", lambda request: asked.append(request.url))
        shown = context.new_page()
        shown.on("pageerror", lambda error: errors.append(str(error)))
        shown.on("console", lambda line: errors.append(line.text) if line.type in ("error", "warning") else None)
        shown.goto(file.as_uri() + place)
        yield shown
        assert [url for url in asked if urlsplit(url).scheme != "data"] == [file.as_uri()]
        assert errors == []
        assert shown.title().startswith("Evals: ")
    finally:
        context.close()


def questions(shown: Page) -> list[str]:
    return shown.locator("details.case .asked").all_text_contents()


def open_case(shown: Page, number: int = 0) -> None:
    """Open a case of the list; its body is made after the click, in a task of its own."""
    listed = shown.locator("details.case").nth(number)
    listed.locator("summary").click()
    expect(listed.locator(".body")).to_be_visible()


def marks(shown: Page, key: str) -> list[str]:
    return shown.locator(f"[id='{key}'] mark").all_text_contents()


def test_failed_cases_are_listed_first_and_all_on_request(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, Report(run())) as shown:
        assert questions(shown) == [WHERE, HOSTILE]
        expect(shown.locator("#count")).to_have_text("2 of 4 cases")
        shown.get_by_label("Show").select_option("all")
        assert questions(shown) == [WHERE, HOSTILE, HOW_OFTEN, WHO]
        shown.get_by_label("Show").select_option("held")
        assert questions(shown) == [HOW_OFTEN, WHO]


def test_the_list_is_filtered_by_words_part_tag_and_stage(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, tmp_path, Report(run())) as shown:
        shown.get_by_label("Show").select_option("all")
        search = shown.get_by_label("Search")
        search.fill("DOG often")
        assert questions(shown) == [HOW_OFTEN]
        search.fill("mat.”")  # of an answer
        assert questions(shown) == [WHERE]
        search.fill("nothing of the kind")
        assert questions(shown) == []
        expect(shown.locator("#count")).to_have_text("0 of 4 cases")
        search.fill("")
        shown.locator("#part").select_option("tuning")
        assert questions(shown) == [HOSTILE]
        shown.locator("#part").select_option("")
        shown.locator("#tag").select_option("near_miss")
        assert questions(shown) == [HOSTILE, WHO]
        shown.get_by_label("Went wrong at").select_option("answered though it was not there")
        assert questions(shown) == [HOSTILE]


def test_an_opened_case_marks_exactly_the_words_it_cites(browser: Browser, tmp_path: Path) -> None:
    wrong, _, dog, _ = run().cases
    with opened(browser, tmp_path, Report(run())) as shown:
        open_case(shown)
        # An emoji stands before both quotes: one code point, two units of a JavaScript string.
        assert marks(shown, wrong.key) == [SAT, BLACK]
        case = shown.locator(f"[id='{wrong.key}']")
        assert case.locator(".wanted").all_text_contents() == [SAT]
        assert case.locator(".article").all_text_contents() == [ARTICLES[CATS]]
        assert case.locator(".facts li").all_text_contents() == ["✓ on the mat", "✗ missing: leave"]
        expect(case).to_contain_text("passage retrieved but sentence not chosen: missing 'leave'")
        expect(case).to_contain_text(f"expected: an answer from {CATS} · why it is there: two facts")
        shown.get_by_label("Show").select_option("all")
        open_case(shown, 2)
        # The gold quote is a part of the citation: together the pieces are the citation.
        assert "".join(marks(shown, dog.key)) == BARKED
        assert shown.locator(f"[id='{dog.key}'] mark.wanted").all_text_contents() == ["dog barked 130"]
        expect(shown.locator(f"[id='{dog.key}']")).to_contain_text("user: Dogs?")


def test_hostile_text_is_shown_as_it_is_written(browser: Browser, tmp_path: Path) -> None:
    hostile = run().cases[1]
    with opened(browser, tmp_path, Report(run())) as shown:
        open_case(shown, 1)
        case = shown.locator(f"[id='{hostile.key}']")
        assert case.locator(".asked").text_content() == HOSTILE
        assert HOSTILE in (case.text_content() or "").removeprefix(HOSTILE)
        assert shown.locator("img").count() == 0
        assert shown.title() == "Evals: mine.yaml"


def test_the_address_of_a_case_opens_it_though_the_filters_would_hide_it(browser: Browser, tmp_path: Path) -> None:
    dog = run().cases[2]
    with opened(browser, tmp_path, Report(run()), place=f"#{dog.key}") as shown:
        expect(shown.locator(f"[id='{dog.key}'] .article")).to_be_visible()
        expect(shown.locator("#count")).to_have_text("4 of 4 cases")


def test_beside_another_run_its_answer_and_what_changed_are_shown(browser: Browser, tmp_path: Path) -> None:
    wrong, _, dog, _ = run().cases
    with opened(browser, tmp_path, Report(run(), hold(run(), {}, baseline()), baseline())) as shown:
        show = shown.get_by_label("Show")
        show.select_option("differs from the other run")
        assert questions(shown) == [WHERE, HOSTILE, HOW_OFTEN, WHO]
        show.select_option("fixed since the baseline")
        assert questions(shown) == [HOW_OFTEN]
        open_case(shown)
        sides = shown.locator(f"[id='{dog.key}'] .sides > div")
        assert sides.count() == 2
        assert sides.nth(0).locator(".answer").first.text_content() == f"{BARKED} [1]"
        assert sides.nth(1).locator(".answer").first.text_content() == ABSTENTION
        show.select_option("broken since the baseline")
        assert questions(shown) == [WHERE]
        open_case(shown)
        assert shown.locator(f"[id='{wrong.key}'] .sides > div").nth(1).locator("mark").all_text_contents() == [SAT]


def test_a_case_that_the_other_run_has_not_says_so(browser: Browser, tmp_path: Path) -> None:
    other = record(one("x")).without_details()
    with opened(browser, tmp_path, Report(run(), None, other)) as shown:
        open_case(shown)
        expect(shown.locator("details.case").first).to_contain_text("not in the other run")


def luminance(colour: str) -> float:
    """Relative luminance of `rgb(r, g, b)` (WCAG 2.2)."""
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_in_light_and_in_dark(browser: Browser, tmp_path: Path, scheme: str) -> None:
    with opened(browser, tmp_path, Report(run()), color_scheme=scheme) as shown:
        open_case(shown)
        style = "one => [getComputedStyle(one).color, getComputedStyle(one).backgroundColor]"
        (ink, paper), (_, cited) = (shown.locator(name).first.evaluate(style) for name in ("body", "mark"))
        assert (luminance(paper) < luminance(ink)) == (scheme == "dark")
        for behind in (paper, cited):
            light, dark = sorted((luminance(ink), luminance(behind)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 7
        assert luminance(cited) != luminance(paper)


def test_nothing_is_wider_than_a_telephone(browser: Browser, tmp_path: Path) -> None:
    plain = run().only(lambda case: case.question != HOSTILE)
    report = Report(plain, hold(plain, {"answers_right": 0.9}, baseline()), baseline())
    with opened(browser, tmp_path, report, viewport={"width": 360, "height": 740}) as shown:
        open_case(shown)
        assert shown.evaluate("document.documentElement.scrollWidth") <= 360
