"""Text of a file's bytes, in whatever encoding: UTF-8, UTF-16 and UTF-32 with or without a mark, else a legacy one."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Pictures, archives and the like that may pass for text in some encoding.
_BINARY = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"BZh",
    b"\x7fELF",
    b"Rar!",
    b"7z",
)
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_TYPOGRAPHY = "“”‘’„‚«»‹›–—…•·€£¥§°©®™´¨¿¡\xa0\xad"
_DECLARED = re.compile(rb"""(?i)<meta[^>]{0,200}charset\s*=\s*["']?([\w-]{2,20})""")


def decode(raw: bytes) -> str | None:
    """Text of a file's bytes: UTF-8 or UTF-16 (a byte order mark is dropped), else the likeliest legacy encoding.

    None where the bytes are no text.
    """
    if raw.startswith(_BINARY):
        return None
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return _plausible(raw[len(mark) :].decode(name, errors="replace"))
    if b"\x00" in raw and (wide := _utf16_without_mark(raw)) is not None:
        return wide
    try:
        return _plausible(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return _plausible(_almost_utf8(raw) or _legacy(raw))


def _plausible(text: str) -> str | None:
    """A few stray control characters are a scraper's; many are a picture or an archive."""
    strange = len(_CONTROL.findall(text)) + text.count("\ufffd")
    return None if strange > max(2, len(text) // 100) else text


def _almost_utf8(raw: bytes) -> str:
    """UTF-8 with a few broken characters, if that is what the bytes are: any other encoding would garble the rest."""
    text = raw.decode("utf-8", errors="replace")
    wide = sum(character > "\x7f" for character in text)
    return text if wide >= 10 * text.count("\ufffd") else ""


def _legacy(raw: bytes) -> str:
    declared = _DECLARED.search(raw[:4096])
    if declared:
        try:
            return raw.decode(declared[1].decode("ascii"), errors="replace")
        except (LookupError, ValueError):
            pass  # an encoding that nobody knows
    if (western := _western(raw)) is not None:
        return western
    from charset_normalizer import from_bytes

    best = from_bytes(raw).best()
    return raw.decode(best.encoding, errors="replace") if best else "\ufffd" * len(raw)


def _western(raw: bytes) -> str | None:
    """Windows-1252 where all but a few bytes are ASCII: too few for a guess by letters, and most English is that."""
    if sum(byte > 0x7F for byte in raw) > len(raw) // 30:
        return None
    try:
        text = raw.decode("cp1252")
    except UnicodeDecodeError:
        return None
    few = {character for character in text if character > "\x7f"}
    return text if all(character.isalpha() or character in _TYPOGRAPHY for character in few) else None


def _utf16_without_mark(raw: bytes) -> str | None:
    """Text in UTF-16 has its NUL bytes on one side of each pair; other files with NULs are binary."""
    if len(raw) % 2:
        return None
    even, odd = raw[0::2].count(0), raw[1::2].count(0)
    name = "utf-16-le" if odd > 4 * even else "utf-16-be" if even > 4 * odd else None
    if name is None or max(even, odd) < len(raw) // 40:  # one in twenty characters is a space, whatever the script
        return None
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        return None
    readable = sum(character.isalnum() or character.isspace() for character in text)
    return None if "\x00" in text or readable < 0.7 * len(text) else text
