"""The answer as data: what callers, the command line and the page are handed."""

import dataclasses
import json

import pytest

from assistant import ABSTENTION, Answer, Citation, Statement, Unverified
from assistant.answer import PARTIAL
from retrieval.articles import Chunk, ScoredChunk

ANSWER = Answer(
    question="Who *left*?",
    outcome="answered",
    statements=(Statement("Xi left.", (1,)), Statement("Putin <stayed> [sic].", (1, 2))),
    citations=(
        Citation(1, "a.txt", 0, 8, "Xi left.", "Two men"),
        Citation(2, "b/c.txt", 5, 17, "Putin stayed", "One man", highlight=(5, 10)),
    ),
    retrieved=(ScoredChunk(Chunk("a.txt", 0, 20, "Xi left. It snowed.", "Two men"), 0.5),),
    unverified=(Unverified("It was cold.", "it points at no passage"),),
    notice="The model was slow.",
    timings={"retrieval": 1.5},
)


def test_text_has_each_statement_with_its_markers() -> None:
    assert ANSWER.text == "Xi left. [1]\n\nPutin <stayed> [sic]. [1] [2]"
    assert not ANSWER.abstained


def test_an_abstention_says_the_one_text() -> None:
    abstention = Answer(question="Who?", outcome="not_in_articles")
    assert abstention.abstained
    assert abstention.text == ABSTENTION == "The articles don't say."
    assert abstention.to_markdown() == ABSTENTION


def test_the_dict_is_plain_data() -> None:
    values = ANSWER.to_dict()
    assert json.loads(json.dumps(values)) == values
    assert values == {
        "question": "Who *left*?",
        "standalone_question": "Who *left*?",
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
            {"number": 2, "file": "b/c.txt", "start": 5, "end": 17, "quote": "Putin stayed", "title": "One man"}
            | {"highlight": [5, 10]},
        ],
        "retrieved": [{"file": "a.txt", "start": 0, "end": 20, "score": 0.5, "text": "Xi left. It snowed."}],
        "unverified": [{"text": "It was cold.", "reason": "it points at no passage"}],
        "confidence": None,
        "notice": "The model was slow.",
        "timings": {"retrieval": 1.5},
    }


def test_markdown_escapes_what_articles_say_and_keeps_our_markers() -> None:
    assert ANSWER.to_markdown() == (
        "Xi left. [1]\n\nPutin \\<stayed\\> \\[sic\\]. [1] [2]\n\n"
        "[1] `a.txt` 0–8: Xi left.\n[2] `b/c.txt` 5–17: **Putin** stayed\n\n"
        "*The model was slow.*"
    )


def test_a_highlight_parts_the_quote_in_three() -> None:
    first, second = ANSWER.citations
    assert first.highlighted == ("Xi left.", "", "")
    assert second.highlighted == ("", "Putin", " stayed")


def test_a_partial_answer_says_so() -> None:
    assert PARTIAL not in ANSWER.to_markdown()
    assert f"*{PARTIAL}*" in dataclasses.replace(ANSWER, outcome="partial").to_markdown()


def test_an_answer_is_frozen() -> None:
    with pytest.raises(AttributeError):
        ANSWER.outcome = "partial"  # type: ignore[misc]
