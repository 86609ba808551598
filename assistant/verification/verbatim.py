"""Statements that are sentences of their quotes, word for word: nothing is compared but whose words they are."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from assistant.verification.quotes import Quote
from retrieval.sentences import sentence_spans

Slot = Literal["", "names", "numbers", "dates", "polarity", "modality", "roles", "speaker", "support"]

_WORD = re.compile(r"\w+")
_PRONOUN = re.compile(r"(?:and|but)?\s*(?:s?he|they|it|I|we)", re.IGNORECASE)
_NAMED = re.compile(r"^[^:“”\"]{2,60}:\s")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether quotes support a statement; where not, one plain clause that says why, and the slot that differs."""

    supported: bool
    reason: str = ""
    slot: Slot = ""


def verbatim_verdict(statement: str, quotes: Sequence[Quote]) -> Verdict | None:
    """Whether a statement that repeats its quotes has the speakers of what it repeats; None where it does not repeat them."""
    held = _holding(statement, quotes)
    if not held:
        return None
    left_out = next((quote for quote in held if not _names_speaker(statement, quote)), None)
    if left_out is None:
        return Verdict(True)
    from assistant.verification.telling import names_a_view, tellings

    described = any(telling.who and not _PRONOUN.fullmatch(telling.who) for telling in tellings(statement))
    if described or names_a_view(statement):
        return Verdict(True)
    return Verdict(False, f"it is {left_out.speakers[0]} who says so", "speaker")


def _holding(statement: str, quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes whose sentences a statement is, whole and in their order, after a speaker's name at most; none if it is not."""
    for own in dict.fromkeys((statement, _NAMED.sub("", statement))):
        said = _plain(own)
        if not said:
            continue
        if said == _plain(" ".join(quote.text for quote in quotes)):
            return list(quotes)
        found = next((quote for quote in quotes if said in _runs(quote.text)), None)
        if found:
            return [found]
        parts = [_plain(own[start:end]) for start, end in sentence_spans(own)]
        held = [next((quote for quote in quotes if part in _runs(quote.text)), None) for part in parts]
        if parts and all(held):
            return [quote for quote in held if quote]
    return []


def _names_speaker(statement: str, quote: Quote) -> bool:
    """Whether a statement has the speaker of a quote, by his last name at least."""
    said = set(_WORD.findall(statement.lower()))
    return not (quote.speakers and quote.explicit) or any(
        names and names[-1] in said for speaker in quote.speakers if (names := _WORD.findall(speaker.lower()))
    )


def _runs(text: str) -> Iterator[str]:
    """A text and its runs of neighbouring sentences."""
    yield _plain(text)
    spans = sentence_spans(text)
    for first, (start, _) in enumerate(spans):
        for _, end in spans[first:]:
            yield _plain(text[start:end])


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.lower()))
