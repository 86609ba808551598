"""A chat model's opinion: read only where it is plain, counted beside the facts, and no part of the gate."""

from typing import Any

import pytest
from eval_fakes import (
    ARTICLES,
    BARKED,
    CATS,
    DOGS,
    HOW_OFTEN,
    RIGHT,
    SAT,
    WHERE,
    WHO,
    abstention,
    checked,
    quoting,
    record,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import Field

from assistant.answer import ABSTENTION
from assistant.prompts import JUDGE
from evals.gate import hold
from evals.judge import judged, verdict
from evals.record import JudgeRecord, Record
from retrieval.errors import DatelineError


class Scripted(BaseChatModel):
    """Gives its replies one after the other and keeps what it was asked."""

    replies: list[str]
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, messages: list[BaseMessage], *_: Any, **__: Any) -> ChatResult:
        self.asked.append(messages)
        reply = self.replies[len(self.asked) - 1]
        if reply == "down":
            raise ConnectionError("no route\nto host")
        return ChatResult(generations=[ChatGeneration(message=AIMessage(reply))])


@pytest.mark.parametrize("reply", ["RIGHT", "right", " Right.\n", "**RIGHT**", '"RIGHT"', "`right`.", "_RIGHT_"])
def test_a_reply_of_the_one_word_is_a_verdict(reply: str) -> None:
    assert verdict(reply) is True
    assert verdict(reply.replace("RIGHT", "WRONG").replace("right", "wrong").replace("Right", "Wrong")) is False


@pytest.mark.parametrize(
    "reply", ["", "not RIGHT", "RIGHT or WRONG?", "I think it is RIGHT", "RIGHT, but", "RIGHTS", "WRONG. RIGHT", "yes"]
)
def test_any_other_reply_is_unreadable(reply: str) -> None:
    assert verdict(reply) is None


def run() -> Record:
    """Right, wrong, rightly refused, wrongly refused."""
    return record(
        checked(0, RIGHT[WHERE]),
        checked(1, quoting(HOW_OFTEN, (DOGS, "The dog barked"))),
        checked(2, RIGHT[WHO]),
        checked(0, abstention(WHERE), question="Where?"),
        articles=ARTICLES,
    )


def opinion(*replies: str) -> JudgeRecord:
    found = judged(run(), Scripted(replies=list(replies)), name="fake:x").judge
    assert found is not None
    return found


def test_a_judge_of_the_facts_opinion_agrees_wholly() -> None:
    assert opinion("RIGHT", "WRONG", "RIGHT", "WRONG") == JudgeRecord(
        model="fake:x", right=2, wrong=2, unreadable=0, kappa=1.0, disagreements=()
    )


def test_replies_are_counted_and_disagreements_named() -> None:
    # The facts say right, wrong, right; the judge wrong, wrong, right: agreed on 2 of 3, by chance on 4/9.
    found = opinion("WRONG", "WRONG", "RIGHT", "Hm.")
    assert (found.right, found.wrong, found.unreadable) == (1, 2, 1)
    assert found.kappa == pytest.approx((2 / 3 - 4 / 9) / (1 - 4 / 9))
    assert found.disagreements == (run().cases[0].key,)


def test_a_judge_that_says_nothing_readable_agrees_with_nobody() -> None:
    found = opinion("?", "?", "?", "?")
    assert (found.right, found.wrong, found.unreadable, found.kappa, found.disagreements) == (0, 0, 4, None, ())


def test_the_judge_reads_question_evidence_and_answer_and_none_of_the_expected_wordings() -> None:
    model = Scripted(replies=["RIGHT"] * 2)
    history = [{"role": "user", "content": "Cats?"}, {"role": "assistant", "content": "{two} of them."}]
    cases = checked(0, quoting(WHERE, (CATS, "It was black.")), history=history, facts=[["mat"], ["leave"]])
    judged(record(cases, checked(2, RIGHT[WHO]), articles=ARTICLES), model, name="fake:x")
    first, second = model.asked
    assert [message.text for message in first] == [
        JUDGE,
        f"Conversation: user: Cats?\nassistant: {{two}} of them.\n\nQuestion: {WHERE}\n\nEvidence:\n{SAT}\n\n"
        "Answer:\nIt was black. [1]",
    ]
    refusal = "The articles do not say: the right answer is a refusal."
    said = f"Conversation: none\n\nQuestion: {WHO}\n\nEvidence:\n{refusal}\n\nAnswer:\n{ABSTENTION}"
    assert second[1].text == said


def test_the_evidence_of_a_planted_set_is_read_in_its_copy() -> None:
    model = Scripted(replies=["RIGHT"])
    articles = {**ARTICLES, "mine/" + DOGS: ARTICLES[DOGS].replace(BARKED, BARKED.upper())}
    judged(record(checked(1, RIGHT[HOW_OFTEN]), articles=articles), model, name="fake:x")
    assert BARKED.upper() in model.asked[0][1].text


def test_a_judge_that_does_not_answer_is_an_error_of_one_line() -> None:
    with pytest.raises(DatelineError) as caught:
        judged(run(), Scripted(replies=["RIGHT", "down"]), name="fake:x")
    message = "the judge 'fake:x' did not answer (ConnectionError: no route to host): check its name, key and address"
    assert str(caught.value) == message


def test_the_gate_does_not_hear_the_judge() -> None:
    before = run()
    after = judged(before, Scripted(replies=["WRONG", "RIGHT", "WRONG", "RIGHT"]), name="fake:x")
    assert hold(after, {"answers_right": 0.3}, before) == hold(before, {"answers_right": 0.3}, before)
    assert after.cases == before.cases
