"""Saying that an answer is wrong: kept as a line that the evals draft a case from."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_fakes import ARMS, running_page, seeds_assistant
from playwright.sync_api import Browser, expect
from reader import Reader, reading

from assistant.answer import Answer
from assistant.settings import Settings
from evals.drafts import draft_from_feedback
from ui import texts


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "feedback.jsonl"


@pytest.fixture
def reader(browser: Browser, kept: Path, picture_name: str) -> Iterator[Reader]:
    judged = seeds_assistant(settings=Settings(feedback=str(kept)))
    with running_page(judged) as address, reading(browser, address) as reader:
        yield reader
        reader.picture(picture_name)


def test_a_thumbs_down_with_a_note_becomes_a_draft_of_a_case(reader: Reader, kept: Path) -> None:
    reader.ask("What did Ushakov praise?")
    turn = reader.ask("And what did Kashin say?")
    reader.action(turn, "wrong").click()
    note = turn.get_by_label(texts.WRONG_NOTE)
    expect(note).to_be_focused()
    note.fill("He said more:\nsee the second paragraph. <b>“Bold”</b>")
    reader.picture("saying-wrong-note")
    turn.locator("[data-action=send-wrong]").click()
    expect(reader.page.get_by_role("status").filter(has_text=texts.WRONG_KEPT)).to_be_visible()
    (line,) = kept.read_text("utf-8").splitlines()
    written = json.loads(line)
    assert written["note"] == "He said more:\nsee the second paragraph. <b>“Bold”</b>"
    answer = Answer.from_dict(written["answer"])
    assert answer.question == "And what did Kashin say?"
    assert [citation.quote for citation in answer.citations][:2] == [*ARMS]
    assert next(message["content"] for message in written["history"]) == "What did Ushakov praise?"
    drafted = draft_from_feedback(kept)
    assert "And what did Kashin say?" in drafted
    assert "see the second paragraph" in drafted


def test_a_thumbs_down_needs_no_note_and_can_be_taken_back_before_it_is_sent(reader: Reader, kept: Path) -> None:
    turn = reader.ask("What did Ushakov praise?")
    reader.action(turn, "wrong").click()
    turn.locator("[data-action=cancel-wrong]").click()
    expect(turn.get_by_label(texts.WRONG_NOTE)).to_be_hidden()
    expect(reader.action(turn, "wrong")).to_be_focused()
    assert not kept.exists()
    reader.action(turn, "wrong").click()
    turn.locator("[data-action=send-wrong]").click()
    expect(reader.page.get_by_role("status").filter(has_text=texts.WRONG_KEPT)).to_be_visible()
    assert len(kept.read_text("utf-8").splitlines()) == 1


def test_what_cannot_be_kept_is_one_line_and_the_note_stays(reader: Reader, kept: Path) -> None:
    kept.mkdir()  # a folder where the file would be: it cannot be written
    turn = reader.ask("What did Ushakov praise?")
    reader.action(turn, "wrong").click()
    turn.get_by_label(texts.WRONG_NOTE).fill("my note")
    turn.locator("[data-action=send-wrong]").click()
    expect(reader.page.get_by_role("status").filter(has_text="feedback")).to_be_visible()
    expect(turn.get_by_label(texts.WRONG_NOTE)).to_have_value("my note")
    assert "Traceback" not in reader.page.content()
