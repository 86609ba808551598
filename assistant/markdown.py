"""Markdown with footnotes that name file and quote, as GitHub and Pandoc read them; every paragraph is one line.

A reader that knows no footnotes still shows them well: `[^1]` and, at the end, a paragraph that begins with it.
"""

import re
from collections.abc import Iterable

# Of each match the last character is escaped. What opens markup inside a line, in CommonMark or GitHub's dialect
# (mentions, mathematics, addresses that become links), and what does at its start: lists, rules, definitions.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~!&@$^]|:(?=//)|www\.|^[-+=:](?=[-+=:\s]|$)|^\d{1,9}[.)]", re.IGNORECASE)


def escape(text: str) -> str:
    """Text on one line, escaped so that Markdown renders it literally."""
    return _MARKUP.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", re.sub(r"\s+", " ", text))


def aside(label: str, text: str) -> str:
    """A line in italics that is no statement; empty without text."""
    return f"*{label}{escape(text.strip())}*" if text.strip() else ""


def marked(text: str, numbers: Iterable[int], labels: str) -> str:
    """A statement with its markers; `labels` stands before each number."""
    return " ".join([escape(text.strip()), *(f"[^{labels}{number}]" for number in numbers)])


def footnote(marker: str, file: str, start: int, end: int, quote: tuple[str, str, str]) -> str:
    """What a marker leads to: file and span, and the quote, whose middle part is bold."""
    before, marked, after = quote
    # Asterisks between a letter and a punctuation mark open and close nothing.
    opens = marked[:1].isalnum() or before[-1:].isspace() or not before
    closes = marked[-1:].isalnum() or after[:1].isspace() or not after
    bold = "**" if marked and marked == marked.strip() and opens and closes else ""
    return f"{marker}: {_code(file)} {start}–{end}: “{escape(before)}{bold}{escape(marked)}{bold}{escape(after)}”"


def _code(text: str) -> str:
    """Text as a code span, whose fence is longer than any run of backticks in it."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"
