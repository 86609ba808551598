"""The index is a cache: whatever happens to it, the articles are there to build it from."""

import json
import os
import shutil
import signal
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from index_fakes import SEEDS, Refusing, WordSum, assert_sound, generation, open_index, run_python, wait_for, write

from retrieval.errors import DatelineError
from retrieval.index import diagnose
from retrieval.probe import survives


def vector_folder(folder: Path) -> Path:
    return next(path for path in (folder / "chroma").iterdir() if path.is_dir())


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 3, min(len(content), len(content) // 3 + 400)):
        content[place] ^= 0x5A
    path.write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "pointer deleted": lambda folder: (folder.parent / "current").unlink(),
    "pointer garbage": lambda folder: (folder.parent / "current").write_bytes(b"\xff../../etc"),
    "pointer to nothing": lambda folder: (folder.parent / "current").write_text("gen-99"),
    "generation deleted": shutil.rmtree,
    "manifest deleted": lambda folder: (folder / "manifest.json").unlink(),
    "manifest truncated": lambda folder: truncate(folder / "manifest.json"),
    "manifest garbled": lambda folder: garble(folder / "manifest.json"),
    "manifest of other shape": lambda folder: (folder / "manifest.json").write_text("[]"),
    "sqlite deleted": lambda folder: (folder / "chroma" / "chroma.sqlite3").unlink(),
    "sqlite truncated": lambda folder: truncate(folder / "chroma" / "chroma.sqlite3"),
    "sqlite garbled": lambda folder: garble(folder / "chroma" / "chroma.sqlite3"),
    "sqlite empty": lambda folder: (folder / "chroma" / "chroma.sqlite3").write_bytes(b""),
    "vector folder deleted": lambda folder: shutil.rmtree(vector_folder(folder)),
    "vector file truncated": lambda folder: truncate(vector_folder(folder) / "data_level0.bin"),
    "vector header garbled": lambda folder: garble(vector_folder(folder) / "header.bin"),
    "vector files emptied": lambda folder: [path.write_bytes(b"") for path in vector_folder(folder).iterdir()],
    "chroma deleted": lambda folder: shutil.rmtree(folder / "chroma"),
    "bm25 deleted": lambda folder: shutil.rmtree(folder / "bm25"),
    "bm25 garbled": lambda folder: garble(folder / "bm25" / "data.csc.index.npy"),
    "bm25 vocabulary truncated": lambda folder: truncate(folder / "bm25" / "vocab.index.json"),
    "bm25 meta garbage": lambda folder: (folder / "bm25" / "meta.json").write_bytes(b"\x00garbage"),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with a sound index of the seeds, closed."""
    cache = tmp_path_factory.mktemp("built")
    open_index(SEEDS, cache).close()
    return cache


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_index_is_rebuilt_by_itself(built: Path, tmp_path: Path, damage: str) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(built, cache)
    DAMAGE[damage](generation(cache))
    assert diagnose(SEEDS, cache=cache, embedder="word-sum", chunk_tokens=200)
    with open_index(SEEDS, cache) as index:
        assert_sound(index, SEEDS)
    with open_index(SEEDS, cache, Refusing()) as index:
        assert len(index.articles) == 5


@pytest.mark.skipif(os.name == "nt", reason="a script stands in for Python")
def test_a_crash_of_the_probing_child_means_rebuild(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(built, cache)
    (generation(cache) / "clean").unlink()
    # A stand-in for Python that dies of SIGSEGV, as Chroma's reader did on torn folders.
    crashing = tmp_path / "crashing"
    crashing.write_text("#!/bin/sh\nkill -SEGV $$\n")
    crashing.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(crashing))
    embeddings = WordSum()
    with open_index(SEEDS, cache, embeddings) as index:
        assert len(embeddings.embedded) == len(index.chunks)
        assert_sound(index, SEEDS)


def test_after_an_unclean_end_a_child_tries_the_vectors_and_keeps_sound_ones(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    shutil.copytree(built, cache)
    (generation(cache) / "clean").unlink()
    asked: list[bool] = []

    def noted(folder: Path, name: str, ids: Sequence[str]) -> bool:
        asked.append(survives(folder, name, ids))
        return asked[-1]

    monkeypatch.setattr("retrieval.generation.survives", noted)
    with open_index(SEEDS, cache, Refusing()) as index:
        assert_sound(index, SEEDS)
    open_index(SEEDS, cache, Refusing()).close()
    assert asked == [True]


def test_vectors_lost_while_the_index_is_open_are_rebuilt(tmp_path: Path) -> None:
    with open_index(SEEDS, tmp_path) as index:
        with index.snapshot() as state:
            state.vectors.close()
        assert index.dense(WordSum().embed_query("Kashin"), 3)
        assert_sound(index, SEEDS)


HOLD = """if True:
    import sys, time
    from pathlib import Path
    from index_fakes import WordSum, open_index
    class Slow(WordSum):
        def embed_documents(self, texts):
            print("embedding", flush=True)
            if len(self.embedded) >= int(sys.argv[3]):
                print("waiting", flush=True)
                time.sleep(600)
            return super().embed_documents(texts)
    index = open_index(Path(sys.argv[1]), Path(sys.argv[2]), Slow())
    print("open", flush=True)
    time.sleep(600)
"""


def test_killed_build_leaves_the_old_index_answering(tmp_path: Path) -> None:
    corpus = write(
        tmp_path / "corpus", {path.name: path.read_text("utf-8") for path in SEEDS.iterdir() if path.suffix == ".txt"}
    )
    cache = tmp_path / "cache"
    open_index(corpus, cache).close()
    before = generation(cache)
    write(corpus, {"new.txt": "A new story\n\nThe lighthouse keeper retired after forty winters at sea.\n"})
    child = run_python(HOLD, corpus, cache, 0)
    wait_for(child, "waiting")
    child.kill()
    assert child.wait() != 0
    child.communicate()
    assert generation(cache) == before
    assert len(list(before.parent.glob("gen-*"))) == 2
    (corpus / "new.txt").unlink()
    with open_index(corpus, cache, Refusing()) as index:
        assert_sound(index, corpus)
        assert list(before.parent.glob("gen-*")) == [before]


def test_killed_first_build_goes_on_where_it_was(tmp_path: Path) -> None:
    stories = {
        f"{number}.txt": f"Story {number}\n\nOn day {number} the ferry number {number * 7} sank."
        for number in range(200)
    }
    corpus = write(tmp_path / "corpus", stories)
    child = run_python(HOLD, corpus, tmp_path / "cache", 128)
    wait_for(child, "waiting")
    child.kill()
    child.communicate()
    embeddings = WordSum()
    with open_index(corpus, tmp_path / "cache", embeddings) as index:
        assert len(embeddings.embedded) == 200 - 128
        assert_sound(index, corpus)
    assert not list((tmp_path / "cache").glob("*/embedded-*"))


@pytest.mark.skipif(os.name == "nt", reason="a signal that Windows has not")
def test_interrupted_build_leaves_the_old_state_and_no_leftovers(tmp_path: Path) -> None:
    class Interrupted(WordSum):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            if any("lighthouse" in text for text in texts):
                os.kill(os.getpid(), signal.SIGINT)
            return super().embed_documents(texts)

    corpus = write(tmp_path / "corpus", {"river.txt": "River floods the town\n\nThe river rose on Monday.\n"})
    cache = tmp_path / "cache"
    with open_index(corpus, cache, Interrupted()) as index:
        write(corpus, {"new.txt": "A new story\n\nThe lighthouse keeper retired.\n"})
        with pytest.raises(KeyboardInterrupt):
            index.refresh()
        assert set(index.articles) == {"river.txt"}
        assert [path.name for path in cache.glob("*/gen-*")] == ["gen-1"]
        index.close()
        with pytest.raises(KeyboardInterrupt):
            open_index(corpus, cache, Interrupted())
    with open_index(corpus, cache) as index:
        assert_sound(index, corpus)
        assert set(index.articles) == {"river.txt", "new.txt"}


def test_killed_reader_costs_a_probe_and_nothing_else(tmp_path: Path) -> None:
    child = run_python(HOLD, SEEDS, tmp_path, 10_000)
    wait_for(child, "open")
    child.kill()
    child.communicate()
    (said,) = [one for one in diagnose(SEEDS, cache=tmp_path, embedder="word-sum") if one.label == "last end"]
    assert said.text.startswith("unclean")
    with open_index(SEEDS, tmp_path, Refusing()) as index:
        assert_sound(index, SEEDS)


def test_torn_journal_is_used_up_to_the_tear(tmp_path: Path) -> None:
    import numpy

    from retrieval.journal import Journal

    vectors = {f"{number:032x}": numpy.full(4, number, dtype=numpy.float32) for number in range(3)}
    journal = Journal(tmp_path / "journal.bin")
    journal.append(vectors)
    raw = (tmp_path / "journal.bin").read_bytes()
    (tmp_path / "journal.bin").write_bytes(raw[:-3])
    assert list(journal.read()) == list(vectors)[:2]
    journal.append({"f" * 32: vectors[f"{2:032x}"]})
    assert list(journal.read()) == [*list(vectors)[:2], "f" * 32]
    garbled = bytearray(raw)
    garbled[30] ^= 1
    (tmp_path / "journal.bin").write_bytes(garbled)
    assert journal.read() == {}
    assert not (tmp_path / "journal.bin").exists()


def test_diagnosis_tells_stale_files_settings_and_damage(built: Path, tmp_path: Path) -> None:
    def told(cache: Path, **options: object) -> dict[str, str]:
        arguments: dict[str, object] = {"embedder": "word-sum", **options}
        return {one.label: one.text for one in diagnose(corpus, cache=cache, **arguments)}  # type: ignore[arg-type]

    corpus, cache = tmp_path / "seeds", tmp_path / "cache"
    shutil.copytree(SEEDS, corpus)
    assert told(cache)["built"].startswith("not yet")
    assert not cache.exists()
    open_index(corpus, cache).close()
    said = told(cache)
    assert said["last end"] == "clean"
    assert said["stale files"] == "none"
    assert said["in use by"] == "nobody"
    edited, removed = sorted(corpus.glob("*.txt"))[:2]
    edited.write_text("Another text\n\nIt says something else.")
    removed.unlink()
    assert told(cache)["stale files"].startswith(f"2: {edited.name}, {removed.name}")
    assert "the settings want" in told(cache, chunk_tokens=100)["fingerprint"]
    truncate(generation(cache) / "manifest.json")
    assert "rebuilds the index" in told(cache)["manifest"]
    assert json.dumps(told(corpus / "no such folder"))
    shutil.rmtree(corpus)
    assert "does not exist" in told(cache)["articles"]


def test_a_full_disk_is_told_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("retrieval.manifest.Manifest.save", full)
    with pytest.raises(DatelineError, match=r"cannot be written \(No space left on device\)"):
        open_index(SEEDS, tmp_path)
    monkeypatch.undo()
    open_index(SEEDS, tmp_path).close()
