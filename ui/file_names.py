"""A file name as a reader's browser sent it, made fit for a folder and for showing."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count

from retrieval.articles import SUFFIXES
from retrieval.errors import DatelineError
from ui import texts

MOST_BYTES = 120
"""Of a name in UTF-8; file systems allow 255, and a list of articles is read by people."""

_FORBIDDEN = frozenset('<>:"|?*')
"""Not allowed on Windows, where a folder may be copied to."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def file_name(sent: str, taken: Collection[str]) -> str:
    """The last part of a path without what is invisible or turns the writing around, not among the `taken`.

    Names are compared as file systems may do it, regardless of case.

    >>> file_name(r"C:\\news\\Report.TXT", ["report.txt"])
    'Report (2).txt'

    Raises:
        DatelineError: the suffix is none of an article's.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", sent))[-1]
    shown = "".join(" " if letter.isspace() else letter for letter in last if letter.isspace() or _is_shown(letter))
    # A dot in front would hide the file, one at the end is lost on Windows.
    stem, _, suffix = " ".join(shown.split()).strip(". ").rpartition(".")
    suffix = f".{suffix.lower()}"
    stem = stem.strip(". ")
    if not stem or suffix not in SUFFIXES:
        raise DatelineError(texts.UPLOAD_SUFFIX)
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    known = {name.casefold() for name in taken}
    for number in count(1):
        end = suffix if number == 1 else f" ({number}){suffix}"
        name = _cut(stem, MOST_BYTES - len(end)) + end
        if name.casefold() not in known:
            return name
    raise AssertionError("numbers ended")


def _is_shown(letter: str) -> bool:
    """No control, no mark of direction or of zero width, no half of a character, nothing unassigned."""
    return not unicodedata.category(letter).startswith("C") and letter not in _FORBIDDEN


def _cut(stem: str, most: int) -> str:
    return stem.encode()[:most].decode(errors="ignore").rstrip(". ")
