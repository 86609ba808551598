"""Any Hugging Face cross-encoder or reranker in the place of the evidence model (extra `rerank`)."""

from collections.abc import Sequence
from typing import Any

from retrieval.errors import DatelineError, one_line
from retrieval.evidence import Passage
from retrieval.evidence.model import Logits

# Rerankers were taught with scales of their own: beyond this a logit says no more than "sure".
MOST = 6.0


class CrossEncoderReader:
    """A `Reader` that scores whole passages, and their sentences one by one; it marks no span."""

    def __init__(self, model: Any) -> None:
        self.model = model

    @classmethod
    def named(cls, name: str) -> "CrossEncoderReader":
        """The model of a Hugging Face name, such as BAAI/bge-reranker-base, or of a folder.

        Raises:
            DatelineError: sentence-transformers is not installed, or the model cannot be loaded or is no reranker.
        """
        try:
            from sentence_transformers import CrossEncoder
        except ImportError as error:
            raise DatelineError(
                f"reranker {name!r} needs sentence-transformers ({one_line(error)}): pip install 'dateline[rerank]'"
            ) from None
        try:
            model = CrossEncoder(name)
        except Exception as error:  # the hub, the files and the model each raise their own kinds
            raise DatelineError(
                f"reranker {name!r} cannot be loaded ({one_line(error)[:200]}): expected a Hugging Face cross-encoder "
                "or a folder that holds one"
            ) from None
        if model.num_labels != 1:
            raise DatelineError(
                f"reranker {name!r} gives {model.num_labels} numbers a passage, expected 1: name one trained to rank"
            )
        return cls(model)

    def read(self, question: str, passages: Sequence[Passage]) -> list[Logits]:
        """Logits of each passage and of its sentences, in order."""
        from torch import nn

        texts = [part for passage in passages for part in _parts(passage)]
        if not texts:
            return []
        scores = self.model.predict(
            [(question, text) for text in texts], activation_fn=nn.Identity(), show_progress_bar=False
        )
        logits = iter(max(-MOST, min(MOST, float(score))) for score in scores)
        read = []
        for passage in passages:
            whole = next(logits)
            sentences = tuple(next(logits) for _ in passage.sentences)
            read.append(Logits(whole, whole, sentences, (0, 0), 0.0))
        return read


def _parts(passage: Passage) -> list[str]:
    title = f"{passage.title}\n" if passage.title else ""
    return [title + passage.text, *(passage.text[start:end] for start, end in passage.sentences)]
