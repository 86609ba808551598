"""The page: a chat on the left, the sources of its last answer on the right."""

import asyncio
import logging
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol

import gradio as gr

from assistant.answer import Answer, StatementEvent
from assistant.settings import Settings
from assistant.threads import in_thread
from retrieval.articles import Article, Skipped
from retrieval.errors import DatelineError, one_line
from ui import texts
from ui.conversation import Conversation, Turn, history
from ui.rendering import conversation_html, header_html, welcome_html
from ui.sources import sources_html

RUNNING = 4
"""Questions answered at the same time; `settings.queue_size` more may wait."""

_HERE = Path(__file__).parent
_log = logging.getLogger(__name__)


class Answering(Protocol):
    """What the page needs of an Assistant."""

    @property
    def settings(self) -> Settings: ...
    @property
    def articles(self) -> Mapping[str, Article]: ...
    @property
    def skipped(self) -> Sequence[Skipped]: ...
    def stream(
        self, question: str, history: Sequence[Any] | None = None
    ) -> Generator[StatementEvent | Answer, None, None]: ...


class BusyError(Exception):
    """More questions are waiting than the settings allow."""


class Turnstile:
    """Lets `running` questions through at a time and `waiting` more wait; lives on one event loop."""

    def __init__(self, *, running: int, waiting: int) -> None:
        self.capacity = running + waiting
        self.inside = 0
        self.running = asyncio.Semaphore(running)

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[None]:
        """Wait for a place. Raises BusyError at once when too many wait already."""
        if self.inside >= self.capacity:
            raise BusyError
        self.inside += 1
        try:
            async with self.running:
                yield
        finally:
            self.inside -= 1


def build_page(assistant: Answering) -> gr.Blocks:
    """The page over a ready assistant, to be mounted or launched with `page_style()`."""
    articles = assistant.articles
    turnstile = Turnstile(running=RUNNING, waiting=assistant.settings.queue_size)
    welcome = welcome_html(articles, assistant.skipped, example_questions(articles))
    no_sources = sources_html((), articles)

    page: gr.Blocks
    with gr.Blocks(title=texts.TITLE, fill_height=True, analytics_enabled=False) as page:
        conversation = gr.State(())
        with gr.Row(elem_id="masthead"):
            gr.HTML(header_html(articles), js_on_load=None, apply_default_css=False)
            new_chat = gr.Button(texts.NEW_CHAT, elem_id="new-chat", size="sm", scale=0, min_width=110)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="chat", scale=6, min_width=320):
                chat = gr.HTML(
                    welcome,
                    elem_id="conversation",
                    js_on_load=(_HERE / "page.js").read_text("utf-8").replace("ANSWER_READY", texts.ANSWER_READY),
                    apply_default_css=False,
                )
                with gr.Row(elem_id="composer"):
                    question = gr.Textbox(
                        label=texts.QUESTION_LABEL,
                        placeholder=texts.QUESTION_PLACEHOLDER,
                        elem_id="question",
                        container=False,
                        lines=1,
                        max_lines=6,
                        autofocus=True,
                        scale=1,
                    )
                    send = gr.Button(texts.SEND, elem_id="send", variant="primary", scale=0, min_width=88)
            with gr.Column(elem_id="reading", scale=5, min_width=320):
                sources = gr.HTML(no_sources, elem_id="sources", js_on_load=None, apply_default_css=False)

        async def ask(
            words: str | None, turns: Conversation, event: gr.EventData
        ) -> AsyncIterator[tuple[Any, Conversation, Any, Any]]:
            # An example carries its question; Send and Enter carry what was typed.
            example = _sent(event).get("question")
            asked = example if isinstance(example, str) else words or ""
            if not asked.strip():
                yield gr.skip(), turns, gr.skip(), gr.skip()
                return
            box: Any = gr.skip() if example else ""
            async for turn in _turns(assistant, turnstile, asked, turns):
                now = (*turns, turn)
                yield box, now, conversation_html(now, articles), sources_html(now, articles)
                box = gr.skip()

        def show_sources(turns: Conversation, event: gr.EventData) -> str:
            number = _sent(event).get("turn")
            return sources_html(turns, articles, turn=number if isinstance(number, int) else None)

        anything: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
        asking: dict[str, Any] = {
            "inputs": [question, conversation],
            "outputs": [question, conversation, chat, sources],
            **anything,
        }
        typed = gr.on([send.click, question.submit], ask, **asking)
        # page.js sends these two: gr.on takes no events that a page defines itself.
        chosen = chat.ask(ask, **asking)
        chat.cite(show_sources, inputs=[conversation], outputs=[sources], **anything)
        new_chat.click(
            lambda: ("", (), welcome, no_sources),
            outputs=[question, conversation, chat, sources],
            cancels=[typed, chosen],
            **anything,
        )
    # Questions wait at the turnstile, which can say so in the chat; Gradio's own limit is the wall behind it.
    page.queue(max_size=4 * (RUNNING + assistant.settings.queue_size), api_open=False)
    return page


def _sent(event: gr.EventData) -> dict[str, Any]:
    """What page.js sent along with an event; Gradio's own events send nothing."""
    data = event._data
    return data if isinstance(data, dict) else {}


def example_questions(articles: Mapping[str, Article]) -> list[str]:
    """Questions to begin with: only such as an article of this corpus is known to answer."""
    return [question for file, question in texts.SEED_QUESTIONS.items() if file in articles]


def page_style() -> dict[str, Any]:
    """How the page looks, as keywords of `launch` and `mount_gradio_app`."""
    sans = [
        "ui-sans-serif",
        "system-ui",
        "-apple-system",
        "Segoe UI",
        "Roboto",
        "Helvetica Neue",
        "Arial",
        "sans-serif",
    ]
    theme = gr.themes.Base(
        font=[gr.themes.Font(name) for name in sans],
        font_mono=[gr.themes.Font(name) for name in ("ui-monospace", "Consolas", "monospace")],
    ).set(
        # Known before the style sheet is: the first paint and the login form have the page's colours. As in page.css.
        body_background_fill="#f7f4ee",
        body_background_fill_dark="#16171a",
        body_text_color="#1f1d1a",
        body_text_color_dark="#ebe8e1",
        background_fill_primary="#fffdf9",
        background_fill_primary_dark="#1e2024",
        background_fill_secondary="#fffdf9",
        background_fill_secondary_dark="#1e2024",
        block_background_fill="#fffdf9",
        block_background_fill_dark="#1e2024",
        button_primary_background_fill="#0b5a63",
        button_primary_background_fill_dark="#7fd0d6",
        button_primary_background_fill_hover="#0d6d78",
        button_primary_background_fill_hover_dark="#9adde2",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#0d2225",
        input_background_fill="#fffdf9",
        input_background_fill_dark="#1e2024",
        input_border_color="#8a8478",
        input_border_color_dark="#8a8478",
        input_border_width="1px",
    )
    return {"theme": theme, "css": (_HERE / "page.css").read_text("utf-8")}


async def _turns(
    assistant: Answering, turnstile: Turnstile, question: str, before: Conversation
) -> AsyncIterator[Turn]:
    """The turn of a question as it grows; whatever goes wrong is a line in it."""
    turn = Turn(question)
    yield turn
    try:
        async with turnstile.passage(), aclosing(in_thread(assistant.stream(question, history(before)))) as events:
            async for event in events:
                if isinstance(event, Answer):
                    turn = Turn(question, answer=event)
                else:
                    new = tuple(citation for citation in event.citations if citation not in turn.citations)
                    turn = Turn(question, (*turn.statements, event.statement), (*turn.citations, *new))
                yield turn
    except BusyError:
        yield Turn(question, error=texts.BUSY)
    except DatelineError as error:
        yield Turn(question, error=one_line(error))
    except Exception:
        _log.exception("a question could not be answered")
        yield Turn(question, error=texts.FAILED)
    else:
        if turn.answer is None:
            yield Turn(question, error=texts.FAILED)
