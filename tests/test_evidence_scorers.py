"""The scorers behind the seam: words and model mixed, another cross-encoder in the model's place, the compressor."""

import math
import sys
import types
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any

import pytest
from langchain_core.documents import Document

from assistant import Settings
from retrieval.errors import DatelineError
from retrieval.evidence import Evidence, EvidenceScorer, Passage, log_odds, probability
from retrieval.evidence.compressor import EvidenceCompressor
from retrieval.evidence.cross_encoder import CrossEncoderReader
from retrieval.evidence.mixed import PASSAGES_READ, Mix, MixedEvidence
from retrieval.evidence.model import EvidenceModel, Logits
from retrieval.evidence.opening import open_reader, open_scorer
from retrieval.evidence.overlap import rarity, respelled


def passage(text: str, title: str = "") -> Passage:
    return Passage.of(text, title)


class Words:
    """Scores by the first number in a passage."""

    def score(self, question: str, passages: Sequence[Passage], *, given: Collection[str] = ()) -> list[Evidence]:
        found = []
        for each in passages:
            odds = float(each.text.split()[0]) if each.text else 0.0
            found.append(Evidence(odds, probability(odds), tuple(probability(odds) for _ in each.sentences)))
        return found


class Reads:
    """Says the same of every passage and keeps what it was given."""

    def __init__(self, logit: float = 2.0) -> None:
        self.logit = logit
        self.read_texts: list[str] = []

    def read(self, question: str, passages: Sequence[Passage]) -> list[Logits]:
        self.read_texts += [each.text for each in passages]
        return [Logits(self.logit, self.logit, (self.logit,) * len(p.sentences), (0, 1), 1.0) for p in passages]


def test_probability_and_log_odds_turn_back_into_each_other() -> None:
    for value in (-29.0, -1.0, 0.0, 0.5, 12.0):
        assert math.isclose(log_odds(probability(value)), value, rel_tol=1e-3, abs_tol=1e-9)
    assert 0 < probability(-1e9) < probability(1e9) < 1


def test_words_and_model_add_up() -> None:
    mix = Mix(sentence=(0.5, 1.0, 0.0, 0.0), sentence_bias=-1.0, passage=(1.0, 0.0, 0.0, 0.5), passage_bias=0.25)
    (found,) = MixedEvidence(Words(), Reads(), mix).score("Who?", [passage("3 men came.")])
    assert math.isclose(log_odds(found.sentences[0]), 0.5 * 3 + 1.0 * 2 - 1, rel_tol=1e-6)
    assert math.isclose(log_odds(found.answerable), 1.0 * 3 + 0.5 * 2 + 0.25, rel_tol=1e-6)
    assert found.span == (0, 1)


def test_the_model_reads_the_most_promising_passages_only() -> None:
    reads = Reads()
    passages = [passage(f"{number} came.") for number in range(PASSAGES_READ + 3)]
    found = MixedEvidence(Words(), reads).score("Who?", passages)
    assert sorted(reads.read_texts) == sorted(each.text for each in passages[3:])
    assert [each.span for each in found[:3]] == [None] * 3
    assert found[0].relevance < found[3].relevance


def test_a_passage_that_was_not_read_scores_as_the_worst_that_was() -> None:
    passages = [passage(f"{number} came.") for number in range(PASSAGES_READ + 1)]
    mix = Mix(sentence=(0.0, 1.0, 0.0, 0.0), sentence_bias=0.0)
    unread, *_ = MixedEvidence(Words(), Reads(-4.0), mix).score("Who?", passages)
    assert math.isclose(log_odds(unread.sentences[0]), -4.0, rel_tol=1e-6)


def test_passages_without_sentences_are_not_read() -> None:
    reads = Reads()
    found = MixedEvidence(Words(), reads).score("Who?", [passage(""), passage("1 came.")])
    assert reads.read_texts == ["1 came."]
    assert found[0].sentences == ()
    assert MixedEvidence(Words(), reads).score("Who?", []) == []


def test_the_model_is_asked_in_the_texts_own_spelling() -> None:
    texts = ["Lindgren ships weapons.", "The weapons of Lindgren, the weapon of Bohr, and lindgren."]
    respell = partial(respelled, vocabulary=rarity(texts), texts=texts)
    assert respell("What did Lindgern say of weapons?") == "What did Lindgren say of weapons?"
    assert respell("Who ships weapons to Bohr?") == "Who ships weapons to Bohr?"
    asked: list[str] = []

    class Asks(Reads):
        def read(self, question: str, passages: Sequence[Passage]) -> list[Logits]:
            asked.append(question)
            return super().read(question, passages)

    MixedEvidence(Words(), Asks(), respell=respell).score("Lindgern?", [passage("1 came.")])
    assert asked == ["Lindgren?"]


class HubModel:
    """Stands in for sentence_transformers.CrossEncoder: a passage scores its length, cut at twelve."""

    num_labels = 1

    def __init__(self, name: str) -> None:
        if name == "no/such":
            raise OSError("no/such is not a model\nsee the hub")
        if name == "nli":
            self.num_labels = 3

    def predict(self, pairs: Sequence[tuple[str, str]], **_: Any) -> list[float]:
        return [min(len(text), 12) - 3.0 for _, text in pairs]


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package `sentence_transformers`, which is large, and the part of torch that is used with it."""
    modules: dict[str, dict[str, Any]] = {
        "sentence_transformers": {"CrossEncoder": HubModel},
        "torch": {"nn": types.SimpleNamespace(Identity=lambda: None)},
    }
    for name, content in modules.items():
        module = types.ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name, module)
    return iter(())


def test_a_cross_encoder_takes_the_models_place(hub: None) -> None:
    reader = open_reader("BAAI/bge-reranker-base")
    assert isinstance(reader, CrossEncoderReader)
    (said,) = reader.read("Who?", [passage("He came. Nobody else did so.")])
    assert said.relevance == 6.0  # cut: its scale is its own
    assert said.sentences == (5.0, 6.0)
    scorer = open_scorer(["He came."], reader=reader)
    (found,) = scorer.score("Who came?", [passage("He came. Nobody else did so.")])
    assert len(found.sentences) == 2
    assert found.span is None
    assert reader.read("Who?", []) == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        (
            "no/such",
            r"^reranker 'no/such' cannot be loaded \(OSError: no/such is not a model see the hub\): expected a",
        ),
        ("nli", r"^reranker 'nli' gives 3 numbers a passage, expected 1"),
    ],
)
def test_a_model_that_is_no_reranker_is_one_line(hub: None, name: str, says: str) -> None:
    with pytest.raises(DatelineError, match=says):
        open_reader(name)


def test_without_the_package_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(DatelineError, match=r"needs sentence-transformers .*: pip install 'dateline\[rerank\]'$"):
        open_reader("BAAI/bge-reranker-base")


def test_no_reranker_is_named_by_default() -> None:
    assert Settings().reranker == ""
    assert isinstance(open_reader(), EvidenceModel)


NEWS = {
    "ferry": "The ferry Alma ran aground on Tuesday. All 214 passengers were taken ashore. The captain was praised.",
    "onions": "Onion prices doubled this spring. Traders blame the frost. Farmers want cheaper stalls.",
    "cup": "Lyon won the cup on Sunday. The captain scored twice. Fans sang all night.",
}


@pytest.fixture(scope="module")
def scorer() -> EvidenceScorer:
    return open_scorer(NEWS.values(), reader=open_reader(threads=1))


def test_the_compressor_puts_the_answering_document_first(scorer: EvidenceScorer) -> None:
    documents = [Document(text, id=name, metadata={"source": name}) for name, text in NEWS.items()]
    compressor = EvidenceCompressor(scorer=scorer, top_n=2)
    found = compressor.compress_documents(documents, "How many passengers did the ferry have?")
    assert len(found) == 2
    best = found[0]
    assert (best.id, best.page_content, best.metadata["source"]) == ("ferry", NEWS["ferry"], "ferry")
    assert best.page_content[slice(*best.metadata["answer_span"])].startswith("214")
    start, end, score = best.metadata["evidence"][0]
    assert best.page_content[start:end] == "All 214 passengers were taken ashore."
    assert 0.5 <= score <= 1
    assert documents[0].metadata == {"source": "ferry"}  # the caller's own stay as they were
    scores = [document.metadata["relevance_score"] for document in found]
    assert 0 < scores[1] < scores[0] < 1


def test_the_compressor_drops_what_does_not_answer(scorer: EvidenceScorer) -> None:
    documents = [Document(text) for text in NEWS.values()]
    compressor = EvidenceCompressor(scorer=scorer, least=0.5)
    assert compressor.compress_documents(documents, "Who designed the cathedral of Florence?") == []
    assert compressor.compress_documents([], "Who won?") == []


async def test_the_compressor_has_an_asynchronous_form(scorer: EvidenceScorer) -> None:
    documents = [Document(text) for text in NEWS.values()]
    (found,) = await EvidenceCompressor(scorer=scorer, top_n=1).acompress_documents(documents, "Who won the cup?")
    assert found.page_content == NEWS["cup"]
