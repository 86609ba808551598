"""Embeddings for LangChain: the embedded encoder's, or any provider's."""

from langchain_core.embeddings import Embeddings

from retrieval.encoder import Encoder, encoder_fingerprint
from retrieval.errors import DatelineError, one_line


class MiniLMEmbeddings(Encoder, Embeddings):
    """The embedded encoder as LangChain Embeddings."""


def open_embeddings(name: str = "", *, threads: int = 2) -> tuple[Embeddings, str]:
    """Embeddings and the fingerprint of what they compute: the embedded encoder, or an `init_embeddings` name.

    Raises:
        DatelineError: the provider's package or key is missing, or the name says no provider.
    """
    if not name:
        return MiniLMEmbeddings(threads=threads), encoder_fingerprint()
    from langchain.embeddings import init_embeddings

    try:
        embeddings = init_embeddings(name)
    except Exception as error:  # each provider raises its own kinds
        raise DatelineError(
            f"embeddings {name!r} cannot be used ({one_line(error)}): install the provider's extra "
            "(pip install 'dateline[openai]') and set its key, or unset DATELINE_EMBEDDINGS for the embedded encoder"
        ) from None
    if not isinstance(embeddings, Embeddings):
        raise DatelineError(
            f"embeddings {name!r} is no embedding model: expected provider:model, such as openai:text-embedding-3-small"
        )
    return embeddings, name
