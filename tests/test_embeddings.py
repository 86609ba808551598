"""The embedded encoder: the vectors it gives, and that only the released weights are loaded."""

import math
import os
import shutil
from pathlib import Path

import pytest
from langchain_core.embeddings import Embeddings
from langchain_tests.integration_tests import EmbeddingsIntegrationTests
from langchain_tests.unit_tests import EmbeddingsUnitTests

from retrieval.embeddings import MiniLMEmbeddings, open_embeddings
from retrieval.encoder import WEIGHTS, checksums, encoder_fingerprint, verified
from retrieval.errors import DatelineError

TEXTS = [
    "He left.",
    "",
    " ",
    "Xi Jinping visited Moscow in March.",
    "a longer text " * 40,
    "\ud800\x00",
    "中文 🙂 שלום",
]


class TestUnit(EmbeddingsUnitTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return MiniLMEmbeddings


class TestIntegration(EmbeddingsIntegrationTests):
    @property
    def embeddings_class(self) -> type[Embeddings]:
        return MiniLMEmbeddings


@pytest.fixture(scope="module")
def encoder() -> MiniLMEmbeddings:
    return MiniLMEmbeddings(threads=1)


def cosine(left: list[float], right: list[float]) -> float:
    return sum(a * b for a, b in zip(left, right, strict=True))


def test_like_texts_are_near_and_others_are_not(encoder: MiniLMEmbeddings) -> None:
    question, near, far = encoder.embed_documents(
        ["Did China deliver weapons?", "Beijing supplied arms to Moscow.", "Chocolate keeps best in a dark cupboard."]
    )
    assert cosine(question, near) > 0.45 > 0.2 > cosine(question, far)


def test_a_batch_is_the_same_as_one_by_one(encoder: MiniLMEmbeddings) -> None:
    together = encoder.embed_documents(TEXTS)
    alone = [encoder.embed_query(text) for text in TEXTS]
    assert all(cosine(a, b) > 0.999 for a, b in zip(together, alone, strict=True))
    assert all(math.isclose(cosine(vector, vector), 1, abs_tol=1e-5) for vector in together)


def test_the_same_text_has_the_same_vector(encoder: MiniLMEmbeddings) -> None:
    assert encoder.embed_documents(TEXTS) == encoder.embed_documents(TEXTS)


def test_threads_are_a_setting_that_changes_no_vector(encoder: MiniLMEmbeddings) -> None:
    two = MiniLMEmbeddings(threads=2)
    assert two.session.get_session_options().intra_op_num_threads == 2
    assert encoder.session.get_session_options().intra_op_num_threads == 1
    assert cosine(two.embed_query(TEXTS[3]), encoder.embed_query(TEXTS[3])) > 0.999


def test_no_texts_have_no_vectors(encoder: MiniLMEmbeddings) -> None:
    assert encoder.embed_documents([]) == []


def test_only_the_first_word_pieces_of_a_long_text_are_read(encoder: MiniLMEmbeddings) -> None:
    start = "The bridge reopened on Monday. " * 100
    long = encoder.embed_query(start + "Something else. " * 6000)
    assert cosine(long, encoder.embed_query(start)) > 0.999


def copied(folder: Path) -> Path:
    for name in ("SHA256SUMS", "tokenizer.json"):
        shutil.copyfile(WEIGHTS / name, folder / name)
    return folder


def test_released_files_are_what_their_sums_say() -> None:
    assert {"encoder.onnx", "tokenizer.json"} <= checksums(WEIGHTS).keys()
    for name in ("encoder.onnx", "tokenizer.json"):
        assert len(verified(name)) == (WEIGHTS / name).stat().st_size


def test_a_changed_file_is_not_loaded(tmp_path: Path) -> None:
    weights = copied(tmp_path)
    raw = bytearray((weights / "tokenizer.json").read_bytes())
    raw[1000] ^= 1
    (weights / "tokenizer.json").write_bytes(raw)
    with pytest.raises(DatelineError, match=r"^weights file tokenizer\.json has SHA-256 .*: reinstall dateline$"):
        verified("tokenizer.json", folder=weights)


@pytest.mark.parametrize("name", ["encoder.onnx", "SHA256SUMS"])
def test_a_missing_file_is_one_line_that_says_so(tmp_path: Path, name: str) -> None:
    weights = copied(tmp_path)
    (weights / name).unlink(missing_ok=True)
    with pytest.raises(DatelineError, match=r"^weights file \S+ cannot be read \([^\n]*\): reinstall dateline$"):
        verified("encoder.onnx", folder=weights)


def test_an_unlisted_file_or_damaged_sums_are_refused(tmp_path: Path) -> None:
    weights = copied(tmp_path)
    (weights / "other.onnx").write_bytes(b"x")
    with pytest.raises(DatelineError, match="expected none"):
        verified("other.onnx", folder=weights)
    (weights / "SHA256SUMS").write_text("nonsense\n", encoding="ascii")
    with pytest.raises(DatelineError, match="cannot be read"):
        verified("tokenizer.json", folder=weights)


def test_the_fingerprint_names_the_weights() -> None:
    assert encoder_fingerprint() == f"all-MiniLM-L6-v2/int8/{checksums(WEIGHTS)['encoder.onnx'][:16]}"
    assert open_embeddings()[1] == encoder_fingerprint()


@pytest.mark.parametrize("name", ["openai:text-embedding-3-small", "nonsense", "nobody:model", ":", "openai:"])
def test_a_provider_that_cannot_be_used_is_one_line_that_says_what_to_do(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in [key for key in os.environ if key.endswith("_API_KEY")]:
        monkeypatch.delenv(key)
    with pytest.raises(DatelineError) as raised:
        open_embeddings(name)
    message = str(raised.value)
    assert repr(name) in message
    assert "\n" not in message
    assert "unset DATELINE_EMBEDDINGS" in message
