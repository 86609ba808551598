"""The evidence model: scores passages and sentences for a question, marks the answering span, says "not here".

One small cross-encoder (int8 ONNX, see weights/MODEL_CARD.md), one batched call per question. No torch at run time.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from retrieval.evidence import Evidence, Passage
from retrieval.sentences import Span

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

CLS, SEP = 101, 102
MOST_QUESTION_TOKENS = 48
MOST_TITLE_TOKENS = 24
# Tokens of a passage in one window: a longer one is read in several, cut at sentence borders.
WINDOW_TOKENS = 256
MOST_SPAN_TOKENS = 24
# Rows in one call of the network: padding to the longest costs more than a second call.
BATCH = 8

# Channels of the network's output per token, and its outputs per row.
MEAN, PEAK, START, END = range(4)
RANK, ANSWERABLE = range(2)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling, fitted on held-out questions: probability = sigmoid(slope * logit + offset)."""

    slope: float = 1.0
    offset: float = 0.0

    def probability(self, logit: float) -> float:
        return float(1.0 / (1.0 + np.exp(-np.clip(self.slope * logit + self.offset, -30.0, 30.0))))


@dataclass(frozen=True, slots=True)
class Logits:
    """What the network says of one passage, before calibration; the best over its windows."""

    relevance: float
    answerable: float
    sentences: tuple[float, ...]
    span: Span
    """The best span, whether or not it beats "not here"."""
    span_score: float


@dataclass(frozen=True, slots=True)
class Row:
    """One input of the network: a question and a window of a passage."""

    ids: list[int]
    first: int
    """Index of the first passage token."""
    offsets: list[Span]
    """Of the passage tokens, in the passage's text."""
    sentence_of: list[int]
    """Of the passage tokens: index of their sentence."""


class Network(Protocol):
    """Token outputs (rows, tokens, 4) and row outputs (rows, 2) for padded ids, mask and segment ids."""

    def __call__(self, ids: Ints, mask: Ints, segments: Ints) -> tuple[Floats, Floats]: ...


def encode(tokenizer: Tokenizer, text: str) -> tuple[list[int], list[Span]]:
    """Token ids and their offsets, without special tokens, never cut."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    return encoding.ids, encoding.offsets


def windows(
    question: list[int], title: list[int], passage: tuple[list[int], list[Span]], sentences: Sequence[Span]
) -> list[Row]:
    """The rows that together show every token of every sentence of a passage.

    A row is `[CLS] question [SEP] title [SEP] sentences [SEP]`, the title and its mark left out where there is none.
    Neighbouring windows share a sentence. A sentence longer than a window is cut into several rows.
    """
    head = [CLS, *question[:MOST_QUESTION_TOKENS], SEP]
    if title:
        head += [*title[:MOST_TITLE_TOKENS], SEP]
    ids, offsets = passage
    pieces: list[tuple[int, list[int]]] = []  # sentence, its tokens
    token = 0
    for index, (_, end) in enumerate(sentences):
        mine: list[int] = []
        while token < len(ids) and offsets[token][0] < end:
            mine.append(token)
            token += 1
        for cut in range(0, len(mine), WINDOW_TOKENS):
            pieces.append((index, mine[cut : cut + WINDOW_TOKENS]))
    rows: list[Row] = []
    at = 0
    while at < len(pieces):
        stop, size = at, 0
        while stop < len(pieces) and size + len(pieces[stop][1]) <= WINDOW_TOKENS:
            size += len(pieces[stop][1])
            stop += 1
        chosen = [(token, index) for index, tokens in pieces[at:stop] for token in tokens]
        rows.append(
            Row(
                ids=[*head, *(ids[token] for token, _ in chosen), SEP],
                first=len(head),
                offsets=[offsets[token] for token, _ in chosen],
                sentence_of=[index for _, index in chosen],
            )
        )
        if stop == len(pieces):
            break
        # The last sentence opens the next window too, where that leaves room for one more.
        last = len(pieces[stop - 1][1])
        at = stop - 1 if stop - at > 1 and last + len(pieces[stop][1]) <= WINDOW_TOKENS else stop
    return rows


def padded(rows: Sequence[Row]) -> tuple[Ints, Ints, Ints]:
    """Ids, mask and segment ids of rows, padded to the longest. The passage is segment 1."""
    width = max(len(row.ids) for row in rows)
    ids = np.zeros((len(rows), width), np.int64)
    mask = np.zeros_like(ids)
    segments = np.zeros_like(ids)
    for index, row in enumerate(rows):
        ids[index, : len(row.ids)] = row.ids
        mask[index, : len(row.ids)] = 1
        segments[index, row.first : len(row.ids)] = 1
    return ids, mask, segments


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


class EvidenceModel:
    """Scores the passages of one question. Safe to share between threads."""

    def __init__(
        self, network: Network, tokenizer: Tokenizer, *, answerable: Calibration, sentence: Calibration
    ) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._network = network
        self._tokenizer = tokenizer
        self._answerable = answerable
        self._sentence = sentence

    @classmethod
    def from_folder(cls, folder: Path, *, name: str = "evidence.int8.onnx", threads: int = 2) -> "EvidenceModel":
        """The model whose files lie in `folder`.

        Raises:
            ValueError: a file is not the one that SHA256SUMS names.
        """
        sums = {}
        for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines():
            digest, _, file = line.partition("  ")
            sums[file] = digest
        raw = {file: (folder / file).read_bytes() for file in (name, "tokenizer.json")}
        for file, content in raw.items():
            found = hashlib.sha256(content).hexdigest()
            if sums.get(file) != found:
                raise ValueError(
                    f"{folder / file} has SHA-256 {found[:12]}…, expected {sums.get(file, 'none')[:12]}…: restore the file"
                )
        network = OnnxNetwork(raw[name], threads=threads)
        return cls(
            network,
            Tokenizer.from_str(raw["tokenizer.json"].decode("utf-8")),
            answerable=network.calibration("answerable"),
            sentence=network.calibration("sentence"),
        )

    def score(self, question: str, passages: Sequence[Passage]) -> list[Evidence]:
        """Evidence of each passage, in the order given."""
        return [
            Evidence(
                relevance=logits.relevance,
                answerable=self._answerable.probability(logits.answerable),
                sentences=tuple(self._sentence.probability(logit) for logit in logits.sentences),
                span=logits.span if logits.span_score > 0 else None,
                span_score=logits.span_score,
            )
            for logits in self.logits([(question, passage) for passage in passages])
        ]

    def logits(self, pairs: Sequence[tuple[str, Passage]]) -> list[Logits]:
        """Uncalibrated outputs for pairs of a question and a passage, in the order given."""
        rows: list[Row] = []
        of_pair: list[list[int]] = []
        questions = {question: encode(self._tokenizer, question)[0] for question, _ in pairs}
        for question, passage in pairs:
            title = encode(self._tokenizer, passage.title)[0] if passage.title else []
            made = windows(questions[question], title, encode(self._tokenizer, passage.text), passage.sentences)
            of_pair.append(list(range(len(rows), len(rows) + len(made))))
            rows += made
        outputs = self._run(rows)
        return [
            _merged(passage, [(rows[index], *outputs[index]) for index in mine])
            for (_, passage), mine in zip(pairs, of_pair, strict=True)
        ]

    def answerable_probability(self, logit: float) -> float:
        return self._answerable.probability(logit)

    def sentence_probability(self, logit: float) -> float:
        return self._sentence.probability(logit)

    def answerable_logit(self, probability: float) -> float:
        return (float(np.log(probability / (1 - probability))) - self._answerable.offset) / self._answerable.slope

    def _run(self, rows: list[Row]) -> list[tuple[Floats, Floats]]:
        order = sorted(range(len(rows)), key=lambda index: len(rows[index].ids))
        outputs: dict[int, tuple[Floats, Floats]] = {}
        for cut in range(0, len(order), BATCH):
            batch = order[cut : cut + BATCH]
            tokens, row_outputs = self._network(*padded([rows[index] for index in batch]))
            for place, index in enumerate(batch):
                outputs[index] = (tokens[place], row_outputs[place])
        return [outputs[index] for index in range(len(rows))]


def _merged(passage: Passage, read: list[tuple[Row, Floats, Floats]]) -> Logits:
    logits: dict[int, float] = {}
    best, span = -np.inf, (0, 0)
    relevance = answerable = -np.inf
    for row, tokens, outputs in read:
        for sentence, logit in sentence_logits(tokens, row).items():
            logits[sentence] = max(logit, logits.get(sentence, -np.inf))
        score, found = best_span(tokens, row)
        if score > best:
            best, span = score, found
        relevance = max(relevance, float(outputs[RANK]))
        answerable = max(answerable, float(outputs[ANSWERABLE]))
    sentences = tuple(logits.get(index, -np.inf) for index in range(len(passage.sentences)))
    return Logits(relevance, answerable, sentences, span, best)


class OnnxNetwork:
    """The exported network in ONNX Runtime on the CPU."""

    def __init__(self, model: bytes, *, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])

    def calibration(self, name: str) -> Calibration:
        """A calibration that the export wrote into the file."""
        found = self._session.get_modelmeta().custom_metadata_map.get(name)
        return Calibration(**json.loads(found)) if found else Calibration()

    def __call__(self, ids: Ints, mask: Ints, segments: Ints) -> tuple[Floats, Floats]:
        tokens, rows = self._session.run(["tokens", "rows"], {"ids": ids, "mask": mask, "segments": segments})
        return cast(Floats, tokens), cast(Floats, rows)
