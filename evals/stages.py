"""Where on its road a failed case went wrong, in words."""

from evals.metrics import Span, meets
from evals.verdict import Verdict
from evals.wording import says

NOT_VERBATIM = "quoted words that are not in the file"
ANSWERED_WITHOUT = "answered though it was not there"
FILE_NOT_RETRIEVED = "right file not retrieved"
PASSAGE_NOT_RETRIEVED = "right file retrieved, right passage not"
ABSTAINED = "abstained though the evidence was there"
REMOVED = "chosen but removed later"
NOT_CHOSEN = "passage retrieved but sentence not chosen"
BESIDE = "right sentence cited, something wrong beside it"

STAGES = (
    FILE_NOT_RETRIEVED,
    PASSAGE_NOT_RETRIEVED,
    NOT_CHOSEN,
    REMOVED,
    ABSTAINED,
    ANSWERED_WITHOUT,
    BESIDE,
    NOT_VERBATIM,
)


def failed_stage(verdict: Verdict) -> str:
    """The first stage that lost what the case requires; empty where the case holds."""
    case, answer = verdict.case, verdict.answer
    if verdict.holds:
        return ""
    if not all(verdict.verbatim):
        return NOT_VERBATIM
    if not case.answerable:
        return ANSWERED_WITHOUT
    needed = set(case.must_cite) or set(case.files)
    retrieved = {scored.chunk.file for scored in answer.retrieved}
    if (case.must_cite and not needed <= retrieved) or not needed & retrieved:
        return FILE_NOT_RETRIEVED
    uncited = [
        rank
        for rank, quote in zip(verdict.ranks, verdict.gold, strict=True)
        if not any(_meets_any(span, verdict) for span in quote)
    ]
    if uncited and all(rank is None for rank in uncited):
        return PASSAGE_NOT_RETRIEVED
    missed = [fact for fact, found in zip(case.facts, verdict.found, strict=True) if not found]
    if any(says(removed.text, wording) for removed in answer.unverified for fact in missed for wording in fact):
        return REMOVED
    if answer.abstained:
        return ABSTAINED
    return NOT_CHOSEN if uncited or missed else BESIDE


def _meets_any(span: Span, verdict: Verdict) -> bool:
    return any(meets(span, cited) for cited in verdict.cited_spans)
