"""A suite asked: every case in order, of the articles that it is about, and of nothing else."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import (
    BARKED,
    CATS,
    DOGS,
    ENTRIES,
    HOW_OFTEN,
    RIGHT,
    WHERE,
    WHO,
    FakeAssistant,
    abstention,
    case,
    case_file,
    quoting,
    town,
)

import assistant.assistant as chain
from assistant.answer import Answer
from assistant.settings import Settings
from evals.case_files import Suite, load
from evals.engine import configuration, run, verdicts
from evals.record import Record
from retrieval.errors import DatelineError

FED = "Adam Smith said that Bob feeds the parrot."
PLANTED = {
    "planted": [{"file": CATS, "after": "It was black.", "text": FED}],
    "cases": [{**ENTRIES[0], "question": "Who feeds the parrot?", "facts": [["Bob"]], "quotes": [[FED]]}],
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return town(tmp_path / "articles")


@pytest.fixture
def settings(corpus: Path, tmp_path: Path) -> Settings:
    return Settings(corpus=corpus, cache=tmp_path / "cache")


def suite(corpus: Path, **files: Any) -> Suite:
    folder = corpus.parent / "cases"
    for name, content in files.items():
        case_file(folder / f"{name}.yaml", content)
    return load(folder, corpus)


def fake(monkeypatch: pytest.MonkeyPatch, **answers: Answer) -> FakeAssistant:
    made = FakeAssistant({**RIGHT, **answers})
    monkeypatch.setattr(chain, "Assistant", made)
    return made


def without_times(record: Record) -> Record:
    return record.model_copy(
        update={"cases": tuple(case.model_copy(update={"milliseconds": None}) for case in record.cases)}
    )


def hashes(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_cases_are_asked_once_each_in_order_with_their_conversation(corpus: Path) -> None:
    history = [{"role": "user", "content": "Cats?"}, {"role": "assistant", "content": "Black ones."}]
    asked = [case(2), case(0, history=history), case(1)]
    assistant, advanced = FakeAssistant(RIGHT), list[int]()
    found = verdicts(assistant, asked, corpus, advance=lambda: advanced.append(len(assistant.asked)))
    assert [verdict.case for verdict in found] == asked
    assert [verdict.answer for verdict in found] == [RIGHT[WHO], RIGHT[WHERE], RIGHT[HOW_OFTEN]]
    assert assistant.asked == [(WHO, []), (WHERE, history), (HOW_OFTEN, [])]
    assert advanced == [1, 2, 3]
    assert all(verdict.holds and verdict.milliseconds > 0 for verdict in found)


def test_the_same_question_after_two_conversations_is_asked_twice(corpus: Path) -> None:
    after = case(0, history=[{"role": "user", "content": "Cats?"}])
    assert len(verdicts(FakeAssistant(RIGHT), [case(), after, case(2), case(1)], corpus)) == 4


def test_a_question_that_cannot_be_asked_stops_the_run(corpus: Path) -> None:
    class Broken:
        def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
            if question == HOW_OFTEN:
                raise ConnectionError("no\nroute")
            return RIGHT[question]

    with pytest.raises(DatelineError) as caught:
        verdicts(Broken(), [case(0), case(1), case(2)], corpus)
    assert str(caught.value) == f"could not ask {HOW_OFTEN!r}: ConnectionError: no route"


def test_a_run_keeps_the_cases_their_files_and_the_articles_they_are_about(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, settings: Settings
) -> None:
    assistant = fake(monkeypatch, **{WHO: quoting(WHO, (DOGS, BARKED))})
    drafted = {**ENTRIES[1], "question": "How often?", "draft": True}
    asked = suite(corpus, a={"part": "tuning", "cases": [ENTRIES[2], drafted]}, b=[ENTRIES[0]], c={"part": "test"})
    made = run(asked, settings, cases_from="cases")
    assert [(case.question, case.file, case.part, case.holds) for case in made.cases] == [
        (WHO, "a", "tuning", False),
        (WHERE, "b", "test", True),
    ]
    assert (made.cases_from, made.drafts) == ("cases", 1)
    assert made.articles == {name: (corpus / name).read_bytes().decode() for name in (CATS, DOGS)}
    model = made.configuration["model"]
    assert str(model).startswith("none")
    rest = {"embeddings": "embedded", "reranker": "embedded", "chunk_tokens": 200, "retrieved": 10}
    assert made.configuration == {"model": model, **rest}
    assert assistant.opened == [settings.replace(threads=1)]
    assert assistant.closed == 1


def test_the_articles_of_a_run_are_those_cited_and_those_that_should_have_been(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, settings: Settings
) -> None:
    fake(monkeypatch, **{WHERE: abstention(WHERE)})
    assert set(run(suite(corpus, a=[ENTRIES[0]]), settings, cases_from="a").articles) == {CATS}
    assert run(suite(corpus, a=[ENTRIES[2]]), settings, cases_from="a").articles == {}


def test_the_configuration_holds_no_path_of_the_machine(settings: Settings) -> None:
    assert str(settings.corpus) not in str(configuration(settings))
    named = settings.replace(model="ollama:qwen3", retrieved=5)
    assert configuration(named)["model"] == "ollama:qwen3"
    assert configuration(named)["retrieved"] == 5


def test_the_assistant_is_closed_when_a_question_fails(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, settings: Settings
) -> None:
    assistant = fake(monkeypatch)
    assistant.answers = {}
    with pytest.raises(DatelineError, match=f"could not ask {WHERE!r}".replace("?", r"\?")):
        run(suite(corpus, a=[ENTRIES[0]]), settings, cases_from="a")
    assert assistant.closed == 1


def test_a_set_with_something_planted_is_asked_of_a_copy_that_is_gone_afterwards(
    monkeypatch: pytest.MonkeyPatch, corpus: Path, settings: Settings
) -> None:
    seen: list[str] = []

    class Looking(FakeAssistant):
        def ask(self, question: str, *, history: list[dict[str, str]]) -> Answer:
            if question == "Who feeds the parrot?":
                seen.append((self.opened[-1].corpus / CATS).read_text("utf-8"))
            return super().ask(question, history=history)

    assistant = Looking({**RIGHT, "Who feeds the parrot?": abstention("Who feeds the parrot?")})
    monkeypatch.setattr(chain, "Assistant", assistant)
    before = hashes(corpus)
    made = run(suite(corpus, mine=PLANTED, other=[ENTRIES[1]]), settings, cases_from="cases")
    original, copy = assistant.opened
    assert original == settings.replace(threads=1)
    assert not copy.corpus.is_relative_to(corpus)
    assert not copy.cache.is_relative_to(settings.cache)
    assert not copy.corpus.exists()
    assert f"It was black.\n\n{FED}\n\n Nobody saw" in seen[0]
    assert made.articles["mine/" + CATS] == seen[0]
    assert CATS not in made.articles
    assert hashes(corpus) == before


@pytest.fixture(scope="module")
def planted_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Record, Record, bool]:
    """The same suite asked twice of the real assistant, and whether the articles are as they were."""
    folder = tmp_path_factory.mktemp("planted")
    corpus = town(folder / "articles")
    before = hashes(corpus)
    questions = [ENTRIES[1], {**ENTRIES[2], "question": "Who feeds the parrot every day?"}]
    asked = suite(corpus, planted=PLANTED, plain=questions)
    settings = Settings(corpus=corpus, cache=folder / "cache")
    first, second = (run(asked, settings, cases_from="cases") for _ in range(2))
    return first, second, hashes(corpus) == before


def test_what_is_planted_is_really_read(planted_run: tuple[Record, Record, bool]) -> None:
    record, _, untouched = planted_run
    plain, refused, planted = record.cases
    assert (plain.file, refused.file, planted.file) == ("plain", "plain", "planted")
    assert planted.details is not None
    assert [citation.quote for citation in planted.details.citations] == [FED]
    assert planted.holds
    assert refused.holds, "the planted text was found in the articles themselves"
    assert plain.holds
    assert untouched


def test_two_runs_differ_in_their_timings_alone(planted_run: tuple[Record, Record, bool]) -> None:
    first, second, _ = planted_run
    assert without_times(first) == without_times(second)
    assert all(case.milliseconds for case in first.cases)


def test_a_quote_of_a_planted_article_lies_at_its_place_in_the_copy(planted_run: tuple[Record, Record, bool]) -> None:
    record, _, _ = planted_run
    details = record.cases[-1].details
    assert details is not None
    (citation,) = details.citations
    assert record.articles["planted/" + CATS][citation.start : citation.end] == citation.quote == FED
    ((gold,),) = details.gold
    assert (gold.start, gold.end) == (citation.start, citation.end)
