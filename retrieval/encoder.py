"""The embedded sentence encoder: all-MiniLM-L6-v2 (Reimers & Gurevych, 2019).

int8 ONNX with mean pooling and normalisation in the graph. Nothing here imports LangChain, which costs a question from
the shell more time than answering it; `retrieval.embeddings` makes the LangChain object of it.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, Self

from retrieval.errors import DatelineError, one_line

WEIGHTS = Path(__file__).resolve().parent / "weights"
MAX_TOKENS = 256  # what the encoder was trained to read
REMEMBERED = 128  # texts


def checksums(folder: Path) -> dict[str, str]:
    """SHA-256 by file name, as `sha256sum` writes them to SHA256SUMS."""
    lines = (folder / "SHA256SUMS").read_text("ascii").splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def verified(name: str, *, folder: Path = WEIGHTS) -> bytes:
    """Bytes of a weights file, its SHA-256 checked against SHA256SUMS.

    Raises:
        DatelineError: the file is missing or is not the one that was released.
    """
    try:
        sums = checksums(folder)
        raw = (folder / name).read_bytes()
    except (OSError, ValueError) as error:
        raise DatelineError(f"weights file {name} cannot be read ({one_line(error)}): reinstall dateline") from None
    found = hashlib.sha256(raw).hexdigest()
    if found != sums.get(name):
        raise DatelineError(
            f"weights file {name} has SHA-256 {found[:12]}…, expected {sums.get(name, 'none')[:12]}…: "
            "reinstall dateline"
        )
    return raw


class Embedder(Protocol):
    """What turns texts into vectors: the encoder, or any LangChain Embeddings."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...

    def embed_query(self, text: str) -> list[float]: ...


class Encoder:
    """Texts to unit vectors of 384 numbers; a text's words past 256 word pieces are not read."""

    def __init__(self, *, threads: int = 2) -> None:
        self._open(session(verified("encoder.onnx"), threads=threads), verified("tokenizer.json"))

    @classmethod
    def from_parts(cls, session: Any, tokenizer: Path) -> Self:
        """An encoder from an open ONNX session and a tokenizer file, before either is released."""
        encoder = cls.__new__(cls)
        encoder._open(session, tokenizer.read_bytes())
        return encoder

    def _open(self, session: Any, tokenizer: bytes) -> None:
        from tokenizers import Tokenizer

        self.session = session
        self.tokenizer = Tokenizer.from_buffer(tokenizer)
        self.tokenizer.enable_truncation(MAX_TOKENS)
        self.tokenizer.no_padding()
        self._embed = lru_cache(maxsize=REMEMBERED)(self._read)  # a question is searched with and scored with

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector a text, in order."""
        # One text a call: the graph quantises the activations of a whole batch with one scale, so that in company a
        # text's vector would depend on the others (cosine down to 0.974). On two cores it is also the faster way.
        return [list(self._embed(_encodable(text))) for text in texts]

    def _read(self, text: str) -> tuple[float, ...]:
        import numpy as np

        ids = np.array([self.tokenizer.encode(text).ids], dtype=np.int64)
        (embedded,) = self.session.run(["embedding"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})
        return tuple(embedded[0].tolist())

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question: this encoder reads questions and passages alike."""
        return self.embed_documents([text])[0]


def session(model: bytes, *, threads: int) -> Any:
    """An ONNX Runtime session on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning threads would burn the cores that other sessions and the page need.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def _encodable(text: str) -> str:
    """Lone surrogates are no text to the tokenizer: each is read as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def encoder_fingerprint() -> str:
    """What tells this encoder's vectors from another's."""
    try:
        return f"all-MiniLM-L6-v2/int8/{checksums(WEIGHTS)['encoder.onnx'][:16]}"
    except (OSError, ValueError, KeyError) as error:
        raise DatelineError(f"weights file SHA256SUMS cannot be read ({one_line(error)}): reinstall dateline") from None
