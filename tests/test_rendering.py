"""What the page makes of answers, without a browser: parsed back with the standard library's parser."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_fakes import article, chunk

from assistant.answer import ABSTENTION, PARTIAL, Answer, Citation, Statement, Unverified
from assistant.settings import Settings
from retrieval.articles import Article, Skipped
from ui import texts
from ui.article import PART, article_html
from ui.conversation import Turn
from ui.escaping import clip, escape
from ui.library import SHOWN, entries_html, found, library_html
from ui.rendering import conversation_html, header_html, turn_html, welcome_html

PAGE = Path(__file__).resolve().parent.parent / "ui" / "page"

HOSTILE = [
    "<script>window.hacked=1</script>",
    '<img src=x onerror="window.hacked=1">',
    "![beacon](http://evil.example/beacon.png)",
    "[click](javascript:window.hacked=1)",
    "<a href='javascript:window.hacked=1'>click</a>",
    "<style>@import 'http://evil.example/x.css';</style>",
    '" onmouseover="window.hacked=1" x="',
    "' autofocus onfocus='window.hacked=1",
    "</div></section><iframe src=http://evil.example></iframe>",
    "<form action=http://evil.example><input></form>",
    "{{constructor.constructor('window.hacked=1')()}} ${window.hacked=1} `${window.hacked=1}`",
    "<svg/onload=window.hacked=1>",
    "&lt;b&gt; &#60;script&#62;",
    "$$\\href{javascript:window.hacked=1}{x}$$",
]


class Parsed(HTMLParser):
    """Elements with their attributes, and the text of every quote: that of the `mark`s with its number, in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marks: dict[int, str] = {}
        self.text = ""
        self._open: list[int] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._open = [int(number) for number in str(dict(attrs)["data-numbers"]).split()]

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._open = []

    def handle_data(self, data: str) -> None:
        self.text += data
        for number in self._open:
            self.marks[number] = self.marks.get(number, "") + data


def answered(of: Article, *quotes: str, **more: object) -> Turn:
    citations = tuple(
        Citation(number, of.file, of.text.index(quote), of.text.index(quote) + len(quote), quote, of.title)
        for number, quote in enumerate(quotes, start=1)
    )
    statements = tuple(Statement(citation.quote, (citation.number,)) for citation in citations)
    fields = {"question": "Q?", "outcome": "answered", "statements": statements, "citations": citations, **more}
    return Turn(str(fields["question"]), answer=Answer(**fields))  # type: ignore[arg-type]


def opened(turn: Turn, of: Article) -> Parsed:
    return Parsed(article_html(of, turn.chips()))


def shown(text: str) -> str:
    """NUL and lone surrogates cannot stand in any page."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


@given(st.text(), st.text(min_size=1), st.text(), st.data())
def test_the_marks_of_a_quote_hold_the_quote_and_nothing_else(
    before: str, quote: str, after: str, data: st.DataObject
) -> None:
    text = before + quote + after
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    left = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=2, unique=True)))
    of = replace(article("a.txt", text), leftovers=((left[0], left[1]),))
    citations = [
        Citation(1, "a.txt", len(before), len(before) + len(quote), quote),
        Citation(2, "a.txt", start, end, text[start:end], highlight=(start, end)),
    ]
    parsed = Parsed(article_html(of, citations))
    assert parsed.marks == {1: shown(quote), 2: shown(text[start:end])}


@given(st.text())
def test_an_article_shows_every_character_once_and_in_order(text: str) -> None:
    of = article("a.txt", text, title="T")
    html = article_html(of)
    assert Parsed(html[html.index('<div class="text"') :]).text == shown(text)


@given(st.text())
def test_escaped_text_reads_back_and_is_no_markup(text: str) -> None:
    parsed = Parsed(f'<p title="{escape(text)}">{escape(text)}</p>')
    assert parsed.tags == [("p", {"title": shown(text)})]
    assert parsed.text == shown(text)


def test_the_shortest_answer_is_bold_in_the_statement_and_in_the_mark() -> None:
    text = "It opened. The dam   cost\n3 <million> euros."
    quote = text[11:]
    start = text.index("3 <")
    citation = Citation(1, "a.txt", 11, len(text), quote, highlight=(start, start + 11))
    statement = Statement(" ".join(quote.split()), (1,))
    turn = Turn("How much?", answer=Answer("How much?", "answered", (statement,), (citation,)))
    of = article("a.txt", text)
    assert "<strong>3 &#60;million&#62;</strong> euros." in turn_html(turn, 1, {"a.txt": of})
    pane = article_html(of, [citation])
    assert "<strong>3 &#60;million&#62;</strong>" in pane
    assert Parsed(pane).marks == {1: quote}


@pytest.mark.parametrize("payload", HOSTILE)
def test_no_markup_of_others_survives_anywhere(payload: str) -> None:
    of = article(f"{payload}.txt", f"Before {payload} after.\n\nElsewhere: {payload}", title=payload)
    near = Citation(0, of.file, 0, 6, "Before", payload)
    turn = answered(
        of,
        f"Before {payload}",
        question=payload,
        outcome="partial",
        missing=(payload,),
        unverified=(Unverified(payload, payload),),
        notice=payload,
        standalone_question=f"also {payload}",
        assumption=payload,
        retrieved=(chunk(of, f"Elsewhere: {payload}"),),
    )
    articles = {of.file: of}
    abstained = Turn(payload, answer=Answer(payload, "not_in_articles", nearest=near))
    skipped = [Skipped(payload, payload)]
    page = "".join(
        [
            *(turn_html(each, 1, articles) for each in (turn, abstained, Turn(payload, error=payload), Turn(payload))),
            conversation_html(articles, skipped),
            article_html(of, turn.chips()),
            library_html(articles, skipped, Settings(), own=[of.file]),
            header_html(articles),
        ]
    )
    ours = {
        "a",
        "article",
        "aside",
        "bdi",
        "blockquote",
        "button",
        "details",
        "div",
        "h1",
        "h2",
        "h3",
        "header",
        "input",
        "label",
        "li",
        "mark",
        "nav",
        "p",
        "section",
    }
    ours |= {"span", "summary", "textarea", "ul"}
    plain = {"class", "id", "dir", "role", "tabindex", "type", "href", "open", "hidden", "title", "rows", "maxlength"}
    plain |= {"multiple", "accept", "placeholder"}
    for tag, attributes in Parsed(page).tags:
        assert tag in ours
        assert all(name in plain or name.startswith(("data-", "aria-")) for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert payload in Parsed(page).text


def test_statements_carry_chips_that_lead_to_their_articles() -> None:
    of = article("a.txt", "First thing. Second thing.", title="A title")
    turn = answered(of, "First thing.", "Second thing.")
    chat = Parsed(turn_html(turn, 3, {of.file: of}))
    assert "First thing. [1]" in chat.text
    assert "Second thing. [2]" in chat.text
    chips = [attributes for tag, attributes in chat.tags if tag == "a"]
    assert [(chip["href"], chip["data-turn"], chip["data-file"]) for chip in chips] == [
        ("#cite-1", "3", "a.txt"),
        ("#cite-2", "3", "a.txt"),
    ]
    assert opened(turn, of).marks == {1: "First thing.", 2: "Second thing."}


def test_a_marker_without_a_citation_is_not_shown() -> None:
    turn = Turn("Q?", answer=Answer("Q?", "answered", (Statement("Alone", (7,)),)))
    assert "[7]" not in turn_html(turn, 1, {})


def test_overlapping_quotes_are_each_marked_whole() -> None:
    of = article("a.txt", "alpha beta gamma delta")
    assert opened(answered(of, "alpha beta gamma", "beta gamma delta"), of).marks == {
        1: "alpha beta gamma",
        2: "beta gamma delta",
    }


def test_a_quote_over_paragraphs_is_marked_in_each() -> None:
    of = article("a.txt", "Zero.\r\n\r\nIt began here.\r\n\r\nIt ended there.\r\n\r\nLast.")
    pane = opened(answered(of, "began here.\r\n\r\nIt ended"), of)
    assert pane.marks == {1: "began here.\r\n\r\nIt ended"}
    assert [attributes.get("data-begins") for tag, attributes in pane.tags if tag == "mark"] == ["1", None, None]


def test_what_the_web_page_left_behind_is_set_apart() -> None:
    of = replace(article("a.txt", "Menu\nThe story itself.\nMore stories"), leftovers=((0, 4), (23, 35)))
    html = article_html(of)
    assert '<span class="leftover">Menu</span>' in html
    assert '<span class="leftover">More stories</span>' in html
    assert texts.LEFTOVERS in html
    assert texts.LEFTOVERS not in article_html(replace(of, leftovers=()))


def test_words_that_an_article_no_longer_has_are_not_marked_and_it_says_so() -> None:
    of = article("a.txt", "The bridge opened.")
    changed = article("a.txt", "The tunnel opened.")
    html = article_html(changed, answered(of, "The bridge").chips())
    assert Parsed(html).marks == {}
    assert texts.CHANGED in html


def test_a_passage_that_was_not_cited_is_shown_without_a_mark() -> None:
    html = article_html(article("a.txt", "One. Two.\nThree."), spot=(5, 16))
    assert '<span class="spot">Two.\n</span>' in html
    assert '<span class="spot">Three.</span>' in html
    assert "<mark" not in html


def test_of_a_long_article_the_part_with_the_chosen_quote_is_shown() -> None:
    of = article("a.txt", "".join(f"Line {n} of a long report.\n" for n in range(20_000)))
    turn = answered(of, "Line 7 of", "Line 15000 of")
    first, second = article_html(of, turn.chips()), article_html(of, turn.chips(), chosen=2)
    assert Parsed(first).marks == {1: "Line 7 of"}
    assert Parsed(second).marks == {2: "Line 15000 of"}
    assert len(first) < 3 * PART
    parts = [article_html(of, part=part) for part in (*range(12), 99)]  # beyond the last one, that one
    bodies = [re.search(r'<div class="text" dir="auto">(.*?)</div>', html, re.DOTALL) for html in parts]
    words = [Parsed(body[1]).text for body in bodies if body]
    whole = "".join(dict.fromkeys(words))
    assert whole == of.text


def test_each_outcome_is_named() -> None:
    of = article("a.txt", "One thing.")
    labels = {
        "answered": texts.answered_from(1),
        "partial": texts.PARTLY,
        "not_in_articles": texts.NOT_IN_ARTICLES,
    }
    for outcome, label in labels.items():
        turn = (
            answered(of, "One thing.", outcome=outcome)
            if outcome != "not_in_articles"
            else answered(of, outcome=outcome)
        )
        html = turn_html(turn, 1, {of.file: of})
        assert f'data-outcome="{outcome}">{escape(label)}<' in html


def test_a_partial_answer_names_what_was_not_found() -> None:
    of = article("a.txt", "Ships left.")
    html = turn_html(answered(of, "Ships left.", outcome="partial", missing=("bananas",)), 1, {of.file: of})
    assert texts.MISSING in Parsed(html).text
    assert '<li dir="auto">bananas</li>' in html
    assert PARTIAL in Parsed(turn_html(answered(of, "Ships left.", outcome="partial"), 1, {of.file: of})).text


def test_a_refusal_shows_the_nearest_words_as_such() -> None:
    of = article("a.txt", "Ships left the port.", title="Harbour news")
    near = Citation(0, "a.txt", 0, 11, "Ships left ", "Harbour news")
    turn = Turn("Q?", answer=Answer("Q?", "not_in_articles", nearest=near))
    parsed = Parsed(turn_html(turn, 1, {"a.txt": of}))
    assert ABSTENTION in parsed.text
    assert texts.NEAREST in parsed.text
    assert "Ships left" in parsed.text
    assert opened(turn, of).marks == {0: "Ships left "}
    assert texts.NEAREST not in Parsed(turn_html(Turn("Q?", answer=Answer("Q?", "not_in_articles")), 1, {})).text


def test_what_was_retrieved_and_not_used_is_a_list_of_its_own() -> None:
    of = article("a.txt", "Cited words here. And other words there.")
    turn = answered(of, "Cited words here.", retrieved=(chunk(of, "Cited words"), chunk(of, "And other words there.")))
    html = turn_html(turn, 1, {of.file: of})
    assert texts.count_of(texts.UNUSED, 1) in html
    assert html.count('class="passage"') == 1
    assert 'data-start="18" data-end="40"' in html


def test_a_megabyte_of_question_is_repeated_in_short() -> None:
    assert len(turn_html(Turn("x" * 1_000_000, error="too long"), 1, {})) < 2_000


def test_articles_are_found_by_title_and_file_first_then_by_their_words() -> None:
    articles = {
        each.file: each
        for each in (
            article("one.txt", "A bridge of steel.", title="Bridges"),
            article("two.txt", "Nothing of it.", title="Tunnels"),
            article("three.txt", "The BRIDGE in Kyiv.", title="Rivers"),
        )
    }
    assert [each.file for each in found("bridge", articles)] == ["one.txt", "three.txt"]
    assert [each.file for each in found("two.TXT", articles)] == ["two.txt"]
    assert [each.file for each in found("bridge kyiv", articles)] == ["three.txt"]
    assert len(found("  ", articles)) == 3
    assert found("absent", articles) == []
    assert texts.NONE_FOUND in Parsed(entries_html([])).text


def test_a_list_of_thousands_shows_some_and_says_how_many_more() -> None:
    many = [article(f"{n}.txt", "words") for n in range(10_000)]
    html = entries_html(many)
    assert html.count('class="entry"') == SHOWN
    assert texts.narrow_the_search(10_000 - SHOWN) in Parsed(html).text


def test_only_an_added_article_can_be_removed() -> None:
    html = entries_html([article("a.txt", "A."), article("b.txt", "B.")], own=["b.txt"])
    assert html.count('class="remove"') == 1
    assert html.index('data-file="b.txt"') < html.index('class="remove"')


def test_adding_is_offered_where_the_settings_allow_it() -> None:
    assert 'id="add"' in library_html({}, (), Settings())
    assert 'id="add"' not in library_html({}, (), Settings(uploads=False))


def test_the_script_knows_every_text() -> None:
    assert texts.for_the_browser()["READING"] == texts.READING
    used = {name for file in PAGE.glob("*.js") for name in re.findall(r"texts\.([A-Z_]+)", file.read_text("utf-8"))}
    assert used
    assert used <= texts.for_the_browser().keys()


def test_a_refusal_is_calm_and_says_what_the_corpus_holds() -> None:
    of = article("a.txt", "Words.")
    html = turn_html(Turn("Q?", answer=Answer("Q?", "not_in_articles")), 1, {of.file: of})
    assert ABSTENTION in Parsed(html).text
    assert texts.corpus_holds(1) in Parsed(html).text
    assert 'class="error"' not in html


def test_an_error_is_one_line_with_nothing_else() -> None:
    html = turn_html(Turn("Q?", error="too long: shorten it"), 1, {})
    assert '<p class="error" role="alert" dir="auto">too long: shorten it</p></div>' in html


def test_notice_unverified_statements_and_the_question_as_searched_are_shown() -> None:
    of = article("a.txt", "Words.")
    turn = answered(
        of,
        "Words.",
        notice="The model could not be reached.",
        unverified=(Unverified("A claim.", "no number in the quote"),),
        standalone_question="What did Kashin say?",
        assumption="“he” is Kashin",
    )
    text = Parsed(turn_html(turn, 1, {of.file: of})).text
    for words in ("The model could not be reached.", "Could not verify (1)", "A claim.", "no number in the quote"):
        assert words in text
    assert "Searched as What did Kashin say?" in text
    assert "Assumed “he” is Kashin" in text


def test_a_question_searched_as_typed_and_taken_as_said_has_no_line_about_it() -> None:
    of = article("a.txt", "Words.")
    text = Parsed(turn_html(answered(of, "Words.", standalone_question=" Q? "), 1, {of.file: of})).text
    assert "Searched as" not in text
    assert "Assumed" not in text


def test_a_refusal_shows_what_could_not_be_verified() -> None:
    removed = Unverified("A claim.", "no quote says so")
    html = turn_html(Turn("Q?", answer=Answer("Q?", "not_in_articles", unverified=(removed,))), 1, {})
    details = html.partition("<details")[2]
    assert "Could not verify (1)" in details
    assert "A claim." in details
    assert "no quote says so" in details


def test_statements_and_what_is_being_done_are_shown_before_the_answer_is_complete() -> None:
    of = article("a.txt", "Words.")
    citation = Citation(1, "a.txt", 0, 6, "Words.")
    turn = Turn("Q?", (Statement("Words.", (1,)),), (citation,), progress="Checking each statement…")
    html = turn_html(turn, 1, {of.file: of})
    assert 'data-state="waiting"' in html
    assert "Words. [1]" in Parsed(html).text
    assert "Checking each statement…" in Parsed(html).text
    assert "data-action" not in html
    assert opened(turn, of).marks == {1: "Words."}


def test_a_stopped_answer_keeps_what_was_verified_and_says_that_it_stopped() -> None:
    assert texts.STOPPED in Parsed(turn_html(Turn("Q?", stopped=True), 1, {})).text
    of = article("a.txt", "Words.")
    turn = replace(answered(of, "Words.", outcome="partial", notice=texts.STOPPED_PARTLY), stopped=True)
    html = turn_html(turn, 1, {of.file: of})
    assert 'data-state="stopped"' in html
    assert texts.STOPPED_PARTLY in Parsed(html).text
    assert "Words. [1]" in Parsed(html).text


def test_an_empty_corpus_says_what_to_do() -> None:
    assert "add .txt, .md or .html files" in welcome_html({}, [])


def test_clip_keeps_short_lines_and_cuts_long_ones() -> None:
    assert clip("a  b\nc", 10) == "a b c"
    assert clip("abcdef", 4) == "abc…"
    assert clip(" " * 100 + "a", 10).endswith("…")
