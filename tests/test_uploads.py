"""Articles that readers add: answered with like all others, by nobody else, within limits, and gone when they should be."""

import copy
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from index_fakes import SEEDS, run_python, wait_for, write

from assistant import Answer, Assistant, DatelineError, Settings
from retrieval.search import search
from ui import texts, uploads
from ui.uploads import Uploads

MARMOTS = (
    "Marmots cross the pass\n\nThe zoologist Ferenc Gabai counted 412 marmots near the Vereb pass on Tuesday. "
    "“They never cross in winter,” Gabai said.\n"
)
FLOOD = "Flood in Brno\n\nThe river Svitava rose by three metres on Monday, the mayor Jana Kralova said.\n"
HOW_MANY = "How many marmots did Gabai count?"
KASHIN = "What did Kashin say about arms deliveries?"


@pytest.fixture
def opened(assistant: Assistant, tmp_path: Path) -> Iterator[Uploads[Assistant]]:
    """Uploads to the seeds' assistant, in a cache of their own."""
    with_cache = configured(assistant, cache=tmp_path)
    opened = Uploads(with_cache)
    yield opened
    opened.close()
    assert not list(tmp_path.glob("uploads/*/*"))


def configured(assistant: Assistant, **values: object) -> Assistant:
    """The same assistant with other settings."""
    other = copy.copy(assistant)
    other.settings = assistant.settings.replace(**values)
    return other


def cited(answer: Answer, asked: Assistant) -> set[str]:
    """The files cited, each quote compared with its article."""
    for citation in answer.citations:
        assert asked.articles[citation.file].text[citation.start : citation.end] == citation.quote
    return {citation.file for citation in answer.citations}


def test_an_added_article_answers_beside_the_others(opened: Uploads[Assistant], assistant: Assistant) -> None:
    assert opened.assistant("ana").ask(HOW_MANY).abstained
    assert opened.add("ana", "../Marmots.TXT", MARMOTS.encode()) == "Marmots.txt"
    theirs = opened.assistant("ana")
    answer = theirs.ask(HOW_MANY)
    assert "412" in answer.text
    assert cited(answer, theirs) == {"Marmots.txt"}
    assert theirs.ask(KASHIN).text == assistant.ask(KASHIN).text
    assert cited(theirs.ask(KASHIN), theirs) <= set(assistant.articles)
    assert opened.own("ana") == ["Marmots.txt"]
    # One more is taken in by the same assistant.
    assert opened.add("ana", "flood.md", FLOOD.encode()) == "flood.md"
    assert theirs.ask("How far did the river Svitava rise?").citations[0].file == "flood.md"
    assert opened.own("ana") == ["Marmots.txt", "flood.md"]


def test_files_limit_a_question_to_added_and_other_articles(opened: Uploads[Assistant]) -> None:
    opened.add("ana", "marmots.txt", MARMOTS.encode())
    theirs = opened.assistant("ana")
    seed = next(iter(theirs.articles))
    assert {hit.chunk.file for hit in theirs.ask(HOW_MANY, files=["marmots.txt"]).retrieved} == {"marmots.txt"}
    assert {hit.chunk.file for hit in theirs.ask(HOW_MANY, files=["marmots.txt", seed]).retrieved} == {
        "marmots.txt",
        seed,
    }
    assert theirs.ask(HOW_MANY, files=[seed]).abstained


def test_an_article_goes_when_its_reader_takes_it_away(opened: Uploads[Assistant], tmp_path: Path) -> None:
    opened.add("ana", "marmots.txt", MARMOTS.encode())
    opened.add("ana", "flood.txt", FLOOD.encode())
    opened.remove("ana", "marmots.txt")
    assert opened.own("ana") == ["flood.txt"]
    assert opened.assistant("ana").ask(HOW_MANY).abstained
    assert not holding(tmp_path, "marmots near the Vereb")
    opened.remove("ana", "flood.txt")
    assert opened.own("ana") == ()
    assert not holding(tmp_path, "Svitava")
    assert opened.add("ana", "marmots.txt", MARMOTS.encode()) == "marmots.txt"


def shelves(cache: Path) -> list[Path]:
    """The folders of readers with articles of their own."""
    return [path for path in (cache / "uploads").glob("*/*") if path.is_dir()]


def holding(folder: Path, words: str) -> list[Path]:
    """The files that hold some words, plain or as in JSON.

    Not asked are Chroma's vectors: it writes out the memory that it reserved for them, whatever this process had there before.
    """
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "data_level0.bin"]
    return [path for path in files if words.encode() in path.read_bytes()]


def test_one_reader_cannot_take_away_what_another_added(opened: Uploads[Assistant]) -> None:
    opened.add("ana", "marmots.txt", MARMOTS.encode())
    opened.add("ben", "flood.txt", FLOOD.encode())
    for reader in ("ben", "eve", ""):
        with pytest.raises(DatelineError, match=texts.NOT_YOURS):
            opened.remove(reader, "marmots.txt")
    for file in ("../added/marmots.txt", "nowhere.txt", next(iter(opened.assistant("").articles))):
        with pytest.raises(DatelineError, match=texts.NOT_YOURS):
            opened.remove("ana", file)
    assert opened.assistant("ana").ask(HOW_MANY).outcome == "answered"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", b"%PDF", texts.UPLOAD_SUFFIX),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\n ", "empty"),
        ("a.txt", b"\x00\x01\x02\xff" * 100, "binary"),
        ("a.html", b"<html><body><script>alert(1)</script></body></html>", "without an article's text"),
        ("copy.txt", (SEEDS / "000_02acd30f241aa87e.txt").read_bytes(), "there already, as 000_02acd30f241aa87e.txt"),
        ("a.txt", b"x" * 2_000_001, "at most 2,000,000 bytes"),
    ],
)
def test_what_is_no_article_is_refused_with_the_reason(
    opened: Uploads[Assistant], tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    with pytest.raises(DatelineError, match=reason) as refused:
        opened.add("ana", name, data)
    assert "\n" not in str(refused.value)
    assert str(tmp_path) not in str(refused.value)
    assert opened.own("ana") == ()
    assert not list(tmp_path.glob("uploads/*/*"))


def test_the_same_content_is_taken_once_and_another_under_the_same_name_gets_another(
    opened: Uploads[Assistant],
) -> None:
    assert opened.add("ana", "a.txt", MARMOTS.encode()) == "a.txt"
    with pytest.raises(DatelineError, match=r"as a\.txt"):
        opened.add("ana", "b.txt", MARMOTS.encode())
    assert opened.add("ana", "A.txt", FLOOD.encode()) == "A (2).txt"
    assert opened.add("ben", "a.txt", MARMOTS.encode()) == "a.txt"
    seed = next(iter(opened.assistant("").articles))
    assert opened.add("ben", seed, FLOOD.encode()) == seed.replace(".txt", " (2).txt")


def test_limits_hold(assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    limited = Uploads(configured(assistant, cache=tmp_path, max_uploads=2, max_upload_bytes=100, max_file_bytes=90))
    assert limited.most_bytes == 90
    with pytest.raises(DatelineError, match="at most 90 bytes"):
        limited.add("ana", "a.txt", b"x" * 91)
    for number in range(2):
        limited.add("ana", "a.txt", f"Story {number}\n\nThe harbour froze {number} times.".encode())
    with pytest.raises(DatelineError, match="2 articles added already"):
        limited.add("ana", "a.txt", b"Story 3\n\nThe harbour froze again.")
    limited.remove("ana", "a.txt")
    limited.add("ana", "a.txt", b"Story 3\n\nThe harbour froze again.")
    monkeypatch.setattr(uploads, "READERS", 1)
    with pytest.raises(DatelineError, match=texts.UPLOADS_FULL):
        limited.add("ben", "a.txt", b"Story 3\n\nThe harbour froze again.")
    monkeypatch.setattr(uploads, "READERS", 100)
    monkeypatch.setattr(uploads, "MOST_BYTES", 80)
    with pytest.raises(DatelineError, match=texts.UPLOADS_FULL):
        limited.add("ben", "a.txt", b"Story 3\n\nThe harbour froze again.")
    limited.close()


def test_nothing_is_added_where_uploads_are_off_or_the_reader_is_nobody(assistant: Assistant, tmp_path: Path) -> None:
    off = Uploads(configured(assistant, cache=tmp_path, uploads=False, upload_folder=tmp_path / "kept"))
    assert not off.allowed
    with pytest.raises(DatelineError, match=texts.UPLOADS_OFF):
        off.add("ana", "a.txt", MARMOTS.encode())
    assert list(tmp_path.iterdir()) == []
    on = Uploads(configured(assistant, cache=tmp_path))
    with pytest.raises(DatelineError, match="cookie"):
        on.add("", "a.txt", MARMOTS.encode())
    assert on.assistant("").ask(KASHIN).outcome == "answered"
    on.close()


def test_twenty_readers_at_once_never_come_upon_one_anothers_articles(opened: Uploads[Assistant]) -> None:
    def read(number: int) -> None:
        reader, marker = f"reader-{number}", f"Quzv{chr(97 + number)}k"
        story = f"{marker} opens\n\nThe {marker} ferry carried {1000 + number} people on Friday, the pilot said.\n"
        assert opened.add(reader, "story.txt", story.encode()) == "story.txt"
        theirs = opened.assistant(reader)
        for _ in range(2):
            answer = theirs.ask(f"How many people did the {marker} ferry carry?")
            assert cited(answer, theirs) == {"story.txt"}
            assert str(1000 + number) in answer.text
            seen = [hit.chunk.text for hit in answer.retrieved] + [article.text for article in theirs.articles.values()]
            assert sum("Quzv" in text and marker not in text for text in seen) == 0
        assert opened.own(reader) == ["story.txt"]

    with ThreadPoolExecutor(20) as readers:
        list(readers.map(read, range(20)))


def test_a_readers_tabs_may_add_and_ask_at_once(opened: Uploads[Assistant]) -> None:
    opened.add("ana", "marmots.txt", MARMOTS.encode())
    stop = threading.Event()

    def ask() -> int:
        asked = 0
        while not stop.is_set():
            theirs = opened.assistant("ana")
            assert cited(theirs.ask(HOW_MANY), theirs) == {"marmots.txt"}
            asked += 1
        return asked

    with ThreadPoolExecutor(5) as tabs:
        asking = tabs.submit(ask)
        stories = [f"Harbour {number}\n\nThe harbour froze {number} times.".encode() for number in range(8)]
        names = list(tabs.map(lambda story: opened.add("ana", "harbour.txt", story), stories))
        for name in names[::2]:
            opened.remove("ana", name)
        stop.set()
        assert asking.result() > 3
    assert sorted(names) == sorted(["harbour.txt", *(f"harbour ({number}).txt" for number in range(2, 9))])
    assert opened.own("ana") == sorted([*names[1::2], "marmots.txt"])
    assert {*opened.own("ana")} < set(opened.assistant("ana").articles)


def test_a_question_is_answered_from_one_state_of_the_articles(
    opened: Uploads[Assistant], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.add("ana", "marmots.txt", MARMOTS.encode())
    opened.add("ana", "flood.txt", FLOOD.encode())

    def interrupted(*args: object, **options: object) -> object:
        found = search(*args, **options)
        opened.remove("ana", "marmots.txt")
        return found

    monkeypatch.setattr("assistant.road.search", interrupted)
    answer = opened.assistant("ana").ask(HOW_MANY)
    assert "412" in answer.text
    assert MARMOTS[answer.citations[0].start : answer.citations[0].end] == answer.citations[0].quote


class Calling:
    """An embedder that calls somebody before it embeds articles."""

    def __init__(self, assistant: Assistant, first: Callable[[], object]) -> None:
        self.embeddings = assistant.embeddings
        self.first = first

    def embed_query(self, text: str) -> list[float]:
        return self.embeddings.embed_query(text)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.first()
        return self.embeddings.embed_documents(texts)


def with_embedder(assistant: Assistant, embedder: Calling, **values: object) -> Assistant:
    changed = configured(assistant, **values)
    assert changed.models
    changed.models = dataclasses.replace(changed.models, embeddings=embedder)
    return changed


def test_an_article_that_cannot_be_indexed_is_not_there(assistant: Assistant, tmp_path: Path) -> None:
    def refuse() -> None:
        raise OSError("no route to the provider")

    embedder = Calling(assistant, refuse)
    opened = Uploads(with_embedder(assistant, embedder, cache=tmp_path))
    with pytest.raises(DatelineError, match="no route to the provider"):
        opened.add("ana", "marmots.txt", MARMOTS.encode())
    assert opened.own("ana") == ()
    embedder.first = list
    opened.add("ana", "flood.txt", FLOOD.encode())
    embedder.first = refuse
    with pytest.raises(DatelineError, match="no route to the provider"):
        opened.add("ana", "marmots.txt", MARMOTS.encode())
    assert opened.own("ana") == ["flood.txt"]
    assert "flood.txt" in opened.assistant("ana").articles
    embedder.first = list
    opened.add("ana", "harbour.txt", b"Harbour\n\nThe harbour froze on Friday.")
    assert opened.own("ana") == ["flood.txt", "harbour.txt"]
    assert "marmots.txt" not in opened.assistant("ana").articles
    assert not holding(tmp_path, "marmots")
    opened.close()


def test_progress_is_told_and_the_end_of_the_page_ends_what_is_being_added(
    assistant: Assistant, tmp_path: Path
) -> None:
    reached, told = threading.Event(), list[str]()

    def wait_for_the_end() -> None:
        reached.set()
        time.sleep(0.2)

    slow = Uploads(with_embedder(assistant, Calling(assistant, wait_for_the_end), cache=tmp_path))
    many = "\n\n".join(
        f"Paragraph {n} says that the harbour froze over {n} times in the year {n}. " * 8 for n in range(400)
    )
    with ThreadPoolExecutor(1) as thread:
        adding = thread.submit(
            slow.add, "ana", "long.txt", many.encode(), progress=lambda stage, done, total: told.append(stage)
        )
        assert reached.wait(30)
        started = time.monotonic()
        slow.close()
        assert time.monotonic() - started < 15
        with pytest.raises(DatelineError, match=texts.ENDED):
            adding.result()
    assert list(dict.fromkeys(told)) == ["checking", "reading", "splitting", "embedding"]
    assert not list(tmp_path.glob("uploads/*/*"))
    with pytest.raises(DatelineError, match=texts.ENDED):
        slow.add("ana", "marmots.txt", MARMOTS.encode())


def test_who_has_been_away_for_long_finds_nothing_of_his_own(assistant: Assistant, tmp_path: Path) -> None:
    now = [0.0]
    opened = Uploads(configured(assistant, cache=tmp_path), clock=lambda: now[0])
    opened.add("ana", "marmots.txt", MARMOTS.encode())
    opened.add("ben", "flood.txt", FLOOD.encode())
    assert len(shelves(tmp_path)) == 2
    now[0] = uploads.AWAY_SECONDS - 1
    opened.sweep()
    assert opened.own("ben") == ["flood.txt"]
    now[0] += 2
    opened.sweep()
    assert opened.own("ana") == ()
    assert opened.own("ben") == ["flood.txt"]
    assert len(shelves(tmp_path)) == 1
    assert not holding(tmp_path, "marmots")
    assert opened.assistant("ana").ask(HOW_MANY).abstained
    opened.close()


ADD = """if True:
    import sys, time, types
    from importlib.util import find_spec
    from pathlib import Path
    # The package without what it imports: Gradio would take seconds.
    places = find_spec("ui").submodule_search_locations
    sys.modules["ui"] = types.ModuleType("ui")
    sys.modules["ui"].__path__ = places
    from assistant import Assistant, Settings
    from ui.uploads import Uploads
    folder = Path(sys.argv[2]) if sys.argv[2] else None
    settings = Settings(corpus=sys.argv[5], cache=sys.argv[1], upload_folder=folder)
    uploads = Uploads(Assistant.from_settings(settings))
    uploads.add("ana", "marmots.txt", sys.argv[3].encode())
    print("added", flush=True)
    time.sleep(60 * int(sys.argv[4]))
"""


@pytest.fixture(scope="module")
def one_article(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that is indexed at once."""
    return write(tmp_path_factory.mktemp("one-article"), {"flood.txt": FLOOD})


def test_what_a_killed_server_left_is_removed_by_the_next(
    assistant: Assistant, one_article: Path, tmp_path: Path
) -> None:
    child = run_python(ADD, tmp_path, "", MARMOTS, 1, one_article)
    wait_for(child, "added")
    opened = Uploads(configured(assistant, cache=tmp_path))
    opened.add("ben", "flood.txt", FLOOD.encode())
    assert holding(tmp_path, "marmots")  # of a server that runs, nothing is removed
    child.kill()
    child.communicate()
    opened.close()
    again = Uploads(configured(assistant, cache=tmp_path))
    again.add("ben", "flood.txt", FLOOD.encode())
    assert not holding(tmp_path / "uploads", "marmots")
    again.close()


def test_what_a_server_that_ends_without_closing_had_is_gone(one_article: Path, tmp_path: Path) -> None:
    child = run_python(ADD, tmp_path, "", MARMOTS, 0, one_article)
    assert child.communicate(timeout=60)[0] == "added\n"
    assert not list(tmp_path.glob("uploads/*/*"))


def test_a_folder_of_the_servers_keeps_the_articles_for_everybody(assistant: Assistant, tmp_path: Path) -> None:
    kept, cache = tmp_path / "new" / "kept", tmp_path / "cache"
    settings = {"cache": cache, "upload_folder": kept, "max_uploads": 1}
    first = Uploads(configured(assistant, **settings))
    assert first.add("ana", "marmots.txt", MARMOTS.encode()) == "marmots.txt"
    assert (kept / "marmots.txt").read_bytes() == MARMOTS.encode()
    assert "412" in first.assistant("ben").ask(HOW_MANY).text
    assert "412" in first.assistant("").ask(HOW_MANY).text
    assert (first.own("ana"), first.own("ben")) == (["marmots.txt"], [])
    with pytest.raises(DatelineError, match=texts.NOT_YOURS):
        first.remove("ben", "marmots.txt")
    with pytest.raises(DatelineError, match="1 article added already"):
        first.add("ana", "flood.txt", FLOOD.encode())
    first.add("ben", "flood.txt", FLOOD.encode())
    first.remove("ben", "flood.txt")
    first.close()
    half = write(kept / ".adding-x", {"half.txt": FLOOD})
    again = Uploads(configured(assistant, **settings))
    assert not half.exists()
    assert "412" in again.assistant("ben").ask(HOW_MANY).text
    assert again.assistant("ben").ask("How far did the river Svitava rise?").abstained
    with pytest.raises(DatelineError, match=texts.NOT_YOURS):
        again.remove("ana", "marmots.txt")  # nobody's any more
    again.close()
    assert sorted(path.name for path in kept.iterdir()) == ["marmots.txt"]


def test_the_folder_for_everybody_must_lie_apart_from_the_corpus(assistant: Assistant, tmp_path: Path) -> None:
    for folder in (SEEDS, SEEDS / "new", SEEDS.parent):
        with pytest.raises(DatelineError, match="overlap: name a folder apart"):
            Uploads(configured(assistant, cache=tmp_path, upload_folder=folder))
    write(tmp_path, {"a-file": "x"})
    with pytest.raises(DatelineError, match="cannot be made"):
        Uploads(configured(assistant, cache=tmp_path, upload_folder=tmp_path / "a-file"))


def test_settings_name_the_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DATELINE_UPLOADS", "false")
    monkeypatch.setenv("DATELINE_UPLOAD_FOLDER", str(tmp_path))
    monkeypatch.setenv("DATELINE_MAX_UPLOADS", "3")
    assert (Settings().uploads, Settings().upload_folder, Settings().max_uploads) == (False, tmp_path, 3)
    monkeypatch.setenv("DATELINE_UPLOAD_FOLDER", "")
    assert Settings().upload_folder is None
    with pytest.raises(DatelineError, match="max_uploads"):
        Settings(max_uploads=0)
