"""The search over a real index, alone and as a LangChain retriever."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from retrieval.articles import Chunk, ScoredChunk
from retrieval.embeddings import open_embeddings
from retrieval.errors import DatelineError
from retrieval.evidence.opening import open_scorer
from retrieval.index import Index
from retrieval.retriever import HybridRetriever
from retrieval.search import fuse, mended_terms, search

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="module")
def embeddings() -> Embeddings:
    return open_embeddings(threads=1)[0]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embeddings: Embeddings) -> Iterator[Index]:
    cache = tmp_path_factory.mktemp("retriever-cache")
    with Index.open(SEEDS, cache=cache, embeddings=embeddings, embedder="test") as opened:
        yield opened


class TestHybridRetriever(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _over_the_seeds(self, index: Index, embeddings: Embeddings) -> None:
        self.parameters = {"index": index, "embeddings": embeddings}

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return HybridRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return self.parameters

    @property
    def retriever_query_example(self) -> str:
        return "What did Kashin say about arms deliveries?"


def test_documents_point_into_their_files(index: Index, embeddings: Embeddings) -> None:
    documents = HybridRetriever(index=index, embeddings=embeddings, k=3).invoke("Who is Vasily Kashin?")
    assert len(documents) == 3
    for document in documents:
        place = document.metadata
        assert index.articles[place["file"]].text[place["start"] : place["end"]] == document.page_content
        assert place["title"] == index.articles[place["file"]].title
    scores = [document.metadata["score"] for document in documents]
    assert scores == sorted(scores, reverse=True)


def test_a_scorer_puts_what_answers_first(index: Index, embeddings: Embeddings) -> None:
    scorer = open_scorer((chunk.text for chunk in index.chunks), encoder=embeddings)
    documents = HybridRetriever(index=index, embeddings=embeddings, scorer=scorer, k=4).invoke(
        "What is the job of Abbas Galgamov?"
    )
    assert len(documents) == 4
    scores = [document.metadata["score"] for document in documents]
    assert all(0 < score < 1 for score in scores)
    assert "lyricist" in documents[0].page_content


@pytest.mark.parametrize(
    ("question", "file"),
    [
        ("What did Kashin say about arms deliveries?", "000"),
        ("What did Kachin say about arms delivery?", "000"),
        ("What does Galgamof think of the visit?", "001"),
        ("Who is Gabuev?", "003"),
        ("What did Ushakow say?", "004"),
        ("MiG 29 fighters from Poland", "004"),
    ],
)
def test_the_right_article_comes_first(index: Index, embeddings: Embeddings, question: str, file: str) -> None:
    assert search(index, embeddings, question, 4)[0].chunk.file.startswith(file)


def test_files_limit_where_to_look(index: Index, embeddings: Embeddings) -> None:
    file = next(name for name in index.articles if name.startswith("002"))
    found = search(index, embeddings, "What did Kashin say?", 4, files=[file])
    assert {scored.chunk.file for scored in found} == {file}


@pytest.mark.parametrize("question", ["", " ", "\x00", "\ud800", "the of", "?" * 5000, "什么", "x" * 100_000])
def test_any_question_is_searched_without_an_error(index: Index, embeddings: Embeddings, question: str) -> None:
    assert len(search(index, embeddings, question, 4)) <= 4


def test_misspelt_terms_are_replaced_by_the_corpus_own(index: Index) -> None:
    assert mended_terms("Kachin’s deliverys to Japan", index.vocabulary)[0] == "kashin"
    assert "japan" in mended_terms("Kachin’s deliverys to Japan", index.vocabulary)


class Unreachable(Embeddings):
    def embed_query(self, text: str) -> list[float]:
        raise ConnectionError("connection\nrefused")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]


def test_a_provider_that_cannot_be_reached_is_one_line(index: Index) -> None:
    with pytest.raises(
        DatelineError, match=r"^the question cannot be embedded \(ConnectionError: connection refused\)"
    ):
        search(index, Unreachable(), "Who?", 4)


def scored(*names: str) -> list[ScoredChunk]:
    return [ScoredChunk(Chunk(name, 0, 1, "x"), 1.0 / number) for number, name in enumerate(names, start=1)]


def test_fusing_sums_reciprocal_ranks() -> None:
    fused = fuse([scored("a", "b", "c"), scored("c", "d")], k=0)
    assert [(hit.chunk.file, round(hit.score, 3)) for hit in fused] == [
        ("c", 1.333),
        ("a", 1.0),
        ("b", 0.5),
        ("d", 0.5),
    ]


def test_fusing_nothing_gives_nothing() -> None:
    assert fuse([]) == fuse([[], []]) == []
