"""A small made town for the tests of the evals: two articles, cases about them, answers, and records made by hand."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from types import TracebackType
from typing import Any, Self

import yaml

from assistant.answer import Answer, Citation, Statement, Unverified
from assistant.settings import Settings
from evals.case import Case
from evals.originals import Originals
from evals.record import CaseRecord, Details, Record, case_record
from evals.verdict import Verdict, check
from retrieval.articles import Chunk, ScoredChunk

CATS, DOGS = "cats.txt", "dogs.txt"
# The emoji is one code point, and two units of a JavaScript string.
SAT = "Adam Smith said: “The cat sat on the mat.”"
BARKED = "The dog barked 130 times."
ARTICLES = {
    CATS: f"Cats of the town 😀\n\n{SAT} It was black. Nobody saw the cat leave.\n",
    DOGS: f"Dogs of the town\n\n{BARKED} A neighbour, Eva Novak, said that the dog was hungry.\n",
}
WHERE = "Where did the cat sit?"
HOW_OFTEN = "How often did the dog bark?"
WHO = "Who fed the parrot?"

ENTRIES: tuple[dict[str, Any], ...] = (
    {"question": WHERE, "facts": [["on the mat"]], "files": [CATS], "quotes": [[SAT]], "tags": ["plain_fact"]},
    {"question": HOW_OFTEN, "facts": [["130"]], "files": [DOGS], "quotes": [[BARKED]], "tags": ["number_date"]},
    {"question": WHO, "outcome": "not_in_articles", "tags": ["near_miss"]},
)


def town(folder: Path) -> Path:
    """`folder` with the two articles in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in ARTICLES.items():
        (folder / file).write_bytes(text.encode())
    return folder


def case_file(path: Path, content: object) -> Path:
    """The content as YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def case(number: int = 0, **changes: object) -> Case:
    """One of the entries with other values; None takes a key away."""
    return Case.model_validate(
        {key: value for key, value in {**ENTRIES[number], **changes}.items() if value is not None}
    )


def citation(file: str, words: str, number: int = 1) -> Citation:
    start = ARTICLES[file].index(words)
    return Citation(number, file, start, start + len(words), words)


def chunk(file: str, words: str) -> ScoredChunk:
    start = ARTICLES[file].index(words)
    return ScoredChunk(Chunk(file, start, start + len(words), words), 0.5)


def quoting(
    question: str, *quotes: tuple[str, str], retrieved: Sequence[ScoredChunk] | None = None, **values: Any
) -> Answer:
    """An answer that quotes each (file, words) from where it stands; these are what was retrieved, unless told otherwise."""
    citations = tuple(citation(file, words, number) for number, (file, words) in enumerate(quotes, start=1))
    statements = tuple(Statement(one.quote, (one.number,)) for one in citations)
    found = tuple(chunk(file, words) for file, words in quotes) if retrieved is None else tuple(retrieved)
    return Answer(question, "answered", statements, citations, found, **values)


def abstention(question: str, *retrieved: ScoredChunk, removed: str = "", **values: Any) -> Answer:
    unverified = (Unverified(removed, "no quote says so"),) if removed else ()
    return Answer(question, "not_in_articles", retrieved=retrieved, unverified=unverified, **values)


@cache
def originals() -> Originals:
    return Originals(town(Path(mkdtemp())))


def verdict(case: Case, answer: Answer) -> Verdict:
    return check(case, answer, originals())


RIGHT = {
    WHERE: quoting(WHERE, (CATS, SAT)),
    HOW_OFTEN: quoting(HOW_OFTEN, (DOGS, BARKED)),
    WHO: abstention(WHO, chunk(CATS, SAT)),
}


class FakeAssistant:
    """Knows the answers, with the life of an `Assistant`: opened from settings, asked, closed."""

    def __init__(self, answers: Mapping[str, Answer]) -> None:
        self.answers = answers
        self.asked: list[tuple[str, list[dict[str, str]]]] = []
        self.opened: list[Settings] = []
        self.closed = 0

    def from_settings(self, settings: Settings) -> Self:
        self.opened.append(settings)
        return self

    def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
        self.asked.append((question, history))
        return self.answers[question]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.closed += 1


def checked(
    number: int, answer: Answer, *, part: Any = "test", milliseconds: float = 1.0, **changes: object
) -> CaseRecord:
    """The record of one of the cases with this answer."""
    found = check(case(number, **changes), answer, originals(), milliseconds=milliseconds)
    return case_record(found, file="mine", part=part)


def one(
    key: str, *, right: bool = True, counts: Mapping[str, tuple[float, float]] | None = None, **values: Any
) -> CaseRecord:
    """A record made by hand: a case that counts for the share of right answers, unless told otherwise."""
    made = {
        "key": key,
        "question": f"Question {key}?",
        "file": "mine",
        "part": "test",
        "tags": ("plain_fact",),
        "must_pass": False,
        "holds": right,
        "counts": {"answers_right": (float(right), 1.0)} if counts is None else counts,
        **values,
    }
    return CaseRecord.model_validate(made)


def details(**changes: Any) -> Details:
    """Details of nothing in particular."""
    nothing = dict.fromkeys(("history", "problems", "facts", "forbidden", "files", "gold", "citations"), ())
    nothing |= dict.fromkeys(("retrieved", "unverified"), ())
    words = dict.fromkeys(("why", "text", "standalone_question", "stage", "notice"), "")
    made = {**nothing, **words, "expected": "answered", "outcome": "answered", "confidence": 0.5}
    return Details.model_validate({**made, **changes})


def record(*cases: CaseRecord, **values: Any) -> Record:
    return Record(cases_from="mine.yaml", configuration={"model": "none"}, cases=cases, **values)
