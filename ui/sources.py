"""The source pane as HTML: the cited words, marked where they stand in their articles."""

from collections.abc import Iterable, Mapping

from assistant.answer import Citation
from retrieval.articles import Article, ScoredChunk
from ui import texts
from ui.conversation import Conversation, Turn
from ui.escaping import clip, escape

CONTEXT = 900
"""Characters of a paragraph shown on either side of a quote: some articles are one long line."""
EXCERPT = 320


def sources_html(conversation: Conversation, articles: Mapping[str, Article], *, turn: int | None = None) -> str:
    """The sources of one turn (counted from 1), by default the last."""
    if not conversation:
        return _pane(0, f'<p class="hint">{escape(texts.SOURCES_EMPTY)}</p>')
    number = len(conversation) if turn is None else min(max(turn, 1), len(conversation))
    shown = conversation[number - 1]
    citations = shown.shown_citations()
    question = f'<p class="of" dir="auto">{escape(texts.SOURCES_OF)} “{escape(clip(shown.question, 120))}”</p>'
    if citations:
        files = _by_file(citations).items()
        body = "".join(_article(file, group, articles.get(file), number) for file, group in files)
    else:
        body = f'<p class="hint">{escape(texts.SOURCES_WAITING if shown.waiting else texts.SOURCES_NONE)}</p>'
    return _pane(number, question + body + _retrieved(shown, citations))


def _pane(turn: int, body: str) -> str:
    return (
        f'<section class="sources" data-turn="{turn}" aria-label="{escape(texts.SOURCES)}" tabindex="0">'
        f"<h2>{escape(texts.SOURCES)}</h2>{body}</section>"
    )


def _by_file(citations: Iterable[Citation]) -> dict[str, list[Citation]]:
    files: dict[str, list[Citation]] = {}
    for citation in citations:
        files.setdefault(citation.file, []).append(citation)
    return files


def _article(file: str, citations: list[Citation], article: Article | None, turn: int) -> str:
    title = next((citation.title for citation in citations if citation.title), article.title if article else file)
    backs = "".join(
        f'<a class="back" href="#marker-{turn}-{citation.number}" data-number="{citation.number}"'
        f' aria-label="{escape(texts.BACK_TO_ANSWER)}: [{citation.number}]">[{citation.number}]</a> '
        for citation in citations
    )
    passages = "".join(_passage(group, article) for group in _passages(citations, article))
    return (
        f'<article class="source"><header><h3 dir="auto">{escape(clip(title, 200))}</h3>'
        f'<p class="file"><span class="numbers">{backs}</span><bdi>{escape(file)}</bdi></p></header>'
        f"{passages}</article>"
    )


def _verbatim(citation: Citation, article: Article | None) -> bool:
    return article is not None and article.text[citation.start : citation.end] == citation.quote


def _paragraphs(citation: Citation, text: str) -> tuple[int, int]:
    """The span of the paragraphs that a quote stands in, at most `CONTEXT` characters beyond it."""
    before = text.rfind("\n", 0, citation.start) + 1
    after = text.find("\n", citation.end)
    after = len(text) if after < 0 else after
    return max(before, citation.start - CONTEXT), min(after, citation.end + CONTEXT)


def _passages(citations: list[Citation], article: Article | None) -> list[list[Citation]]:
    """Citations grouped by the paragraphs they share, in the order of the article.

    Quotes that overlap go into passages of their own: marks cannot cross.
    """
    groups: list[list[Citation]] = []
    for citation in sorted(citations, key=lambda citation: (citation.start, citation.number)):
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and article is not None
            and _verbatim(last, article)
            and _verbatim(citation, article)
            and citation.start >= last.end
            and _paragraphs(citation, article.text)[0] <= _paragraphs(last, article.text)[1]
        ):
            groups[-1].append(citation)
        else:
            groups.append([citation])
    return groups


def _passage(citations: list[Citation], article: Article | None) -> str:
    if article is None or not _verbatim(citations[0], article):
        marks = "".join(_mark(citation) for citation in citations)
        return f'<div class="passage" dir="auto">{marks}</div><p class="hint">{escape(texts.CHANGED)}</p>'
    text = article.text
    start = _paragraphs(citations[0], text)[0]
    end = max(_paragraphs(citation, text)[1] for citation in citations)
    parts, position = [], start
    for citation in citations:
        parts += [escape(text[position : citation.start]), _mark(citation)]
        position = citation.end
    parts.append(escape(text[position:end]))
    before = "cut-before" if start > 0 and text[start - 1] != "\n" else ""
    after = "cut-after" if end < len(text) and text[end] not in "\r\n" else ""
    return f'<div class="passage {before} {after}" dir="auto">{"".join(parts)}</div>'


def _mark(citation: Citation) -> str:
    # The number is drawn by the style sheet: the element's text is the quote and nothing else.
    number = citation.number
    before, answer, after = map(escape, citation.highlighted)
    quote = f"{before}<strong>{answer}</strong>{after}" if answer else before
    return f'<mark id="cite-{number}" data-number="{number}" tabindex="-1">{quote}</mark>'


def _retrieved(turn: Turn, citations: Iterable[Citation]) -> str:
    if turn.answer is None:
        return ""
    cited = list(citations)
    rest = [found for found in turn.answer.retrieved if not any(_overlaps(found, citation) for citation in cited)]
    if not rest:
        return ""
    label = texts.RETRIEVED if cited else texts.RETRIEVED_NONE_CITED
    items = "".join(
        f'<li><p class="excerpt" dir="auto">{escape(clip(found.chunk.text, EXCERPT))}</p>'
        f'<p class="file"><bdi>{escape(found.chunk.file)}</bdi></p></li>'
        for found in rest
    )
    summary = escape(texts.count_of(label, len(rest)))
    return f'<details class="retrieved"><summary>{summary}</summary><ul>{items}</ul></details>'


def _overlaps(found: ScoredChunk, citation: Citation) -> bool:
    chunk = found.chunk
    return chunk.file == citation.file and chunk.start < citation.end and citation.start < chunk.end
