"""Twenty readers at once: nobody sees another's conversation, sources or articles; one too many is told so at once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from html import unescape

import pytest
from http_reader import HttpReader, http_reader
from page_fakes import ARMS, KASHIN, running_page, seeds_assistant
from playwright.sync_api import Browser
from reader import reading

from assistant.settings import Settings
from ui import texts

READERS = 20
NUMBERED = tuple(f"{number:02}" for number in range(READERS))


def article(marker: str) -> str:
    return f"The mayor of Quillbeck{marker} opened the bridge on Monday.\n\nThe bridge of Quillbeck{marker} cost {marker}1 crowns.\n"


def session(address: str, marker: str) -> HttpReader:
    """A reader adds an article, asks about it and about the seeds, follows up, opens what was cited, and asks for the others'."""
    with http_reader(address) as reader:
        added = reader.add(f"own-{marker}.txt", article(marker))
        assert added == {"file": f"own-{marker}.txt"}
        first = reader.ask(f"Who opened the bridge of Quillbeck{marker}?")
        assert f"The mayor of Quillbeck{marker} opened the bridge on Monday." in unescape(first["html"])
        answer = first["kept"]["answer"]
        history = [
            {"role": "user", "content": answer["question"]},
            {"role": "assistant", "content": answer["text"]},
        ]
        second = reader.ask("And what did it cost?", history=history)
        assert f"Quillbeck{marker}" in unescape(second["html"])
        seeds = reader.ask("What did Kashin say about arms deliveries?")
        assert {citation["file"] for citation in seeds["citations"]} == {KASHIN}
        opened = reader.call("open_article", {"file": f"own-{marker}.txt", "citations": first["citations"]}).json()
        assert "<mark" in opened["html"]
        other = NUMBERED[(int(marker) + 1) % READERS]
        assert "error" in reader.call("open_article", {"file": f"own-{other}.txt"}).json()
        assert reader.call("search_library", {"query": "Quillbeck"}).json()["count"] == texts.article_count(1)
        reader.call("open_library", {})
        reader.call("suggest_questions", {"answer": answer, "asked": [answer["question"]]})
        limited = reader.ask(f"Who opened the bridge of Quillbeck{marker}?", files=[f"own-{other}.txt"])
        assert "mayor" not in limited["html"]
        return reader


def test_twenty_readers_at_once_hear_nothing_of_one_another(browser: Browser, seeds_address: str) -> None:
    with ThreadPoolExecutor(READERS) as pool:
        sessions = [pool.submit(session, seeds_address, marker) for marker in NUMBERED]
        with reading(browser, seeds_address) as one, reading(browser, seeds_address) as two:
            for marker, reader in (("browser-one", one), ("browser-two", two)):
                reader.begin(f"What did Kashin say about arms deliveries? ({marker})")
            for reader in (one, two):
                reader.over(reader.turns.last)
            assert "browser-two" not in one.page.content()
            assert "browser-one" not in two.page.content()
            assert "Quillbeck" not in one.page.content() + two.page.content()
        readers = [session.result() for session in sessions]
    assert len({reader.client.cookies["dateline_reader"] for reader in readers}) == READERS
    for marker, reader in zip(NUMBERED, readers, strict=True):
        heard = "\n".join(reader.heard)
        assert f"Quillbeck{marker}" in heard
        foreign = [other for other in NUMBERED if other != marker and f"Quillbeck{other}" in heard]
        assert foreign == []
        # The next reader's file was named in the two questions for it, and by nobody else.
        unknown = {NUMBERED[(int(marker) + 1) % READERS], marker}
        assert [other for other in NUMBERED if other not in unknown and f"own-{other}" in heard] == []


@pytest.fixture
def readers() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def test_twenty_wait_their_turn_and_one_more_is_told_within_a_second(readers: ExitStack) -> None:
    crowd = seeds_assistant(settings=Settings(queue_size=READERS - 4))
    address = readers.enter_context(running_page(crowd))
    waiting = [readers.enter_context(http_reader(address)) for _ in range(READERS)]
    late = readers.enter_context(http_reader(address))
    crowd.gate.clear()
    try:
        with ThreadPoolExecutor(READERS) as pool:
            turns = [
                pool.submit(reader.ask, f"What did Kashin say? (reader {number})")
                for number, reader in enumerate(waiting)
            ]
            until(lambda: all(len(reader.heard) > 3 for reader in waiting))
            started = time.monotonic()
            refused = late.ask("What did Ushakov praise?")
            taken = time.monotonic() - started
            assert refused["state"] == "error"
            assert texts.BUSY in unescape(refused["html"])
            assert taken < 1
            assert late.call("open_article", {"file": KASHIN}).status_code == 200
            crowd.gate.set()
            for number, turn in enumerate(turns):
                kept = turn.result()["kept"]
                assert kept["question"] == f"What did Kashin say? (reader {number})"
                assert [statement["text"] for statement in kept["answer"]["statements"]] == [*ARMS]
    finally:
        crowd.gate.set()
    assert late.ask("What did Ushakov praise?")["state"] == "done"


def until(true: Callable[[], bool]) -> None:
    for _ in range(500):
        if true():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come about in ten seconds")


def test_a_reader_who_hangs_up_makes_room_and_ends_no_other_answer(
    readers: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.server.RUNNING", 2)
    held = seeds_assistant()
    address = readers.enter_context(running_page(held))
    one, two, three = (readers.enter_context(http_reader(address)) for _ in range(3))
    held.between.clear()
    try:
        staying, leaving = one.turns("What did Kashin say?"), two.turns("What did Ushakov praise?")
        for growing in (staying, leaving):
            assert any('class="statement"' in turn["html"] for turn in growing)
        waiting = three.turns("What did Ushakov praise?")
        assert texts.SEARCHING in unescape(next(waiting)["html"])
        leaving.close()
        assert 'class="statement"' not in next(waiting)["html"]
        assert any('class="statement"' in turn["html"] for turn in waiting)
        held.between.set()
        *_, last = staying
        assert last["state"] == "done"
    finally:
        held.between.set()
