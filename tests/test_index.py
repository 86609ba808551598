"""The index stays in step with its folder, and finds what is in it."""

import os
import shutil
import time
from pathlib import Path

import numpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from index_fakes import (
    SEEDS,
    Refusing,
    WordSum,
    assert_sound,
    everything,
    generation,
    open_index,
    run_python,
    write,
)

from retrieval.errors import DatelineError
from retrieval.manifest import indexed_text

RIVER = "River floods the town\n\nThe river rose by two metres on Monday. Nobody was hurt.\n"
CHEESE = "Cheese prices fall\n\nDairies sold their cheese below cost. Farmers protested in the capital.\n"
CHESS = "Chess title stays\n\nThe champion defended her crown after nine hours of endgame.\n"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", {"river.txt": RIVER, "cheese.txt": CHEESE})


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_every_chunk_of_the_seeds_is_a_slice_of_its_file_and_finds_itself(cache: Path) -> None:
    with open_index(SEEDS, cache) as index:
        assert len(index.articles) == 5
        assert_sound(index, SEEDS)


def test_dense_scores_are_cosine_similarities_best_first(cache: Path) -> None:
    question = WordSum().embed_query("What did Kashin say about arms deliveries?")
    with open_index(SEEDS, cache) as index:
        scored = index.dense(question, 10)
        assert [one.score for one in scored] == sorted((one.score for one in scored), reverse=True)
        for one in scored:
            other = WordSum().embed_query(indexed_text(one.chunk))
            cosine = numpy.dot(question, other) / numpy.linalg.norm(question) / numpy.linalg.norm(other)
            assert one.score == pytest.approx(cosine, abs=1e-5)
        assert len(index.dense(question, 1000)) == len(index.chunks)
        assert index.dense(question, 0) == []


def test_bm25_returns_only_chunks_that_hold_a_term(corpus: Path, cache: Path) -> None:
    with open_index(corpus, cache) as index:
        assert [one.chunk.file for one in index.bm25(["chees", "unheard"], 10)] == ["cheese.txt"]
        assert index.bm25(["unheard"], 10) == index.bm25([], 10) == index.bm25(["chees"], 0) == []
        assert {"chees", "river"} <= set(index.vocabulary)


def test_files_limit_both_searches(cache: Path) -> None:
    with open_index(SEEDS, cache) as index:
        file = sorted(index.articles)[1]
        own = [chunk for chunk in index.chunks if chunk.file == file]
        scored = index.dense(WordSum().embed_query("Kashin"), 1000, files=[file])
        assert sorted(one.chunk.start for one in scored) == sorted(chunk.start for chunk in own)
        assert {one.chunk.file for one in scored} == {file}
        assert {one.chunk.file for one in index.bm25(["china", "year"], 1000, files={file})} <= {file}
        assert index.dense(WordSum().embed_query("Kashin"), 5, files=[]) == index.bm25(["china"], 5, files=[]) == []


def test_a_question_vector_of_another_length_is_refused_in_one_line(corpus: Path, cache: Path) -> None:
    with open_index(corpus, cache) as index, pytest.raises(DatelineError, match=r"3 dimensions came.* 64"):
        index.dense([1.0, 2.0, 3.0], 5)


def test_unchanged_folder_is_not_embedded_again(corpus: Path, cache: Path) -> None:
    open_index(corpus, cache).close()
    before = generation(cache)
    with open_index(corpus, cache, Refusing()) as index:
        assert index.refresh() is False
        assert_sound(index, corpus)
    assert generation(cache) == before


def test_opening_an_unchanged_folder_loads_no_splitter_and_starts_no_child(corpus: Path, cache: Path) -> None:
    open_index(corpus, cache).close()
    code = """if True:
        import sys, subprocess
        from pathlib import Path
        from index_fakes import Refusing, open_index
        loaded = set(sys.modules)
        subprocess.run = None
        open_index(Path(sys.argv[1]), Path(sys.argv[2]), Refusing()).close()
        print(sorted({"tiktoken", "langchain_text_splitters", "trafilatura", "gradio", "torch"} & set(sys.modules)))
    """
    child = run_python(code, corpus, cache)
    assert child.communicate(timeout=60)[0] == "[]\n"


def test_importing_the_index_loads_no_chroma(tmp_path: Path) -> None:
    child = run_python("import sys, retrieval.index; print({'chromadb', 'bm25s', 'numpy', 'httpx'} & set(sys.modules))")
    assert child.communicate(timeout=60)[0] == "set()\n"


def test_new_article_is_added_and_only_it_is_embedded(corpus: Path, cache: Path) -> None:
    embeddings = WordSum()
    with open_index(corpus, cache, embeddings) as index:
        embeddings.embedded.clear()
        write(corpus, {"more/chess.txt": CHESS})
        assert index.refresh() is True
        assert len(embeddings.embedded) == 1
        assert "endgame" in embeddings.embedded[0]
        assert index.bm25(["endgam"], 5)[0].chunk.file == "more/chess.txt"
        assert_sound(index, corpus)


def test_edited_article_is_replaced(corpus: Path, cache: Path) -> None:
    with open_index(corpus, cache) as index:
        write(corpus, {"river.txt": RIVER.replace("two metres", "three fathoms")})
        assert index.refresh() is True
        assert index.bm25(["metr"], 5) == []
        assert "three fathoms" in index.bm25(["fathom"], 5)[0].chunk.text
        assert_sound(index, corpus)


@pytest.mark.parametrize("reopened", [True, False])
def test_edit_that_keeps_size_and_time_is_noticed(corpus: Path, cache: Path, reopened: bool) -> None:
    path = corpus / "river.txt"
    long_ago = time.time_ns() - 10**13
    os.utime(path, ns=(long_ago, long_ago))
    index = open_index(corpus, cache)
    path.write_bytes(RIVER.replace("Monday", "Friday").encode())
    os.utime(path, ns=(long_ago, long_ago))
    if reopened:
        index.close()
        index = open_index(corpus, cache)
    else:
        assert index.refresh() is True
    with index:
        assert [one.chunk.file for one in index.bm25(["friday"], 5)] == ["river.txt"]
        assert_sound(index, corpus)


def test_deleted_article_leaves_nothing_stale(corpus: Path, cache: Path) -> None:
    with open_index(corpus, cache) as index:
        (corpus / "cheese.txt").unlink()
        assert index.refresh() is True
        assert set(index.articles) == {"river.txt"}
        assert index.bm25(["chees"], 5) == []
        assert "chees" not in index.vocabulary
        assert {one.chunk.file for one in index.dense(WordSum().embed_query(CHEESE), 10)} == {"river.txt"}
        assert_sound(index, corpus)
    assert b"protested" not in b"".join(path.read_bytes() for path in cache.rglob("*") if path.is_file())


def test_renamed_article_keeps_its_vectors_under_its_new_name(corpus: Path, cache: Path) -> None:
    open_index(corpus, cache).close()
    (corpus / "cheese.txt").rename(corpus / "dairy.txt")
    with open_index(corpus, cache, Refusing()) as index:
        assert set(index.articles) == {"dairy.txt", "river.txt"}
        assert index.bm25(["chees"], 5)[0].chunk.file == "dairy.txt"
        assert index.dense(WordSum().embed_query(CHEESE), 1)[0].chunk.file == "dairy.txt"
        assert_sound(index, corpus)


def test_same_words_in_two_files_are_one_hit_until_one_of_them_goes(corpus: Path, cache: Path) -> None:
    write(corpus, {"copy.txt": CHEESE})
    with open_index(corpus, cache) as index:
        assert len(index.chunks) == 3
        assert [one.chunk.file for one in index.bm25(["chees"], 5)] == ["cheese.txt"]
        assert [one.chunk.file for one in index.dense(WordSum().embed_query(CHEESE), 2)] == ["cheese.txt", "river.txt"]
        assert index.bm25(["chees"], 5, files=["copy.txt"])[0].chunk.file == "copy.txt"
        (corpus / "cheese.txt").unlink()
        index.refresh()
        assert [one.chunk.file for one in index.bm25(["chees"], 5)] == ["copy.txt"]


@pytest.mark.parametrize("options", [{"embedder": "another"}, {"chunk_tokens": 20}])
def test_other_fingerprint_rebuilds_and_never_mixes(cache: Path, options: dict[str, object]) -> None:
    open_index(SEEDS, cache).close()
    before = generation(cache)
    embeddings = WordSum()
    with open_index(SEEDS, cache, embeddings, **options) as index:
        assert len(embeddings.embedded) == len(index.chunks)
        assert_sound(index, SEEDS)
    assert not before.exists()


def test_other_settings_in_one_process_are_told_not_mixed(corpus: Path, cache: Path) -> None:
    with open_index(corpus, cache), pytest.raises(DatelineError, match=r"open in this process with other settings"):
        open_index(corpus, cache, embedder="another")
    open_index(corpus, cache, embedder="another").close()


def test_skipped_files_are_reported_and_decoded_only_once(corpus: Path, cache: Path) -> None:
    (corpus / "photo.txt").write_bytes(bytes(range(256)) * 50)
    (corpus / "blank.txt").write_bytes(b" \n")
    with open_index(corpus, cache) as index:
        assert {skip.file for skip in index.skipped} == {"photo.txt", "blank.txt"}
        assert index.refresh() is False
    with open_index(corpus, cache, max_bytes=100) as index:
        assert "too large" in next(skip.reason for skip in index.skipped if skip.file == "photo.txt")


def test_folder_without_articles_is_told_with_what_is_in_it(tmp_path: Path, cache: Path) -> None:
    folder = write(tmp_path / "empty", {"blank.txt": " ", "table.csv": "1,2"})
    with pytest.raises(DatelineError, match=r"no article in corpus folder .*empty.*blank\.txt: empty.*\.txt, \.md or"):
        open_index(folder, cache)
    with pytest.raises(DatelineError, match=r"does not exist"):
        open_index(tmp_path / "missing", cache)


def test_last_article_gone_is_told_and_the_old_state_answers(corpus: Path, cache: Path) -> None:
    with open_index(corpus, cache) as index:
        shutil.rmtree(corpus)
        with pytest.raises(DatelineError, match=r"does not exist"):
            index.refresh()
        assert index.bm25(["chees"], 1)


def test_cache_that_cannot_be_written_is_told(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DatelineError, match=r"cannot be written .*DATELINE_CACHE"):
        open_index(corpus, tmp_path / "file")


def test_failing_embedder_is_told_and_the_old_state_answers(corpus: Path, cache: Path) -> None:
    class Failing(WordSum):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            if any("endgame" in text for text in texts):
                raise ConnectionError("no\nroute")
            return super().embed_documents(texts)

    with open_index(corpus, cache, Failing()) as index:
        write(corpus, {"chess.txt": CHESS})
        with pytest.raises(DatelineError, match=r"embedding with 'word-sum' failed \(no route\)"):
            index.refresh()
        assert set(index.articles) == {"river.txt", "cheese.txt"}
        assert_sound(index, corpus)


def test_more_chunks_than_chroma_takes_in_one_call(tmp_path: Path, cache: Path) -> None:
    lines = [
        f"Line {number} tells of harvest {number * 7919} and of nothing else at all in {number}."
        for number in range(5_800)
    ]
    corpus = write(tmp_path / "many", {"a.txt": "Harvests of the year\n\n" + "\n".join(lines), "river.txt": RIVER})
    stages: list[tuple[str, int, int]] = []
    options = {"chunk_tokens": 25, "progress": lambda *stage: stages.append(stage)}
    embeddings = WordSum()
    with open_index(corpus, cache, embeddings, **options) as index:
        assert len(index.chunks) > 5_461
        assert [stage for stage in stages if stage[0] == "embedding"][-1][1:] == (len(index.chunks),) * 2
        for chunk in [index.chunks[0], index.chunks[3_333], index.chunks[-1]]:
            assert index.dense(WordSum().embed_query(indexed_text(chunk)), 1)[0].chunk == chunk
        # From here on a change is made to a copy of the collection.
        embeddings.embedded.clear()
        (corpus / "river.txt").unlink()
        write(corpus, {"chess.txt": CHESS})
        assert index.refresh() is True
        assert len(embeddings.embedded) == 1
        assert index.dense(WordSum().embed_query(CHESS), 1)[0].chunk.file == "chess.txt"
        assert not any(chunk.file == "river.txt" for chunk in index.chunks)
    with open_index(corpus, cache, Refusing(), **options) as index:
        assert index.dense(WordSum().embed_query(CHESS), 1)[0].score == pytest.approx(1, abs=1e-5)


WORDS = st.sampled_from(["amber", "birch", "cedar", "dogwood", "elder", "fir", "gorse", "hazel"])
TEXTS = st.lists(WORDS, min_size=1, max_size=12).map(
    lambda words: f"{words[0].title()} {words[-1]} news\n\n{' '.join(words)}."
)
CHANGES = st.lists(st.tuples(st.sampled_from(["a.txt", "b.md", "sub/c.txt", "d.txt"]), st.none() | TEXTS), max_size=4)


@settings(max_examples=settings().max_examples // 10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(CHANGES, min_size=1, max_size=3))
def test_after_any_changes_the_index_is_what_a_new_one_would_be(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[tuple[str, str | None]]]
) -> None:
    folder = tmp_path_factory.mktemp("changing")
    corpus = write(folder / "corpus", {"always.txt": RIVER})
    with open_index(corpus, folder / "cache") as index:
        for changes in steps:
            for file, text in changes:
                if text is None:
                    (corpus / file).unlink(missing_ok=True)
                else:
                    write(corpus, {file: text})
            index.refresh()
            with open_index(corpus, folder / "fresh") as fresh:
                assert everything(index) == everything(fresh)
                assert {scored.chunk for scored in index.dense([1.0] * 64, 100)} == {
                    scored.chunk for scored in fresh.dense([1.0] * 64, 100)
                }
                assert index.bm25(["amber", "cedar", "fir"], 9) == fresh.bm25(["amber", "cedar", "fir"], 9)
            shutil.rmtree(folder / "fresh")
