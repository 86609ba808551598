"""What is to be found in the corpus of events, and the cases on it and on the seeds, are borne out by the articles."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from assistant.answer import Answer
from evals.bench.events import gold, kinds
from evals.case import Case, Part
from evals.case_files import CASES, load
from evals.originals import Originals
from evals.verdict import check
from evals.wording import says
from retrieval.articles import read_folder
from retrieval.errors import DatelineError

SEEDS, CORPUS = kinds.SEEDS, gold.CORPUS
OF_THE_CORPUS_ALONE = {
    "kind_table",
    "kind_interview",
    "kind_now",
    "kind_correction",
    "kind_copies",
    "kind_live_blog",
}


@pytest.fixture(scope="module")
def found() -> gold.Gold:
    return gold.load()


@pytest.fixture(scope="module")
def originals() -> Originals:
    return Originals(CORPUS)


def cases(part: Part | None = None, corpus: Path | None = None) -> list[Case]:
    return [
        case
        for one, asked_of in kinds.case_sets()
        for case in one.cases
        if part in (None, one.part) and corpus in (None, asked_of)
    ]


def test_the_corpus_is_thirty_articles_of_a_few_paragraphs_each() -> None:
    corpus = read_folder(CORPUS)
    assert (len(corpus.articles), corpus.skipped) == (30, ())
    assert {Path(article.file).suffix for article in corpus.articles} == {".txt", ".md", ".html"}
    assert all(80 <= len(article.text.split()) <= 250 for article in corpus.articles)


def test_the_gold_is_as_large_as_the_corpus_makes_it(found: gold.Gold) -> None:
    sizes = (found.articles, found.people, found.organisations, found.events, found.disagreements)
    assert [len(entries) for entries in sizes] == [30, 30, 9, 78, 10]
    assert {event.precision for event in found.events} == {"day", "month", "year", None}
    assert {telling.known for event in found.events for telling in event.told} == {"stated", "worked_out", "open"}
    assert {one.about for one in found.disagreements} == {"number", "who", "whether"}
    assert {one.known_from for one in found.articles} == {
        "metadata",
        "front_matter",
        "byline",
        "dateline",
        "file_name",
        "nothing",
    }


def test_the_articles_are_dated_over_six_months_by_three_outlets(found: gold.Gold) -> None:
    dates = [date.fromisoformat(one.published) for one in found.articles if one.published]
    assert (max(dates) - min(dates)).days in range(150, 185)
    assert {one.outlet for one in found.articles} == {"Varrow Courier", "Aldermouth Post", "Kessing Herald", None}
    assert {one.outlet for one in found.articles if one.outlet} <= {one.names[0] for one in found.organisations}


def test_every_article_that_names_somebody_in_full_is_among_his_or_hers(found: gold.Gold, originals: Originals) -> None:
    for bearer in (*found.people, *found.organisations):
        named_in = {one.file for one in found.articles if says(originals.text(one.file) or "", bearer.names[0])}
        assert named_in <= bearer.files, bearer.names[0]


def test_two_people_bear_one_surname_and_one_person_has_two_spellings(found: gold.Gold) -> None:
    assert [one.names[0] for one in found.people if "Harrand" in one.names] == ["Ilse Harrand", "Corin Harrand"]
    assert [one.names[:2] for one in found.people if "Okary" in one.names] == [("Jelena Okary", "Yelena Okary")]


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def test_a_moment_that_names_a_weekday_falls_on_it(found: gold.Gold) -> None:
    checked = 0
    for event in found.events:
        for telling in event.told:
            for weekday in (name for name in WEEKDAYS if says(telling.moment, name)):
                if event.date and event.precision == "day":
                    assert WEEKDAYS[date.fromisoformat(event.date).weekday()] == weekday, event.event
                    checked += 1
    assert checked > 40


def test_a_stated_year_is_that_of_the_event(found: gold.Gold) -> None:
    for event in found.events:
        for telling in event.told:
            years = [word for word in telling.moment.split() if word.isdigit() and len(word) == 4]
            assert all(event.date and event.date.startswith(year) for year in years), event.event


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(gold.GOLD, tmp_path / "gold")
    return tmp_path / "gold"


def changed(path: Path, change: Callable[[dict[str, list[dict[str, object]]]], object]) -> None:
    content = yaml.safe_load(path.read_text("utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


@pytest.mark.parametrize(
    ("file", "change", "problem"),
    [
        ("timeline.yaml", lambda c: c["events"][0]["told"][0].update(words="No such words"), "does not stand in"),
        ("timeline.yaml", lambda c: c["events"][0]["told"][0].update(moment="in 1905"), "does not say 'in 1905'"),
        ("timeline.yaml", lambda c: c["events"][0].update(date=None), "a date must be known"),
        ("timeline.yaml", lambda c: c["events"][0].update(date="in spring"), "events.0.date"),
        ("people.yaml", lambda c: c["people"][0].update(age=58), "people.0.age"),
        ("people.yaml", lambda c: c["people"][0]["names"].append("Elsa Harrand"), "names 'Elsa Harrand'"),
        ("people.yaml", lambda c: c["people"][0]["mentioned_in"].append("none.txt"), "none.txt is no article"),
        ("disagreements.yaml", lambda c: c["disagreements"][0].update(newest="1981"), "is the claim of no side"),
        (
            "disagreements.yaml",
            lambda c: c["disagreements"][0]["sides"][0].update(sources=3),
            "3 sources given, 1 told",
        ),
        ("articles.yaml", lambda c: c["articles"].pop(), "lists or leaves out post_strike.txt"),
        ("articles.yaml", lambda c: c["articles"][2].update(words="2024-02-12"), "does not stand in courier_bridge"),
    ],
)
def test_gold_that_its_articles_do_not_bear_out_is_refused(
    copy: Path, file: str, change: Callable[[dict[str, list[dict[str, object]]]], object], problem: str
) -> None:
    changed(copy / file, change)
    with pytest.raises(DatelineError) as refused:
        gold.load(copy)
    assert problem in str(refused.value)


def test_gold_that_is_not_there_is_refused_in_one_line(copy: Path) -> None:
    (copy / "people.yaml").unlink()
    with pytest.raises(DatelineError, match="cannot be read: no such file"):
        gold.load(copy)


def test_the_cases_are_as_many_as_promised_and_half_of_them_are_tuning() -> None:
    assert len(cases(corpus=SEEDS)) >= 110
    assert len(cases(corpus=CORPUS)) >= 50
    assert 0.45 < len(cases("tuning")) / len(cases()) < 0.55


@pytest.mark.parametrize("part", ["tuning", "test"])
def test_each_part_asks_every_kind_at_least_twice(part: Part) -> None:
    counts = Counter(case.kind for case in cases(part))
    assert set(counts) == set(kinds.KINDS)
    assert min(counts.values()) >= 2
    of_the_seeds = {case.kind for case in cases(part, SEEDS)}
    assert of_the_seeds == set(kinds.KINDS) - OF_THE_CORPUS_ALONE


def test_no_question_stands_twice_nor_among_the_gated_cases() -> None:
    asked = Counter(case.asked for case in cases())
    assert [question for question, times in asked.items() if times > 1] == []
    assert set(asked) & {case.asked for case in load(CASES, SEEDS).cases} == set()


def test_a_case_that_asks_for_several_things_needs_several_facts() -> None:
    for case in cases():
        if case.answerable and case.kind in ("kind_overview", "kind_timeline", "kind_comparison", "kind_disagreement"):
            assert len(case.facts) >= 2, case.question


def test_every_answerable_case_can_be_met_within_its_own_files() -> None:
    for one, corpus in kinds.case_sets():
        originals = Originals(corpus)
        for case in one.cases:
            texts = [originals.text(file) or "" for file in case.files]
            for words in case.forbidden:
                assert any(says(text, words) for text in map(originals.text, files(corpus)) if text), (
                    f"{case.question}: nothing says {words!r}"
                )
            assert all(any(says(text, wording) for text in texts for wording in fact) for fact in case.facts)


def files(corpus: Path) -> list[str]:
    return [path.name for path in corpus.iterdir()]


def test_the_table_has_a_row_for_each_kind_and_one_for_each_part() -> None:
    sets = [
        (one, tuple(check(case, answer(case), Originals(corpus)) for case in one.cases))
        for one, corpus in kinds.case_sets()
    ]
    table = kinds.table(sets)
    assert [row.name for row in table.rows] == [*kinds.KINDS.values(), "all, tuning", "all, test", "all"]
    rows = {row.name: row for row in table.rows}
    assert sum(rows[title].n for title in kinds.KINDS.values()) == rows["all"].n == len(cases())
    # Whoever abstains from everything refuses rightly and wrongly, and states nothing.
    assert rows["near miss"].figures["abstention_recall"] == rows["fact"].figures["wrongful_abstention"] == 1
    assert rows["near miss"].figures["answers_right"] is None
    assert rows["fact"].figures["answers_right"] == rows["all"].figures["fact_recall"] == 0
    unanswerable = sum(not case.answerable for case in cases())
    assert rows["all"].figures["abstention_precision"] == unanswerable / len(cases())
    assert "abstention_precision" not in rows["fact"].figures


def answer(case: Case) -> Answer:
    return Answer(question=case.question, standalone_question=case.question, outcome="not_in_articles")
