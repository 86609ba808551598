"""Whether a text says something in given words, whatever its case, white space, quotation marks and hyphens."""

import re
import unicodedata

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc`\u00b4", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u00ad\u200b\ufeff", ""),
    }
)


def normalise(text: str) -> str:
    """`“Dual\u2011Use”  goods` and `"dual-use" goods` become one."""
    # The marks first: NFKC would take some of them apart (U+00B4 becomes a space and an accent).
    return " ".join(unicodedata.normalize("NFKC", text.translate(_PLAIN)).casefold().split())


def says(text: str, wording: str) -> bool:
    """Whether `wording` stands in `text` as whole words: "130" is not in "1300", "weapon" not in "weapons"."""
    return re.search(rf"(?<!\w){re.escape(normalise(wording))}(?!\w)", normalise(text)) is not None
