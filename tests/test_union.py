"""Two indexes searched as one: the results of one index over both folders."""

import math
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from index_fakes import SEEDS, WordSum, assert_sound, open_index, write

from retrieval.articles import ScoredChunk
from retrieval.bm25 import Bm25, Statistics
from retrieval.errors import DatelineError
from retrieval.index import Index
from retrieval.search import search
from retrieval.searchable import OpenIndex, Searchable
from retrieval.union import NAME_TAKEN, IndexUnion
from retrieval.words import terms

QUESTIONS = (
    "What did Kashin say about arms deliveries?",
    "Why did Putin travel to China in October?",
    "What will Xi and Putin sign in Moscow?",
    "Will China supply lethal weapons to Russia?",
    "Who is Galgamov?",
)
WORDS = ("river", "flood", "mayor", "bridg", "lighthous", "keeper", "harbour", "pilot")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=40).map(" ".join)


@given(st.lists(texts, min_size=2, max_size=12), st.data(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5))
def test_parts_score_by_the_statistics_of_both_as_the_whole_does(
    documents: list[str], data: st.DataObject, asked: list[str]
) -> None:
    cut = data.draw(st.integers(1, len(documents) - 1))
    ids = [str(number) for number in range(len(documents))]
    whole = Bm25.build(ids, documents)
    parts = [Bm25.build(ids[:cut], documents[:cut]), Bm25.build(ids[cut:], documents[cut:])]
    statistics = parts[0].statistics(asked) + parts[1].statistics(asked)
    assert statistics == whole.statistics(asked)
    scored = dict(hit for part in parts for hit in part.search(asked, len(ids), statistics=statistics))
    assert scored == pytest.approx(dict(whole.search(asked, len(ids))), rel=1e-5)


def test_a_part_alone_scores_by_its_own_statistics_as_without_any(tmp_path: Path) -> None:
    bm25 = Bm25.build(["a", "b", "c"], ["river flood", "river " * 900 + "mayor", "keeper"])
    bm25.save(tmp_path / "bm25")
    loaded = Bm25.load(tmp_path / "bm25", ["a", "b", "c"])
    given = loaded.search(["river", "mayor", "river"], 3, statistics=loaded.statistics(["river", "mayor"]))
    assert [document for document, _ in given] == ["b", "a"]
    assert dict(given) == pytest.approx(dict(bm25.search(["river", "mayor", "river"], 3)), rel=1e-5)


def test_idf_is_that_of_lucene() -> None:
    statistics = Statistics(10, 100, {"river": 4})
    assert statistics.idf("river") == pytest.approx(math.log(1 + 6.5 / 4.5))
    assert statistics.idf("unheard") == pytest.approx(math.log(1 + 10.5 / 0.5))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Index, IndexUnion]]:
    """The seeds in one index, and the same as a union of three and two."""
    folder = tmp_path_factory.mktemp("union")
    files = sorted(SEEDS.glob("*.txt"))
    for name, some in (("first", files[:3]), ("second", files[3:])):
        (folder / name).mkdir()
        for path in some:
            shutil.copy(path, folder / name)
    with (
        open_index(SEEDS, folder / "cache") as whole,
        open_index(folder / "first", folder / "cache") as first,
        IndexUnion(first, open_index(folder / "second", folder / "cache")) as union,
    ):
        yield whole, union


def ranking(found: Sequence[ScoredChunk]) -> list[tuple[float, str, int]]:
    """Best first; what scores alike in the order of the places."""
    return sorted((-round(hit.score, 4), hit.chunk.file, hit.chunk.start) for hit in found)


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("count", [1, 5, 100])
def test_finds_what_one_index_over_both_folders_finds(
    both: tuple[Index, IndexUnion], question: str, count: int
) -> None:
    whole, union = both
    vector, words = WordSum().embed_query(question), terms(question)
    assert ranking(union.dense(vector, count)) == ranking(whole.dense(vector, count))
    assert ranking(union.bm25(words, count)) == ranking(whole.bm25(words, count))
    assert ranking(search(union, WordSum(), question, count)) == ranking(search(whole, WordSum(), question, count))


def test_holds_what_one_index_over_both_folders_holds(both: tuple[Index, IndexUnion]) -> None:
    whole, union = both
    assert union.articles == whole.articles
    assert set(union.chunks) == set(whole.chunks)
    assert set(union.vocabulary) == set(whole.vocabulary)
    assert_sound(union, SEEDS)


def test_files_limit_the_search_in_both(both: tuple[Index, IndexUnion]) -> None:
    whole, union = both
    vector, words = WordSum().embed_query("China Russia"), terms("China Russia")
    files = sorted(union.articles)
    for chosen in ([files[0]], [files[4]], [files[1], files[3]], []):
        found = [*union.dense(vector, 50, files=chosen), *union.bm25(words, 50, files=chosen)]
        assert {hit.chunk.file for hit in found} == set(chosen)
        assert ranking(union.bm25(words, 3, files=chosen)) == ranking(whole.bm25(words, 3, files=chosen))


def test_a_name_that_both_have_is_the_firsts(tmp_path: Path) -> None:
    first = write(tmp_path / "first", {"river.txt": "River floods\n\nThe river rose on Monday."})
    second = write(
        tmp_path / "second",
        {"river.txt": "Marmots\n\nThe marmots slept.", "harbour.txt": "Harbour\n\nThe pilot left the harbour."},
    )
    with open_index(first, tmp_path) as one, IndexUnion(one, open_index(second, tmp_path)) as union:
        assert union.articles["river.txt"].title == "River floods"
        assert [(skip.file, skip.reason) for skip in union.skipped] == [("river.txt", NAME_TAKEN)]
        assert not union.bm25(["marmot"], 5)
        assert not union.bm25(["marmot"], 5, files=["river.txt"])
        found = union.dense(WordSum().embed_query("The marmots slept."), 9)
        assert {hit.chunk.file for hit in found} == {"river.txt", "harbour.txt"} == {c.file for c in union.chunks}
        for hit in (*found, *union.bm25(["river", "pilot"], 9)):
            text = union.articles[hit.chunk.file].text
            assert text[hit.chunk.start : hit.chunk.end] == hit.chunk.text


def test_a_chunk_that_both_have_is_one_hit_in_the_name_of_the_first(tmp_path: Path) -> None:
    story = "River floods\n\nThe river rose on Monday."
    first, second = (
        write(tmp_path / "1", {"z.txt": story}),
        write(tmp_path / "2", {"a.txt": story, "b.txt": "Else\n\nIce."}),
    )
    with open_index(first, tmp_path) as one, IndexUnion(one, open_index(second, tmp_path)) as union:
        for found in (union.dense(WordSum().embed_query(story), 5), union.bm25(["river"], 5)):
            assert [hit.chunk.file for hit in found if "river" in hit.chunk.text] == ["z.txt"]
        (only,) = union.bm25(["river"], 5, files=["a.txt"])
        assert only.chunk.file == "a.txt"


def test_one_reading_is_one_state_of_both(tmp_path: Path) -> None:
    first = write(tmp_path / "1", {"river.txt": "River floods\n\nThe river rose on Monday."})
    second = write(tmp_path / "2", {"harbour.txt": "Harbour\n\nThe pilot left."})
    with open_index(first, tmp_path) as one, IndexUnion(one, open_index(second, tmp_path)) as union:

        def query(state: Searchable) -> list[str]:
            write(first, {"river.txt": "River falls\n\nOn Tuesday the river fell."})
            write(second, {"harbour.txt": "Harbour\n\nThe pilot came back."})
            assert one.refresh() is True
            assert union.refresh() is True
            return [hit.chunk.text for hit in state.bm25(["river", "pilot"], 5)]

        assert sorted(text.rpartition("\n")[2] for text in union.read(query)) == [
            "The pilot left.",
            "The river rose on Monday.",
        ]
        assert {text.rpartition("\n")[2] for text in (chunk.text for chunk in union.chunks)} == {
            "The pilot came back.",
            "On Tuesday the river fell.",
        }


@pytest.mark.parametrize("number", [0, 1])
def test_vectors_lost_while_it_is_open_are_rebuilt(tmp_path: Path, number: int) -> None:
    folders = [
        write(tmp_path / "1", {"river.txt": "River floods\n\nThe river rose on Monday."}),
        write(tmp_path / "2", {"harbour.txt": "Harbour\n\nThe pilot left."}),
    ]
    with open_index(folders[0], tmp_path) as first, open_index(folders[1], tmp_path) as second:
        with (first, second)[number].snapshot() as state:
            state.vectors.close()
        union = IndexUnion(first, second)
        assert len(union.dense(WordSum().embed_query("The pilot left."), 5)) == 2


def test_closing_closes_the_second_alone(tmp_path: Path) -> None:
    first = write(tmp_path / "1", {"river.txt": "River floods\n\nThe river rose on Monday."})
    second = write(tmp_path / "2", {"harbour.txt": "Harbour\n\nThe pilot left."})
    with open_index(first, tmp_path) as one, open_index(second, tmp_path) as other:
        union: OpenIndex = IndexUnion(one, other)
        union.close()
        assert set(one.articles) == {"river.txt"}
        with pytest.raises(DatelineError, match="closed"):
            len(union.articles)
