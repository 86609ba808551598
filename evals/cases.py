"""Cases: hand-written questions with what a right answer has to say, in YAML that is refused rather than misread."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError, model_validator

from evals.originals import Originals
from evals.wording import normalise, says
from retrieval.errors import DatelineError

CASES = Path(__file__).parent / "cases.yaml"

Words = Annotated[str, StringConstraints(pattern=r"\w")]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Message(_Strict):
    """One turn of the conversation that a follow-up continues."""

    role: Literal["user", "assistant"]
    content: Words


class Case(_Strict):
    """One question and what is required of its answer."""

    question: Words
    history: tuple[Message, ...] = ()
    outcome: Literal["answered", "not_in_articles"] = "answered"
    facts: tuple[Annotated[tuple[Words, ...], Field(min_length=1)], ...] = ()
    """Each fact is a list of accepted wordings; one of them has to stand in the answer or in its quotes."""
    speaker: tuple[Words, ...] = ()
    """Whoever said it has to be named, in one of these wordings, even where the question names him already."""
    files: tuple[Words, ...] = ()
    """Files that may be cited."""
    must_cite: tuple[Words, ...] = ()
    forbidden: tuple[Words, ...] = ()
    """Words that must not appear in the answer or in its quotes."""
    tags: Annotated[tuple[Tag, ...], Field(min_length=1)]
    why: Words
    """What the case is there to catch."""

    @property
    def answerable(self) -> bool:
        """Whether the articles say."""
        return self.outcome == "answered"

    @property
    def key(self) -> str:
        """What makes a case the same case in two runs: its question, after its conversation."""
        return "\n".join(normalise(words) for words in (*(message.content for message in self.history), self.question))

    @model_validator(mode="after")
    def _requires_something(self) -> Self:
        if not self.answerable:
            given = [name for name in ("facts", "speaker", "files", "must_cite", "forbidden") if getattr(self, name)]
            if given:
                raise ValueError(f"not_in_articles leaves no room for {given[0]}")
            return self
        if not self.facts:
            raise ValueError("requires nothing: give it facts, or outcome: not_in_articles")
        if not self.files:
            raise ValueError("no files: name those that may be cited")
        for wording in (wording for fact in self.facts for wording in fact):
            if says(self.question, wording):
                raise ValueError(f"the question already contains the fact {wording!r}")
            for word in self.forbidden:
                if says(wording, word):
                    raise ValueError(f"the fact {wording!r} contains the forbidden {word!r}")
        for file in self.must_cite:
            if file not in self.files:
                raise ValueError(f"must_cite {file!r} is not among the files that may be cited")
        return self


def load_cases(path: Path, corpus: Path) -> tuple[Case, ...]:
    """The cases of a YAML file, each checked by itself and against the articles of `corpus`.

    Raises:
        DatelineError: the file cannot be read; or a case breaks the schema, requires nothing, comes twice, names a
            file that does not exist, or asks for a fact or a speaker that stands in none of its files.
    """
    entries = _read(path)
    originals = Originals(corpus)
    cases: list[Case] = []
    seen: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        question = entry.get("question") if isinstance(entry, dict) else None
        name = f"{path.name}, case {number}" + (f" ({question!r})" if isinstance(question, str) else "")
        try:
            case = Case.model_validate(entry)
        except ValidationError as error:
            raise DatelineError(f"{name}: {_first(error)}") from None
        if case.key in seen:
            raise DatelineError(f"{name}: the same question as case {seen[case.key]}; keep one")
        seen[case.key] = number
        if problem := _unmet_by_the_corpus(case, originals):
            raise DatelineError(f"{name}: {problem} (corpus {str(corpus)!r})")
        cases.append(case)
    return tuple(cases)


def _unmet_by_the_corpus(case: Case, originals: Originals) -> str:
    """Why no answer from these articles could satisfy the case; empty where one could."""
    texts: list[str] = []
    for file in case.files:
        text = originals.text(file)
        if text is None:
            return f"file {file!r} does not exist"
        texts.append(text)
    for wordings in (*case.facts, *filter(None, (case.speaker,))):
        if not any(says(text, wording) for text in texts for wording in wordings):
            return f"none of its files says {' or '.join(map(repr, wordings))}"
    return ""


def json_schema() -> dict[str, Any]:
    """JSON Schema of a case file, for editors."""
    return TypeAdapter(list[Case]).json_schema()


class _Loader(yaml.SafeLoader):
    """YAML lets the second of two equal keys win silently; a case that loses its facts that way is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is given twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _read(path: Path) -> list[Any]:
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        entries = loader.get_single_data()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DatelineError(f"case file {str(path)!r} cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise DatelineError(f"case file {str(path)!r} is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise DatelineError(f"{path.name}{where}: {problem}") from None
    if not isinstance(entries, list) or not entries:
        raise DatelineError(f"{path.name}: a case file is a list of cases, each with a question; see {CASES.name}")
    return entries


def _first(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(map(str, first["loc"]))
    if first["type"] == "extra_forbidden":
        return f"unknown key {place!r}; known are {', '.join(Case.model_fields)}"
    message = first["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    return f"{place}: {message}" if place else message
