"""A statement with its quotes goes in; supported, or unsupported with the reason, comes out."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.verification.agency import agency_conflict
from assistant.verification.attachments import attachment_conflict
from assistant.verification.attribution import namesake_conflict, speaker_conflict
from assistant.verification.comparison import Comparison
from assistant.verification.dates import date_conflict
from assistant.verification.modality import modality_conflict
from assistant.verification.names import name_conflict
from assistant.verification.numbers import number_conflict
from assistant.verification.polarity import polarity_conflict
from assistant.verification.quotes import Quote
from assistant.verification.roles import role_conflict
from assistant.verification.support import bears_out
from assistant.verification.verbatim import Slot, Verdict, verbatim_verdict
from retrieval.evidence import EvidenceScorer

SOMETHING_ELSE = "the quote is about something else"
NOTHING_QUOTED = "it quotes nothing"
_CHECKS: tuple[tuple[Slot, Callable[[Comparison], str]], ...] = (
    ("dates", date_conflict),
    ("numbers", number_conflict),
    ("names", name_conflict),
    ("polarity", polarity_conflict),
    ("modality", modality_conflict),
    ("roles", role_conflict),
    ("roles", agency_conflict),
    ("roles", attachment_conflict),
)


def verify(
    statement: str,
    quotes: Sequence[Quote],
    *,
    scorer: EvidenceScorer | None = None,
) -> Verdict:
    """Whether the quotes say what the statement says.

    Slots are compared first: who says so, when, how many, who, yes or no, how surely, who to whom. A statement that
    contradicts none must still be about the same: by its words, and by the evidence model where a scorer is given.
    Whole sentences of a quote always pass, with their speaker.
    """
    quotes = [replace(quote, text=_marked(quote.text)) for quote in quotes if quote.text.strip()]
    statement = _marked(statement)
    if not quotes or not statement.strip():
        return Verdict(False, NOTHING_QUOTED, "support")
    reason = namesake_conflict(statement, quotes)
    if reason:
        return Verdict(False, reason, "speaker")
    repeated = verbatim_verdict(statement, quotes)
    return repeated or _compared(statement, quotes, scorer)


def _compared(statement: str, quotes: Sequence[Quote], scorer: EvidenceScorer | None) -> Verdict:
    reason = speaker_conflict(statement, quotes)
    if reason:
        return Verdict(False, reason, "speaker")
    context = "\n".join(dict.fromkeys(quote.context for quote in quotes))
    speakers = tuple(dict.fromkeys(speaker for quote in quotes for speaker in quote.speakers))
    pair = Comparison.of(statement, [quote.text for quote in quotes], context, speakers)
    for slot, conflict in _CHECKS:
        reason = conflict(pair)
        if reason:
            return Verdict(False, reason, slot)
    if not bears_out(pair, scorer):
        return Verdict(False, SOMETHING_ELSE, "support")
    return Verdict(True)


def _marked(text: str) -> str:
    """A text with TeX's quotation marks as everybody else's."""
    return text.replace("``", "“").replace("''", "”") if "``" in text else text
