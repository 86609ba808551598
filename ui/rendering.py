"""The conversation as HTML. Whatever others wrote goes through `escape`; the only links are our citations."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.answer import ABSTENTION, PARTIAL, Answer, Citation, Statement
from retrieval.articles import Article, ScoredChunk, Skipped
from ui import texts
from ui.conversation import Turn
from ui.escaping import clip, escape
from ui.library import skipped_html

QUESTION_SHOWN = 1_000
"""Characters of a question that its bubble repeats: a reader may have pasted a megabyte."""
EXCERPT = 320


def turn_html(turn: Turn, number: int, articles: Mapping[str, Article]) -> str:
    """One question with what came of it; `number` counts turns from 1 and ties chips to their answer."""
    question = turn.question if len(turn.question) <= QUESTION_SHOWN else turn.question[:QUESTION_SHOWN] + "…"
    return (
        f'<article class="turn" id="turn-{number}" data-state="{turn.state}" tabindex="-1">'
        f'<h2 class="question" dir="auto"><span class="unseen">{escape(texts.YOU)}: </span>{escape(question)}</h2>'
        f'<div class="reply">{_reply(turn, number, articles)}</div>{_actions(turn)}</article>'
    )


def _reply(turn: Turn, number: int, articles: Mapping[str, Article]) -> str:
    if turn.error:
        return f'<p class="error" role="alert" dir="auto">{escape(turn.error)}</p>'
    statements = "".join(_statement(statement, turn.shown_citations(), number) for statement in turn.shown_statements())
    if turn.stopped:
        return f'{statements}<p class="notice">{escape(turn.answer.notice if turn.answer else texts.STOPPED)}</p>'
    if turn.answer is None:
        return f'{statements}<p class="progress">{escape(turn.progress or texts.SEARCHING)}</p>'
    answer = turn.answer
    body = _abstention(answer, number, articles) if answer.abstained else statements + _missing(answer)
    return (
        f"{_standalone(answer)}{_outcome(answer)}{body}{_notice(answer)}{_unverified(answer)}{_unused(answer, number)}"
    )


def _statement(statement: Statement, citations: Iterable[Citation], turn: int) -> str:
    """The statement's text, the shortest answer in it in bold, then its chips."""
    known = {citation.number: citation for citation in citations}
    cited = [known[number] for number in statement.citations if number in known]
    answers = [" ".join(citation.highlighted[1].split()) for citation in cited]
    answer = next((answer for answer in answers if answer and statement.text.count(answer) == 1), "")
    before, found, after = statement.text.partition(answer) if answer else (statement.text, "", "")
    words = f"{escape(before)}<strong>{escape(found)}</strong>{escape(after)}" if found else escape(before)
    return f'<p class="statement" dir="auto">{words}{"".join(_chip(citation, turn) for citation in cited)}</p>'


def _chip(citation: Citation, turn: int) -> str:
    label = texts.source_label(citation.number, citation.file)
    return (
        f' <a class="cite" href="#cite-{citation.number}" data-turn="{turn}" data-number="{citation.number}"'
        f' data-title="{escape(clip(citation.title, 120))}" data-file="{escape(citation.file)}"'
        f' data-quote="{escape(clip(citation.quote, 280))}" aria-label="{escape(label)}">'
        f"{escape(texts.marker(citation.number))}</a>"
    )


def _outcome(answer: Answer) -> str:
    label = {
        "answered": texts.answered_from(len({citation.file for citation in answer.citations})),
        "partial": texts.PARTLY,
        "not_in_articles": texts.NOT_IN_ARTICLES,
    }[answer.outcome]
    return f'<p class="outcome" data-outcome="{answer.outcome}">{escape(label)}</p>'


def _missing(answer: Answer) -> str:
    """What a partial answer leaves open."""
    if answer.outcome != "partial":
        return ""
    if not answer.missing:
        return f'<div class="missing"><p>{escape(PARTIAL)}</p></div>'
    parts = "".join(f'<li dir="auto">{escape(clip(part, 200))}</li>' for part in answer.missing)
    return f'<div class="missing"><p>{escape(texts.MISSING)}</p><ul>{parts}</ul></div>'


def _abstention(answer: Answer, number: int, articles: Mapping[str, Article]) -> str:
    nearest = answer.nearest
    if nearest is None:
        near = f"<p>{escape(texts.ABSTAINED_HINT)} {escape(texts.corpus_holds(len(articles)))}</p>"
    else:
        near = (
            f'<div class="nearest"><p>{escape(texts.NEAREST)}</p><blockquote dir="auto">'
            f"{escape(clip(nearest.quote, 600))}{_chip(nearest, number)}</blockquote>"
            f'<p class="file"><bdi>{escape(clip(nearest.title, 120))}</bdi> · <bdi>{escape(nearest.file)}</bdi></p></div>'
        )
    return f'<div class="abstention"><p class="verdict">{escape(ABSTENTION)}</p>{near}</div>'


def _standalone(answer: Answer) -> str:
    """How the question was understood, where that is not simply what was typed."""
    lines = ((texts.SEARCHED_AS, answer.searched_as), (texts.ASSUMED, answer.assumption))
    return "".join(
        f'<p class="standalone" dir="auto"><span>{escape(label)}</span> {escape(clip(words, 400))}</p>'
        for label, words in lines
        if words
    )


def _notice(answer: Answer) -> str:
    return f'<p class="notice" role="note" dir="auto">{escape(answer.notice)}</p>' if answer.notice else ""


def _unverified(answer: Answer) -> str:
    if not answer.unverified:
        return ""
    items = "".join(
        f'<li dir="auto">{escape(clip(removed.text, 1_000))} '
        f'<span class="reason">{escape(clip(removed.reason, 300))}</span></li>'
        for removed in answer.unverified
    )
    summary = escape(texts.count_of(texts.UNVERIFIED, len(answer.unverified)))
    return (
        f'<details class="unverified"><summary>{summary}</summary>'
        f"<p>{escape(texts.UNVERIFIED_HINT)}</p><ul>{items}</ul></details>"
    )


def _unused(answer: Answer, turn: int) -> str:
    """What the search brought up and no citation stands in: a list of its own, never mixed with what is cited."""
    shown = [*answer.citations, *([answer.nearest] if answer.nearest else [])]
    rest = [found for found in answer.retrieved if not any(_overlaps(found, citation) for citation in shown)]
    if not rest:
        return ""
    items = "".join(
        f'<li><button type="button" class="passage" data-turn="{turn}" data-file="{escape(found.chunk.file)}"'
        f' data-start="{found.chunk.start}" data-end="{found.chunk.end}">'
        f'<span class="excerpt" dir="auto">{escape(clip(found.chunk.text, EXCERPT))}</span>'
        f'<span class="file"><bdi>{escape(clip(found.chunk.title, 90))}</bdi> · <bdi>{escape(found.chunk.file)}</bdi></span>'
        "</button></li>"
        for found in rest
    )
    summary = escape(texts.count_of(texts.UNUSED, len(rest)))
    return f'<details class="unused"><summary>{summary}</summary><ul>{items}</ul></details>'


def _overlaps(found: ScoredChunk, citation: Citation) -> bool:
    chunk = found.chunk
    return chunk.file == citation.file and chunk.start < citation.end and citation.start < chunk.end


def _actions(turn: Turn) -> str:
    """What can be done with an answer that stands."""
    if turn.state == "waiting":
        return ""
    names = (
        {"copy": texts.COPY, "regenerate": texts.REGENERATE, "link": texts.COPY_LINK, "wrong": texts.WRONG}
        if turn.answer
        else {"regenerate": texts.REGENERATE, "link": texts.COPY_LINK}
    )
    buttons = "".join(
        f'<button type="button" data-action="{action}">{escape(name)}</button>' for action, name in names.items()
    )
    note = (
        f'<div class="wrong" hidden><label><span>{escape(texts.WRONG_NOTE)}</span>'
        f'<textarea rows="2" maxlength="2000"></textarea></label><p>{escape(texts.WRONG_HINT)}</p>'
        f'<button type="button" data-action="send-wrong">{escape(texts.WRONG_SEND)}</button>'
        f'<button type="button" data-action="cancel-wrong">{escape(texts.CANCEL)}</button></div>'
        if turn.answer
        else ""
    )
    return f'<div class="actions" role="group" aria-label="{escape(texts.ACTIONS)}">{buttons}</div>{note}'


def welcome_html(articles: Mapping[str, Article], skipped: Sequence[Skipped]) -> str:
    """What stands in place of a conversation before the first question."""
    heading = f"<h2>{escape(texts.EMPTY_HEADING)}</h2>"
    if not articles:
        return f'<div class="welcome">{heading}<p>{escape(texts.NO_ARTICLES)}</p>{skipped_html(skipped)}</div>'
    return (
        f'<div class="welcome">{heading}<p>{escape(texts.EMPTY_HINT)}</p>'
        f'<div class="suggestions" hidden><h3>{escape(texts.EXAMPLES)}</h3></div></div>'
    )


def conversation_html(articles: Mapping[str, Article], skipped: Sequence[Skipped]) -> str:
    """The empty conversation that the page begins with."""
    return (
        f'{welcome_html(articles, skipped)}<div class="turns" role="region" aria-label="{escape(texts.CONVERSATION)}"'
        ' tabindex="0" hidden></div>'
    )


def header_html(articles: Mapping[str, Article]) -> str:
    """The name of the page, what it answers from, and the buttons for the rest of it."""
    return (
        f'<div class="brand"><h1>{escape(texts.TITLE)}</h1><p>{escape(texts.TAGLINE)}</p></div>'
        f'<div class="tools">'
        f'<button type="button" id="articles-button">{escape(texts.ARTICLES)}'
        f' <span class="count">{len(articles):,}</span></button>'
        f'<button type="button" id="conversations-button" aria-expanded="false" aria-controls="conversations">'
        f"{escape(texts.CONVERSATIONS)}</button>"
        f'<button type="button" id="new-chat">{escape(texts.NEW_CHAT)}</button>'
        f'<button type="button" id="theme-button" aria-label="{escape(texts.THEME)}" title="{escape(texts.THEME)}">'
        '<span aria-hidden="true">◐</span></button></div>'
        f'<section id="conversations" aria-label="{escape(texts.CONVERSATIONS)}" hidden></section>'
    )
