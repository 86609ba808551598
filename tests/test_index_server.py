"""The vectors in a Chroma server: the same answers, shared by clients, and one line when it fails."""

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from index_fakes import SEEDS, Refusing, WordSum, assert_sound, everything, open_index, run_python, write

from retrieval.errors import DatelineError
from retrieval.index import diagnose
from retrieval.manifest import indexed_text
from retrieval.vectors import heartbeat

COLLECTIONS = "{}/api/v2/tenants/default_tenant/databases/default_database/collections"


class Server:
    """`chroma run` on loopback."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        name = "chroma.exe" if os.name == "nt" else "chroma"
        beside = [Path(sysconfig.get_path("scripts")) / name, Path(sys.executable).parent / name]
        command = next(path for path in beside if path.exists())
        self._process = subprocess.Popen(
            [command, "run", "--path", self.folder, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder.parent,
        )
        for _ in range(200):
            try:
                heartbeat(self.url)
                return
            except DatelineError:
                time.sleep(0.1)
        raise AssertionError("chroma run did not start")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(tmp_path_factory.mktemp("server") / "data")
    server.start()
    yield server
    server.stop()


def collections(server: Server) -> dict[str, int]:
    names = httpx.get(COLLECTIONS.format(server.url)).json()
    return {one["name"]: httpx.get(f"{COLLECTIONS.format(server.url)}/{one['id']}/count").json() for one in names}


def test_server_gives_the_same_answers_as_the_folder(server: Server, tmp_path: Path) -> None:
    question = WordSum().embed_query("What did Kashin say about arms deliveries?")
    with open_index(SEEDS, tmp_path / "a") as here, open_index(SEEDS, tmp_path / "b", chroma_url=server.url) as there:
        assert_sound(there, SEEDS)
        nearest, same = here.dense(question, 9), there.dense(question, 9)
        assert [one.chunk for one in nearest] == [one.chunk for one in same]
        assert [one.score for one in nearest] == pytest.approx([one.score for one in same], abs=1e-5)
        file = nearest[0].chunk.file
        assert {one.chunk.file for one in there.dense(question, 9, files=[file])} == {file}
    with open_index(SEEDS, tmp_path / "b", Refusing(), chroma_url=server.url) as there:
        assert there.refresh() is False


def test_changes_reach_the_server_and_leave_nothing_stale(server: Server, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(SEEDS, corpus)
    before = collections(server)
    with open_index(corpus, tmp_path / "cache", chroma_url=server.url) as index:
        (name,) = collections(server).keys() - before.keys()
        next(corpus.glob("000*.txt")).unlink()
        write(corpus, {"new.txt": "Keeper retires\n\nThe lighthouse keeper retired."})
        assert index.refresh() is True
        assert_sound(index, corpus)
        assert collections(server)[name] == len(index.chunks)
    with open_index(corpus, tmp_path / "cache", chroma_url=server.url, embedder="another") as index:
        assert_sound(index, corpus)
    assert len(collections(server).keys() - before.keys()) == 2


def test_two_clients_at_once_lose_nothing(server: Server, tmp_path: Path) -> None:
    stories = {f"{number}.txt": f"Story {number}\n\nFerry {number * 7} sank on day {number}." for number in range(300)}
    corpus = write(tmp_path / "corpus", stories)
    code = """if True:
        import sys
        from pathlib import Path
        from index_fakes import open_index
        open_index(Path(sys.argv[1]), Path(sys.argv[2]), chroma_url=sys.argv[3]).close()
    """
    child = run_python(code, corpus, tmp_path / "other", server.url)
    with open_index(corpus, tmp_path / "own", chroma_url=server.url) as index:
        said = child.communicate(timeout=90)
        assert child.returncode == 0, said
        assert_sound(index, corpus)
    # What one client forgets, the other still has in its folder: it is put back.
    with open_index(corpus, tmp_path / "own", chroma_url=server.url) as index:
        with index.snapshot() as state:
            state.vectors.delete(list(state.manifest.chunks_by_id)[:50])
        assert index.refresh() is True
        assert_sound(index, corpus)


def test_server_that_stops_is_told_in_one_line_and_comes_back(server: Server, tmp_path: Path) -> None:
    own = Server(tmp_path / "data")
    own.start()
    with open_index(SEEDS, tmp_path / "cache", chroma_url=own.url) as index:
        own.stop()
        with pytest.raises(DatelineError, match=rf"Chroma server '{own.url}' does not answer .*chroma run") as told:
            index.dense([1.0] * 64, 3)
        assert "\n" not in str(told.value)
        own.start()
        assert_sound(index, SEEDS)
    own.stop()
    shutil.rmtree(own.folder)
    own.start()
    embeddings = WordSum()
    with open_index(SEEDS, tmp_path / "cache", embeddings, chroma_url=own.url) as index:
        assert len(embeddings.embedded) == len(everything(index))
        assert_sound(index, SEEDS)
    own.stop()
    with pytest.raises(DatelineError, match=r"does not answer"):
        open_index(SEEDS, tmp_path / "cache", chroma_url=own.url)
    said = {one.label: one for one in diagnose(SEEDS, cache=tmp_path, embedder="word-sum", chroma_url=own.url)}
    assert own.url in said["Chroma"].text
    assert not said["Chroma"].fine


def test_server_that_never_replies_is_given_up(tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.perf_counter()
        with pytest.raises(DatelineError, match="timed out"):
            open_index(SEEDS, tmp_path, chroma_url=f"http://127.0.0.1:{silent.getsockname()[1]}")
        assert time.perf_counter() - started < 10


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "ftp://host:1", "http://host:port", "http://host/path"])
def test_what_is_no_server_address_is_told(url: str, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match="expected http://host:port"):
        open_index(SEEDS, tmp_path, chroma_url=url)


def test_threads_share_a_server_index(server: Server, tmp_path: Path) -> None:
    with open_index(SEEDS, tmp_path, chroma_url=server.url) as index, ThreadPoolExecutor(4) as threads:
        found = list(
            threads.map(lambda chunk: index.dense(WordSum().embed_query(indexed_text(chunk)), 1), index.chunks)
        )
        assert [hits[0].chunk for hits in found] == list(index.chunks)
