"""A provider may do what it likes: the reader gets an answer, in time, and no key."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage
from provider_stub import KEY, Behaviour, Stub, serving
from pydantic import SecretStr
from test_composed import ARTICLES, RETRIEVED, assert_contract, whole

from assistant import Answer, Assistant, DatelineError, Settings
from assistant.answer import ABSTENTION, StatementEvent
from assistant.answerer import Answerer
from assistant.composed import EXTRACTED, INCOMPLETE, ComposedAnswerer
from assistant.provider import Deadlines, ProviderError, reply_pieces
from assistant.redaction import told
from retrieval.articles import Article, ScoredChunk

QUICK = Deadlines(first_token=1.5, total=2.5, retries=2)
REPLY = ("Lyon won ", "the cup [2]. ", "It snowed ", "in Paris [1]. ", "The mayor closed two ", "bridges [1].")
BUSY = {"Retry-After": "0.05"}


@contextmanager
def model_of(*behaviours: Behaviour) -> Iterator[tuple[Stub, BaseChatModel]]:
    from langchain_openai import ChatOpenAI

    with serving(*behaviours) as (stub, address):
        yield stub, ChatOpenAI(model="stub", base_url=address, api_key=SecretStr(KEY), max_retries=0, timeout=5)


class Extracted(Answerer):
    """Answers in the articles' own words."""

    def stream(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> Iterator[StatementEvent | Answer]:
        yield Answer(question=question, outcome="not_in_articles")


def answered(model: BaseChatModel) -> Answer:
    answerer = ComposedAnswerer(model, fallback=Extracted(), deadlines=QUICK)
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
        (Behaviour(end="pings"), 1, "longer than 2 s"),
        (Behaviour(("",), end="silence"), 1, "longer than 2 s"),
        (Behaviour(end="silence"), 1, "longer than 2 s"),
        (Behaviour(end="reset"), 3, "Connection"),
        (Behaviour(end="cut"), 1, "did not answer"),
        (Behaviour(), 1, "wrote nothing"),
        (Behaviour(end="html"), 1, "JSON"),
        (Behaviour(end="401"), 1, "key …"),
        (Behaviour(end="503"), 3, "key …"),
        (Behaviour(end="wrong length"), 3, "did not answer"),
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


TROUBLES = ["401", "429", "500", "503", "silence", "pings", "cut", "bad json", "html", "reset", "wrong length"]
POINTS = {
    "after the first token": (("Lyon ",), 0),
    "in the middle of the first statement": (("Lyon won ", "the"), 0),
    "after a verified statement": (("Lyon won ", "the cup [2]. ", "It "), 1),
    "in the middle of the second statement": (("Lyon won ", "the cup [2]. ", "It snowed ", "in"), 1),
    "when all is written but the reason to stop": (REPLY, 3),
}


@pytest.mark.parametrize("end", TROUBLES)
def test_a_stream_that_breaks_keeps_what_was_verified_and_says_so(end: str) -> None:
    def broken(pieces: tuple[str, ...]) -> tuple[Answer, int]:
        with model_of(Behaviour(pieces, end=end)) as (stub, model):
            return answered(model), len(stub.asked)

    told = ["Lyon won the cup.", "It snowed in Paris.", "The mayor closed two bridges."]
    with ThreadPoolExecutor(len(POINTS)) as at_once:  # a silent server is waited for
        answers = at_once.map(broken, [pieces for pieces, _ in POINTS.values()])
        for (point, (_, kept)), (answer, asked) in zip(POINTS.items(), answers, strict=True):
            assert [statement.text for statement in answer.statements] == told[:kept], point
            assert answer.notice.endswith((INCOMPLETE if kept else EXTRACTED).format(trouble="")), point
            assert answer.outcome == ("answered" if kept else "not_in_articles"), point
            assert asked == 1, point  # never again once something was written


@pytest.mark.parametrize("end", TROUBLES)
def test_what_a_server_does_after_the_reason_to_stop_is_no_matter(end: str) -> None:
    with model_of(Behaviour(REPLY, end=end, stopped=True)) as (_, model):
        answer = answered(model)
    assert (len(answer.statements), answer.notice) == (3, "")


def test_a_reply_cut_at_its_limit_of_tokens_is_incomplete() -> None:
    with model_of(Behaviour((*REPLY[:3], "and "), end="length")) as (_, model):
        answer = answered(model)
    assert [statement.text for statement in answer.statements] == ["Lyon won the cup."]
    assert answer.notice == "The chat model stopped at its limit of tokens: the answer is incomplete."


def test_a_trouble_told_in_the_stream_before_a_word_is_tried_again() -> None:
    with model_of(Behaviour(end="503"), Behaviour(REPLY)) as (stub, model):
        assert len(answered(model).statements) == 3
    assert len(stub.asked) == 2


@pytest.mark.parametrize(
    "asked_for",
    [lambda: "1", lambda: "1.0", lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)],
)
def test_a_server_is_left_alone_for_as_long_as_it_asks(asked_for: Callable[[], str]) -> None:
    started = time.monotonic()
    with model_of(Behaviour(status=429, headers={"Retry-After": asked_for()}), Behaviour(REPLY)) as (stub, model):
        answerer = ComposedAnswerer(model, deadlines=Deadlines(5, 20))
        *_, answer = answerer.stream("What happened?", RETRIEVED, ARTICLES)
    assert isinstance(answer, Answer)
    assert (len(stub.asked), len(answer.statements)) == (2, 3)
    assert time.monotonic() - started >= 0.95  # a date has no fractions


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


def test_without_a_stand_in_the_trouble_is_one_line() -> None:
    with model_of(Behaviour(status=401)) as (_, model), pytest.raises(ProviderError, match="401") as caught:
        list(ComposedAnswerer(model, deadlines=QUICK).stream("What happened?", RETRIEVED, ARTICLES))
    assert "\n" not in str(caught.value)
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("key", [KEY, "correct-horse-battery"])
@pytest.mark.parametrize("address", ["{scheme}{host}", "{scheme}user:{key}@{host}", "{scheme}{host}?api_key={key}"])
@pytest.mark.parametrize(
    "behaviour",
    [
        {"status": 401, "body": '{{"error": {{"message": "wrong key {key}", "code": "{key}"}}}}'},
        {"headers": {"X-Echo": "{key}"}, "pieces": REPLY},
        {"pieces": REPLY[:2], "end": "reset"},
        {"end": "bad json"},
    ],
    ids=["401", "echo in a header", "reset", "bad json"],
)
def test_a_key_is_in_no_error_and_no_log_at_any_level(
    behaviour: dict[str, Any], address: str, key: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", key)
    values = {**behaviour, "headers": {n: v.format(key=key) for n, v in behaviour.get("headers", {}).items()}}
    if "body" in behaviour:
        values["body"] = behaviour["body"].format(key=key).encode()
    caplog.set_level(1)
    with serving(Behaviour(**values)) as (_, url):
        scheme, host = url[:7], url[7:]
        model = ComposedAnswerer.model_named("openai:stub", address.format(scheme=scheme, host=host, key=key))
        told = str(answered(model).to_dict())
        with suppress(ProviderError):
            told += "".join(reply_pieces(model, [HumanMessage("?")], QUICK))
    clients = {record.name.partition(".")[0].rstrip("0123456789") for record in caplog.records}
    assert {"openai", "httpx", "httpcore"} <= clients  # they do log
    assert key not in told
    assert key not in caplog.text
    assert not any(key in f"{record.msg} {record.args} {record.exc_info}" for record in caplog.records)


@pytest.mark.parametrize("by", ["OPENAI_BASE_URL", "model_url"])
@pytest.mark.parametrize("key", ["", KEY])
def test_any_server_of_openais_protocol_will_do(by: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if key:
        monkeypatch.setenv("OPENAI_API_KEY", key)
    with serving(Behaviour(REPLY)) as (stub, url):
        if by == "OPENAI_BASE_URL":
            monkeypatch.setenv(by, url)
            if not key:
                with pytest.raises(DatelineError, match="set its key"):
                    ComposedAnswerer.model_named("openai:qwen3")
                return
        answer = answered(ComposedAnswerer.model_named("openai:qwen3", url if by == "model_url" else ""))
    assert (len(answer.statements), answer.notice) == (3, "")
    assert stub.asked[0]["model"] == "qwen3"
    assert not {"temperature", "max_tokens", "max_completion_tokens"} & stub.asked[0].keys()


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"model_url": "localhost:8000"}, "input should be an address, such as http://127.0.0.1:8000/v1"),
        ({"model_url": f"http://u:{KEY}@localhost/v1"}, "input should hold no key"),
        ({"model_url": f"http://localhost/v1?key={KEY}"}, "input should hold no key"),
        ({"model_url": "http://localhost/v1"}, "model_url is set and model is not"),
    ],
)
def test_an_address_that_will_not_do_is_one_line(values: dict[str, str], told: str) -> None:
    with pytest.raises(DatelineError, match=told) as caught:
        Assistant.from_settings(Settings(**values))
    assert KEY not in str(caught.value)


def test_a_key_given_in_code_is_a_secret_too(caplog: pytest.LogCaptureFixture) -> None:
    from langchain_openai import ChatOpenAI

    caplog.set_level(1)
    key = "plain words"
    body = f'{{"error": {{"message": "wrong: {key}"}}}}'.encode()
    with serving(Behaviour(status=401, body=body)) as (_, url):
        model = ChatOpenAI(model="stub", base_url=url, api_key=SecretStr(key), max_retries=0)
        with pytest.raises(ProviderError, match="wrong: …"):
            list(reply_pieces(model, [HumanMessage("?")], QUICK))
    assert key not in caplog.text


def test_what_others_log_is_left_as_it_is(caplog: pytest.LogCaptureFixture) -> None:
    with model_of(Behaviour(REPLY)) as (_, model):
        list(reply_pieces(model, [HumanMessage("?")], QUICK))
    logging.getLogger("somebody").warning("Bearer %s", "of news")
    assert "Bearer of news" in caplog.text


def test_what_may_be_a_key_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOBODYS_API_KEY", "correct horse")
    assert (
        told(
            ValueError("bad correct horse, sk-ant-12_34-x, Bearer abc, A1b2C3d4E5f6G7h8I9j0K, http://a:b@c/?key=d&x=e")
        )
        == "ValueError: bad …, …, Bearer … …, http://…@c/?key=…&x=e"
    )
    assert "claude-sonnet-4-5" in told(ValueError("no model claude-sonnet-4-5"))
