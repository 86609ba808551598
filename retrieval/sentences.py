"""Sentence spans of a text.

The segmenter is sentencex (rule-based, about 300 languages). It keeps a quotation of several sentences whole,
which suits citing; what it gets wrong on news pages is mended here: a domain name is no end of sentence, an
abbreviated title belongs to its name, a fragment that starts in lower case belongs to what came before it, and a
full stop ends a sentence even where the scraper lost the space after it.
"""

import re
from collections.abc import Iterator

import sentencex

Span = tuple[int, int]

# A "sentence" longer than this is a table, a list of words or a file without punctuation. It is cut, at the end of a
# sentence inside a long quotation or else at a space, so that a chunk, and what an encoder reads of it, stays bounded.
LONGEST_SENTENCE = 2000
# What the segmenter is handed at once: its time grows with the square of a line of opening quotation marks.
_WINDOW = 4000
_LONGEST_JOINED = 1000  # a text all in lower case is not one sentence

_LINE = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_MARK = re.compile(r"[^\w\s,'’-]")  # without one a line is one sentence
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_OPENING = "“«„‘「『《（([\"'"
_CLOSING = "”»’」』》）)]\"'"
_AFTER_END = f"[{re.escape(_CLOSING)}]"
_QUOTE_PAIRS = ("“”", "«»", "„“", "「」", "『』")

_UPPER, _LOWER = "[A-ZÀ-ÖØ-ÞĀ-ĂĄĆČĎĐĘĚĞŁŃŇÓŘŚŞŠŤŽА-ЯЁІЇЄҐ]", "[a-zß-öø-ÿāăąćčďđęěğıłńňóřśşšťžа-яёіїєґ]"
_ABBREVIATION = (
    r"(?:Dr|Mrs?|Ms|Messrs|Prof|Gen|Col|Lt|Sgt|Capt|Cmdr|Maj|Adm|Sen|Rep|Gov|Rev|Hon|St|Fr|Amb|Atty|Pres|Supt|Det|Insp"
    r"|Mt|Ft|vs?|cf|approx|e\.g|i\.e)"
)
_ENDS_IN_ABBREVIATION = re.compile(rf"(?:^|[\s{re.escape(_OPENING)}]){_ABBREVIATION}\.\s*$")
_CLOCK = re.compile(r"\b[ap]\.m\.\s*$")
_TIME_ZONE = re.compile(r"(?:\w+ )?(?:time|Time|GMT|UTC|[ECMP][SD]?T)\b")
_ORDINAL = re.compile(r"(?:^|\s)\d{1,2}\.\s*$")
_GERMAN_MONTH = re.compile(r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
_CASELESS = re.compile(r"[\u10d0-\u10ff]")  # Georgian letters pass for lower case
_EAST_ASIAN_END = re.compile(rf"[。！？｡．]{_AFTER_END}*$")
_ALPHANUMERIC = re.compile(r"\w")

# "He left.She came", "era”.Then": an end of sentence without its space. "said no. He": sentencex reads "no." as number.
_LOST_END = re.compile(
    rf"(?:{_LOWER}{{2}}|\b\d{{4}}|[”»)])[.!?…]{{1,3}}[”»)\"]?(?=[“«(\"]?(?P<next>{_UPPER}{_LOWER}{{0,20}})[\s,'’-])"
    rf"|(?:(?:sa(?:id|ys?)|answer(?:s|ed)?|voted?|is|was) |, )[Nn]o\.(?=\s{_UPPER})"
)
_NO_LOST_END = re.compile(
    r"(?i)(?:^|\W)(?:[dm]rs?|ms|messrs|prof|gen|col|lt|sgt|capt|cmdr|maj|adm|sen|rep|gov|rev|hon|st|amb|atty|pres|nos?|vs"
    r"|mt|ft|inc|ltd|corp|co|bros|jr|sr|dept|univ|art|fig|vol|ed|cf|approx|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    r"|www)\.$|[/@\\]|\w\.\w"  # the last three: inside an address
)
_DOMAIN = frozenset(
    {"Com", "Net", "Org", "Gov", "Edu", "Info", "Io", "Co", "Uk", "Ru", "Ua", "De", "Fr", "Html", "Htm", "Php", "Js"}
)

_SENTENCE_END = re.compile(rf"[.!?…]{_AFTER_END}*\s|[。！？]{_AFTER_END}*")


def sentence_spans(text: str, *, start: int = 0, end: int | None = None) -> list[Span]:
    """Spans of the sentences of `text[start:end]`, in order, without surrounding white space.

    A sentence never crosses a line. Every character that is not white space lies in exactly one span.

    >>> sentence_spans("He met U.S. envoys. He left.")
    [(0, 19), (20, 28)]
    """
    spans: list[Span] = []
    for line in _LINE.finditer(text, start, len(text) if end is None else end):
        spans += _line_spans(text, line.start(), line.end())
    return spans


def _line_spans(text: str, start: int, end: int) -> list[Span]:
    line = text[start:end]
    if len(line) <= LONGEST_SENTENCE and not _MARK.search(line):
        return [_stripped(text, start, end)] if line.strip() else []
    pieces: list[Span] = []
    for piece in _pieces(text, start, end):
        if pieces and _belongs_to_previous(text, pieces[-1], piece):
            piece = (pieces.pop()[0], piece[1])
        pieces.append(piece)
    return [
        span
        for piece in pieces
        for bounded in _bounded(*_stripped(text, *piece), text)
        for part in _parted(text, *bounded)
        if (span := _stripped(text, *part))[0] < span[1]
    ]


def _pieces(text: str, start: int, end: int) -> Iterator[Span]:
    """What sentencex makes of a line, window by window; a window starts where a sentence does."""
    while start < end:
        window = text[start : min(start + _WINDOW, end)]
        segments = _segments(window)
        if start + len(window) < end and len(segments) > 1:
            segments.pop()  # it may go on behind the window
        for segment in segments:
            yield start, start + len(segment)
            start += len(segment)


def _segments(window: str) -> list[str]:
    # A window of quotation marks is no prose.
    if sum(map(window.count, _OPENING)) > max(20, len(window) // 10):
        return [window]
    # Lone surrogates cannot be handed to the Rust segmenter: another character stands in for each.
    readable = _SURROGATE.sub("\ufffd", window)
    segments: list[str] = sentencex.segment("en", readable)
    # Were anything normalised, offsets would drift.
    return segments if "".join(segments) == readable else [window]


def _belongs_to_previous(text: str, previous: Span, piece: Span) -> bool:
    before, after = text[max(previous[0], previous[1] - 80) : previous[1]], text[slice(*piece)]
    body = after.lstrip(" \t\xa0“”\"'‘’«»([")
    if not before[-1].isspace():
        return not _EAST_ASIAN_END.search(before)  # "OBOZ." + "UA": no space, no end of sentence
    return (
        not _ALPHANUMERIC.search(after)  # a lone "." or ")"
        # «he said» after a closed quotation, or a quotation that goes on
        or (body[:1].islower() and not _CASELESS.match(body) and previous[1] - previous[0] < _LONGEST_JOINED)
        or bool(_ENDS_IN_ABBREVIATION.search(before))
        or bool(_CLOCK.search(before) and _TIME_ZONE.match(body))
        or bool(_ORDINAL.search(before) and _GERMAN_MONTH.match(body))
    )


def _parted(text: str, start: int, end: int) -> Iterator[Span]:
    """A sentence cut where sentencex passed over an end, but not inside a quotation."""
    for match in _LOST_END.finditer(text, start, end):
        cut = match.end()
        if _inside_quotation(text[start:cut]) and match.group()[-1] == '"':
            cut -= 1  # the mark opens the next sentence
        word = text[max(start, cut - 60) : cut].split()[-1]
        lost = not match["next"] or (match["next"] not in _DOMAIN and not _NO_LOST_END.search(word))
        if lost and not _inside_quotation(text[start:cut]):
            yield start, cut
            start = cut
    yield start, end


def _inside_quotation(text: str) -> bool:
    return text.count('"') % 2 == 1 or any(text.count(pair[0]) > text.count(pair[1]) for pair in _QUOTE_PAIRS)


def _stripped(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _bounded(start: int, end: int, text: str) -> list[Span]:
    spans: list[Span] = []
    while end - start > LONGEST_SENTENCE:
        low, high = start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE
        ends = [match.end() for match in _SENTENCE_END.finditer(text, low, high)]
        cut = ends[-1] if ends else max(text.rfind(" ", low, high), start)
        cut = cut if cut > start else high
        spans.append(_stripped(text, start, cut))
        start, end = _stripped(text, cut, end)
    if end > start:
        spans.append((start, end))
    return spans
