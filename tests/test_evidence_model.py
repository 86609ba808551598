"""The shipped evidence model on texts it never saw: it ranks, chooses the sentence, marks the span."""

import shutil
from pathlib import Path

import pytest

from retrieval.encoder import WEIGHTS
from retrieval.errors import DatelineError
from retrieval.evidence import Passage
from retrieval.evidence.model import EvidenceModel
from retrieval.sentences import sentence_spans

FERRY = (
    "The ferry Alma ran aground off Norrhamn on Tuesday night. All 214 passengers were taken ashore by dawn. "
    "“We felt a jolt and then the lights went out,” said Signe Lund, a nurse on board. The coast guard blamed a "
    "faulty radar. The ship had been repaired in May for 3 million euros."
)
MARKET = (
    "Onion prices doubled at the market this spring. Traders say that frost ruined the harvest in the valley. "
    "The city council met on Thursday to discuss cheaper stalls for farmers."
)
QUESTIONS = {
    "How many passengers were on the ferry?": (FERRY, "214"),
    "When did the Alma run aground?": (FERRY, "Tuesday"),
    "What did the coast guard blame?": (FERRY, "radar"),
    "How much did the repairs of the ship cost?": (FERRY, "3 million"),
    "Who is Signe Lund?": (FERRY, "nurse"),
    "What ruined the harvest?": (MARKET, "frost"),
    "When did the city council meet?": (MARKET, "Thursday"),
}


def passage(text: str) -> Passage:
    return Passage.of(text)


@pytest.fixture(scope="module")
def model() -> EvidenceModel:
    return EvidenceModel.open(threads=1)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_answering_sentence_and_span_are_found(model: EvidenceModel, question: str) -> None:
    text, answer = QUESTIONS[question]
    (said,) = model.read(question, [passage(text)])
    best = max(range(len(said.sentences)), key=said.sentences.__getitem__)
    assert answer in text[slice(*sentence_spans(text)[best])]
    assert answer in text[slice(*said.span)]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_passage_about_it_ranks_first(model: EvidenceModel, question: str) -> None:
    ferry, market = model.read(question, [passage(FERRY), passage(MARKET)])
    assert (ferry.relevance > market.relevance) == (QUESTIONS[question][0] == FERRY)


def test_what_is_asked_and_not_said_is_less_answerable(model: EvidenceModel) -> None:
    said = {
        question: model.read(question, [passage(FERRY)])[0].answerable
        for question in ("How many passengers were on the ferry?", "Who built the ferry?", "Who won the cup final?")
    }
    assert list(said.values()) == sorted(said.values(), reverse=True)


def test_a_passage_is_judged_alike_in_any_company(model: EvidenceModel) -> None:
    asked = next(iter(QUESTIONS))
    alone = [model.read(asked, [passage(text)])[0] for text in (FERRY, MARKET)]
    assert model.read(asked, [passage(FERRY), passage(MARKET)]) == alone


def test_a_long_passage_is_read_to_its_end(model: EvidenceModel) -> None:
    text = " ".join([MARKET] * 12 + [FERRY])
    (said,) = model.read("How many passengers were on the ferry?", [passage(text)])
    best = max(range(len(said.sentences)), key=said.sentences.__getitem__)
    assert "214" in text[slice(*sentence_spans(text)[best])]
    assert len(said.sentences) == len(sentence_spans(text))


@pytest.mark.parametrize("text", ["", " ", "…", "\ud800", "x" * 5000, "\x00"])
def test_any_text_is_read(model: EvidenceModel, text: str) -> None:
    (said,) = model.read("Who?", [passage(text)])
    assert len(said.sentences) == len(sentence_spans(text))


def test_no_passages_are_no_logits(model: EvidenceModel) -> None:
    assert model.read("Who?", []) == []


def test_weights_that_were_changed_are_not_loaded(tmp_path: Path) -> None:
    for name in ("SHA256SUMS", "tokenizer.json"):
        shutil.copyfile(WEIGHTS / name, tmp_path / name)
    raw = bytearray((WEIGHTS / "evidence.onnx").read_bytes())
    raw[len(raw) // 2] ^= 1
    (tmp_path / "evidence.onnx").write_bytes(raw)
    with pytest.raises(DatelineError, match=r"^weights file evidence\.onnx has SHA-256 .*: reinstall dateline$"):
        EvidenceModel.open(folder=tmp_path)
