"""Items as tensors: encoded once, cut to a window that keeps the answer, batched by length."""

import random
from dataclasses import dataclass

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from retrieval.evidence.windows import (
    CLS,
    MOST_QUESTION_TOKENS,
    MOST_TITLE_TOKENS,
    SEP,
    WINDOW_TOKENS,
    Row,
    encode,
    padded,
)
from retrieval.training.evidence.examples import Example, Item

UNKNOWN = -100
SHORT_WINDOW_TOKENS, SHORT_SHARE = 104, 0.75


@dataclass(frozen=True, slots=True)
class Encoded:
    row: Row
    labels: tuple[int, ...]
    answerable: float
    start: int
    end: int
    ranked: float
    about: float


Group = list[list[Encoded]]
"""Encoded items that make one batch."""


@dataclass(frozen=True, slots=True)
class Batch:
    ids: Tensor
    mask: Tensor
    segments: Tensor
    sentence_of: Tensor
    """(rows, tokens): index into the batch's sentences, or the number of sentences where a token is in none."""
    sentence_row: Tensor
    sentence_label: Tensor
    answerable: Tensor
    start: Tensor
    end: Tensor
    ranked: Tensor
    about: Tensor
    item: Tensor


class Encoder:
    """Encodes examples; the tokens of a passage are kept, as a passage comes back with many questions."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        tokenizer.no_padding()
        tokenizer.no_truncation()
        self._tokenizer = tokenizer
        self._known: dict[str, tuple[list[int], list[tuple[int, int]]]] = {}

    def encoded(self, example: Example, rng: random.Random, *, limit: int | None = None) -> Encoded | None:
        """The example in a window of at most `limit` passage tokens, by default a random one; None if it is empty."""
        if example.text not in self._known:
            self._known[example.text] = encode(self._tokenizer, example.text)
        ids, offsets = self._known[example.text]
        if not example.sentences or not ids:
            return None
        question, _ = encode(self._tokenizer, example.question)
        if not question:
            return None
        head = [CLS, *question[:MOST_QUESTION_TOKENS], SEP]
        if example.title:
            head += [*encode(self._tokenizer, example.title)[0][:MOST_TITLE_TOKENS], SEP]
        owners = _owners(offsets, example.sentences)
        # Most windows are short: more questions are seen in the same time.
        if limit is None:
            limit = SHORT_WINDOW_TOKENS if rng.random() < SHORT_SHARE else WINDOW_TOKENS
        first, last = _window(owners, example.labels, limit, rng)
        tokens = [t for t in range(len(ids)) if first <= owners[t] <= last][:limit]
        labels = example.labels[first : last + 1]
        row = Row(
            [*head, *(ids[t] for t in tokens), SEP],
            len(head),
            [offsets[t] for t in tokens],
            [owners[t] - first for t in tokens],
        )
        labels = tuple(label if index in set(row.sentence_of) else -1 for index, label in enumerate(labels))
        if example.answerable and not any(label == 1 for label in labels):
            return None
        start = end = 0
        if example.answerable:
            start, end = UNKNOWN, UNKNOWN
            if example.span is not None:
                inside = [i for i, (a, b) in enumerate(row.offsets) if a < example.span[1] and b > example.span[0]]
                if inside:
                    start, end = len(head) + inside[0], len(head) + inside[-1]
        elif example.answerable is None:
            start, end = UNKNOWN, UNKNOWN
        return Encoded(
            row, labels, _number(example.answerable), start, end, _number(example.ranked), _number(example.about)
        )


def _number(value: bool | None) -> float:
    return float("nan") if value is None else float(value)


def _owners(offsets: list[tuple[int, int]], sentences: tuple[tuple[int, int], ...]) -> list[int]:
    owners, at = [], 0
    for start, _ in offsets:
        while at + 1 < len(sentences) and start >= sentences[at][1]:
            at += 1
        owners.append(at)
    return owners


def _window(owners: list[int], labels: tuple[int, ...], limit: int, rng: random.Random) -> tuple[int, int]:
    """First and last sentence of a window that holds an answering sentence and fits."""
    count = len(labels)
    if len(owners) <= limit:
        return 0, count - 1
    sizes = np.bincount(owners, minlength=count)
    answers = [i for i, label in enumerate(labels) if label == 1] or [rng.randrange(count)]
    first = last = rng.choice(answers)
    size = int(sizes[first])
    while True:
        ways = []
        if first > 0 and size + sizes[first - 1] <= limit:
            ways.append(-1)
        if last + 1 < count and size + sizes[last + 1] <= limit:
            ways.append(1)
        if not ways:
            return first, last
        if rng.choice(ways) < 0:
            first -= 1
            size += int(sizes[first])
        else:
            last += 1
            size += int(sizes[last])


def batches(items: list[Item], encoder: Encoder, *, tokens: int, rng: random.Random) -> list[Group]:
    """Items grouped so that a batch holds about `tokens` tokens of like length, in random order."""
    encoded = []
    for item in items:
        rows = [row for example in item if (row := encoder.encoded(example, rng)) is not None]
        if rows:
            encoded.append(rows)
    # A little noise keeps the same items from meeting in every epoch.
    encoded.sort(key=lambda rows: max(len(row.row.ids) for row in rows) + rng.uniform(-8, 8))
    groups: list[Group] = [[]]
    size = width = 0
    for rows in encoded:
        longest = max(len(row.row.ids) for row in rows)
        if groups[-1] and (size + len(rows)) * max(width, longest) > tokens:
            groups.append([])
            size = width = 0
        groups[-1].append(rows)
        size, width = size + len(rows), max(width, longest)
    rng.shuffle(groups)
    return groups


def collate(group: Group) -> Batch:
    rows = [row for item in group for row in item]
    ids, mask, segments = padded([row.row for row in rows])
    total = sum(len(row.labels) for row in rows)
    owners = np.full(ids.shape, total, np.int64)
    sentence_row: list[int] = []
    sentence_label: list[int] = []
    base = 0
    for index, row in enumerate(rows):
        at = row.row.first
        owners[index, at : at + len(row.row.sentence_of)] = np.asarray(row.row.sentence_of) + base
        base += len(row.labels)
        sentence_row += [index] * len(row.labels)
        sentence_label += row.labels
    return Batch(
        ids=torch.from_numpy(ids),
        mask=torch.from_numpy(mask),
        segments=torch.from_numpy(segments),
        sentence_of=torch.from_numpy(owners),
        sentence_row=torch.tensor(sentence_row),
        sentence_label=torch.tensor(sentence_label),
        answerable=torch.tensor([row.answerable for row in rows]),
        start=torch.tensor([row.start for row in rows]),
        end=torch.tensor([row.end for row in rows]),
        ranked=torch.tensor([row.ranked for row in rows]),
        about=torch.tensor([row.about for row in rows]),
        item=torch.tensor([i for i, item in enumerate(group) for _ in item]),
    )
