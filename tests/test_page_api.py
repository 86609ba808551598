"""The page's API as programs use it: `gradio_client`, and plain HTTP."""

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError, AuthenticationError
from page_fakes import KASHIN, FakeAssistant, running_page, seeds_assistant

from assistant import Answer, Assistant, Settings
from assistant.answer import StatementEvent
from ui import texts

pytestmark = pytest.mark.enable_socket
ARMS = "What did Kashin say about arms deliveries?"
HISTORY = [{"role": "user", "content": "Who is Kashin?"}, {"role": "assistant", "content": "An expert. [1]"}]


def connected(address: str, **options: Any) -> "closing[Client]":
    return closing(Client(address, verbose=False, analytics_enabled=False, **options))


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with running_page(assistant) as address:
        yield address


@pytest.fixture(scope="module")
def client(address: str) -> Iterator[Client]:
    with connected(address) as client:
        yield client


def untimed(answer: Mapping[str, Any]) -> Answer:
    return replace(Answer.from_dict(answer), timings={})


def refusal(client: Client, *asked: Any, api_name: str = "/ask") -> str:
    with pytest.raises(AppError) as caught:
        client.predict(*asked, api_name=api_name)
    return str(caught.value)


def test_what_the_api_offers_is_named_typed_and_described(client: Client) -> None:
    offered: Any = client.view_api(return_format="dict")
    assert offered["unnamed_endpoints"] == {}
    named = offered["named_endpoints"]
    assert {name: endpoint["description"] for name, endpoint in named.items()} == {
        "/ask": texts.API_ASK,
        "/stream": texts.API_STREAM,
        "/articles": texts.API_ARTICLES,
    }
    for name in ("/ask", "/stream"):
        parameters = {each["parameter_name"]: each for each in named[name]["parameters"]}
        assert {name: each["python_type"]["type"] for name, each in parameters.items()} == {
            "question": "str",
            "history": "list[dict(role: Literal['user', 'assistant'], content: str)]",
            "files": "list[str]",
        }
        assert all(each["label"] == name and each["python_type"]["description"] for name, each in parameters.items())
        assert not parameters["question"]["parameter_has_default"]
        assert parameters["history"]["parameter_default"] == parameters["files"]["parameter_default"] == []


@pytest.mark.parametrize("question", [ARMS, "What is the population of Japan?"])
def test_an_answer_of_the_api_is_the_answer_of_python(client: Client, assistant: Assistant, question: str) -> None:
    answer = client.predict(question, api_name="/ask")
    assert untimed(answer) == untimed(assistant.ask(question).to_dict())


def test_history_and_files_are_heeded(client: Client) -> None:
    answer = client.predict("What did he say about the economy?", history=HISTORY, api_name="/ask")
    assert "Kashin" in answer["standalone_question"]
    limited = client.predict(ARMS, files=["001_6cc9de1a86de204c.txt"], api_name="/ask")
    assert {found["file"] for found in limited["retrieved"]} == {"001_6cc9de1a86de204c.txt"}


def test_a_stream_gives_each_statement_and_then_the_answer(client: Client, assistant: Assistant) -> None:
    *statements, last = client.submit(ARMS, api_name="/stream")
    *events, answer = assistant.stream(ARMS)
    assert isinstance(answer, Answer)
    assert untimed(last["answer"]) == replace(answer, timings={})
    assert len(statements) == len(events) > 0
    for shown, event in zip(statements, events, strict=True):
        assert isinstance(event, StatementEvent)
        assert shown["statement"]["text"] == event.statement.text
        assert [citation["quote"] for citation in shown["citations"]] == [each.quote for each in event.citations]


def test_a_statement_is_streamed_before_the_answer_is_made() -> None:
    slow = seeds_assistant()
    slow.between.clear()
    with running_page(slow) as address, connected(address) as client:
        job = client.submit("What did Kashin say?", api_name="/stream")
        try:
            assert next(iter(job))["citations"][0]["file"] == KASHIN
            assert not job.done()
        finally:
            slow.between.set()
        assert job.result(timeout=10)


def test_the_articles_are_listed(client: Client, assistant: Assistant) -> None:
    assert client.predict(api_name="/articles") == [
        {"file": each.file, "title": each.title, "characters": len(each.text)} for each in assistant.articles.values()
    ]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("",), "the question is empty"),
        ((5,), "expected a string"),
        (("x" * 5000,), "at most 4,000 are read"),
        ((ARMS, [], ["none.txt"]), "no article 'none.txt'"),
        ((ARMS, [], [[1]]), "no article [1]"),
        ((ARMS, [], KASHIN), "files is a str: expected a list"),
        ((ARMS, [], 5), "files is a int: expected a list"),
        ((ARMS, [5], []), "history cannot be read"),
        ((ARMS, "x", []), "history is a str: expected a list"),
    ],
)
@pytest.mark.parametrize("api_name", ["/ask", "/stream"])
def test_what_cannot_be_asked_is_one_line(client: Client, asked: tuple[Any, ...], said: str, api_name: str) -> None:
    line = refusal(client, *asked, api_name=api_name)
    assert said in line
    assert "\n" not in line


def test_a_fault_of_the_program_tells_nothing_of_its_inside() -> None:
    with running_page(seeds_assistant()) as address, connected(address) as client:
        assert refusal(client, "a fault") == texts.FAILED


def test_the_api_and_the_page_share_one_limit() -> None:
    crowd = seeds_assistant(settings=Settings(queue_size=1))
    crowd.gate.clear()
    with running_page(crowd) as address, connected(address) as client:
        waiting = [client.submit("What did Kashin say?", api_name=name) for name in ("/ask", "/stream", "/ask")]
        waiting += [client.submit("What did Kashin say?", api_name="/ask") for _ in range(2)]
        try:
            until_held(crowd, 4)
            started = time.monotonic()
            assert refusal(client, "What did Ushakov praise?") == texts.BUSY
            assert time.monotonic() - started < 1
            assert client.predict(api_name="/articles")  # takes no place
        finally:
            crowd.gate.set()
        for job in waiting:
            assert job.result(timeout=10)


def until_held(assistant: FakeAssistant, count: int) -> None:
    deadline = time.monotonic() + 10
    while len(assistant.histories) < count and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.3)  # those that wait outside cannot be seen


def test_nothing_else_of_the_page_can_be_called(client: Client) -> None:
    config: Any = client.config
    shown = {each["api_name"] for each in config["dependencies"] if each["api_visibility"] != "private"}
    assert shown == {"ask", "stream", "articles"}


def test_plain_http_asks_by_name_and_reads_the_stream(address: str) -> None:
    def call(path: str, sent: dict[str, Any] | None = None) -> str:
        body = None if sent is None else json.dumps(sent).encode()
        request = urllib.request.Request(address + path, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=20) as response:
            return str(response.read().decode())

    event = json.loads(call("/gradio_api/call/v2/ask", {"question": ARMS}))["event_id"]
    *_, kind, data = call(f"/gradio_api/call/ask/{event}").strip().splitlines()
    assert kind == "event: complete"
    assert Answer.from_dict(json.loads(data.removeprefix("data: "))[0]).citations[0].file == KASHIN


def test_the_api_asks_for_the_login_that_the_settings_name() -> None:
    with running_page(seeds_assistant(settings=Settings(auth="reader:secret"))) as address:
        with connected(address, auth=("reader", "secret")) as client:
            assert client.predict("What did Kashin say?", api_name="/ask")["outcome"] == "answered"
        for auth in (None, ("reader", "wrong"), ("nobody", "secret")):
            with pytest.raises((AuthenticationError, ValueError)):
                Client(address, verbose=False, auth=auth)
