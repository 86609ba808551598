"""The models that the settings name, opened once for any number of folders."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Self

from assistant.settings import Settings
from retrieval.errors import DatelineError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.answerer import Answerer
    from retrieval.encoder import Embedder, Encoder
    from retrieval.evidence.model import Reader
    from retrieval.index import Index
    from retrieval.scan import Progress
    from retrieval.searchable import OpenIndex


@dataclass(frozen=True, slots=True)
class Models:
    """What indexing and answering need besides the articles. Safe to share between threads."""

    settings: Settings
    encoder: "Encoder"
    reader: "Reader"
    embeddings: "Embedder"
    """What chunks and questions are embedded with: the encoder, or a provider's."""
    embedder: str
    """Names it."""
    chat: "BaseChatModel | None"

    @classmethod
    def open(cls, settings: Settings) -> Self:
        """Load the embedded models and make ready the others.

        Raises:
            DatelineError: one of them cannot be used.
        """
        from retrieval.encoder import Encoder, encoder_fingerprint
        from retrieval.evidence.opening import open_reader

        chat = _chat_model(settings.model, settings.model_url)
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(Encoder, threads=settings.threads)
            reading = pool.submit(open_reader, settings.reranker, threads=settings.threads)
            import_module("chromadb")  # the slowest import of all: the models load beside it
            encoder, reader = opening.result(), reading.result()
        if not settings.embeddings:
            return cls(settings, encoder, reader, encoder, encoder_fingerprint(), chat)
        from retrieval.embeddings import open_embeddings

        return cls(settings, encoder, reader, *open_embeddings(settings.embeddings), chat)

    def index(self, folder: Path, *, cache: Path, chroma_url: str = "", progress: "Progress | None" = None) -> "Index":
        """The index of a folder, brought up to date.

        Raises:
            DatelineError: the folder or the index cannot be used.
        """
        from retrieval.index import Index

        return Index.open(
            folder,
            cache=cache,
            embeddings=self.embeddings,
            embedder=self.embedder,
            chunk_tokens=self.settings.chunk_tokens,
            chroma_url=chroma_url,
            max_bytes=self.settings.max_file_bytes,
            progress=progress,
        )

    def answerer(self, index: "OpenIndex") -> "Answerer":
        """An answerer that knows how rare each word is in the articles of an index."""
        from assistant.extractive import ExtractiveAnswerer
        from retrieval.evidence.opening import open_scorer

        scorer = open_scorer((chunk.text for chunk in index.chunks), encoder=self.encoder, reader=self.reader)
        extractive = ExtractiveAnswerer(scorer)
        if self.chat is None:
            return extractive
        from assistant.composed import ComposedAnswerer
        from assistant.provider import Deadlines

        return ComposedAnswerer(
            self.chat,
            bearing=extractive.bearing,
            scorer=scorer,
            fallback=extractive,
            deadlines=Deadlines(self.settings.first_token_seconds, self.settings.total_seconds),
            prompt_tokens=self.settings.prompt_tokens,
        )


def _chat_model(name: str, url: str) -> "BaseChatModel | None":
    if not name:
        if url:
            raise DatelineError("model_url is set and model is not: name the model, such as openai:qwen3")
        return None
    from assistant.composed import ComposedAnswerer

    return ComposedAnswerer.model_named(name, url)
