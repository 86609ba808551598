"""A chat model's opinion of the answers, beside the facts: no part of the gate."""

import re
from typing import TYPE_CHECKING

from assistant.prompts import JUDGE, JUDGED
from assistant.redaction import told
from evals import metrics
from evals.record import CaseRecord, JudgeRecord, Record
from retrieval.errors import DatelineError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# The whole reply, not a word somewhere in it: "not RIGHT" and "RIGHT or WRONG?" are no verdicts.
_VERDICT = re.compile(r"\s*[*_\"'`]*(RIGHT|WRONG)\.?[*_\"'`]*\.?\s*", re.IGNORECASE)


def verdict(reply: str) -> bool | None:
    """Whether a reply says right; None where it is unreadable.

    >>> verdict("RIGHT"), verdict("Wrong."), verdict("I think it is RIGHT")
    (True, False, None)
    """
    found = _VERDICT.fullmatch(reply)
    return None if found is None else found.group(1).upper() == "RIGHT"


def judged(record: Record, model: "BaseChatModel", *, name: str) -> Record:
    """The record with what the model thinks of each answer and how far that agrees with the facts (Cohen's kappa).

    The model reads the question, the gold quotes and the answer, and none of the expected wordings: its verdict is its own.

    Raises:
        DatelineError: the model did not answer.
    """
    from langchain_core.messages import HumanMessage, SystemMessage

    right = wrong = unreadable = 0
    pairs: list[tuple[bool, bool]] = []
    disagreements: list[str] = []
    for case in record.cases:
        try:
            reply = model.invoke([SystemMessage(JUDGE), HumanMessage(_shown(case, record))])
        except Exception as error:  # each provider raises its own kinds
            raise DatelineError(
                f"the judge {name!r} did not answer ({told(error)}): check its name, key and address"
            ) from None
        opinion = verdict(str(reply.text))
        if opinion is None:
            unreadable += 1
            continue
        right, wrong = right + opinion, wrong + (not opinion)
        by_facts = _right(case)
        pairs.append((by_facts, opinion))
        if opinion != by_facts:
            disagreements.append(case.key)
    opinions = JudgeRecord(
        model=name,
        right=right,
        wrong=wrong,
        unreadable=unreadable,
        kappa=metrics.cohens_kappa(pairs),
        disagreements=tuple(disagreements),
    )
    return record.model_copy(update={"judge": opinions})


def _right(case: CaseRecord) -> bool:
    """What the facts say of the answer: of one that should not be there, that it was refused."""
    above, below = case.counts.get("answers_right") or case.counts["abstention_recall"]
    return above == below


def _shown(case: CaseRecord, record: Record) -> str:
    details = case.details
    assert details is not None  # a record that was just made
    evidence = []
    for quote in details.gold:
        for place in quote[:1]:
            text = record.articles.get(f"{case.file}/{place.file}") or record.articles[place.file]
            evidence.append(text[place.start : place.end])
    conversation = "\n".join(f"{message.role}: {message.content}" for message in details.history)
    return JUDGED.format(
        conversation=conversation or "none",
        question=case.question,
        evidence="\n".join(evidence) or "The articles do not say: the right answer is a refusal.",
        answer=details.text,
    )
