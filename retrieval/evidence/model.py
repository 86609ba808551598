"""The evidence model: scores passages and sentences for a question, marks the answering span, says "not here".

One small cross-encoder of our own (int8 ONNX, see weights/MODEL_CARD.md). No torch at run time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self, cast

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from retrieval.encoder import WEIGHTS, session, verified
from retrieval.evidence import Passage
from retrieval.evidence.windows import Row, encode, padded, windows
from retrieval.sentences import Span

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

MOST_SPAN_TOKENS = 24
UNREAD = -20.0  # logit of a sentence without a token

# Channels of the network's output per token, and its outputs per row.
MEAN, PEAK, START, END = range(4)
RANK, ANSWERABLE = range(2)


@dataclass(frozen=True, slots=True)
class Logits:
    """What the network says of one passage; the best over its windows."""

    relevance: float
    answerable: float
    sentences: tuple[float, ...]
    span: Span
    """The best span, whether or not it beats "not here"."""
    span_score: float


class Reader(Protocol):
    """Reads a question beside passages and gives logits, one a passage, in the same order."""

    def read(self, question: str, passages: Sequence[Passage]) -> list[Logits]: ...


class Network(Protocol):
    """Token outputs (rows, tokens, 4) and row outputs (rows, 2) for padded ids, mask and segment ids."""

    def __call__(self, ids: Ints, mask: Ints, segments: Ints) -> tuple[Floats, Floats]: ...


class EvidenceModel:
    """The shipped `Reader`. Safe to share between threads."""

    def __init__(self, network: Network, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self.network = network
        self.tokenizer = tokenizer

    @classmethod
    def open(cls, *, threads: int = 2, folder: Path = WEIGHTS, name: str = "evidence.onnx") -> Self:
        """The model whose files lie in `folder`.

        Raises:
            DatelineError: a file is missing or is not the one that SHA256SUMS names.
        """
        network = OnnxNetwork(session(verified(name, folder=folder), threads=threads))
        return cls(network, Tokenizer.from_buffer(verified("tokenizer.json", folder=folder)))

    def read(self, question: str, passages: Sequence[Passage]) -> list[Logits]:
        """What the network says of each passage, in order."""
        return self.read_pairs([(question, passage) for passage in passages])

    def read_pairs(self, pairs: Sequence[tuple[str, Passage]]) -> list[Logits]:
        """The same for any questions with any passages."""
        questions = {question: encode(self.tokenizer, question)[0] for question in dict.fromkeys(q for q, _ in pairs)}
        read: list[Logits] = []
        for question, passage in pairs:
            title = encode(self.tokenizer, passage.title)[0] if passage.title else []
            rows = windows(questions[question], title, encode(self.tokenizer, passage.text), passage.sentences)
            read.append(_merged(passage, [(row, *self._run(row)) for row in rows]))
        return read

    def _run(self, row: Row) -> tuple[Floats, Floats]:
        # One row a call: the graph quantises the activations of a call with one scale, so that in company a passage's
        # scores would depend on the others. Padding costs more than the calls do.
        tokens, rows = self.network(*padded([row]))
        return tokens[0], rows[0]


def sentence_logits(tokens: Floats, row: Row) -> dict[int, float]:
    """Logit of each sentence of a row: the mean of one channel over its tokens plus the peak of another."""
    part = tokens[row.first : row.first + len(row.offsets)]
    owners = np.asarray(row.sentence_of)
    return {
        int(index): float(part[owners == index, MEAN].mean() + part[owners == index, PEAK].max())
        for index in dict.fromkeys(row.sentence_of)
    }


def best_span(tokens: Floats, row: Row) -> tuple[float, Span]:
    """Score of the best span of a row, less that of "not here" (the first token), and the span."""
    count = len(row.offsets)
    start = tokens[row.first : row.first + count, START]
    end = tokens[row.first : row.first + count, END]
    owners = np.asarray(row.sentence_of)
    best, found = -np.inf, (0, 0)
    for width in range(min(MOST_SPAN_TOKENS, count)):
        scores = start[: count - width] + end[width:]
        scores = np.where(owners[: count - width] == owners[width:], scores, -np.inf)
        at = int(scores.argmax())
        if scores[at] > best:
            best, found = float(scores[at]), (row.offsets[at][0], row.offsets[at + width][1])
    return best - float(tokens[0, START] + tokens[0, END]), found


def _merged(passage: Passage, read: list[tuple[Row, Floats, Floats]]) -> Logits:
    logits: dict[int, float] = {}
    best, span = UNREAD, (0, 0)
    relevance = answerable = UNREAD
    for row, tokens, outputs in read:
        for sentence, logit in sentence_logits(tokens, row).items():
            logits[sentence] = max(logit, logits.get(sentence, -np.inf))
        score, found = best_span(tokens, row)
        if score > best:
            best, span = score, found
        relevance = max(relevance, float(outputs[RANK]))
        answerable = max(answerable, float(outputs[ANSWERABLE]))
    sentences = tuple(logits.get(index, UNREAD) for index in range(len(passage.sentences)))
    return Logits(relevance, answerable, sentences, span, best)


class OnnxNetwork:
    """The exported network in an ONNX Runtime session."""

    def __init__(self, session: Any) -> None:
        self.session = session

    def __call__(self, ids: Ints, mask: Ints, segments: Ints) -> tuple[Floats, Floats]:
        tokens, rows = self.session.run(["tokens", "rows"], {"ids": ids, "mask": mask, "segments": segments})
        return cast(Floats, tokens), cast(Floats, rows)
