"""What a chat model writes, taken apart into statements with the passages they point at, while it is still writing."""

import re
from collections.abc import Iterable, Iterator

from retrieval.sentences import sentence_spans

# Models write [1], [1, 2], [1][2], but also [1a] and [see 3]: all of them go from the text, the first three are read.
_MARKER = r"\[[^\[\]]{0,20}?\d[^\[\]]*\]"
_MARKERS = re.compile(rf"\s*{_MARKER}")
_NUMBERS = re.compile(r"\[\s*(\d{1,6}(?:\s*[,;]\s*\d{1,6})*)\s*\]")
# At a sentence's end "(2)" points too; elsewhere it is an age, or the second of something.
_ROUND = re.compile(r"\s*\((?:passages? )?(\d{1,2}(?:, ?\d{1,2})*)\)(?=[.!?…]?[\"”’]?$)", re.IGNORECASE)
_ITEM = re.compile(r"^\d{1,2}[.)](?:\s+|$)")  # the number of a list's item
_AFTER_THE_STOP = re.compile(rf"([.!?…][\"”’]?)((?:\s*{_MARKER})+)")
_ENDED = re.compile(rf"(?:[.!?…][\"”’]?(?:\s*{_MARKER})*|{_MARKER})(?=\s|$)")
_LINE_END = re.compile(r"\r\n|\r(?!$)|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")  # as str.splitlines has it
# A sentence is whole when so much of the next one stands: markers follow the stop, and "Mr." is none. One that ends with a
# marker and a stop is no abbreviation: a word of the next will do.
_AHEAD, _AHEAD_OF_MARKED = 24, 2
_MARKED = re.compile(rf"{_MARKER}[.!?…][\"”’]?\s+$")

_THINKING = "<think>"

Pointed = tuple[str, list[int]]
"""A statement without its markers, and the numbers in them."""


def pointed(reply: str) -> Iterator[Pointed]:
    """Statements of a reply with the passage numbers they end with, markers taken out of the text.

    >>> list(pointed("Kashin said no [1]. Xi left [2, 3]."))
    [('Kashin said no.', [1]), ('Xi left.', [2, 3])]
    """
    for line in reply.splitlines():
        yield from _of_line(line)


def as_written(pieces: Iterable[str]) -> Iterator[Pointed]:
    """The same from a reply that comes in pieces, each statement as soon as it is whole.

    Where the pieces break off with an error, the whole sentences among what is left come before it.
    """
    pending = ""
    try:
        for piece in pieces:
            pending += piece
            *lines, pending = _LINE_END.split(pending)
            for line in lines:
                yield from _of_line(line)
            done = _whole(pending)
            if done:
                yield from _of_line(pending[:done])
                pending = pending[done:]
    except Exception:
        ended = list(_ENDED.finditer(pending))
        yield from _of_line(pending[: ended[-1].end()] if ended else "")
        raise
    yield from pointed(pending)


def without_thoughts(pieces: Iterable[str]) -> Iterator[str]:
    """A reply without what some models think aloud before it, between `<think>` and `</think>`."""
    held, decided = "", False
    for piece in pieces:
        if decided:
            yield piece
            continue
        held += piece
        if not _THINKING.startswith(held.lstrip()[: len(_THINKING)]):
            decided = True
            yield held
        elif "</think>" in held:
            decided = True
            yield held.partition("</think>")[2]
    if not decided and not held.lstrip().startswith(_THINKING):
        yield held


def _whole(text: str) -> int:
    """How much of an unfinished line are whole sentences with the markers behind them."""
    text = _AFTER_THE_STOP.sub(r"\2\1", text)  # as `_of_line` has it, and as long as before
    spans = sentence_spans(text)
    for start, _ in reversed(spans[1:]):
        ahead = _MARKERS.sub("", text[start:]).strip()
        # A marker right after the stop belongs to the sentence before; it would be torn from it here.
        if (
            len(ahead) >= (_AHEAD_OF_MARKED if _MARKED.search(text[:start]) else _AHEAD)
            and not re.match(rf"\s*{_MARKER}", text[start:])
            and text[:start].count("[") == text[:start].count("]")
        ):
            return start
    return 0


def _of_line(line: str) -> Iterator[Pointed]:
    # A marker after the full stop belongs to the sentence before it.
    line = _AFTER_THE_STOP.sub(r"\2\1", line.strip())
    for start, end in sentence_spans(line):
        sentence = line[start:end]
        written = [*_NUMBERS.findall(sentence), *_ROUND.findall(sentence)]
        numbers = [int(number) for found in written for number in re.findall(r"\d+", found)]
        text = _ITEM.sub("", _ROUND.sub("", _MARKERS.sub("", sentence)).strip(" -*•"))
        if re.search(r"\w", text):
            yield text, numbers
