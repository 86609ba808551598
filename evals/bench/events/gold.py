"""What the corpus holds, as a careful reader would list it: its articles, people, events and disagreements.

Every entry is borne out by exact words of a named file, and `load` checks that they stand there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from evals.originals import Originals
from evals.wording import says
from retrieval.errors import DatelineError

HERE = Path(__file__).parent
CORPUS = HERE / "corpus"
GOLD = HERE / "gold"

Words = Annotated[str, StringConstraints(pattern=r"\w")]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
Date = Annotated[str, StringConstraints(pattern=r"^\d{4}(-\d\d(-\d\d)?)?$")]
Precision = Literal["day", "month", "year"]
Found = TypeVar("Found", bound=BaseModel)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Quote(_Strict):
    """Exact words of an article."""

    file: Words
    words: Words


class Telling(Quote):
    """An event as one article tells it."""

    known: Literal["stated", "worked_out", "open"]
    """How the date is known from this article."""
    moment: Words
    """The words that say when: of the quote, or of a line that dates the whole article."""


class Event(_Strict):
    """Something that happened, or is to happen."""

    event: Words
    """What, in words of our own."""
    date: Date | None
    """As meant; None if no article gives enough to tell."""
    told: Annotated[tuple[Telling, ...], Field(min_length=1)]
    withdrawn_in: Words | None = None
    """The correction that takes it back."""

    @property
    def precision(self) -> Precision | None:
        """How fine the date is."""
        names: dict[int, Precision] = {4: "year", 7: "month", 10: "day"}
        return names[len(self.date)] if self.date else None

    @model_validator(mode="after")
    def _is_dated_by_a_telling(self) -> Self:
        if (self.date is None) != all(telling.known == "open" for telling in self.told):
            raise ValueError("a date must be known from at least one telling, and none without a date may be")
        return self


class Timeline(_Strict):
    """Every event that the articles date."""

    events: tuple[Event, ...]


class Bearer(_Strict):
    """A person or an organisation."""

    names: Annotated[tuple[Words, ...], Field(min_length=1)]
    """Every spelling, first the fullest."""
    roles: tuple[Quote, ...] = ()
    """What the articles call them."""
    speaks: tuple[Quote, ...] = ()
    """An article each that gives their words, with some of these."""
    mentioned_in: tuple[Words, ...] = ()
    """Articles that name them without a role or words."""

    @property
    def files(self) -> frozenset[str]:
        """Every article that names them."""
        return frozenset((*(quote.file for quote in (*self.roles, *self.speaks)), *self.mentioned_in))


class People(_Strict):
    """Everybody the articles name."""

    people: tuple[Bearer, ...]
    organisations: tuple[Bearer, ...]


class Side(_Strict):
    """One of the answers that the articles give."""

    claim: Words
    told: Annotated[tuple[Quote, ...], Field(min_length=1)]
    sources: Annotated[int, Field(ge=1)]
    """How many articles take it, copies of one text counted once."""


class Disagreement(_Strict):
    """What articles tell differently."""

    subject: Words
    about: Literal["number", "who", "whether"]
    sides: Annotated[tuple[Side, ...], Field(min_length=2)]
    newest: Words | None
    """The claim of the newest article; None if that one gives both."""
    corrected_in: Words | None = None
    """The article that settles it as a correction."""

    @model_validator(mode="after")
    def _newest_is_a_side(self) -> Self:
        if self.newest is not None and self.newest not in [side.claim for side in self.sides]:
            raise ValueError(f"newest {self.newest!r} is the claim of no side")
        return self


class Disagreements(_Strict):
    """Everything that the articles tell differently."""

    disagreements: tuple[Disagreement, ...]


class Article(_Strict):
    """Where an article comes from."""

    file: Words
    outlet: Words | None
    author: Words | None
    published: Day | None
    updated: Day | None = None
    known_from: Literal["metadata", "front_matter", "byline", "dateline", "file_name", "nothing"]
    words: Words | None = None
    """What says so, in the file as it stands on the disk."""


class Articles(_Strict):
    """Every article, and which of them are one text."""

    articles: tuple[Article, ...]
    copies: tuple[Annotated[tuple[Words, ...], Field(min_length=2)], ...]


@dataclass(frozen=True, slots=True)
class Gold:
    """All of it."""

    articles: tuple[Article, ...]
    copies: tuple[tuple[str, ...], ...]
    people: tuple[Bearer, ...]
    organisations: tuple[Bearer, ...]
    events: tuple[Event, ...]
    disagreements: tuple[Disagreement, ...]


def load(folder: Path = GOLD, corpus: Path = CORPUS) -> Gold:
    """The gold of `folder`, each entry checked against the articles of `corpus`.

    Raises:
        DatelineError: a file cannot be read or breaks the schema, or says what its articles do not bear out.
    """
    articles = _read(folder / "articles.yaml", Articles)
    people = _read(folder / "people.yaml", People)
    gold = Gold(
        articles=articles.articles,
        copies=articles.copies,
        people=people.people,
        organisations=people.organisations,
        events=_read(folder / "timeline.yaml", Timeline).events,
        disagreements=_read(folder / "disagreements.yaml", Disagreements).disagreements,
    )
    if problem := next(_problems(gold, corpus), None):
        raise DatelineError(f"gold in {str(folder)!r}: {problem} (corpus {str(corpus)!r})")
    return gold


def _read(path: Path, kind: type[Found]) -> Found:
    try:
        content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
        return kind.model_validate(content)
    except OSError as error:
        raise DatelineError(f"{str(path)!r} cannot be read: {(error.strerror or str(error)).lower()}") from None
    except yaml.YAMLError as error:
        raise DatelineError(f"{path.name}: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise DatelineError(f"{path.name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _problems(gold: Gold, corpus: Path) -> Iterator[str]:
    originals = Originals(corpus)
    yield from _unknown_files(gold, corpus)
    for quote in _quotes(gold):
        if quote.words not in (originals.text(quote.file) or ""):
            yield f"{quote.words!r} does not stand in {quote.file}"
    for article in gold.articles:
        if article.words and article.words not in (corpus / article.file).read_text("utf-8"):
            yield f"{article.words!r} does not stand in {article.file}"
    for event in gold.events:
        for telling in event.told:
            if not says(originals.text(telling.file) or "", telling.moment):
                yield f"{telling.file} does not say {telling.moment!r}"
    for bearer in (*gold.people, *gold.organisations):
        texts = [originals.text(file) or "" for file in bearer.files]
        for name in bearer.names:
            if not any(says(text, name) for text in texts):
                yield f"none of its articles names {name!r}"
    same = {file: copies for copies in gold.copies for file in copies}
    for disagreement in gold.disagreements:
        for side in disagreement.sides:
            sources = len({same.get(quote.file, (quote.file,)) for quote in side.told})
            if sources != side.sources:
                yield f"{disagreement.subject}, {side.claim}: {side.sources} sources given, {sources} told"


def _quotes(gold: Gold) -> Iterator[Quote]:
    yield from (telling for event in gold.events for telling in event.told)
    yield from (quote for bearer in (*gold.people, *gold.organisations) for quote in (*bearer.roles, *bearer.speaks))
    yield from (quote for one in gold.disagreements for side in one.sides for quote in side.told)


def _unknown_files(gold: Gold, corpus: Path) -> Iterator[str]:
    known = {path.name for path in corpus.iterdir()}
    listed = [article.file for article in gold.articles]
    if sorted(listed) != sorted(known):
        wrong = min(known ^ set(listed), default="one of them twice")
        yield f"articles.yaml must list every article once, and lists or leaves out {wrong}"
    named = [
        *(file for copies in gold.copies for file in copies),
        *(file for bearer in (*gold.people, *gold.organisations) for file in bearer.files),
        *(event.withdrawn_in for event in gold.events if event.withdrawn_in),
        *(one.corrected_in for one in gold.disagreements if one.corrected_in),
    ]
    for file in sorted(set(named) - known):
        yield f"{file} is no article"
