"""The list of articles as HTML: found by words, read, chosen to be asked about."""

from collections.abc import Collection, Mapping, Sequence

from assistant.settings import Settings
from retrieval.articles import Article, Skipped
from ui import texts
from ui.escaping import clip, escape

SHOWN = 200
"""Entries and skipped files that are listed at most; a search finds the others."""


def found(query: str, articles: Mapping[str, Article]) -> list[Article]:
    """The articles that have every word of a query: in title or file first, then in the text; without a query, all."""
    words = query.casefold().split()

    def holds(text: str) -> bool:
        folded = text.casefold()
        return all(word in folded for word in words)

    named = [article for article in articles.values() if holds(f"{article.title}\n{article.file}")]
    if not words:
        return named
    known = {article.file for article in named}
    return named + [article for article in articles.values() if article.file not in known and holds(article.text)]


def entries_html(listed: Sequence[Article], *, own: Collection[str] = ()) -> str:
    """The entries of a list; `own` are the files that the reader added and may remove, listed first."""
    if not listed:
        return f'<p class="hint">{escape(texts.NONE_FOUND)}</p>'
    ordered = sorted(listed, key=lambda article: article.file not in own)
    items = "".join(_entry(article, own=article.file in own) for article in ordered[:SHOWN])
    rest = len(listed) - SHOWN
    more = f'<p class="hint">{escape(texts.narrow_the_search(rest))}</p>' if rest > 0 else ""
    return f'<ul class="entries">{items}</ul>{more}'


def _entry(article: Article, *, own: bool) -> str:
    title, file = escape(clip(article.title, 160)), escape(article.file)
    left = sum(end - start for start, end in article.leftovers)
    remove = (
        f'<button type="button" class="remove" aria-label="{escape(texts.REMOVE)}: {title}">{escape(texts.REMOVE)}</button>'
        if own
        else ""
    )
    return (
        f'<li class="entry" data-file="{file}" data-title="{title}">'
        f'<input type="checkbox" class="only" aria-label="{escape(texts.ASK_ONLY)}: {title}">'
        f'<div><button type="button" class="open" dir="auto">{title}</button>'
        f'<p class="file"><bdi>{file}</bdi> · {escape(texts.length_of(len(article.text), left))}</p></div>{remove}</li>'
    )


def library_html(
    articles: Mapping[str, Article], skipped: Sequence[Skipped], settings: Settings, *, own: Collection[str] = ()
) -> str:
    """The whole list with its search field, and a way to add to it where the settings allow it; `own` is what the reader added."""
    hint = texts.ADD_HINT_ALL if settings.upload_folder else texts.ADD_HINT
    add = (
        f'<div class="adding"><button type="button" id="add">{escape(texts.ADD)}</button>'
        '<input type="file" id="add-files" multiple accept=".txt,.md,.html,.htm" tabindex="-1" hidden'
        f' aria-label="{escape(texts.ADD)}"><p>{escape(hint)}</p></div>'
        '<div class="added" role="status"><ul></ul></div>'
        if settings.uploads
        else ""
    )
    return (
        f'<section class="library" aria-label="{escape(texts.ARTICLES)}"><header><h2 tabindex="-1">{escape(texts.ARTICLES)}'
        f'</h2><p class="count">{escape(texts.article_count(len(articles)))}</p></header>'
        f'<input type="search" id="library-search" placeholder="{escape(texts.SEARCH_ARTICLES)}"'
        f' aria-label="{escape(texts.SEARCH_ARTICLES)}">{add}'
        f'<p class="hint only-hint">{escape(texts.ONLY_HINT)}</p>'
        f'<div class="found">{entries_html(list(articles.values()), own=own)}</div>{skipped_html(skipped)}</section>'
    )


def skipped_html(skipped: Sequence[Skipped]) -> str:
    """The files that were not read, each with the reason."""
    if not skipped:
        return ""
    items = "".join(
        f'<li dir="auto"><bdi>{escape(clip(skip.file, 120))}</bdi>: {escape(clip(skip.reason, 200))}</li>'
        for skip in skipped[:SHOWN]
    )
    rest = len(skipped) - SHOWN
    more = f"<li>{escape(texts.and_more(rest))}</li>" if rest > 0 else ""
    summary = escape(texts.count_of(texts.SKIPPED, len(skipped)))
    return f'<details class="skipped"><summary>{summary}</summary><ul>{items}{more}</ul></details>'
