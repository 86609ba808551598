"""An answer as Markdown: statements with footnotes that name file and quote, as GitHub and Pandoc read them.

Where footnotes are not known, the same text still reads well: `[^1]` and, at the end, a paragraph that begins with it.
"""

import re
from collections.abc import Iterable

from assistant.answer import (
    ABSTENTION,
    ASSUMED,
    MISSING,
    NEAREST,
    PARTIAL,
    SEARCHED_AS,
    UNVERIFIED,
    Answer,
    Citation,
    Statement,
)

# Of each match the last character is escaped. What opens markup inside a line, in CommonMark or GitHub's dialect
# (mentions, mathematics, addresses that become links), and what does at its start: lists, rules, definitions.
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~!&@$^]|:(?=//)|www\.|^[-+=:](?=[-+=:\s]|$)|^\d{1,9}[.)]", re.IGNORECASE)


def conversation_markdown(answers: Iterable[Answer]) -> str:
    """A conversation: each question as a heading, its answer under it; the footnotes of the second are `[^2-1]` and so on."""
    return "\n\n".join(
        f"## {escape(answer.question.strip())}\n\n{markdown(answer, labels=f'{number}-')}"
        for number, answer in enumerate(answers, start=1)
    )


def markdown(answer: Answer, *, labels: str = "") -> str:
    """The whole answer; whatever articles, models and readers wrote is escaped, and every paragraph is one line.

    `labels` stands before the label of every footnote.
    """
    removed = [f"[^{labels}unverified-{number}]" for number in range(1, len(answer.unverified) + 1)]
    nearest = f"[^{labels}nearest]"
    parts = [
        _aside(SEARCHED_AS + ": ", answer.searched_as),
        _aside(ASSUMED + ": ", answer.assumption),
        *([ABSTENTION] if answer.abstained else (_marked(one, labels) for one in answer.statements)),
        f"*{NEAREST}:* {nearest}" if answer.nearest else "",
        _aside("", PARTIAL if answer.outcome == "partial" and not answer.missing else ""),
        _aside(MISSING + ": ", "; ".join(answer.missing)),
        _aside("", answer.notice),
        f"*{UNVERIFIED}:* {' '.join(removed)}" if removed else "",
        *(_footnote(f"[^{labels}{citation.number}]", citation) for citation in answer.citations),
        _footnote(nearest, answer.nearest) if answer.nearest else "",
        *(
            f"{marker}: {escape(one.text.strip())} ({escape(one.reason.strip())})"
            for marker, one in zip(removed, answer.unverified, strict=True)
        ),
    ]
    return "\n\n".join(filter(None, parts))


def escape(text: str) -> str:
    """Text on one line, of which a Markdown parser makes nothing but text."""
    return _MARKUP.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", re.sub(r"\s+", " ", text))


def _aside(label: str, text: str) -> str:
    """A line in italics that is no statement; without text none."""
    return f"*{label}{escape(text.strip())}*" if text.strip() else ""


def _marked(statement: Statement, labels: str) -> str:
    return " ".join([escape(statement.text.strip()), *(f"[^{labels}{number}]" for number in statement.citations)])


def _footnote(marker: str, citation: Citation) -> str:
    place = f"{marker}: {_code(citation.file)} {citation.start}–{citation.end}"
    before, marked, after = citation.highlighted
    # Asterisks between a letter and a punctuation mark open and close nothing.
    opens = marked[:1].isalnum() or before[-1:].isspace() or not before
    closes = marked[-1:].isalnum() or after[:1].isspace() or not after
    bold = "**" if marked and marked == marked.strip() and opens and closes else ""
    return f"{place}: “{escape(before)}{bold}{escape(marked)}{bold}{escape(after)}”"


def _code(text: str) -> str:
    """Text as a code span, whose fence is longer than any run of backticks in it."""
    line = " ".join(text.split())
    fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
    return f"{fence} {line} {fence}" if "`" in line else f"{fence}{line}{fence}"
