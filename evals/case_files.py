"""Case files, in YAML that is refused rather than misread: read, and checked against the articles they are about."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from evals import metrics
from evals.case import Case, CaseFile, Message, Part, Planted
from evals.originals import Originals
from evals.planting import planted_text
from evals.wording import says
from retrieval.errors import DatelineError

CASES = Path(__file__).parent / "cases"


@dataclass(frozen=True, slots=True)
class CaseSet:
    """The confirmed cases of one file."""

    name: str
    part: Part
    planted: tuple[Planted, ...]
    cases: tuple[Case, ...]
    drafts: int
    """Cases left out because nobody confirmed them yet."""


@dataclass(frozen=True, slots=True)
class Suite:
    """What one run asks, and what its gate demands."""

    sets: tuple[CaseSet, ...]
    floors: Mapping[metrics.Name, float]

    @property
    def cases(self) -> tuple[Case, ...]:
        """All cases, in the order of the files."""
        return tuple(case for one in self.sets for case in one.cases)

    @property
    def drafts(self) -> int:
        return sum(one.drafts for one in self.sets)

    def only(self, part: Part) -> "Suite":
        """One part alone."""
        return Suite(tuple(one for one in self.sets if one.part == part), self.floors)


def load(path: Path, corpus: Path) -> Suite:
    """The cases of a YAML file, or of all in a folder by name; each checked by itself and against the articles of `corpus`.

    Raises:
        DatelineError: a file cannot be read; or a case breaks the schema, requires nothing, comes twice, names a file
            that does not exist, asks for a fact or a speaker that stands in none of its files, or gives a gold quote
            that is not, character for character, in one of them.
    """
    paths = sorted(found for found in path.iterdir() if found.suffix in (".yaml", ".yml")) if path.is_dir() else [path]
    if not paths:
        raise DatelineError(
            f"folder {str(path)!r} has no case file: expected .yaml files; see evals/cases for examples"
        )
    originals = Originals(corpus)
    sets: list[CaseSet] = []
    floors: dict[metrics.Name, float] = {}
    seen: dict[str, str] = {}
    for each in paths:
        found = _validated(each)
        texts = _planted(each, found.planted, originals)
        for number, case in enumerate(found.cases, start=1):
            name = _named(each, number, case.question)
            if case.asked in seen:
                raise DatelineError(f"{name}: the same question as {seen[case.asked]}; keep one")
            seen[case.asked] = f"case {number} of {each.name}"
            if not case.draft and (problem := _unmet(case, originals, texts)):
                raise DatelineError(f"{name}: {problem} (corpus {str(corpus)!r})")
        for metric, floor in found.floors.items():
            if metric in floors:
                raise DatelineError(f"{each.name}: a floor for {metric} is given twice; keep one")
            floors[metric] = floor
        kept = tuple(case for case in found.cases if not case.draft)
        sets.append(CaseSet(each.stem, found.part, found.planted, kept, len(found.cases) - len(kept)))
    if not any(one.cases for one in sets):
        drafts = sum(one.drafts for one in sets)
        waiting = f": {drafts} drafts wait to be confirmed, remove their draft: true" if drafts else ""
        raise DatelineError(f"{path.name} holds no case to ask{waiting}")
    return Suite(tuple(sets), floors)


def _unmet(case: Case, originals: Originals, planted: Mapping[str, str]) -> str:
    """Why no answer from these articles could satisfy the case; empty where one could."""
    texts: list[str] = []
    for file in case.files:
        text = planted.get(file) or originals.text(file)
        if text is None:
            return f"file {file!r} does not exist"
        texts.append(text)
    for wordings in (*case.facts, *filter(None, (case.speaker,))):
        if not any(says(text, wording) for text in texts for wording in wordings):
            return f"none of its files says {_or(wordings)}"
    for passages in case.quotes:
        for passage in passages:
            if not any(passage in text for text in texts):
                return f"gold quote {passage[:80]!r} stands in none of its files, character for character"
    return ""


def _planted(path: Path, planted: Iterable[Planted], originals: Originals) -> dict[str, str]:
    """Texts of the articles that something is planted in."""
    texts: dict[str, str] = {}
    for number, plant in enumerate(planted, start=1):
        text = texts.get(plant.file) or originals.text(plant.file)
        name = f"{path.name}, planted {number}"
        if text is None:
            raise DatelineError(f"{name}: file {plant.file!r} does not exist")
        if (count := text.count(plant.after)) != 1:
            raise DatelineError(f"{name}: {plant.after[:80]!r} stands {count} times in {plant.file}: expected once")
        texts[plant.file] = planted_text(text, plant)
    return texts


class _Loader(yaml.SafeLoader):
    """YAML lets the second of two equal keys win silently; a case that loses its facts that way is refused."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for number, key in enumerate(keys):
            if key in keys[:number]:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} is given twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _validated(path: Path) -> CaseFile:
    content = _read(path)
    if isinstance(content, list):  # a file of nothing but cases
        content = {"cases": content}
    if not isinstance(content, dict) or not content:
        raise DatelineError(f"{path.name}: expected a list of cases, each with a question, or a mapping with cases")
    try:
        return CaseFile.model_validate(content)
    except ValidationError as error:
        raise DatelineError(_first(error, path, content)) from None


def _read(path: Path) -> Any:
    try:
        return _Loader(path.read_text(encoding="utf-8")).get_single_data()
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


_WITHIN = {"history": Message.model_fields, "planted": Planted.model_fields}


def _first(error: ValidationError, path: Path, content: Mapping[str, Any]) -> str:
    first = error.errors()[0]
    place, known = list(first["loc"]), CaseFile.model_fields
    name = path.name
    if place[:1] == ["cases"] and len(place) > 1:
        number = int(place[1])
        entry = content["cases"][number]
        name = _named(path, number + 1, entry.get("question") if isinstance(entry, dict) else None)
        place, known = place[2:], Case.model_fields
    within = [known_there for name, known_there in _WITHIN.items() if name in place[:-1]]
    where = ".".join(map(str, place))
    if first["type"] == "extra_forbidden":
        return f"{name}: unknown key {where!r}; known are {', '.join(within[0] if within else known)}"
    message = first["msg"].removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    return f"{name}: {where}: {message}" if where else f"{name}: {message}"


def _named(path: Path, number: int, question: Any) -> str:
    return f"{path.name}, case {number}" + (f" ({question!r})" if isinstance(question, str) else "")


def _or(wordings: Iterable[str]) -> str:
    return " or ".join(map(repr, wordings))
