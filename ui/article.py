"""An article as HTML: its whole text, the cited words marked where they stand, the web page's leftovers set apart."""

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from assistant.answer import Citation
from retrieval.articles import Article
from retrieval.sentences import Span
from ui import texts
from ui.escaping import clip, escape

PART = 60_000
"""Characters of a long article that are shown at once; a page of megabytes would stand still."""


def article_html(
    article: Article,
    citations: Sequence[Citation] = (),
    *,
    chosen: int | None = None,
    spot: Span | None = None,
    part: int | None = None,
) -> str:
    """An article with the quotes of `citations` that are its own marked; `citations` may hold those of other articles too.

    The characters of quote n are those of the elements `mark[data-numbers~="n"]`, in order: several where it runs over
    paragraphs or overlaps another. `spot` is a passage that was found and not cited. Of an article longer than `PART` one part
    is shown: `part`, counted from 0, or the one in which the spot, the citation numbered `chosen` or the first one begins.
    """
    own = [citation for citation in citations if citation.file == article.file]
    verbatim = [citation for citation in own if article.text[citation.start : citation.end] == citation.quote]
    parts = _parts(article.text)
    if part is None:
        wanted = [citation.start for citation in verbatim if citation.number == chosen] or [c.start for c in verbatim]
        place = spot[0] if spot else wanted[0] if wanted else 0
        part = bisect_right([start for start, _ in parts], place) - 1
    part = min(max(part, 0), len(parts) - 1)
    changed = f'<p class="hint changed" role="note">{escape(texts.CHANGED)}</p>' if len(verbatim) < len(own) else ""
    legend = f'<p class="legend">{escape(texts.LEFTOVERS)}</p>' if article.leftovers else ""
    return (
        f'<article class="article" data-file="{escape(article.file)}">{_header(article, citations)}{legend}{changed}'
        f"{_turn_page(part - 1, texts.EARLIER_PART) if part else ''}"
        f'<div class="text" dir="auto">{"".join(_paragraphs(article, verbatim, spot, parts[part]))}</div>'
        f"{_turn_page(part + 1, texts.LATER_PART) if part + 1 < len(parts) else ''}</article>"
    )


def _header(article: Article, citations: Sequence[Citation]) -> str:
    name = escape(clip(article.title, 200))
    return (
        f'<header><div class="tools"><button type="button" class="back-to-list">{escape(texts.ALL_ARTICLES)}</button>'
        f'<button type="button" class="only-this">{escape(texts.ONLY_THIS)}</button></div>'
        f'<h2 dir="auto" tabindex="-1">{name}</h2>'
        f'<p class="file"><bdi>{escape(article.file)}</bdi> · {escape(texts.length_of(len(article.text)))}</p>'
        f"{_quotes(article, citations)}</header>"
    )


def _quotes(article: Article, citations: Sequence[Citation]) -> str:
    """The answer's citations, those of other articles too: a reader goes from one to the next here."""
    if not citations:
        return ""
    links = " ".join(
        f'<a class="cite{"" if citation.file == article.file else " elsewhere"}" href="#cite-{citation.number}"'
        f' data-number="{citation.number}" aria-label="{escape(texts.source_label(citation.number, citation.file))}">'
        f"{escape(texts.marker(citation.number))}</a>"
        for citation in citations
    )
    return f'<nav class="quotes" aria-label="{escape(texts.QUOTES)}"><span>{escape(texts.QUOTES)}</span> {links}</nav>'


def _turn_page(part: int, label: str) -> str:
    return f'<p class="turn-page"><button type="button" class="part" data-part="{part}">{escape(label)}</button></p>'


def _parts(text: str) -> list[Span]:
    """The text in spans of about `PART` characters, cut at ends of lines where there are any."""
    parts: list[Span] = []
    start = 0
    while len(text) - start > 1.5 * PART:
        line_end = text.find("\n", start + PART, start + PART + PART // 4)
        end = line_end + 1 if line_end >= 0 else start + PART
        parts.append((start, end))
        start = end
    return [*parts, (start, len(text))]


def _paragraphs(article: Article, citations: Sequence[Citation], spot: Span | None, part: Span) -> Iterator[str]:
    """The lines of a part as paragraphs; every character of the text stands in one of them, in order."""
    text, (position, end) = article.text, part
    cuts = sorted({position, end, *_edges(article, citations), *(spot or ())})
    while position < end:
        line_end = text.find("\n", position, end) + 1 or end
        inside = cuts[bisect_right(cuts, position) : bisect_right(cuts, line_end - 1)]
        edges = [position, *inside, line_end]
        pieces = [_piece(article, citations, spot, a, b) for a, b in itertools.pairwise(edges)]
        blank = "" if text[position:line_end].strip() else ' class="blank"'
        yield f"<p{blank}>{''.join(pieces)}</p>"
        position = line_end


def _edges(article: Article, citations: Sequence[Citation]) -> Iterator[int]:
    for span in (*article.leftovers, *((c.start, c.end) for c in citations), *(c.highlight or () for c in citations)):
        yield from span


def _piece(article: Article, citations: Sequence[Citation], spot: Span | None, start: int, end: int) -> str:
    """Characters that all belong to the same quotes."""
    words = escape(article.text[start:end])
    over = [citation for citation in citations if citation.start <= start and end <= citation.end]
    if not over and spot and spot[0] <= start and end <= spot[1]:
        return f'<span class="spot">{words}</span>'
    if not over:
        left = any(a <= start and end <= b for a, b in article.leftovers)
        return f'<span class="leftover">{words}</span>' if left else words
    if any(c.highlight and c.highlight[0] <= start and end <= c.highlight[1] for c in over):
        words = f"<strong>{words}</strong>"
    numbers = " ".join(str(citation.number) for citation in over)
    # The number is drawn by the style sheet: the element's text is the quote and nothing else.
    begins = " ".join(str(citation.number) for citation in over if citation.start == start)
    first = f' data-begins="{begins}" tabindex="-1"' if begins else ""
    return f'<mark data-numbers="{numbers}"{first}>{words}</mark>'
