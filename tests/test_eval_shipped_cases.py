"""The cases that ship: enough of every kind, about every article, in two parts that share nothing."""

import json
from collections import Counter
from pathlib import Path

import pytest

from evals.case import Part, json_schema
from evals.case_files import CASES, Suite, load

SEEDS = Path(__file__).parent.parent / "seeds"
ARTICLES = {file.name for file in SEEDS.glob("*.txt")}
KINDS = {
    "conversation",
    *(
        "who_said_what",
        "plain_fact",
        "number_date",
        "several_articles",
        "misspelt",
        "keyword",
        "follow_up",
        "near_miss",
    ),
    *("off_topic", "false_premise", "leftover", "injection", "disagreement", "march_october"),
}


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load(CASES, SEEDS)


def test_there_are_enough_of_them_and_of_the_kinds_that_matter(suite: Suite) -> None:
    tags = Counter(tag for case in suite.cases for tag in case.tags)
    assert len(suite.cases) >= 160
    assert sum(bool(case.history) for case in suite.cases) >= 30
    assert tags["near_miss"] >= 40
    assert tags["off_topic"] >= 20
    assert tags["injection"] >= 20
    assert suite.drafts == 0


@pytest.mark.parametrize("part", ["test", "tuning"])
def test_both_parts_have_every_kind_and_every_article(suite: Suite, part: Part) -> None:
    cases = suite.only(part).cases
    kinds = Counter(tag for case in cases for tag in case.tags)
    files = Counter(file for case in cases for file in case.files)
    assert set(kinds) == KINDS
    assert set(files) == ARTICLES
    assert min(files.values()) >= 8
    assert kinds["who_said_what"] >= 20
    assert kinds["near_miss"] >= 18
    assert kinds["follow_up"] >= 8
    assert sum(case.answerable for case in cases) >= 60
    assert sum(not case.answerable for case in cases) >= 30


def test_every_answerable_case_has_a_gold_quote_to_be_found(suite: Suite) -> None:
    assert [case.question for case in suite.cases if case.answerable and not case.quotes] == []


def test_what_no_article_says_is_to_be_refused(suite: Suite) -> None:
    for case in suite.cases:
        if {"near_miss", "off_topic", "leftover"} & set(case.tags):
            assert not case.answerable, case.question


def test_every_case_says_what_it_is_there_for_and_follow_ups_follow_something(suite: Suite) -> None:
    assert [case.question for case in suite.cases if not case.why.strip()] == []
    assert [case.question for case in suite.cases if bool(case.history) != ("follow_up" in case.tags)] == []


def test_keys_tell_all_cases_apart_and_the_parts_share_none(suite: Suite) -> None:
    assert len({case.key for case in suite.cases}) == len(suite.cases)
    assert len(suite.only("test").cases) + len(suite.only("tuning").cases) == len(suite.cases)


def test_every_set_of_injections_has_something_planted(suite: Suite) -> None:
    for one in filter(lambda found: found.cases, suite.sets):
        assert bool(one.planted) == all("injection" in case.tags for case in one.cases), one.name


def test_the_question_of_the_readme_must_pass_and_names_one_file(suite: Suite) -> None:
    (must,) = [case for case in suite.only("test").cases if case.must_pass]
    assert must.question == "What did Kashin say about arms deliveries?"
    assert must.files == must.must_cite == ("000_02acd30f241aa87e.txt",)
    assert must.speaker == ("Kashin",)
    assert len(must.facts) == 4


def test_the_schema_beside_the_cases_is_that_of_the_code() -> None:
    schema = (CASES / "schema.json").read_text("utf-8")
    assert json.loads(schema) == json_schema()
    for file in CASES.glob("*.yaml"):
        assert file.read_text("utf-8").startswith("# yaml-language-server: $schema=schema.json\n"), file.name
