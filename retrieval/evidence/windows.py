"""A question and a passage as rows of the evidence model: windows of whole sentences, no token left out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from retrieval.sentences import Span

Ints = npt.NDArray[np.int64]

CLS, SEP = 101, 102
MOST_QUESTION_TOKENS = 48
MOST_TITLE_TOKENS = 24
# Tokens of a passage in one window: a longer one is read in several, cut at sentence borders.
WINDOW_TOKENS = 256


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


def encode(tokenizer: Tokenizer, text: str) -> tuple[list[int], list[Span]]:
    """Token ids and their offsets, without special tokens, never cut."""
    # A lone surrogate is no text to the tokenizer; one character for one keeps the offsets true.
    text = "".join("\ufffd" if "\ud800" <= character <= "\udfff" else character for character in text)
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
        pieces += [(index, mine[cut : cut + WINDOW_TOKENS]) for cut in range(0, len(mine), WINDOW_TOKENS)]
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
