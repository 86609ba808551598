"""A provider may do what it likes: the reader gets an answer, in time, and no key."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from provider_stub import KEY, Behaviour, Stub, serving
from test_composed import ARTICLES, RETRIEVED, assert_contract, whole

from assistant import Answer
from assistant.answer import ABSTENTION, StatementEvent
from assistant.composed import ComposedAnswerer
from assistant.provider import Deadlines, ProviderError, reply_pieces, told

QUICK = Deadlines(first_token=1.0, total=2.0, retries=2)
REPLY = ("Lyon won ", "the cup [2]. ", "It snowed ", "in Paris [1]. ", "The mayor closed two ", "bridges [1].")
BUSY = {"Retry-After": "0.05"}


@contextmanager
def model_of(*behaviours: Behaviour) -> Iterator[tuple[Stub, BaseChatModel]]:
    from langchain_openai import ChatOpenAI

    with serving(*behaviours) as (stub, address):
        yield stub, ChatOpenAI(model="stub", base_url=address, api_key=KEY, max_retries=0, timeout=5)  # type: ignore[arg-type]


class Extracted:
    """Answers in the articles' own words."""

    def stream(self, question: str, retrieved: Sequence[object], articles: object) -> Iterator[Answer]:
        yield Answer(question=question, outcome="not_in_articles")


def answered(model: BaseChatModel) -> Answer:
    answerer = ComposedAnswerer(model, fallback=Extracted(), deadlines=QUICK)  # type: ignore[arg-type]
    *_, answer = answerer.stream("What happened?", RETRIEVED, ARTICLES)
    assert isinstance(answer, Answer)
    assert_contract(answer)
    assert KEY not in str(answer.to_dict())
    return answer


def test_a_reply_comes_piece_by_piece() -> None:
    with model_of(Behaviour(REPLY)) as (_, model):
        assert "".join(reply_pieces(model, [HumanMessage("?")], QUICK)) == "".join(REPLY)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_trouble_that_passes_is_tried_again(status: int) -> None:
    with model_of(Behaviour(status=status, headers=BUSY), Behaviour(status=status, headers=BUSY), Behaviour(REPLY)) as (
        stub,
        model,
    ):
        answer = answered(model)
        assert (len(stub.asked), len(answer.statements), answer.notice) == (3, 3, "")


@pytest.mark.parametrize(
    ("behaviour", "asked", "said"),
    [
        (Behaviour(status=401), 1, "401"),
        (Behaviour(status=404), 1, "404"),
        (Behaviour(status=429, headers=BUSY), 3, "429"),
        (Behaviour(status=500, headers=BUSY), 3, "500"),
        (Behaviour(status=503, headers=BUSY), 3, "503"),
        (Behaviour(status=503, headers={"Retry-After": "99"}), 1, "503"),
        (Behaviour(end="silence"), 1, "longer than 1 s"),
        (Behaviour(end="reset"), 3, "Connection"),
        (Behaviour(end="cut"), 1, "did not answer"),
        (Behaviour(end="bad json"), 1, "JSON"),
        (Behaviour(body=b""), 1, "did not answer"),
        (Behaviour(body=b"<html>502 Bad Gateway</html>"), 1, "did not answer"),
        (Behaviour(body=b"{}", end="wrong length"), 3, "Connection"),
    ],
)
def test_a_provider_that_gives_no_reply_is_stood_in_for(behaviour: Behaviour, asked: int, said: str) -> None:
    with model_of(behaviour) as (stub, model):
        answer = answered(model)
        assert answer.text == ABSTENTION  # of the stand-in
        assert said in answer.notice
        assert answer.notice.endswith("this answer is made of the articles' own sentences.")
        assert len(stub.asked) == asked


@pytest.mark.parametrize("end", ["cut", "reset", "bad json", "html", "wrong length", "silence", "length"])
@pytest.mark.parametrize(("pieces", "kept"), [(3, 1), (5, 2)])
def test_a_stream_that_breaks_keeps_what_was_verified(end: str, pieces: int, kept: int) -> None:
    with model_of(Behaviour((*REPLY[:pieces], "and "), end=end)) as (stub, model):
        answer = answered(model)
        # What was left hanging may be a statement too, where its own words bear it out.
        assert [s.text for s in answer.statements][:kept] == ["Lyon won the cup.", "It snowed in Paris."][:kept]
        assert answer.notice.endswith("the answer is incomplete.")
        assert answer.outcome == "answered"
        assert len(stub.asked) == 1  # never again once something was written


def test_a_drip_ends_with_the_total_deadline() -> None:
    with model_of(Behaviour(REPLY * 9, drip=0.1)) as (_, model):
        answer = answered(model)
        assert answer.statements
        assert "longer than 2 s" in answer.notice


def test_statements_come_while_the_model_is_still_writing() -> None:
    with model_of(Behaviour(REPLY, end="silence")) as (_, model):
        stream = ComposedAnswerer(model, deadlines=Deadlines(5, 20)).stream(
            "What happened?", [whole(a) for a in ARTICLES.values()], ARTICLES
        )
        first = next(iter(stream))
        assert isinstance(first, StatementEvent)
        assert first.statement.text == "Lyon won the cup."


def test_without_a_stand_in_the_trouble_is_one_line_without_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with model_of(Behaviour(status=401)) as (_, model), pytest.raises(ProviderError) as caught:
        list(ComposedAnswerer(model, deadlines=QUICK).stream("What happened?", RETRIEVED, ARTICLES))
    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert KEY not in caplog.text


def test_what_may_be_a_key_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOBODYS_API_KEY", "correct horse")
    assert (
        told(ValueError("bad correct horse, sk-ant-12_34-x, Bearer abc, A1b2C3d4E5f6G7h8I9j0K"))
        == "ValueError: bad …, …, Bearer … …"
    )
    assert "claude-sonnet-4-5" in told(ValueError("no model claude-sonnet-4-5"))
