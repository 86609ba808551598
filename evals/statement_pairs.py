"""True statements and the same with one thing swapped, as people wrote them beside the words they are checked against: the files in `pairs/`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from evals.originals import Originals
from retrieval.errors import DatelineError

PAIRS = Path(__file__).parent / "pairs"
CORPUS = Path(__file__).resolve().parent.parent / "seeds"

Words = Annotated[str, StringConstraints(pattern=r"\w")]
Swap = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class TrueStatement(_Strict):
    """A statement that the quotes support."""

    text: Words
    how: Literal["verbatim", "paraphrase"]


class FalseStatement(_Strict):
    """A true statement with one thing swapped."""

    text: Words
    swap: Swap
    """What was swapped: a class of its own in the table."""
    of: int
    """Which of the true statements it was made from, counted from 0."""


class Group(_Strict):
    """Words of one article, and statements about them."""

    file: Words | None = None
    """The article that the quotes stand in, word for word."""
    source: Words | None = None
    """Where the quotes are from, if that is no article here: they are read by themselves."""
    speaker: Words | None = None
    """Whose words the quotes are, where they are somebody's; without it the article is read for who speaks."""
    quotes: Annotated[tuple[Words, ...], Field(min_length=1)]
    true: tuple[TrueStatement, ...] = ()
    false: tuple[FalseStatement, ...] = ()

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        if (self.file is None) == (self.source is None):
            raise ValueError("expected either file (an article here) or source (words that stand by themselves)")
        return self

    @model_validator(mode="after")
    def _made_from_what_is_there(self) -> Self:
        for statement in self.false:
            if not 0 <= statement.of < len(self.true):
                raise ValueError(
                    f"{statement.text!r} is made of statement {statement.of}, of {len(self.true)} true ones"
                )
        return self


def load(folder: Path = PAIRS, corpus: Path = CORPUS) -> list[tuple[str, Group]]:
    """The groups of all files of a folder by name, each with the name of its file; none where there is no folder.

    Raises:
        DatelineError: a file cannot be read or breaks the schema, or a quote does not stand in its article.
    """
    originals = Originals(corpus)
    found: list[tuple[str, Group]] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
            groups = TypeAdapter(list[Group]).validate_python(content)
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise DatelineError(f"{path.name} cannot be read as YAML: {error}") from None
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"]))
            raise DatelineError(f"{path.name}, {place}: {first['msg'].lower()}") from None
        for group in groups:
            if group.file is not None:
                _check_quotes(path.name, group.file, group.quotes, originals, corpus)
            found.append((path.stem, group))
    return found


def _check_quotes(name: str, file: str, quotes: Sequence[str], originals: Originals, corpus: Path) -> None:
    text = originals.text(file)
    if text is None:
        raise DatelineError(f"{name} names {file!r}: there is no such article in {str(corpus)!r}")
    for quote in quotes:
        if quote not in text:
            raise DatelineError(f"{name}: {quote[:60]!r} does not stand in {file}, word for word")
