"""Case files: what is refused when loading, and the two that ship."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from pydantic import TypeAdapter

import evals
from evals.cases import CASES, Case, json_schema, load_cases
from retrieval.errors import DatelineError

SEEDS = Path(__file__).parent.parent / "seeds"
TUNING = CASES.with_name("tuning.yaml")
KINDS = {
    *("who_said_what", "plain_fact", "number_date", "several_articles", "misspelt", "keyword"),
    *("follow_up", "near_miss", "off_topic", "false_premise", "leftover", "must"),
}


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "cats.txt").write_text("Adam Smith said: “The cat sat on the mat.” It was black.", encoding="utf-8")
    (folder / "dogs.txt").write_text("The dog barked 130 times.", encoding="utf-8")
    return folder


GOOD: dict[str, object] = {
    "question": "Where did the cat sit?",
    "facts": [["on the mat"]],
    "files": ["cats.txt"],
    "tags": ["plain_fact"],
    "why": "a place",
}


def load(folder: Path, *entries: object) -> tuple[Case, ...]:
    path = folder.parent / "mine.yaml"
    path.write_text(yaml.safe_dump(list(entries)), encoding="utf-8")
    return load_cases(path, folder)


def refusal(folder: Path, **changes: object) -> str:
    entry = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    with pytest.raises(DatelineError) as caught:
        load(folder, entry)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("mine.yaml, case 1 ('")
    return message


def test_a_good_case_loads(corpus: Path) -> None:
    (case,) = load(corpus, GOOD)
    assert case.answerable
    assert case.facts == (("on the mat",),)
    assert case.history == ()


def test_a_case_that_requires_nothing_is_refused(corpus: Path) -> None:
    assert "requires nothing" in refusal(corpus, facts=None)
    assert "requires nothing" in refusal(corpus, facts=[])
    assert "requires nothing" in refusal(corpus, facts=None, outcome="answered")


def test_a_case_without_files_is_refused(corpus: Path) -> None:
    assert "no files" in refusal(corpus, files=None)


def test_a_fact_without_wordings_is_refused(corpus: Path) -> None:
    assert "facts.0" in refusal(corpus, facts=[[]])
    assert "facts.0.0" in refusal(corpus, facts=[[" … "]])


def test_a_fact_that_the_question_contains_is_refused(corpus: Path) -> None:
    message = refusal(corpus, question="Did the cat sit “ON  the mat”?", facts=[["black"], ["on the mat"]])
    assert "already contains the fact 'on the mat'" in message


def test_a_speaker_may_stand_in_the_question(corpus: Path) -> None:
    (case,) = load(corpus, {**GOOD, "question": "What did Smith say of the cat?", "speaker": ["Smith"]})
    assert case.speaker == ("Smith",)


def test_a_speaker_alone_is_no_fact(corpus: Path) -> None:
    assert "requires nothing" in refusal(corpus, facts=None, speaker=["Smith"])


def test_unknown_keys_are_refused_at_every_level(corpus: Path) -> None:
    assert "unknown key 'fact'; known are question," in refusal(corpus, fact=[["mat"]])
    message = refusal(corpus, history=[{"role": "user", "content": "Hm?", "name": "x"}])
    assert "unknown key 'history.0.name'" in message


def test_a_file_that_does_not_exist_is_refused(corpus: Path) -> None:
    assert "file 'birds.txt' does not exist" in refusal(corpus, files=["cats.txt", "birds.txt"])
    assert "does not exist" in refusal(corpus, files=["../mine.yaml"])


def test_a_fact_that_none_of_its_files_states_is_refused(corpus: Path) -> None:
    assert "none of its files says '130'" in refusal(corpus, facts=[["130"]])
    assert load(corpus, {**GOOD, "facts": [["130"]], "files": ["dogs.txt"]})


def test_a_speaker_that_none_of_its_files_names_is_refused(corpus: Path) -> None:
    assert "none of its files says 'Kashin'" in refusal(corpus, speaker=["Kashin"])


def test_must_cite_has_to_be_allowed(corpus: Path) -> None:
    assert "must_cite 'dogs.txt'" in refusal(corpus, must_cite=["dogs.txt"])


def test_a_fact_and_a_forbidden_word_may_not_contradict_each_other(corpus: Path) -> None:
    assert "contains the forbidden 'mat'" in refusal(corpus, forbidden=["mat"])


@pytest.mark.parametrize("key", ["facts", "files", "speaker", "must_cite", "forbidden"])
def test_a_case_not_in_the_articles_states_nothing_else(corpus: Path, key: str) -> None:
    entry = {"outcome": "not_in_articles", "facts": None, "files": None, key: [["mat"]] if key == "facts" else ["mat"]}
    assert f"leaves no room for {key}" in refusal(corpus, **entry)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"question": "?!"}, "question"),
        ({"outcome": "refused"}, "outcome"),
        ({"tags": []}, "tags"),
        ({"tags": ["Near miss"]}, "tags.0"),
        ({"why": None}, "why"),
        ({"facts": [[130]]}, "facts.0.0"),
        ({"facts": ["on the mat"]}, "facts.0"),
        ({"files": "cats.txt"}, "files"),
        ({"history": [{"role": "system", "content": "Hm?"}]}, "history.0.role"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(corpus: Path, changes: dict[str, object], expected: str) -> None:
    assert f"): {expected}: " in refusal(corpus, **changes)


def test_the_same_question_twice_is_refused(corpus: Path) -> None:
    with pytest.raises(DatelineError, match=r"case 2 .*the same question as case 1"):
        load(corpus, GOOD, {**GOOD, "question": "where did  the cat sit?"})


def test_the_same_question_after_another_conversation_is_another_case(corpus: Path) -> None:
    assert len(load(corpus, GOOD, {**GOOD, "history": [{"role": "user", "content": "Cats?"}]})) == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "a case file is a list of cases"),
        ("question: a", "a case file is a list of cases"),
        ("- just words", "case 1: input should be"),
        ("- question: a\n  question: b", "line 1: 'question' is given twice"),
        ("- question: [", "line"),
        ("- !!python/object/apply:os.getcwd []", "could not determine a constructor"),
    ],
)
def test_a_file_that_is_no_list_of_cases_is_refused_in_one_line(corpus: Path, content: str, expected: str) -> None:
    path = corpus.parent / "mine.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DatelineError) as caught:
        load_cases(path, corpus)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_or_binary_case_file_is_refused(corpus: Path) -> None:
    with pytest.raises(DatelineError, match="cannot be read: no such file"):
        load_cases(corpus / "none.yaml", corpus)
    (corpus / "binary.yaml").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(DatelineError, match="not UTF-8"):
        load_cases(corpus / "binary.yaml", corpus)


@pytest.mark.parametrize(("path", "answerable", "unanswerable"), [(CASES, 60, 30), (TUNING, 70, 40)])
def test_the_case_files_load_against_the_seeds(path: Path, answerable: int, unanswerable: int) -> None:
    cases = load_cases(path, SEEDS)
    assert sum(case.answerable for case in cases) >= answerable
    assert sum(not case.answerable for case in cases) >= unanswerable
    assert {tag for case in cases for tag in case.tags} <= KINDS


@pytest.mark.parametrize("path", [CASES, TUNING])
def test_the_case_files_cover_every_article_and_every_kind(path: Path) -> None:
    cases = load_cases(path, SEEDS)
    files = Counter(file for case in cases for file in case.files)
    assert set(files) == {file.name for file in SEEDS.glob("*.txt")}
    assert min(files.values()) >= 8
    kinds = Counter(tag for case in cases for tag in case.tags)
    assert set(kinds) | {"must"} == KINDS
    assert kinds["who_said_what"] >= 20
    assert kinds["near_miss"] >= 18
    assert kinds["follow_up"] >= 8
    assert all(not case.answerable for case in cases if {"near_miss", "off_topic", "leftover"} & set(case.tags))


def test_the_two_case_files_share_no_question() -> None:
    tuning = {case.key for case in load_cases(TUNING, SEEDS)}
    assert not tuning & {case.key for case in load_cases(CASES, SEEDS)}


def test_the_question_of_the_readme_must_hold_and_names_one_file() -> None:
    (must,) = [case for case in evals.load_cases(CASES, SEEDS) if "must" in case.tags]
    assert must.question == "What did Kashin say about arms deliveries?"
    assert must.files == must.must_cite == ("000_02acd30f241aa87e.txt",)
    assert must.speaker == ("Kashin",)
    assert len(must.facts) == 4


def test_editors_get_a_schema_that_knows_every_key() -> None:
    schema = json_schema()
    assert schema["type"] == "array"
    assert set(schema["$defs"]["Case"]["properties"]) == set(Case.model_fields)
    assert schema["$defs"]["Case"]["additionalProperties"] is False
    assert TypeAdapter(list[Case]).validate_python([GOOD])
