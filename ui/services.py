"""What the page asks its server for besides answers: articles, the list, kept conversations, suggestions, feedback.

Each service takes one object of JSON and gives JSON. What comes from a browser may be anything, so it is read strictly:
a request that is none is refused with one line, `{"error": …}`.
"""

import threading
from collections.abc import Callable, Sequence
from itertools import takewhile
from typing import Any, Protocol

import gradio as gr

from assistant.answer import Answer, Citation, conversation_markdown
from assistant.feedback import keep
from retrieval.errors import DatelineError, one_line
from retrieval.sentences import Span
from ui import texts
from ui.answering import Answering
from ui.article import article_html
from ui.conversation import Turn
from ui.following import Following
from ui.guard import reader
from ui.library import entries_html, found, library_html
from ui.rendering import turn_html
from ui.turnstile import Turnstile

EXAMPLES = 4
SUGGESTING_SECONDS = 3.0
"""How long suggestions for an answer wait for those of another one."""


class Readers(Protocol):
    """Who answers a reader: everybody's articles and those that the reader added."""

    def assistant(self, reader: str) -> Answering: ...
    def own(self, reader: str) -> Sequence[str]: ...
    def remove(self, reader: str, file: str) -> None: ...


Service = Callable[[Any, gr.Request], Any]
Sent = dict[str, Any]


def services(readers: Readers, following: Following, turnstile: Turnstile) -> list[Service]:
    """The services as functions for `server_functions`, named as the page's scripts call them."""
    examples = Examples()
    suggesting = threading.Lock()

    def open_article(sent: Sent, assistant: Answering, reader: str) -> Any:
        article = assistant.articles.get(_text(sent, "file"))
        if article is None:
            raise DatelineError(texts.GONE)
        citations = [Citation.from_dict(citation) for citation in _list(sent, "citations")]
        chosen, part, spot = _number(sent, "chosen"), _number(sent, "part"), _span(sent, "spot")
        return {"html": article_html(article, citations, chosen=chosen, spot=spot, part=part), "title": article.title}

    def open_library(sent: Sent, assistant: Answering, reader: str) -> Any:
        following.look()
        listed = library_html(assistant.articles, assistant.skipped, assistant.settings, own=readers.own(reader))
        return {"html": listed, "count": len(assistant.articles)}

    def search_library(sent: Sent, assistant: Answering, reader: str) -> Any:
        listed = found(_text(sent, "query")[:200], assistant.articles)
        return {"html": entries_html(listed, own=readers.own(reader)), "count": texts.article_count(len(listed))}

    def restore_turns(sent: Sent, assistant: Answering, reader: str) -> Any:
        turns = [_turn(turn) for turn in _list(sent, "turns")]
        return [
            {"html": turn_html(turn, number, assistant.articles), "error": turn.error}
            for number, turn in enumerate(turns, start=1)
        ]

    def write_markdown(sent: Sent, assistant: Answering, reader: str) -> Any:
        answers = [Answer.from_dict(answer) for answer in _list(sent, "answers")]
        return answers[0].to_markdown() if sent.get("single") and answers else conversation_markdown(answers)

    def suggest_questions(sent: Sent, assistant: Answering, reader: str) -> Any:
        files = [file for file in map(str, _list(sent, "files")) if file in assistant.articles] or None
        if not sent.get("answer"):
            return examples.of(assistant)
        asked = [str(question) for question in _list(sent, "asked")]
        answer = Answer.from_dict(sent["answer"])
        # Each of them has cost several answers: one set is looked for at a time, and it gives way to readers' questions.
        if not suggesting.acquire(timeout=SUGGESTING_SECONDS):
            return []
        try:
            found = assistant.suggestions(answer, asked=asked, files=files)
            return list(takewhile(lambda _: not turnstile.inside, found)) if not turnstile.inside else []
        finally:
            suggesting.release()

    def keep_feedback(sent: Sent, assistant: Answering, reader: str) -> Any:
        path = assistant.settings.feedback
        if path is None:
            raise DatelineError(texts.FEEDBACK_OFF)
        answer = Answer.from_dict(sent.get("answer"))
        keep(path, answer, note=_text(sent, "note"), history=_list(sent, "history"))
        return {"kept": True}

    def remove_article(sent: Sent, assistant: Answering, reader: str) -> Any:
        readers.remove(reader, _text(sent, "file"))
        return {"removed": True}

    def service_of(function: Callable[[Sent, Answering, str], Any]) -> Service:
        def service(sent: Any, request: gr.Request) -> Any:
            whose = reader(request.headers.get("cookie", "")) or ""
            try:
                return function(_sent(sent), readers.assistant(whose), whose)
            except DatelineError as error:
                return {"error": one_line(error)}

        service.__name__ = function.__name__
        return service

    given = (
        open_article,
        open_library,
        search_library,
        restore_turns,
        write_markdown,
        suggest_questions,
        keep_feedback,
        remove_article,
    )
    return list(map(service_of, given))


class Examples:
    """Questions to begin with, each checked to be answered; found once for each state of the articles."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[frozenset[tuple[str, str]], list[str]] = {}

    def of(self, assistant: Answering) -> list[str]:
        articles = assistant.articles
        state = frozenset((file, article.sha256) for file, article in articles.items())
        with self._lock:
            if state not in self._known:
                if len(self._known) >= 100:
                    self._known.clear()
                written = [question for file, question in texts.EXAMPLE_QUESTIONS.items() if file in articles]
                checked = [question for question in written if assistant.answerable(question)]
                drafted = assistant.suggestions(asked=checked, most=EXAMPLES - len(checked))
                self._known[state] = [*checked, *drafted][:EXAMPLES]
            return self._known[state]


def _sent(sent: Any) -> Sent:
    return sent if isinstance(sent, dict) else {}


def _text(sent: Sent, name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str):
        raise DatelineError(f"{name} is a {type(value).__name__}: expected text")
    return value


def _list(sent: Sent, name: str) -> list[Any]:
    value = sent.get(name)
    if value is not None and not isinstance(value, list):
        raise DatelineError(f"{name} is a {type(value).__name__}: expected a list")
    return value or []


def _number(sent: Sent, name: str) -> int | None:
    value = sent.get(name)
    return value if isinstance(value, int) else None


def _span(sent: Sent, name: str) -> Span | None:
    edges = [edge for edge in _list(sent, name) if isinstance(edge, int)]
    return (edges[0], edges[1]) if len(edges) == 2 and 0 <= edges[0] < edges[1] else None


def _turn(sent: Any) -> Turn:
    """A turn as the browser kept it; one that cannot be read says so in its place, and costs the others nothing."""
    try:
        sent = _sent(sent)
        question = _text(sent, "question")
    except DatelineError:
        return Turn("", error=texts.UNREADABLE)
    if sent.get("answer"):
        try:
            return Turn(question, answer=Answer.from_dict(sent["answer"]), stopped=sent.get("stopped") is True)
        except DatelineError:
            return Turn(question, error=texts.UNREADABLE)
    if sent.get("stopped"):
        return Turn(question, stopped=True)
    return Turn(question, error=str(sent.get("error") or texts.FAILED))


def kept(turn: Turn) -> dict[str, Any] | None:
    """A turn as the browser keeps it; None while it is still growing."""
    if turn.state == "waiting":
        return None
    answer = turn.answer.to_dict() if turn.answer else None
    return {"question": turn.question, "answer": answer, "error": turn.error, "stopped": turn.stopped}
