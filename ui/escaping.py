"""Text that others wrote, made safe to stand inside our HTML."""

import re

_ENTITIES = {
    **{ord(character): f"&#{ord(character)};" for character in "&<>\"'`={}$"},
    # A parser would fold a bare CR LF into LF, and the marked words would differ from the quote.
    ord("\r"): "&#13;",
    0: "\ufffd",
}
_SURROGATES = re.compile("[\ud800-\udfff]")


def escape(text: str) -> str:
    """`text` for an element's content or a quoted attribute: the browser shows these very characters.

    NUL and lone surrogates, which no page can hold, show as U+FFFD.
    """
    return _SURROGATES.sub("\ufffd", text).translate(_ENTITIES)


def clip(text: str, length: int) -> str:
    """At most `length` characters of `text` on one line, with an ellipsis where some were left out."""
    line = " ".join(text[: 4 * length].split())
    return line if len(line) <= length and len(text) <= 4 * length else line[: length - 1].rstrip() + "…"
