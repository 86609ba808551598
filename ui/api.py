"""The page's API, for `gradio_client` and plain HTTP: ask, stream, list the articles."""

import logging
from collections.abc import AsyncGenerator, AsyncIterator, Generator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import asdict
from typing import Any

import gradio as gr
from gradio.components.api_component import Api

from assistant.answer import Answer, StatementEvent
from assistant.threads import in_thread
from retrieval.errors import DatelineError, one_line
from ui import texts
from ui.answering import Answering
from ui.following import Following
from ui.turnstile import BusyError, Turnstile

_log = logging.getLogger(__name__)
_MESSAGE = {
    "type": "object",
    "properties": {"role": {"enum": ["user", "assistant"]}, "content": {"type": "string"}},
    "required": ["role", "content"],
}
_ENTRY = {
    "type": "object",
    "properties": {"file": {"type": "string"}, "title": {"type": "string"}, "characters": {"type": "integer"}},
    "required": ["file", "title", "characters"],
}


def add_api(assistant: Answering, following: Following, turnstile: Turnstile) -> None:
    """Add the endpoints `/ask`, `/stream` and `/articles` to the Blocks in whose context it is called.

    They follow the folder and pass the same turnstile as the page's questions. What cannot be done is a `gr.Error` of one line.
    """

    def followed(
        question: str, history: Sequence[Any], files: Sequence[str]
    ) -> Generator[StatementEvent | Answer, None, None]:
        following.look()
        yield from assistant.stream(question, history, files=files or None)

    async def events(
        question: str, history: Sequence[Any], files: Sequence[str]
    ) -> AsyncGenerator[StatementEvent | Answer, None]:
        try:
            made = in_thread(followed(question, history, files))
            async with turnstile.passage(), aclosing(made):
                async for event in made:
                    yield event
        except BusyError:
            raise gr.Error(texts.BUSY, print_exception=False) from None
        except DatelineError as error:
            raise gr.Error(one_line(error), print_exception=False) from None
        except Exception:
            _log.exception("a question could not be answered")
            raise gr.Error(texts.FAILED, print_exception=False) from None

    async def ask(question: str, history: Sequence[Any], files: Sequence[str]) -> dict[str, Any]:
        async with aclosing(events(question, history, files)) as made:
            async for event in made:
                if isinstance(event, Answer):
                    return event.to_dict()
        raise AssertionError("an answerer ended without an answer")

    async def stream(question: str, history: Sequence[Any], files: Sequence[str]) -> AsyncIterator[dict[str, Any]]:
        async with aclosing(events(question, history, files)) as made:
            async for event in made:
                yield {"answer": event.to_dict()} if isinstance(event, Answer) else asdict(event)

    def articles() -> list[dict[str, Any]]:
        following.look()
        return [
            {"file": article.file, "title": article.title, "characters": len(article.text)}
            for article in assistant.articles.values()
        ]

    asking = [
        Api(None, {"type": "string", **_about(texts.API_QUESTION)}, "question"),
        Api([], _list_of(_MESSAGE, texts.API_HISTORY), "history"),
        Api([], _list_of({"type": "string"}, texts.API_FILES), "files"),
    ]
    for name, function, inputs, output, about in (
        ("ask", ask, asking, Api(None, _object(texts.API_ANSWER), "answer"), texts.API_ASK),
        ("stream", stream, asking, Api(None, _object(texts.API_EVENT), "event"), texts.API_STREAM),
        ("articles", articles, [], Api(None, _list_of(_ENTRY, ""), "articles"), texts.API_ARTICLES),
    ):
        # What gr.api does, with names and descriptions; it numbers the parameters and leaves their defaults to be sent.
        gr.on(
            [],
            function,
            inputs,
            output,
            api_name=name,
            api_description=about,
            preprocess=False,
            postprocess=False,
            show_progress="hidden",
            concurrency_limit=None,
        )


def _about(words: str) -> dict[str, str]:
    return {"description": words, "additional_description": words}  # of what comes out, and of what goes in


def _object(words: str) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": {}, **_about(words)}


def _list_of(items: Mapping[str, Any], words: str) -> dict[str, Any]:
    return {"type": "array", "items": items, **_about(words)}
