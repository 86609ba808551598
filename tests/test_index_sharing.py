"""One process owns an index folder; within it, threads share one index."""

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from index_fakes import SEEDS, Refusing, WordSum, assert_sound, open_index, run_python, wait_for, write

from retrieval.errors import DatelineError
from retrieval.index import diagnose

HOLD = """if True:
    import sys, time
    from pathlib import Path
    from index_fakes import open_index
    sys.argv = ["/somewhere/bin/dateline", "chat", *sys.argv[1:]]
    index = open_index(Path(sys.argv[2]), Path(sys.argv[3]))
    print("open", flush=True)
    time.sleep(600)
"""


def test_second_process_is_told_who_holds_the_index_in_under_a_second(tmp_path: Path) -> None:
    child = run_python(HOLD, SEEDS, tmp_path)
    wait_for(child, "open")
    since = time.strftime("%H:")
    started = time.perf_counter()
    with pytest.raises(DatelineError) as told:
        open_index(SEEDS, tmp_path)
    assert time.perf_counter() - started < 1
    said = str(told.value)
    assert said.startswith(f"index of 'seeds' is in use by process {child.pid} (dateline chat, since {since}")
    assert said.endswith("stop it, or set DATELINE_CACHE to another folder")
    assert "\n" not in said
    findings = {one.label: one.text for one in diagnose(SEEDS, cache=tmp_path, embedder="word-sum")}
    assert findings["in use by"].startswith(f"process {child.pid} (dateline chat")
    next(tmp_path.glob("*/holder.json")).write_text("{")
    with pytest.raises(DatelineError, match="in use by another process"):
        open_index(SEEDS, tmp_path)
    # The lock goes with its process, however that ends.
    child.kill()
    child.communicate()
    with open_index(SEEDS, tmp_path, Refusing()) as index:
        assert_sound(index, SEEDS)


def test_closing_gives_the_folder_to_another_process(tmp_path: Path) -> None:
    open_index(SEEDS, tmp_path).close()
    child = run_python(HOLD, SEEDS, tmp_path)
    wait_for(child, "open")
    child.kill()
    child.communicate()


def test_a_process_that_never_closes_ends_clean(tmp_path: Path) -> None:
    code = HOLD.replace("time.sleep(600)", "")
    assert run_python(code, SEEDS, tmp_path).communicate(timeout=60)[0] == "open\n"
    findings = {one.label: one.text for one in diagnose(SEEDS, cache=tmp_path, embedder="word-sum")}
    assert findings["last end"] == "clean"


def test_opening_twice_shares_one_index_until_the_last_closes(tmp_path: Path) -> None:
    first, second = open_index(SEEDS, tmp_path), open_index(SEEDS, tmp_path, Refusing())
    assert first.chunks is second.chunks
    first.close()
    first.close()
    with pytest.raises(DatelineError, match="closed"):
        first.dense([1.0] * 64, 1)
    assert_sound(second, SEEDS)
    second.close()
    assert not list(tmp_path.glob("*/holder.json"))


def test_threads_that_open_at_once_build_one_index(tmp_path: Path) -> None:
    embeddings = WordSum()
    with ThreadPoolExecutor(4) as threads:
        opened = list(threads.map(lambda _: open_index(SEEDS, tmp_path, embeddings), range(4)))
    assert len(embeddings.embedded) == len(opened[0].chunks)
    for index in opened:
        index.close()


def test_threads_that_open_and_close_never_find_the_folder_taken(tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus", {"river.txt": "River floods the town\n\nThe river rose on Monday."})

    def use(_: int) -> str:
        with open_index(corpus, tmp_path / "cache") as index:
            return index.bm25(["river"], 1)[0].chunk.file

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(use, range(24))) == {"river.txt"}


def test_queries_go_on_while_another_thread_refreshes(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(SEEDS, corpus)
    stop = threading.Event()
    question = WordSum().embed_query("What did Kashin say about arms deliveries?")

    def ask() -> int:
        asked = 0
        while not stop.is_set():
            with index.snapshot() as state:
                hits = [*state.dense(question, 5), *state.bm25(["kashin", "lighthous"], 5)]
                assert len(hits) > 5
                for hit in hits:
                    article = state.articles[hit.chunk.file]
                    assert article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
            asked += 1
        return asked

    with open_index(corpus, tmp_path / "cache") as index, ThreadPoolExecutor(2) as threads:
        asking = [threads.submit(ask) for _ in range(2)]
        for number in range(5):
            write(corpus, {"new.txt": f"Keeper retires\n\nThe lighthouse keeper retired after {number} winters."})
            assert index.refresh() is True
        stop.set()
        assert min(thread.result() for thread in asking) > 5
        assert f"{number} winters" in index.bm25(["lighthous"], 1)[0].chunk.text
        # Replaced generations go once nobody reads them.
        assert len(list((tmp_path / "cache").glob("*/gen-*"))) == 1


def test_one_snapshot_is_one_state(tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus", {"river.txt": "River floods the town\n\nThe river rose on Monday."})
    with open_index(corpus, tmp_path / "cache") as index:
        with index.snapshot() as state:
            write(corpus, {"river.txt": "River falls again\n\nOn Tuesday the river fell."})
            assert index.refresh() is True
            (hit,) = state.dense(WordSum().embed_query("river"), 5)
            assert hit.chunk.text.endswith("Monday.")
            assert state.articles["river.txt"].text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
        (hit,) = index.dense(WordSum().embed_query("river"), 5)
        assert hit.chunk.text.endswith("fell.")
