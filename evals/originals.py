"""The files of a corpus, read and decoded apart from the code under test, to check quotes against."""

from pathlib import Path

from retrieval.articles import Article, read_article

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Originals:
    """Texts by file name, each file read once.

    Plain text in UTF-8 or with a byte order mark is decoded here. HTML and legacy encodings have no text but the one
    that retrieval makes of them: these are read with its code, afresh from the file.
    """

    def __init__(self, corpus: Path) -> None:
        self._root = corpus.resolve()
        self._texts: dict[str, str | None] = {}

    def text(self, file: str) -> str | None:
        """The decoded text of `file`; None where the corpus has no such article."""
        if file not in self._texts:
            self._texts[file] = self._read(file)
        return self._texts[file]

    def holds(self, *, file: str, start: int, end: int, quote: str) -> bool:
        """Whether `quote` is, character for character, what stands at that place. An empty quote is none."""
        text = self.text(file)
        return text is not None and 0 <= start < end <= len(text) and text[start:end] == quote

    def _read(self, file: str) -> str | None:
        try:
            path = (self._root / file).resolve()
            if not path.is_relative_to(self._root) or not path.is_file():
                return None
        except (OSError, ValueError):  # no name of a file: too long, a NUL byte
            return None
        if path.suffix.lower() not in (".html", ".htm"):
            raw = path.read_bytes()
            mark, encoding = next(((mark, name) for mark, name in _MARKS if raw.startswith(mark)), (b"", "utf-8"))
            # NUL bytes without a mark: UTF-16 that passes for UTF-8, or no text at all.
            if mark or b"\x00" not in raw:
                try:
                    return raw.removeprefix(mark).decode(encoding)
                except UnicodeDecodeError:
                    pass
        article = read_article(path, self._root)
        return article.text if isinstance(article, Article) else None
