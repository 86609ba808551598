"""The answer as data: what callers, the command line and the page are handed."""

import dataclasses
import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from assistant import ABSTENTION, Answer, Citation, DatelineError, Statement, Unverified
from assistant.answer import PARTIAL, conversation_markdown, schema
from retrieval.articles import Chunk, ScoredChunk

ANSWER = Answer(
    question="Who *left*?",
    outcome="answered",
    statements=(Statement("Xi left.", (1,)), Statement("Putin <stayed> [sic].", (1, 2))),
    citations=(
        Citation(1, "a.txt", 0, 8, "Xi left.", "Two men"),
        Citation(2, "b/c.txt", 5, 23, "In all,\r\nPutin sat", "One man", highlight=(14, 19)),
    ),
    retrieved=(ScoredChunk(Chunk("a.txt", 0, 19, "Xi left. It snowed.", "Two men"), 0.5),),
    unverified=(Unverified("It was [1] cold.", "it points at no passage"),),
    standalone_question="Which of the two *left*?",
    assumption="“who” is Xi or Putin",
    confidence=0.75,
    notice="The model was slow.",
    timings={"retrieval": 1.5},
)
PARTLY = dataclasses.replace(ANSWER, outcome="partial", missing=("the *weather*",))
REFUSAL = Answer(
    question="Who sang?",
    outcome="not_in_articles",
    nearest=Citation(0, "b/c.txt", 14, 23, "Putin sat", "One man", highlight=(20, 23)),
)


def test_text_has_each_statement_with_its_markers() -> None:
    assert ANSWER.text == "Xi left. [1]\n\nPutin <stayed> [sic]. [1] [2]"
    assert not ANSWER.abstained


def test_an_abstention_says_the_one_text() -> None:
    abstention = Answer(question="Who?", outcome="not_in_articles")
    assert abstention.abstained
    assert abstention.text == ABSTENTION == "The articles don't say."
    assert abstention.to_markdown() == ABSTENTION


def test_a_question_is_searched_as_another_only_where_they_differ() -> None:
    assert ANSWER.searched_as == "Which of the two *left*?"
    for same in ("", "Who *left*?", " Who *left*? "):
        assert dataclasses.replace(ANSWER, standalone_question=same).searched_as == ""


def test_the_dict_is_plain_data() -> None:
    values = ANSWER.to_dict()
    assert json.loads(json.dumps(values)) == values
    assert values == {
        "question": "Who *left*?",
        "standalone_question": "Which of the two *left*?",
        "assumption": "“who” is Xi or Putin",
        "outcome": "answered",
        "abstained": False,
        "text": "Xi left. [1]\n\nPutin <stayed> [sic]. [1] [2]",
        "statements": [
            {"text": "Xi left.", "citations": [1]},
            {"text": "Putin <stayed> [sic].", "citations": [1, 2]},
        ],
        "citations": [
            {"number": 1, "file": "a.txt", "start": 0, "end": 8, "quote": "Xi left.", "title": "Two men"}
            | {"highlight": None},
            {"number": 2, "file": "b/c.txt", "start": 5, "end": 23, "quote": "In all,\r\nPutin sat", "title": "One man"}
            | {"highlight": [14, 19]},
        ],
        "retrieved": [
            {"file": "a.txt", "start": 0, "end": 19, "score": 0.5, "title": "Two men", "text": "Xi left. It snowed."}
        ],
        "unverified": [{"text": "It was [1] cold.", "reason": "it points at no passage"}],
        "missing": [],
        "nearest": None,
        "confidence": 0.75,
        "notice": "The model was slow.",
        "timings": {"retrieval": 1.5},
    }
    assert PARTLY.to_dict()["missing"] == ["the *weather*"]
    assert REFUSAL.to_dict()["nearest"] == (
        {"number": 0, "file": "b/c.txt", "start": 14, "end": 23, "quote": "Putin sat"}
        | {"title": "One man", "highlight": [20, 23]}
    )


MARKUP = [
    "# x",
    "- x",
    "+ x",
    "12) x",
    "1. x",
    "===",
    "---",
    "    x",
    "> x",
    "a\n\n# b",
    "a\r\n- b",
    "<script>alert(1)</script>",
    "<!-- x",
    "![x](http://evil.example/x.png)",
    "[x](javascript:x)",
    "[x]: http://evil.example",
    "[^1]: x",
    "see [^1] and [2]",
    "http://evil.example www.evil.example a@evil.example <http://evil.example>",
    "**bold** _it_ ~~gone~~ `code` ``` fence",
    "a | b\n--|--\nc | d",
    "&lt;b&gt; &#60; &copy;",
    "end\\",
    "`",
    "*",
    "“x” *",
    "$x$ ^[x] {x}",
]
TEXTS = st.text(max_size=30) | st.sampled_from(MARKUP)
SCORES = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, int, int, str]:
    text, start = draw(TEXTS), draw(st.integers(0, 10**9))
    return draw(TEXTS), start, start + len(text), text


@st.composite
def citations(draw: st.DrawFn, number: int) -> Citation:
    file, start, end, quote = draw(spans())
    inside = st.tuples(st.integers(start, end), st.integers(start, end)).map(lambda pair: (min(pair), max(pair)))
    highlight = draw(st.none() | inside.filter(lambda pair: pair[0] < pair[1])) if quote else None
    return Citation(number, file, start, end, quote, draw(TEXTS), highlight)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    """Any answer that keeps to what every answer keeps to."""
    cited = tuple(draw(citations(number)) for number in range(1, draw(st.integers(0, 3)) + 1))
    numbers = st.lists(st.sampled_from(cited).map(lambda one: one.number), min_size=1, max_size=3).map(tuple)
    stated = draw(st.lists(st.builds(Statement, TEXTS, numbers), min_size=1, max_size=3)) if cited else []
    found = st.builds(lambda span, title, score: ScoredChunk(Chunk(*span, title), score), spans(), TEXTS, SCORES)
    outcome = draw(st.sampled_from(["answered", "partial"])) if stated else "not_in_articles"
    return Answer(
        question=draw(TEXTS),
        outcome=outcome,
        statements=tuple(stated),
        citations=cited,
        retrieved=tuple(draw(st.lists(found, max_size=3))),
        unverified=tuple(draw(st.lists(st.builds(Unverified, TEXTS, TEXTS), max_size=3))),
        missing=tuple(draw(st.lists(TEXTS, max_size=3))) if outcome == "partial" else (),
        nearest=None if stated else draw(st.none() | citations(0)),
        standalone_question=draw(TEXTS),
        assumption=draw(TEXTS),
        confidence=draw(st.none() | st.floats(0, 1)),
        notice=draw(TEXTS),
        timings=draw(st.dictionaries(TEXTS, SCORES, max_size=3)),
    )


@given(answers())
def test_an_answer_comes_back_from_its_dict_and_its_json(answer: Answer) -> None:
    assert Answer.from_dict(answer.to_dict()) == answer
    assert Answer.from_json(answer.to_json()) == answer
    assert Answer.from_json(answer.to_json().encode()) == answer


def test_the_generated_answers_fill_every_field() -> None:
    """The round trip of a field that is left out would prove nothing."""
    fields = {field.name for field in dataclasses.fields(Answer)}
    assert {name for name in fields for one in (ANSWER, PARTLY, REFUSAL) if getattr(one, name)} == fields
    for one in (ANSWER, PARTLY, REFUSAL):
        assert Answer.from_dict(one.to_dict()) == one


@given(answers())
def test_the_schema_describes_every_answer(answer: Answer) -> None:
    jsonschema.Draft202012Validator(schema()).validate(json.loads(answer.to_json()))


def test_the_schema_is_one_and_demands_every_key() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    assert set(schema()["required"]) == set(ANSWER.to_dict())


def changed(path: str, value: object, answer: Answer = ANSWER) -> dict[str, Any]:
    """The answer's data with one value put in another's place; a path such as `citations.0.start`."""
    data: Any = json.loads(answer.to_json())
    *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = data
    for part in way:
        place = place[part]
    place[last] = value
    return dict(data)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("question", 5, "question: Input should be a valid string, came 5"),
        ("outcome", "perhaps", "outcome: Input should be 'answered', 'partial' or 'not_in_articles', came 'perhaps'"),
        ("outcome", "not_in_articles", "outcome: is 'not_in_articles' with 2 statements"),
        ("statements", [], "outcome: is 'answered' with 0 statements"),
        ("abstained", True, "abstained: is True where the outcome is 'answered'"),
        ("text", "Xi stayed. [1]", "text: is not what the statements and their markers make"),
        ("statements.0.citations", ["1"], "statements[0].citations[0]: Input should be a valid integer, came '1'"),
        ("statements.1.citations", [1, 2, 3], "text: is not what the statements and their markers make"),
        ("missing", ["snow"], "missing: names what was not found where the outcome is 'answered'"),
        ("missing", [5], "missing[0]: Input should be a valid string, came 5"),
        ("nearest", REFUSAL.to_dict()["nearest"], "nearest: stands beside the outcome 'answered'"),
        ("citations.0.number", 0, "citations: are numbered [0, 2], not from 1 on"),
        ("citations.0.number", 2, "citations: are numbered [2, 2], not from 1 on"),
        ("citations.0.start", -1, "citations[0].start: Input should be greater than or equal to 0, came -1"),
        ("citations.0.start", 1.0, "citations[0].start: Input should be a valid integer, came 1.0"),
        ("citations.0.end", 9, "citations[0]: holds 8 characters and claims the place 0–9"),
        ("citations.0.quote", "Xi left", "citations[0]: holds 7 characters and claims the place 0–8"),
        ("citations.1.highlight", [1, 19], "citations[1].highlight: does not lie inside the quote"),
        ("citations.1.highlight", [14], "citations[1].highlight: List should have at least 2 items"),
        ("citations.0.extra", 1, "citations[0].extra: Extra inputs are not permitted, came 1"),
        ("retrieved.0.score", float("nan"), "retrieved[0].score: Input should be a finite number, came nan"),
        ("retrieved.0.text", "Xi", "retrieved[0]: holds 2 characters and claims the place 0–19"),
        ("confidence", 1.5, "confidence: Input should be less than or equal to 1, came 1.5"),
        ("timings", {"retrieval": "1"}, "timings.retrieval: Input should be a valid number, came '1'"),
        ("question", ["x" * 100], "question: Input should be a valid string, came ['xxxxxxxxxxxx"),
        ("colour", "red", "colour: Extra inputs are not permitted, came 'red'"),
    ],
)
def test_malformed_data_is_one_line(path: str, value: object, said: str) -> None:
    with pytest.raises(DatelineError) as caught:
        Answer.from_dict(changed(path, value))
    message = str(caught.value)
    assert said in message
    assert message.endswith("expected what Answer.to_dict() gives")
    assert "\n" not in message
    assert len(message) < 250


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("nearest.number", 1, "nearest.number: is 1, not 0"),
        ("nearest.end", 24, "nearest: holds 9 characters and claims the place 14–24"),
        ("nearest.highlight", [20, 24], "nearest.highlight: does not lie inside the quote"),
    ],
)
def test_a_nearest_sentence_keeps_to_what_citations_keep_to(path: str, value: object, said: str) -> None:
    with pytest.raises(DatelineError, match=re.escape(said)):
        Answer.from_dict(changed(path, value, REFUSAL))


@given(citations(1))
def test_a_citation_comes_back_by_itself(citation: Citation) -> None:
    assert Citation.from_dict(json.loads(citation.to_json())) == citation


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"number": True}, "number: Input should be a valid integer, came True"),
        ({"end": 24}, "holds 9 characters and claims the place 14–24"),
        ({"highlight": [20, 24]}, "highlight: does not lie inside the quote"),
    ],
)
def test_a_malformed_citation_is_one_line(change: dict[str, Any], said: str) -> None:
    assert REFUSAL.nearest
    with pytest.raises(DatelineError) as caught:
        Citation.from_dict({**REFUSAL.nearest.to_dict(), **change})
    assert str(caught.value) == f"a citation cannot be read ({said}): expected what Citation.to_dict() gives"


@pytest.mark.parametrize("key", sorted(ANSWER.to_dict()))
def test_a_key_that_is_missing_is_named(key: str) -> None:
    data = ANSWER.to_dict()
    del data[key]
    with pytest.raises(DatelineError, match=rf"\({key}: Field required"):
        Answer.from_dict(data)


def test_a_marker_without_a_citation_is_named() -> None:
    data = changed("statements.1.citations", [1, 7])
    data["text"] = "Xi left. [1]\n\nPutin <stayed> [sic]. [1] [7]"
    with pytest.raises(DatelineError, match=r"statements\[1\]\.citations: names 7, which is no citation"):
        Answer.from_dict(data)


@pytest.mark.parametrize("data", [None, 5, [], "text", {}])
def test_what_is_no_answer_is_one_line(data: object) -> None:
    with pytest.raises(DatelineError, match=r"an answer cannot be read \("):
        Answer.from_dict(data)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, b"\xff\xfe\xff", "{} {}"])
def test_what_is_no_json_is_one_line(text: str | bytes) -> None:
    with pytest.raises(DatelineError, match="it is no JSON") as caught:
        Answer.from_json(text)
    assert "\n" not in str(caught.value)


def test_markdown_has_footnotes_that_name_file_and_quote() -> None:
    assert ANSWER.to_markdown() == (
        "*Searched as: Which of the two \\*left\\*?*\n\n"
        "*Assumed: “who” is Xi or Putin*\n\n"
        "Xi left. [^1]\n\n"
        "Putin \\<stayed\\> \\[sic\\]. [^1] [^2]\n\n"
        "*The model was slow.*\n\n"
        "*Could not verify:* [^unverified-1]\n\n"
        "[^1]: `a.txt` 0–8: “Xi left.”\n\n"
        "[^2]: `b/c.txt` 5–23: “In all, **Putin** sat”\n\n"
        "[^unverified-1]: It was \\[1\\] cold. (it points at no passage)"
    )


def test_a_refusals_markdown_labels_the_nearest_as_such() -> None:
    assert REFUSAL.to_markdown() == (
        f"{ABSTENTION}\n\n*The nearest that the articles say:* [^nearest]\n\n[^nearest]: `b/c.txt` 14–23: “Putin **sat**”"
    )


def test_a_partial_answers_markdown_names_what_is_missing() -> None:
    assert "*Not found: the \\*weather\\**" in PARTLY.to_markdown()
    assert "Not found" not in ANSWER.to_markdown()


def test_a_conversations_footnotes_do_not_collide() -> None:
    first, second, third = conversation_markdown([ANSWER, REFUSAL, PARTLY]).split("## ")[1:]
    assert first.startswith("Who \\*left\\*?\n\n*Searched as:")
    assert "Xi left. [^1-1]" in first
    assert "[^1-unverified-1]: It was" in first
    assert second.startswith("Who sang?\n\n")
    assert "[^2-nearest]: `b/c.txt`" in second
    assert "Xi left. [^3-1]" in third
    assert conversation_markdown([]) == ""


@given(st.lists(answers(), max_size=3))
def test_a_rendered_conversation_has_every_footnote_once(conversation: list[Answer]) -> None:
    tokens = leaves(parsed(conversation_markdown(conversation)))
    notes = [token.meta["label"] for token in tokens if token.type == "footnote_open"]
    assert len(notes) == len(set(notes))
    assert set(notes) == {
        f"{n}-{label}"
        for n, answer in enumerate(conversation, 1)
        for label in [
            *(number for one in answer.statements for number in one.citations),
            *(["nearest"] if answer.nearest else []),
            *(f"unverified-{m}" for m in range(1, len(answer.unverified) + 1)),
        ]
    }


def rendered(answer: Answer) -> list[Token]:
    """What a Markdown library makes of an answer."""
    return parsed(answer.to_markdown())


def parsed(text: str) -> list[Token]:
    """Markdown as a library reads it, with tables and struck-out text enabled, as on GitHub."""
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin)
    return list(parser.parse(text))


def leaves(tokens: list[Token]) -> list[Token]:
    return [leaf for token in tokens for leaf in (leaves(token.children) if token.children else [token])]


def words(text: str) -> str:
    """As a page shows it: white space folded; a NUL is shown as U+FFFD."""
    return " ".join(text.replace("\0", "\ufffd").split())


OURS = {"paragraph", "footnote_block", "footnote", "em", "strong"}


@given(answers())
def test_rendered_markdown_is_the_answers_words_and_no_markup_of_others(answer: Answer) -> None:
    assert_words_only(answer)


@pytest.mark.parametrize("text", MARKUP)
def test_no_markup_of_others_survives_in_any_place(text: str) -> None:
    quote = Citation(1, text, 0, len(text), text, text, highlight=(0, 1))
    assert_words_only(
        Answer(
            question="Who?",
            outcome="partial",
            statements=(Statement(text, (1,)),),
            citations=(quote,),
            unverified=(Unverified(text, text),),
            missing=(text,),
            standalone_question=text,
            assumption=text,
            notice=text,
        )
    )
    assert_words_only(Answer(question="Who?", outcome="not_in_articles", nearest=dataclasses.replace(quote, number=0)))


def assert_words_only(answer: Answer) -> None:
    tokens = rendered(answer)
    found = leaves(tokens)
    assert {re.sub("_(open|close)$", "", token.type) for token in found} <= OURS | {
        *("inline", "text", "code_inline", "footnote_ref", "footnote_anchor")
    }
    shown = words("".join(token.content for token in found if token.type in ("text", "code_inline")))
    for statement in answer.statements:
        assert words(statement.text) in shown
    for citation in answer.citations:
        if any(citation.number in statement.citations for statement in answer.statements):
            assert words(f"“{citation.quote}”").replace(" ", "") in shown.replace(" ", "")
            assert words(citation.file) in shown
    for text in (answer.searched_as, answer.assumption, answer.notice):
        assert words(text) in shown
    for removed in answer.unverified:
        assert words(removed.text) in shown
        assert words(removed.reason) in shown
    for part in answer.missing:
        assert words(part) in shown
    if answer.nearest:
        assert words(f"“{answer.nearest.quote}”").replace(" ", "") in shown.replace(" ", "")
    references = [token.meta["label"] for token in found if token.type == "footnote_ref"]
    markers = [str(number) for statement in answer.statements for number in statement.citations]
    nearest = ["nearest"] if answer.nearest else []
    assert references == [*markers, *nearest, *(f"unverified-{n + 1}" for n in range(len(answer.unverified)))]


def test_rendered_markdown_is_what_a_reader_sees() -> None:
    parser = MarkdownIt("commonmark").use(footnote_plugin)
    html = re.sub(r"<[^>]+>", "", parser.render(ANSWER.to_markdown()))
    lines = [line.strip() for line in html.splitlines() if line.strip()]
    assert lines == [
        "Searched as: Which of the two *left*?",
        "Assumed: “who” is Xi or Putin",
        "Xi left. [1]",
        "Putin &lt;stayed&gt; [sic]. [1:1] [2]",
        "The model was slow.",
        "Could not verify: [3]",
        "a.txt 0–8: “Xi left.” ↩︎ ↩︎",
        "b/c.txt 5–23: “In all, Putin sat” ↩︎",
        "It was [1] cold. (it points at no passage) ↩︎",
    ]


def test_markdown_reads_well_where_footnotes_are_not_known() -> None:
    html = MarkdownIt("commonmark").render(ANSWER.to_markdown())
    assert "<p>Xi left. [^1]</p>" in html
    assert "<p>[^1]: <code>a.txt</code> 0–8: “Xi left.”</p>" in html


def test_a_highlight_parts_the_quote_in_three() -> None:
    first, second = ANSWER.citations
    assert first.highlighted == ("Xi left.", "", "")
    assert second.highlighted == ("In all,\r\n", "Putin", " sat")


def test_a_partial_answer_says_so() -> None:
    assert PARTIAL not in ANSWER.to_markdown()
    assert f"*{PARTIAL}*" in dataclasses.replace(ANSWER, outcome="partial").to_markdown()


def test_an_answer_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ANSWER.__setattr__("outcome", "partial")
