"""The JSON form of a dataclass, made of its fields: plain data, the strict reading of it, and its JSON Schema."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from functools import cache, reduce
from operator import or_
from types import UnionType
from typing import Any, ClassVar, Self, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, NonNegativeInt, ValidationError, conlist, create_model

from retrieval.articles import Chunk, ScoredChunk
from retrieval.errors import DatelineError, one_line


class Formed:
    """A dataclass with a JSON form that has a key for each of its fields, in their order, and no other.

    What the type of a field limits, such as `PositiveInt`, is checked when it is read.
    """

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for `json.dumps`."""
        data: dict[str, Any] = _plain(self)
        return data

    @classmethod
    def from_dict(cls, data: Any) -> Self:
        """What `to_dict` wrote, equal to it in every field.

        Raises:
            DatelineError: a key is missing, unknown or of another type, or what the data says contradicts itself.
        """
        try:
            read: Self = _built(form(cls).model_validate(data))
        except ValidationError as error:
            first = error.errors()[0]
            place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"])
            came = repr(first["input"])
            wrong = f"{first['msg']}, came {came[:60]}{'…' * (len(came) > 60)}"
            raise cls._misread(place, wrong) from None
        for place, wrong in read._contradictions(data):
            raise cls._misread(place, wrong)
        return read

    def to_json(self) -> str:
        """`to_dict` as JSON text, indented."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """What `to_json` wrote.

        Raises:
            DatelineError: as `from_dict`, and if the text is no JSON.
        """
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise cls._unreadable(f", it is no JSON ({one_line(error)})", " as JSON") from None
        return cls.from_dict(data)

    def _contradictions(self, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Where this, or the data that it was read from, breaks what it always keeps to, and how."""
        return iter(())

    @classmethod
    def _misread(cls, place: str, wrong: str) -> DatelineError:
        return cls._unreadable(f" ({' '.join(f'{place}: {wrong}'.lstrip('.: ').split())})")

    @classmethod
    def _unreadable(cls, why: str, how: str = "") -> DatelineError:
        name = cls.__name__
        named = f"{'an' if name[0] in 'AEIOU' else 'a'} {name.lower()}"
        return DatelineError(f"{named} cannot be read{why}: expected what {name}.to_dict() gives{how}")


@dataclass(frozen=True, slots=True)
class _Retrieved:
    """A `ScoredChunk` as the form has it: flat."""

    file: str
    start: NonNegativeInt
    end: NonNegativeInt
    score: float
    title: str
    text: str

    def scored(self) -> ScoredChunk:
        chunk = asdict(self)
        score = chunk.pop("score")
        return ScoredChunk(Chunk(**chunk), score)


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    kind: ClassVar[type[Any]]


def _form(kind: type[Any], about: str | None = None) -> type[_Form]:
    """A strict model with the fields of a dataclass, all of them demanded; `about` describes it in its JSON Schema."""
    hints = get_type_hints(kind, include_extras=True)
    demanded: dict[str, Any] = {field.name: (_as_data(hints[field.name]), ...) for field in fields(kind)}
    name = f"_{kind.__name__.lstrip('_')}"  # as the schema has named it from the beginning
    model = create_model(name, __base__=_Form, __doc__=about, **demanded)
    model.kind = kind
    return model


form: Callable[..., type[_Form]] = cache(_form)  # typed by hand: mypy takes a class for unhashable


def _as_data(hint: Any) -> Any:
    """The type of a field as JSON has it: a form for a dataclass, a list for a tuple."""
    arguments = get_args(hint)
    if hint is ScoredChunk:
        return form(_Retrieved)
    if is_dataclass(hint):
        return form(hint)
    if get_origin(hint) is tuple:
        size = None if arguments[-1] is ... else len(arguments)
        return conlist(_as_data(arguments[0]), min_length=size, max_length=size)
    if get_origin(hint) in (Union, UnionType):
        return reduce(or_, map(_as_data, arguments))
    return hint


def _plain(value: Any) -> Any:
    if isinstance(value, ScoredChunk):
        value = _Retrieved(score=value.score, **asdict(value.chunk))
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return dict(value) if isinstance(value, Mapping) else value


def _built(value: Any) -> Any:
    """The dataclass that a form describes; it sets the fields that follow from others itself."""
    if isinstance(value, list):
        return tuple(map(_built, value))
    if not isinstance(value, _Form):
        return value
    given = {field.name: _built(getattr(value, field.name)) for field in fields(value.kind) if field.init}
    built = value.kind(**given)
    return built.scored() if isinstance(built, _Retrieved) else built
