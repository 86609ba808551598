"""A case: a hand-written question and what is required of its answer; and the file that cases stand in."""

import hashlib
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from evals import metrics
from evals.wording import normalise, says

Words = Annotated[str, StringConstraints(pattern=r"\w")]
Tag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Alternatives = Annotated[tuple[Words, ...], Field(min_length=1)]
Part = Literal["test", "tuning"]

_OF_AN_ANSWER = ("facts", "speaker", "files", "must_cite", "quotes", "forbidden")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Message(_Strict):
    """One turn of the conversation that a follow-up continues."""

    role: Literal["user", "assistant"]
    content: Words


class Case(_Strict):
    """One question and what is required of its answer."""

    question: Words
    """As a reader would ask it."""
    history: tuple[Message, ...] = ()
    """The conversation that the question continues."""
    outcome: Literal["answered", "not_in_articles"] = "answered"
    """Whether the articles say. A partial answer is an answer."""
    facts: tuple[Alternatives, ...] = ()
    """Each fact is a list of accepted wordings; one of them has to stand in the answer or in its quotes."""
    speaker: tuple[Words, ...] = ()
    """Whoever said it has to be named, in one of these wordings, even where the question names him already."""
    forbidden: tuple[Words, ...] = ()
    """Words that must not appear in the answer or in its quotes."""
    files: tuple[Words, ...] = ()
    """Files that may be cited."""
    must_cite: tuple[Words, ...] = ()
    """Files that have to be cited."""
    quotes: tuple[Alternatives, ...] = ()
    """Gold quotes: each is a list of passages, exact words of one of the files, any of which is the evidence."""
    tags: Annotated[tuple[Tag, ...], Field(min_length=1)] = ("untagged",)
    """What kind of question it is, first the kind."""
    must_pass: bool = False
    """The gate fails when this case does."""
    draft: bool = False
    """Proposed and not yet confirmed by a person: left out of every run. Remove the line to confirm."""
    why: str = ""
    """What the case is there to catch."""

    @property
    def answerable(self) -> bool:
        """Whether the articles say."""
        return self.outcome == "answered"

    @property
    def kind(self) -> str:
        """The first tag."""
        return self.tags[0]

    @property
    def asked(self) -> str:
        """What makes a case the same case in two files: its question, after its conversation."""
        return "\n".join(normalise(words) for words in (*(message.content for message in self.history), self.question))

    @property
    def key(self) -> str:
        """What makes a case the same case in two runs: eight hexadecimal digits of `asked`."""
        return hashlib.sha256(self.asked.encode()).hexdigest()[:8]

    @model_validator(mode="after")
    def _requires_something(self) -> Self:
        if self.draft:
            return self
        if not self.answerable:
            given = [name for name in _OF_AN_ANSWER if getattr(self, name)]
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


class Planted(_Strict):
    """A text put into an article for the cases of one file, such as an instruction that a stranger hid in it."""

    file: Annotated[str, StringConstraints(pattern=r"\.(txt|md)$")]
    """An article of plain text."""
    after: Words
    """Exact words of the article, which stand in it once; the text follows them as a paragraph of its own."""
    text: Words


class CaseFile(_Strict):
    """Cases that are asked of the same articles."""

    part: Part = "test"
    """Thresholds are tuned on `tuning` and gates hold for `test`."""
    planted: tuple[Planted, ...] = ()
    """Put into a copy of the articles, which these cases are then asked of."""
    floors: dict[metrics.Name, Annotated[float, Field(ge=0, le=1)]] = {}
    """What `--gate` demands of the test part of a whole run, metric by metric; a ceiling for those that are better low."""
    cases: tuple[Case, ...] = ()


def json_schema() -> dict[str, Any]:
    """JSON Schema of a case file, for editors."""
    return CaseFile.model_json_schema()
