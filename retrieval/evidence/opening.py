"""The scorer that the settings name, ready to use."""

from collections.abc import Iterable
from functools import partial
from itertools import islice

from retrieval.encoder import Embedder, Encoder
from retrieval.evidence import EvidenceScorer
from retrieval.evidence.embedding import EmbeddingEvidence
from retrieval.evidence.mixed import CROSS_ENCODER_MIX, MixedEvidence
from retrieval.evidence.model import EvidenceModel, Reader
from retrieval.evidence.overlap import rarity, respelled
from retrieval.relatedness import WordVectors

# Rarity of words is learned from so many texts at most.
TEXTS_COUNTED = 2000


def open_reader(reranker: str = "", *, threads: int = 2) -> Reader:
    """The embedded evidence model, or the Hugging Face cross-encoder of that name.

    Raises:
        DatelineError: its files, or the package or model named, cannot be used.
    """
    if not reranker:
        return EvidenceModel.open(threads=threads)
    from retrieval.evidence.cross_encoder import CrossEncoderReader

    return CrossEncoderReader.named(reranker)


def open_scorer(
    texts: Iterable[str], *, encoder: Embedder | None = None, reader: Reader | None = None
) -> EvidenceScorer:
    """A scorer for questions about some texts, which say how rare each word is; models that are not given are opened."""
    counted = list(islice(texts, TEXTS_COUNTED))
    rare = rarity(counted)
    words = EmbeddingEvidence(encoder or Encoder(), WordVectors.embedded(), rare)
    reader = reader or open_reader()
    mix = None if isinstance(reader, EvidenceModel) else CROSS_ENCODER_MIX
    return MixedEvidence(words, reader, mix, respell=partial(respelled, vocabulary=rare, texts=counted))
