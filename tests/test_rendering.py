"""What the page makes of answers, without a browser: parsed back with the standard library's parser."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from page_fakes import article, chunk

from assistant.answer import ABSTENTION, PARTIAL, Answer, Citation, Statement, Unverified
from retrieval.articles import Article, Skipped
from ui.conversation import Turn, history
from ui.escaping import clip, escape
from ui.rendering import conversation_html, header_html, welcome_html
from ui.sources import sources_html

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
    """Elements with their attributes, and the text inside every `mark`."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marks: dict[str, str] = {}
        self.text = ""
        self._open = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag == "mark":
            self._open = str(dict(attrs)["id"])
            self.marks[self._open] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._open = ""

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open:
            self.marks[self._open] += data


def answered(of: Article, *quotes: str, **more: object) -> Turn:
    citations = tuple(
        Citation(number, of.file, of.text.index(quote), of.text.index(quote) + len(quote), quote, of.title)
        for number, quote in enumerate(quotes, start=1)
    )
    statements = tuple(Statement(citation.quote, (citation.number,)) for citation in citations)
    fields = {"question": "Q?", "outcome": "answered", "statements": statements, "citations": citations, **more}
    return Turn(str(fields["question"]), answer=Answer(**fields))  # type: ignore[arg-type]


def sources(turn: Turn, *articles: Article) -> Parsed:
    return Parsed(sources_html((turn,), {each.file: each for each in articles}))


@given(st.text(), st.text(min_size=1), st.text())
def test_a_mark_holds_the_quote_and_nothing_else(before: str, quote: str, after: str) -> None:
    of = article("a.txt", before + quote + after)
    citation = Citation(1, "a.txt", len(before), len(before) + len(quote), quote)
    turn = Turn("Q?", answer=Answer("Q?", "answered", (Statement("S", (1,)),), (citation,)))
    # NUL and lone surrogates cannot stand in any page.
    expected = re.sub("[\x00\ud800-\udfff]", "\ufffd", quote)
    assert sources(turn, of).marks == {"cite-1": expected}


@given(st.text())
def test_escaped_text_reads_back_and_is_no_markup(text: str) -> None:
    parsed = Parsed(f'<p title="{escape(text)}">{escape(text)}</p>')
    shown = re.sub("[\x00\ud800-\udfff]", "\ufffd", text)
    assert parsed.tags == [("p", {"title": shown})]
    assert parsed.text == shown


def test_the_shortest_answer_is_bold_in_the_statement_and_in_the_mark() -> None:
    text = "It opened. The dam   cost\n3 <million> euros."
    quote = text[11:]
    start = text.index("3 <")
    citation = Citation(1, "a.txt", 11, len(text), quote, highlight=(start, start + 11))
    statement = Statement(" ".join(quote.split()), (1,))
    turn = Turn("How much?", answer=Answer("How much?", "answered", (statement,), (citation,)))
    found = article("a.txt", text)
    chat = conversation_html((turn,), {"a.txt": found})
    assert "<strong>3 &#60;million&#62;</strong> euros." in chat
    pane = sources_html((turn,), {"a.txt": found})
    assert "<strong>3 &#60;million&#62;</strong>" in pane
    assert Parsed(pane).marks == {"cite-1": quote}


@pytest.mark.parametrize("payload", HOSTILE)
def test_no_markup_of_others_survives_anywhere(payload: str) -> None:
    of = article(f"{payload}.txt", f"Before {payload} after.\n\nElsewhere: {payload}", title=payload)
    turn = answered(
        of,
        f"Before {payload}",
        question=payload,
        outcome="partial",
        unverified=(Unverified(payload, payload),),
        notice=payload,
        standalone_question=f"also {payload}",
        assumption=payload,
        retrieved=(chunk(of, f"Elsewhere: {payload}"),),
    )
    articles = {of.file: of}
    abstained = Turn(payload, answer=Answer(payload, "not_in_articles"))
    failed = Turn(payload, error=payload)
    page = "".join(
        [
            conversation_html((turn, abstained, failed), articles),
            sources_html((turn,), articles),
            welcome_html(articles, [Skipped(payload, payload)], [payload]),
            header_html(articles),
        ]
    )
    ours = {
        "article",
        "bdi",
        "button",
        "details",
        "div",
        "h1",
        "h2",
        "h3",
        "header",
        "a",
        "mark",
        "p",
        "span",
        "section",
    }
    allowed = {"class", "id", "dir", "role", "tabindex", "type", "href", "aria-label", "title", "open"}
    for tag, attributes in Parsed(page).tags:
        assert tag in ours | {"li", "summary", "ul"}
        assert all(name in allowed or name.startswith("data-") for name in attributes)
        assert (attributes.get("href") or "#").startswith("#")
    assert payload in Parsed(page).text


def test_statements_carry_markers_that_lead_to_the_marks() -> None:
    of = article("a.txt", "First thing. Second thing.", title="A title")
    turn = answered(of, "First thing.", "Second thing.")
    chat = Parsed(conversation_html((turn,), {of.file: of}))
    assert "First thing. [1]" in chat.text
    assert "Second thing. [2]" in chat.text
    hrefs = [attributes["href"] for tag, attributes in chat.tags if tag == "a"]
    pane = sources(turn, of)
    assert hrefs == [f"#{mark}" for mark in pane.marks]
    assert "A title" in pane.text
    assert "a.txt" in pane.text


def test_a_marker_without_a_citation_is_not_shown() -> None:
    turn = Turn("Q?", answer=Answer("Q?", "answered", (Statement("Alone", (7,)),)))
    assert "[7]" not in conversation_html((turn,), {})


def test_the_quote_stands_in_its_whole_paragraph_and_no_other() -> None:
    of = article("a.txt", "One paragraph.\nHere the words stand in the middle.\nAnother paragraph.")
    pane = sources(answered(of, "the words"), of)
    assert "Here the words stand in the middle." in pane.text
    assert "paragraph." not in pane.text


def test_a_quote_over_two_paragraphs_shows_both() -> None:
    of = article("a.txt", "Zero.\r\n\r\nIt began here.\r\n\r\nIt ended there.\r\n\r\nLast.")
    pane = sources(answered(of, "began here.\r\n\r\nIt ended"), of)
    assert pane.marks == {"cite-1": "began here.\r\n\r\nIt ended"}
    assert "It began here.\r\n\r\nIt ended there." in pane.text


def test_overlapping_quotes_are_each_marked_whole() -> None:
    of = article("a.txt", "alpha beta gamma delta")
    assert sources(answered(of, "alpha beta gamma", "beta gamma delta"), of).marks == {
        "cite-1": "alpha beta gamma",
        "cite-2": "beta gamma delta",
    }


def test_quotes_of_one_paragraph_share_it() -> None:
    of = article("a.txt", "alpha beta gamma delta")
    pane = sources(answered(of, "delta", "alpha"), of)
    assert pane.marks == {"cite-1": "delta", "cite-2": "alpha"}
    assert pane.text.count("beta gamma") == 1


def test_a_very_long_paragraph_is_cut_around_the_quote() -> None:
    of = article("a.txt", "x" * 50_000 + " the words " + "y" * 50_000)
    html = sources_html((answered(of, "the words"),), {of.file: of})
    assert len(html) < 5_000
    assert "cut-before" in html
    assert "cut-after" in html


@pytest.mark.parametrize("text", [None, "The article says something else now."])
def test_words_that_are_no_longer_in_the_article_are_shown_without_a_place(text: str | None) -> None:
    articles = [article("a.txt", text)] if text else []
    citation = Citation(1, "a.txt", 4, 13, "the words", "T")
    turn = Turn("Q?", answer=Answer("Q?", "answered", (Statement("S", (1,)),), (citation,)))
    pane = sources(turn, *articles)
    assert pane.marks == {"cite-1": "the words"}
    assert "has changed" in pane.text
    assert "something else" not in pane.text


def test_a_refusal_is_calm_and_says_what_the_corpus_holds() -> None:
    of = article("a.txt", "Words.", title="The one title")
    turn = Turn("Q?", answer=Answer("Q?", "not_in_articles", retrieved=(chunk(of, "Words."),)))
    html = conversation_html((turn,), {of.file: of})
    assert ABSTENTION in Parsed(html).text
    assert "The one title" in html
    assert "1 article" in html
    assert 'class="error"' not in html
    assert "Words." in sources(turn, of).text


def test_an_error_is_one_line_with_nothing_else() -> None:
    html = conversation_html((Turn("Q?", error="too long: shorten it"),), {})
    assert '<p class="error" role="alert" dir="auto">too long: shorten it</p></div>' in html


def test_what_was_retrieved_is_listed_apart_from_what_is_cited() -> None:
    of = article("a.txt", "Cited words.\n\nOther words.")
    turn = answered(of, "Cited words.", retrieved=(chunk(of, "Cited words."), chunk(of, "Other words.")))
    html = sources_html((turn,), {of.file: of})
    cited, _, retrieved = html.partition('<details class="retrieved">')
    assert "Other words." not in cited
    assert "Found but not cited (1)" in retrieved
    assert "Cited words." not in retrieved


def test_notice_partial_answer_unverified_and_search_wording_are_shown() -> None:
    of = article("a.txt", "Words.")
    turn = answered(
        of,
        "Words.",
        outcome="partial",
        notice="The model could not be reached.",
        unverified=(Unverified("A claim.", "no number in the quote"),),
        standalone_question="What did Kashin say?",
        assumption="“he” is Kashin",
    )
    text = Parsed(conversation_html((turn,), {of.file: of})).text
    for words in (PARTIAL, "The model could not be reached.", "Could not verify (1)", "A claim."):
        assert words in text
    assert "no number in the quote" in text
    assert "Searched as What did Kashin say?" in text
    assert "Assumed “he” is Kashin" in text


def test_a_question_searched_as_typed_and_taken_as_said_has_no_line_about_it() -> None:
    of = article("a.txt", "Words.")
    text = Parsed(conversation_html((answered(of, "Words.", standalone_question=" Q? "),), {of.file: of})).text
    assert "Searched as" not in text
    assert "Assumed" not in text


def test_a_refusal_shows_what_could_not_be_verified() -> None:
    removed = Unverified("A claim.", "no quote says so")
    html = conversation_html((Turn("Q?", answer=Answer("Q?", "not_in_articles", unverified=(removed,))),), {})
    details = html.partition("<details")[2]
    assert ABSTENTION in Parsed(html).text
    assert "Could not verify (1)" in details
    assert "A claim." in details
    assert "no quote says so" in details


def test_statements_appear_before_the_answer_is_complete() -> None:
    of = article("a.txt", "Words.")
    citation = Citation(1, "a.txt", 0, 6, "Words.")
    turn = Turn("Q?", (Statement("Words.", (1,)),), (citation,))
    html = conversation_html((turn,), {of.file: of})
    assert 'data-state="waiting"' in html
    assert "Words. [1]" in Parsed(html).text
    assert sources(turn, of).marks == {"cite-1": "Words."}


def test_a_megabyte_of_question_is_not_repeated() -> None:
    assert len(conversation_html((Turn("x" * 1_000_000, error="too long"),), {})) < 5_000


def test_a_large_corpus_is_summed_up() -> None:
    articles = {f"{n}.txt": article(f"{n}.txt", "Words.", title=f"Title {n}") for n in range(1_000)}
    html = conversation_html((Turn("Q?", answer=Answer("Q?", "not_in_articles")),), articles)
    assert "1,000 articles" in html
    assert "and 992 more" in html
    assert len(html) < 3_000


def test_an_empty_corpus_says_what_to_do() -> None:
    assert "add .txt, .md or .html files" in welcome_html({}, [], [])


def test_earlier_turns_become_history_and_failed_ones_do_not() -> None:
    of = article("a.txt", "Words.")
    turns = (answered(of, "Words.", question="First?"), Turn("Second?", error="too long"))
    assert history(turns) == [
        {"role": "user", "content": "First?"},
        {"role": "assistant", "content": "Words. [1]"},
    ]


def test_clip_keeps_short_lines_and_cuts_long_ones() -> None:
    assert clip("a  b\nc", 10) == "a b c"
    assert clip("abcdef", 4) == "abc…"
    assert clip(" " * 100 + "a", 10).endswith("…")
