"""What a web page left behind is set apart, and no line of prose with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scraped_pages import PAGES, lines_of

from retrieval.articles import Article, read_folder
from retrieval.leftovers import leftover_spans

SEEDS = Path(__file__).parent.parent / "seeds"


def left_over(text: str) -> list[str]:
    return [line.strip() for start, end in leftover_spans(text) for line in text[start:end].split("\n") if line.strip()]


def seed(number: int) -> Article:
    return read_folder(SEEDS).articles[number]


@pytest.mark.parametrize("page", PAGES)
def test_keeps_every_line_of_the_article_and_sets_clutter_apart(page: str) -> None:
    lines = lines_of(page)
    found = left_over("\n\n".join(line for _, line in lines))
    assert [line for mark, line in lines if mark == "|" and line in found] == []
    assert [line for mark, line in lines if mark == "-" and line not in found] == []


@pytest.mark.parametrize(
    ("number", "clutter"),
    [
        (0, []),
        (
            1,
            [
                "Watch our news videos in the playlist below:",
                "Unlimited free access to Showbytes? Which can!",
                "Log in or create an account and never miss a thing from the stars.",
                "“Infuriatingly humble social media buff. Twitter advocate. Writer. Internet nerd.”",
            ],
        ),
        (2, ["Scroll Top", "Related Posts"]),
        (
            3,
            [
                "Polski",
                "русский",
                "Українська",
                "Only verified information is available on our Telegram channel OBOZ.UA and Viber. "
                "Do not fall for fakes!",
                "Other News",
                "Not in the fridge: the ideal place to store chocolate is named",
                "Not in the fridge: the ideal place to store chocolate is named",
                "This is how it will reveal its best flavors",
            ],
        ),
        (
            4,
            [
                "Skip to content",
                "READ ALSO: Russia considers Putin’s arrest warrant “legally void”",
                "LOOK HERE: US rejects Ukraine ceasefire fearing ‘Russian conquest’",
                "LOOK HERE: Opposition in France presents motion of censure against government for controversial "
                "pension reform",
                "Share this article:",
                "globalhappenings news.jpg",
                "most popular",
            ],
        ),
    ],
)
def test_sets_apart_exactly_the_clutter_of_each_seed(number: int, clutter: list[str]) -> None:
    assert left_over(seed(number).text) == clutter


def test_chocolate_is_not_indexed() -> None:
    article = seed(3)
    assert "chocolate" in article.text
    assert not any("chocolate" in article.text[slice(*span)] for span in article.indexed_spans())


def test_a_page_that_is_all_furniture_is_kept_whole() -> None:
    assert left_over("Share\nTweet\nPrint") == []


@given(st.text() | st.lists(st.sampled_from(["Related Posts", "Log in here", "A.", "x" * 50, "\r", "\u2028", ""])))
def test_spans_are_whole_lines_in_order(text: str | list[str]) -> None:
    text = text if isinstance(text, str) else "\n".join(text)
    position = 0
    for start, end in leftover_spans(text):
        assert position <= start < end <= len(text)
        assert start == 0 or text[start - 1] in "\r\n"
        assert end == len(text) or text[end] in "\r\n"
        position = end


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text", ["“" * 300_000, "comments\n" * 30_000, "share " * 50_000, ": " * 150_000, "[" * 300_000]
)
def test_time_grows_with_the_text_and_no_faster(text: str) -> None:
    assert list(leftover_spans(text)) == []
