"""Public texts as a folder of articles, and the assistant as it ships over them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from retrieval.encoder import Embedder
from retrieval.sentences import Span


@dataclass(frozen=True, slots=True)
class Placed:
    """The file that was made of a text, and how many characters stand before the text in it."""

    file: str
    shift: int

    def cited(self, answer: Answer) -> list[Span]:
        """What an answer cites of this text, as spans into the text; a citation of its headline alone is none."""
        spans = [(c.start - self.shift, c.end - self.shift) for c in answer.citations if c.file == self.file]
        return [(max(start, 0), end) for start, end in spans if end > 0]


class Remembering:
    """An embedder that reads each text once."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._vectors: dict[str, list[float]] = {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        new = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        self._vectors.update(zip(new, self.embedder.embed_documents(new), strict=True))
        return [self._vectors[text] for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def defaults(corpus: Path, cache: Path) -> Settings:
    """The settings as they ship, whatever the environment says."""
    fields = Settings.model_fields.items()
    values = {name: field.get_default(call_default_factory=True) for name, field in fields}
    return Settings(**{**values, "corpus": corpus, "cache": cache})


def write_articles(folder: Path, texts: Sequence[tuple[str, str]]) -> list[Placed]:
    """One file a (title, text), in order: the title as a headline above the text, unless the text begins with it."""
    folder.mkdir(parents=True, exist_ok=True)
    placed = []
    for number, (title, text) in enumerate(texts):
        headline = "" if not title or text.startswith(title) else f"{title}\n\n"
        place = Placed(f"{number:04}.txt", len(headline))
        (folder / place.file).write_bytes(f"{headline}{text}".encode())
        placed.append(place)
    return placed


@contextmanager
def assistant_over(texts: Sequence[tuple[str, str]]) -> Iterator[tuple[Assistant, list[Placed]]]:
    """The assistant as it ships over articles made of (title, text), in folders that are gone afterwards."""
    with TemporaryDirectory(prefix="dateline-") as folder:
        corpus, cache = Path(folder) / "articles", Path(folder) / "cache"
        placed = write_articles(corpus, texts)
        with Assistant.from_settings(defaults(corpus, cache)) as assistant:
            yield assistant, placed
