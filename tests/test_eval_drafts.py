"""Cases proposed for a person: they load as drafts, quote exactly, and pass once confirmed."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from eval_fakes import CATS, SAT, WHERE, WHO, abstention, quoting, town

from evals.case import CaseFile
from evals.case_files import load
from evals.drafts import MOST, draft_from_articles, draft_from_feedback
from evals.originals import Originals
from retrieval.errors import DatelineError

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="module")
def of_seeds() -> str:
    return draft_from_articles(SEEDS)


def cases(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(text)["cases"]
    return found


def refused(path: Path, corpus: Path) -> str:
    with pytest.raises(DatelineError) as caught:
        load(path, corpus)
    return str(caught.value)


def test_drafts_of_articles_load_as_drafts(of_seeds: str, tmp_path: Path) -> None:
    (tmp_path / "drafts.yaml").write_text(of_seeds, encoding="utf-8")
    found = cases(of_seeds)
    assert 10 <= len(found) <= MOST
    assert all(case["draft"] is True and case["why"] == "" for case in found)
    expected = f"drafts.yaml holds no case to ask: {len(found)} drafts wait to be confirmed, remove their draft: true"
    assert refused(tmp_path / "drafts.yaml", SEEDS) == expected


def test_confirmed_drafts_are_cases_that_hold_against_the_articles(of_seeds: str, tmp_path: Path) -> None:
    confirmed = re.sub(r"^ *(?:draft: true|why: '')\n", "", of_seeds, flags=re.MULTILINE)
    (tmp_path / "cases.yaml").write_text(confirmed, encoding="utf-8")
    suite = load(tmp_path / "cases.yaml", SEEDS)
    assert len(suite.cases) == len(cases(of_seeds))
    assert suite.drafts == 0


def test_every_article_and_every_kind_gives_drafts_by_turns(of_seeds: str) -> None:
    found = cases(of_seeds)
    assert {file for case in found for file in case["files"]} == {path.name for path in SEEDS.glob("*.txt")}
    assert len({case["files"][0] for case in found[:5]}) == 5
    assert {case["tags"][0] for case in found} == {"who_said_what", "number_date"}
    assert all(case["speaker"] for case in found if case["tags"] == ["who_said_what"])


def test_a_draft_quotes_one_sentence_of_its_article_that_holds_the_fact(of_seeds: str) -> None:
    originals = Originals(SEEDS)
    for case in cases(of_seeds):
        ((quote,),), (file,), ((fact,),) = case["quotes"], case["files"], case["facts"]
        assert quote in (originals.text(file) or "")
        assert fact.lower() in quote.lower()
        assert fact.lower() not in case["question"].lower()


def test_no_more_drafts_are_made_than_wanted() -> None:
    first = cases(draft_from_articles(SEEDS, most=3))
    assert len(first) == 3
    assert first == cases(draft_from_articles(SEEDS))[:3]


def test_the_schema_line_is_one_that_editors_read(of_seeds: str) -> None:
    assert of_seeds.startswith("# yaml-language-server: $schema=schema.json\n")
    assert CaseFile.model_validate(yaml.safe_load(of_seeds)).cases[0].draft


def test_what_somebody_said_and_what_is_counted_or_dated_is_asked_for(tmp_path: Path) -> None:
    text = (
        "The flood closed two stone bridges of the old town on 3 May 2021.\n\n"
        "About 1,200 wooden houses lost power in the flooded villages.\n\n"
        "“We held the northern river dam with sandbags during the storm,” said Eva Novak."
    )
    (tmp_path / "flood.txt").write_text(text, encoding="utf-8")
    date, number, said = cases(draft_from_articles(tmp_path))
    assert "3 May 2021" in date["question"] + date["facts"][0][0]
    assert number["facts"] == [["1,200"]]
    assert said["speaker"] == ["Eva Novak"]
    assert said["question"].startswith("What did Eva Novak say about ")


def test_articles_that_quote_nobody_and_count_nothing_give_no_draft(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("It rained.")
    with pytest.raises(DatelineError) as caught:
        draft_from_articles(tmp_path)
    expected = f"no question could be drafted from {str(tmp_path)!r}: its articles quote nobody and count nothing"
    assert str(caught.value) == expected


def test_a_folder_that_is_empty_or_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="no question could be drafted"):
        draft_from_articles(tmp_path)
    with pytest.raises(DatelineError, match="does not exist: name a folder"):
        draft_from_articles(tmp_path / "none")


def kept(question: str = WHERE, *, rating: str = "down", note: str = "", **values: Any) -> str:
    """A line as the page keeps it."""
    answer = quoting(question, (CATS, SAT)).to_dict()
    return json.dumps({"rating": rating, "note": note, "history": [], "answer": answer, **values}, ensure_ascii=False)


def drafted(tmp_path: Path, *lines: str) -> list[dict[str, Any]]:
    path = tmp_path / "feedback.jsonl"
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return cases(draft_from_feedback(path))


def test_a_thumb_down_becomes_a_draft_of_what_was_shown(tmp_path: Path) -> None:
    history = [{"role": "user", "content": "Cats?"}, {"role": "assistant", "content": "Yes."}]
    answer = {
        "rating": "down",
        "note": " wrong\ncat ",
        "history": history,
        "answer": quoting(WHERE, (CATS, SAT)).to_dict(),
    }
    refusal = kept(WHO, answer=abstention(WHO).to_dict())
    assert drafted(tmp_path, json.dumps(answer), refusal) == [
        {
            "question": WHERE,
            "history": history,
            "files": [CATS],
            "quotes": [[SAT]],
            "tags": ["feedback"],
            "draft": True,
            "why": "a reader said it was wrong: wrong cat",
        },
        {
            "question": WHO,
            "outcome": "not_in_articles",
            "tags": ["feedback"],
            "draft": True,
            "why": "a reader said it was wrong",
        },
    ]


def test_drafts_of_feedback_load_as_drafts_and_ask_for_facts_when_confirmed(tmp_path: Path) -> None:
    corpus = town(tmp_path / "articles")
    (tmp_path / "feedback.jsonl").write_text(kept(), "utf-8")
    path = tmp_path / "drafts.yaml"
    path.write_text(draft_from_feedback(tmp_path / "feedback.jsonl"), encoding="utf-8")
    assert "1 drafts wait to be confirmed" in refused(path, corpus)
    path.write_text(path.read_text("utf-8").replace("  draft: true\n", ""), encoding="utf-8")
    assert "requires nothing: give it facts" in refused(path, corpus)


def test_thumbs_up_and_empty_lines_are_left_out(tmp_path: Path) -> None:
    found = drafted(tmp_path, "", kept("Who came?", rating="up"), "  ", kept())
    assert [case["question"] for case in found] == [WHERE]


def test_the_same_question_after_the_same_conversation_is_drafted_once_with_the_last_note(tmp_path: Path) -> None:
    after = kept(note="third", history=[{"role": "user", "content": "Cats?"}])
    found = drafted(tmp_path, kept(note="first"), kept(note="second"), after)
    assert [case["why"] for case in found] == [
        "a reader said it was wrong: second",
        "a reader said it was wrong: third",
    ]


def test_questions_that_differ_in_capitals_and_spaces_alone_are_drafted_once(tmp_path: Path) -> None:
    assert len(drafted(tmp_path, kept("Where did the cat sit?"), kept("where did the  cat sit?"))) == 1


@pytest.mark.parametrize("separator", ["\u2028", "\x85", "\u2029"])
def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path, separator: str) -> None:
    (found,) = drafted(tmp_path, kept(note=f"one{separator}two"))
    assert found["why"] == "a reader said it was wrong: one two"


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "[]",
        "null",
        '"down"',
        "{}",
        '{"rating": "down"}',
        '{"rating": "down", "answer": null}',
        '{"rating": "down", "answer": {"question": "Who?"}}',
        '{"rating": "down", "answer": {"question": "Who?", "citations": [{"file": "a.txt"}]}}',
        '{"rating": "down", "history": [1], "answer": {"question": "Who?", "citations": []}}',
        '{"rating": "down", "history": 1, "answer": {"question": "Who?", "citations": []}}',
    ],
)
def test_a_line_that_is_no_feedback_is_named_by_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(DatelineError) as caught:
        drafted(tmp_path, kept(), "", line)
    expected = "feedback.jsonl, line 3: expected JSON with rating, note, history and answer, as the page keeps it"
    assert str(caught.value) == expected


def test_feedback_without_a_thumb_down_or_without_a_file_is_refused(tmp_path: Path) -> None:
    for lines in ([], [kept(rating="up")]):
        with pytest.raises(DatelineError, match="holds no thumbs down: nothing to draft"):
            drafted(tmp_path, *lines)
    missing = tmp_path / "none.jsonl"
    with pytest.raises(DatelineError) as caught:
        draft_from_feedback(missing)
    assert str(caught.value) == f"feedback {str(missing)!r} cannot be read: no such file or directory"
    missing.write_bytes(b"\xff\xfe")
    with pytest.raises(DatelineError, match="is not UTF-8 text"):
        draft_from_feedback(missing)
