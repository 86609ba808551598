"""The articles are those of the folder, also where it changes while the page runs or a program asks again and again."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from index_fakes import write
from page_fakes import FakeAssistant, running_page

from assistant import Answer, Assistant, DatelineError, Settings, ask
from ui import texts
from ui.following import Following

FERRY = "Ferry sails\n\nThe ferry Amalia carried 214 people to Brest on Monday, the port said.\n"
STORM = "Storm passes\n\nThe weather service measured 130 knots in Brest on Friday.\n"
KNOTS = "How many knots did the weather service measure?"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", {"ferry.txt": FERRY})


@pytest.fixture
def opened(corpus: Path, tmp_path: Path) -> Iterator[Assistant]:
    with Assistant.from_settings(Settings(corpus=corpus, cache=tmp_path / "cache")) as opened:
        yield opened


class Slow(FakeAssistant):
    """Has something to take in until `there` is set; `looks` counts how often it was told to look."""

    def __init__(self) -> None:
        super().__init__([], {})
        self.there = threading.Event()
        self.begun = threading.Event()
        self.looks = 0
        self.error: Exception | None = None

    def refresh(self, *, progress: Any = None) -> bool:
        self.looks += 1
        self.begun.set()
        while not self.there.wait(0.01):
            progress("embedding", 1, 2)
        if self.error:
            raise self.error
        return True

    def joined(self, *_: Any, **__: Any) -> "Slow":
        raise AssertionError("nobody adds anything here")

    def close(self) -> None:
        pass


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def following(slow: Slow) -> Iterator[Following]:
    following = Following(slow, patience=0.05)
    yield following
    slow.there.set()
    following.end()


def test_a_running_page_answers_from_what_has_come_into_the_folder(opened: Assistant, corpus: Path) -> None:
    with running_page(opened) as address:
        client = Client(address, verbose=False)
        assert Answer.from_dict(client.predict(KNOTS, api_name="/ask")).abstained
        write(corpus, {"storm.txt": STORM})
        answer = Answer.from_dict(client.predict(KNOTS, api_name="/ask"))
        assert [citation.file for citation in answer.citations] == ["storm.txt"]
        (corpus / "storm.txt").unlink()
        assert [entry["file"] for entry in client.predict(api_name="/articles")] == ["ferry.txt"]
        assert Answer.from_dict(client.predict(KNOTS, api_name="/ask")).abstained


def test_a_program_that_asks_again_gets_what_has_changed(corpus: Path, tmp_path: Path) -> None:
    settings = Settings(corpus=corpus, cache=tmp_path / "cache")
    assert ask(KNOTS, settings=settings).abstained
    write(corpus, {"storm.txt": STORM})
    assert "130 knots" in ask(KNOTS, settings=settings).text
    write(corpus, {"storm.txt": STORM.replace("130", "90")})
    assert "90 knots" in ask(KNOTS, settings=settings).text


def test_a_folder_that_cannot_be_read_leaves_the_articles_as_they_were(
    opened: Assistant, corpus: Path, caplog: pytest.LogCaptureFixture
) -> None:
    following = Following(opened, patience=30)
    (corpus / "ferry.txt").unlink()
    following.look()
    following.look()
    assert list(opened.articles) == ["ferry.txt"]
    (said,) = caplog.messages
    assert said.startswith(texts.not_followed(""))
    assert "no article" in said
    write(corpus, {"storm.txt": STORM})
    following.look()
    assert list(opened.articles) == ["storm.txt"]
    following.end()


def test_what_takes_long_is_not_waited_for_and_not_begun_twice(slow: Slow, following: Following) -> None:
    following.look()
    following.look()
    assert slow.looks == 1
    slow.there.set()
    patient = Following(slow, patience=30)
    patient.look()
    patient.look()
    assert slow.looks == 3
    patient.end()


def test_at_the_end_what_is_being_taken_in_is_given_up(
    slow: Slow, following: Following, caplog: pytest.LogCaptureFixture
) -> None:
    following.look()
    assert slow.begun.wait(5)
    following.end()
    for thread in threading.enumerate():
        if thread.name.startswith("following"):
            thread.join(5)
            assert not thread.is_alive()
    following.look()
    following.end()
    assert slow.looks == 1
    assert caplog.messages == []


def test_a_fault_is_told_and_costs_no_question(
    slow: Slow, following: Following, caplog: pytest.LogCaptureFixture
) -> None:
    slow.there.set()
    slow.error = DatelineError("index folder\nis gone")
    with caplog.at_level(logging.WARNING):
        patient = Following(slow, patience=30)
        patient.look()
        slow.error = ValueError("a fault")
        patient.look()
        patient.look()
        slow.error = None
        patient.look()
        patient.end()
    assert len(caplog.messages) == 2
    assert all("\n" not in message for message in caplog.messages)
