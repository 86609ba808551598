"""The conversation as HTML. Whatever others wrote goes through `escape`; the only links are our citations."""

from collections.abc import Iterable, Mapping, Sequence

from assistant.answer import ABSTENTION, PARTIAL, Answer, Citation, Statement
from retrieval.articles import Article, Skipped
from ui import texts
from ui.conversation import Conversation, Turn
from ui.escaping import clip, escape

QUESTION_SHOWN = 1_000
"""Characters of a question that its bubble repeats: a reader may have pasted a megabyte."""
TITLES_SHOWN = 8


def conversation_html(conversation: Conversation, articles: Mapping[str, Article]) -> str:
    """Every turn, oldest first."""
    turns = "".join(turn_html(turn, number, articles) for number, turn in enumerate(conversation, start=1))
    return f'<div class="turns" role="region" aria-label="{escape(texts.CONVERSATION)}" tabindex="0">{turns}</div>'


def turn_html(turn: Turn, number: int, articles: Mapping[str, Article]) -> str:
    """One question with what came of it; `number` counts turns from 1 and ties chips to their sources."""
    question = turn.question if len(turn.question) <= QUESTION_SHOWN else turn.question[:QUESTION_SHOWN] + "…"
    state = "waiting" if turn.waiting else "done"
    return (
        f'<article class="turn" id="turn-{number}" data-state="{state}">'
        f'<h2 class="question" dir="auto"><span class="unseen">{escape(texts.YOU)}: </span>{escape(question)}</h2>'
        f'<div class="reply">{_reply(turn, number, articles)}</div></article>'
    )


def _reply(turn: Turn, number: int, articles: Mapping[str, Article]) -> str:
    if turn.error:
        return f'<p class="error" role="alert" dir="auto">{escape(turn.error)}</p>'
    statements = "".join(
        f'<p class="statement" dir="auto">{_emphasised(statement, turn.shown_citations())}'
        f"{_chips(statement, turn.shown_citations(), number)}</p>"
        for statement in turn.shown_statements()
    )
    if turn.answer is None:
        return f'{statements}<p class="progress">{escape(texts.CHECKING if statements else texts.SEARCHING)}</p>'
    answer = turn.answer
    if answer.abstained:
        body = _abstention(articles)
    elif answer.outcome == "partial":
        body = f'{statements}<p class="partial">{escape(PARTIAL)}</p>'
    else:
        body = statements
    return f"{_standalone(answer)}{body}{_notice(answer)}{_unverified(answer)}"


def _emphasised(statement: Statement, citations: Iterable[Citation]) -> str:
    """The statement's text, the shortest answer in it in bold."""
    cited = [citation for citation in citations if citation.number in statement.citations]
    answers = [" ".join(citation.highlighted[1].split()) for citation in cited]
    answer = next((answer for answer in answers if answer and statement.text.count(answer) == 1), "")
    before, found, after = statement.text.partition(answer) if answer else (statement.text, "", "")
    return f"{escape(before)}<strong>{escape(found)}</strong>{escape(after)}" if found else escape(before)


def _chips(statement: Statement, citations: Iterable[Citation], turn: int) -> str:
    known = {citation.number: citation for citation in citations}
    return "".join(_chip(known[number], turn) for number in statement.citations if number in known)


def _chip(citation: Citation, turn: int) -> str:
    label = texts.source_label(citation.number, citation.file)
    return (
        f' <a class="cite" href="#cite-{citation.number}" id="marker-{turn}-{citation.number}"'
        f' data-turn="{turn}" data-number="{citation.number}" data-title="{escape(clip(citation.title, 120))}"'
        f' data-file="{escape(clip(citation.file, 120))}" data-quote="{escape(clip(citation.quote, 280))}"'
        f' aria-label="{escape(label)}">[{citation.number}]</a>'
    )


def _abstention(articles: Mapping[str, Article]) -> str:
    return (
        f'<div class="abstention"><p class="verdict">{escape(ABSTENTION)}</p><p>{escape(texts.ABSTAINED_HINT)}</p>'
        f"<p>{escape(texts.corpus_holds(len(articles)))}</p>{titles_html(articles.values())}</div>"
    )


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


def titles_html(articles: Iterable[Article]) -> str:
    """The first titles of a corpus and how many more there are."""
    every = list(articles)
    items = "".join(f'<li dir="auto">{escape(clip(article.title, 110))}</li>' for article in every[:TITLES_SHOWN])
    rest = len(every) - TITLES_SHOWN
    more = f'<li class="more">{escape(texts.and_more(rest))}</li>' if rest > 0 else ""
    return f'<ul class="titles">{items}{more}</ul>'


def welcome_html(articles: Mapping[str, Article], skipped: Sequence[Skipped], questions: Sequence[str]) -> str:
    """What stands in place of a conversation before the first question."""
    heading = f"<h2>{escape(texts.EMPTY_HEADING)}</h2>"
    if not articles:
        return f'<div class="welcome">{heading}<p>{escape(texts.NO_ARTICLES)}</p>{_skipped(skipped)}</div>'
    buttons = "".join(
        f'<li><button type="button" class="example" data-question="{escape(question)}" dir="auto">'
        f"{escape(question)}</button></li>"
        for question in questions
    )
    examples = f"<h3>{escape(texts.EXAMPLES)}</h3><ul class='examples'>{buttons}</ul>" if questions else ""
    summary = escape(texts.count_of(texts.ARTICLES, len(articles)))
    return (
        f'<div class="welcome">{heading}<p>{escape(texts.EMPTY_HINT)}</p>{examples}'
        f"<details{'' if questions else ' open'}><summary>{summary}</summary>{titles_html(articles.values())}</details>"
        f"{_skipped(skipped)}</div>"
    )


def _skipped(skipped: Sequence[Skipped]) -> str:
    if not skipped:
        return ""
    items = "".join(
        f'<li dir="auto">{escape(clip(skip.file, 120))}: {escape(clip(skip.reason, 200))}</li>' for skip in skipped[:50]
    )
    more = f"<li>{escape(texts.and_more(len(skipped) - 50))}</li>" if len(skipped) > 50 else ""
    summary = escape(texts.count_of(texts.SKIPPED, len(skipped)))
    return f"<details><summary>{summary}</summary><ul>{items}{more}</ul></details>"


def header_html(articles: Mapping[str, Article]) -> str:
    """The name of the page and what it answers from."""
    return (
        f'<div class="brand"><h1>{escape(texts.TITLE)}</h1><p>{escape(texts.TAGLINE)}'
        f'<span class="holding"> · {escape(texts.article_count(len(articles)))}</span></p></div>'
    )
