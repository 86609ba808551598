"""What `dateline doctor` says."""

import importlib.metadata
import importlib.util
import platform
from collections.abc import Iterator
from pathlib import Path

from assistant.settings import Settings
from retrieval.diagnosis import Finding, diagnose
from retrieval.encoder import WEIGHTS, encoder_fingerprint, verified
from retrieval.errors import DatelineError


def findings(settings: Settings) -> Iterator[Finding]:
    """The state of the installation, the models and the index in words; reads only, asks no provider anything."""
    python = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield Finding("dateline", f"{_version('dateline')} on {python}")
    names = ("langchain", "langchain-core", "gradio", "tiktoken", "onnxruntime")
    yield Finding("packages", ", ".join(f"{name} {_version(name)}" for name in names))
    yield _embeddings(settings.embeddings)
    yield _evidence(settings.reranker)
    yield _chat_model(settings.model, settings.model_url)
    yield _feedback(settings.feedback)
    yield from diagnose(
        settings.corpus,
        cache=settings.cache,
        embedder=settings.embeddings or encoder_fingerprint(),
        chunk_tokens=settings.chunk_tokens,
        chroma_url=settings.chroma_url,
        max_bytes=settings.max_file_bytes,
    )


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _embeddings(name: str) -> Finding:
    try:
        if name:
            from retrieval.embeddings import open_embeddings

            open_embeddings(name)
            return Finding("embeddings", f"{name}; its package and key are there")
        size = sum(len(verified(file)) for file in ("encoder.onnx", "tokenizer.json", "words.npy"))
    except DatelineError as error:
        return Finding("embeddings", str(error), fine=False)
    return Finding(
        "embeddings", f"embedded all-MiniLM-L6-v2, int8, {size / 1e6:.0f} MB in {WEIGHTS}, checksums are right"
    )


def _evidence(reranker: str) -> Finding:
    if reranker:
        there = importlib.util.find_spec("sentence_transformers") is not None
        missing = "sentence-transformers is not installed: pip install 'dateline[rerank]'"
        return Finding("reranker", reranker if there else f"{reranker}: {missing}", fine=there)
    try:
        size = len(verified("evidence.onnx"))
    except DatelineError as error:
        return Finding("evidence", str(error), fine=False)
    return Finding("evidence", f"embedded model, int8, {size / 1e6:.0f} MB in {WEIGHTS}, checksum is right")


def _chat_model(name: str, url: str) -> Finding:
    if not name:
        return Finding("chat model", "none: answers are the articles' own sentences")
    from assistant.composed import ComposedAnswerer

    try:
        ComposedAnswerer.model_named(name, url)
    except DatelineError as error:
        return Finding("chat model", str(error), fine=False)
    return Finding(
        "chat model", f"{name} at {url}; its package is there" if url else f"{name}; its package and key are there"
    )


def _feedback(path: Path | None) -> Finding:
    if path is None:
        return Finding("feedback", "none is kept")
    try:
        count = path.read_bytes().count(b"\n")
    except FileNotFoundError:
        return Finding("feedback", f"none yet; it will be kept in {path}")
    except OSError as error:
        return Finding("feedback", f"{path} cannot be read: {(error.strerror or str(error)).lower()}", fine=False)
    return Finding("feedback", f"{count:,} kept: dateline eval --from-feedback {path}")
