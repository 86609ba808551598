"""The road as a LangChain Runnable."""

from collections.abc import AsyncGenerator, Generator
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig, RunnableLambda

from assistant.answer import Answer, StatementEvent
from assistant.answerer import Asked
from assistant.road import Road
from assistant.threads import in_thread
from retrieval.errors import DatelineError

_KEYS = {"question", "history", "files"}


class AnswerStep(Runnable[Asked, Any]):
    """From what was retrieved to the answer; streams its statements before it."""

    def __init__(self, road: Road) -> None:
        self.road = road

    def invoke(self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any) -> Answer:
        *_, answer = self.stream(input, config)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any
    ) -> Generator[StatementEvent | Answer, None, None]:
        yield from self.road.answer(input)

    def astream(
        self, input: Asked, config: RunnableConfig | None = None, **kwargs: Any
    ) -> AsyncGenerator[StatementEvent | Answer, None]:
        return in_thread(self.stream(input, config))


def answer_chain(road: Road) -> Runnable[Any, Any]:
    """`retrieve | answer`: a question, or a dict of question, history and files, to an `Answer`."""

    def retrieve(asked: str | dict[str, Any]) -> Asked:
        values = {"question": asked} if isinstance(asked, str) else asked
        if not isinstance(values, dict) or not {"question"} <= set(values) <= _KEYS:
            raise DatelineError("the chain takes a question, or a dict with question and, if wanted, history and files")
        return road.retrieve(values["question"], values.get("history"), values.get("files"))

    return RunnableLambda(retrieve, name="retrieve") | AnswerStep(road)
