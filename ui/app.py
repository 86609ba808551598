"""The page: the chat on the left; on the right the articles, or one of them opened at the words that were cited."""

import json
from pathlib import Path
from typing import Any

import gradio as gr

from ui import texts
from ui.answering import Answering
from ui.api import add_api
from ui.following import Following
from ui.library import library_html
from ui.rendering import conversation_html, header_html
from ui.services import Readers, services
from ui.turnstile import Turnstile

_HERE = Path(__file__).parent

_START = """
import(new URL('page/main.js', document.baseURI)).then((page) => page.start({
  texts: TEXTS,
  server,
}));
"""


def build_page(assistant: Answering, *, readers: Readers, following: Following, turnstile: Turnstile) -> gr.Blocks:
    """The page over a ready assistant, to be mounted with `page_style()` beside the scripts in `ui/page`."""
    articles, skipped = assistant.articles, assistant.skipped
    fixed: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}

    page: gr.Blocks
    with gr.Blocks(title=texts.TITLE, fill_height=True, analytics_enabled=False) as page:
        add_api(assistant, following, turnstile)
        gr.HTML(header_html(articles), elem_id="masthead", **fixed)
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="chat", scale=6, min_width=320):
                gr.HTML(conversation_html(articles, skipped), elem_id="conversation", **fixed)
                gr.HTML('<div class="chips"></div>', elem_id="scope", **fixed)
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
                    stop = gr.Button(texts.STOP, elem_id="stop", scale=0, min_width=88)
            with gr.Column(elem_id="reading", scale=5, min_width=320):
                gr.HTML(library_html(articles, skipped, assistant.settings), elem_id="pane", **fixed)
        # Starts the scripts, and hands them the services.
        gr.HTML(
            None,
            html_template="",
            elem_id="start",
            js_on_load=_START.replace("TEXTS", json.dumps(texts.for_the_browser())),
            apply_default_css=False,
            server_functions=services(readers, following, turnstile),
        )

        private: dict[str, Any] = {"show_progress": "hidden", "concurrency_limit": None, "api_visibility": "private"}
        gr.on(
            [send.click, question.submit],
            None,
            [question],
            [question],
            js="(words) => window.dateline ? window.dateline.send(words) : words",
            **private,
        )
        stop.click(None, js="() => window.dateline?.stop()", **private)
    # What programs ask waits at the turnstile, too; Gradio's own limit is the wall behind it.
    page.queue(max_size=4 * turnstile.capacity, api_open=False)
    return page


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
