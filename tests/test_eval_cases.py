"""Case files: what a case may say, what is refused when files are loaded, and in which words."""

import re
from pathlib import Path

import pytest
from eval_fakes import BARKED, CATS, DOGS, ENTRIES, HOW_OFTEN, SAT, WHERE, WHO, case_file, town

from evals.case import Case, CaseFile, json_schema
from evals.case_files import Suite, load
from retrieval.errors import DatelineError

GOOD = ENTRIES[0]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return town(tmp_path / "articles")


def loaded(corpus: Path, content: object) -> Suite:
    return load(case_file(corpus.parent / "mine.yaml", content), corpus)


def refused(path: Path, corpus: Path) -> str:
    """The one line that says why nothing was loaded."""
    with pytest.raises(DatelineError) as caught:
        load(path, corpus)
    message = str(caught.value)
    assert "\n" not in message
    return message


def refusal(corpus: Path, **changes: object) -> str:
    """Why the good case with other values is refused: behind the name of its file, its number and its question."""
    entry = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    message = refused(case_file(corpus.parent / "mine.yaml", {"cases": [ENTRIES[1], entry]}), corpus)
    place = f"mine.yaml, case 2 ({entry['question']!r}): "
    assert message.startswith(place)
    return message.removeprefix(place)


def test_a_good_case_loads(corpus: Path) -> None:
    (case,) = loaded(corpus, {"part": "tuning", "cases": [GOOD]}).cases
    assert case == Case(question=WHERE, facts=(("on the mat",),), files=(CATS,), quotes=((SAT,),), tags=("plain_fact",))
    assert (case.answerable, case.kind, case.history, case.must_pass, case.draft) == (
        True,
        "plain_fact",
        (),
        False,
        False,
    )


def test_a_file_may_be_a_mere_list_of_cases(corpus: Path) -> None:
    suite = loaded(corpus, [GOOD, ENTRIES[2]])
    assert [case.question for case in suite.cases] == [WHERE, WHO]
    (only,) = suite.sets
    assert (only.name, only.part, only.planted, only.drafts, suite.floors) == ("mine", "test", (), 0, {})


@pytest.mark.parametrize("changes", [{"facts": None}, {"facts": []}, {"facts": None, "outcome": "answered"}])
def test_a_case_that_requires_nothing_is_refused(corpus: Path, changes: dict[str, object]) -> None:
    assert refusal(corpus, **changes) == "requires nothing: give it facts, or outcome: not_in_articles"


def test_a_speaker_alone_is_no_fact(corpus: Path) -> None:
    assert refusal(corpus, facts=None, speaker=["Smith"]).startswith("requires nothing")


def test_a_case_without_files_is_refused(corpus: Path) -> None:
    assert refusal(corpus, files=None) == "no files: name those that may be cited"


def test_a_fact_without_wordings_is_refused(corpus: Path) -> None:
    assert refusal(corpus, facts=[[]]).startswith("facts.0: ")
    assert refusal(corpus, facts=[[" … "]]).startswith("facts.0.0: ")


def test_a_fact_that_the_question_contains_is_refused(corpus: Path) -> None:
    message = refusal(corpus, question="Did the cat sit “ON  the mat”?", facts=[["black"], ["on the mat"]])
    assert message == "the question already contains the fact 'on the mat'"


def test_a_speaker_may_stand_in_the_question(corpus: Path) -> None:
    (case,) = loaded(corpus, [{**GOOD, "question": "What did Smith say of the cat?", "speaker": ["Smith"]}]).cases
    assert case.speaker == ("Smith",)


def test_unknown_keys_are_refused_at_every_level(corpus: Path) -> None:
    known = (
        "question, history, outcome, facts, speaker, forbidden, files, must_cite, quotes, tags, must_pass, draft, why"
    )
    assert refusal(corpus, fact=[["mat"]]) == f"unknown key 'fact'; known are {known}"
    message = refusal(corpus, history=[{"role": "user", "content": "Hm?", "name": "x"}])
    assert message.startswith("unknown key 'history.0.name'")
    path = case_file(corpus.parent / "mine.yaml", {"part": "test", "case": [GOOD]})
    assert refused(path, corpus) == "mine.yaml: unknown key 'case'; known are part, planted, floors, cases"


def test_a_file_that_does_not_exist_is_refused(corpus: Path) -> None:
    message = refusal(corpus, files=[CATS, "birds.txt"])
    assert message == f"file 'birds.txt' does not exist (corpus {str(corpus)!r})"
    assert "'../mine.yaml' does not exist" in refusal(corpus, files=["../mine.yaml"])


def test_a_fact_that_none_of_its_files_states_is_refused(corpus: Path) -> None:
    assert refusal(corpus, facts=[["130", "many"]]).startswith("none of its files says '130' or 'many' (")
    assert loaded(corpus, [{**GOOD, "facts": [["130"]], "files": [CATS, DOGS]}])


def test_a_speaker_that_none_of_its_files_names_is_refused(corpus: Path) -> None:
    assert refusal(corpus, speaker=["Kashin"]).startswith("none of its files says 'Kashin'")


@pytest.mark.parametrize(
    "quote",
    [
        'Adam Smith said: "The cat sat on the mat."',
        "adam Smith said",
        "It was  black.",
        BARKED,
        "The cat sat on the mat.\n",
    ],
)
def test_a_gold_quote_stands_in_one_of_the_files_character_for_character(corpus: Path, quote: str) -> None:
    message = refusal(corpus, quotes=[[SAT], [SAT, quote]])
    assert message.startswith(f"gold quote {quote!r} stands in none of its files, character for character (")


def test_must_cite_has_to_be_allowed(corpus: Path) -> None:
    assert refusal(corpus, must_cite=[DOGS]) == f"must_cite '{DOGS}' is not among the files that may be cited"


def test_a_fact_and_a_forbidden_word_may_not_contradict_each_other(corpus: Path) -> None:
    assert refusal(corpus, forbidden=["mat"]) == "the fact 'on the mat' contains the forbidden 'mat'"


@pytest.mark.parametrize("key", ["facts", "speaker", "files", "must_cite", "quotes", "forbidden"])
def test_a_case_not_in_the_articles_states_nothing_else(corpus: Path, key: str) -> None:
    value: list[object] = [["mat"]] if key in ("facts", "quotes") else ["mat"]
    cleared = dict.fromkeys(("facts", "files", "quotes"))
    message = refusal(corpus, outcome="not_in_articles", **{**cleared, key: value})
    assert message == f"not_in_articles leaves no room for {key}"


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"question": "?!"}, "question"),
        ({"outcome": "refused"}, "outcome"),
        ({"tags": []}, "tags"),
        ({"tags": ["Near miss"]}, "tags.0"),
        ({"facts": [[130]]}, "facts.0.0"),
        ({"facts": ["on the mat"]}, "facts.0"),
        ({"files": "cats.txt"}, "files"),
        ({"history": [{"role": "system", "content": "Hm?"}]}, "history.0.role"),
        ({"quotes": [[]]}, "quotes.0"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(corpus: Path, changes: dict[str, object], place: str) -> None:
    assert refusal(corpus, **changes).startswith(f"{place}: ")


def test_the_same_question_twice_is_refused_within_a_file_and_across_files(corpus: Path) -> None:
    again = {**GOOD, "question": "where did  the cat sit?"}
    assert refusal(corpus, question=HOW_OFTEN.upper()) == "the same question as case 1 of mine.yaml; keep one"
    folder = corpus.parent / "cases"
    case_file(folder / "a.yaml", [ENTRIES[1], GOOD])
    case_file(folder / "b.yml", [again])
    expected = "b.yml, case 1 ('where did  the cat sit?'): the same question as case 2 of a.yaml; keep one"
    assert refused(folder, corpus) == expected


def test_the_same_question_after_another_conversation_is_another_case(corpus: Path) -> None:
    after = {**GOOD, "history": [{"role": "user", "content": "Cats?"}]}
    first, second = loaded(corpus, [GOOD, after]).cases
    assert first.key != second.key
    assert re.fullmatch("[0-9a-f]{8}", first.key)
    assert first.key == Case(question="WHERE did the  cat sit?", outcome="not_in_articles").key


def test_drafts_are_left_out_and_counted(corpus: Path) -> None:
    empty_draft = {"question": "Was it black?", "draft": True}
    unknown_file = {**ENTRIES[1], "files": ["birds.txt"], "draft": True}
    suite = loaded(corpus, [empty_draft, GOOD, unknown_file])
    assert [case.question for case in suite.cases] == [WHERE]
    assert suite.drafts == 2


def test_a_file_of_nothing_but_drafts_is_refused(corpus: Path) -> None:
    path = case_file(corpus.parent / "mine.yaml", [{**GOOD, "draft": True}, {**ENTRIES[1], "draft": True}])
    message = "mine.yaml holds no case to ask: 2 drafts wait to be confirmed, remove their draft: true"
    assert refused(path, corpus) == message
    assert refused(case_file(path, {"cases": []}), corpus) == "mine.yaml holds no case to ask"


def test_a_draft_that_comes_twice_is_refused(corpus: Path) -> None:
    assert "the same question as case 1" in refusal(corpus, question=HOW_OFTEN, draft=True)


def test_a_folder_is_read_file_by_file_in_the_order_of_names(corpus: Path) -> None:
    folder = corpus.parent / "cases"
    case_file(folder / "b.yaml", {"part": "tuning", "floors": {"verbatim": 1}, "cases": [GOOD]})
    case_file(folder / "a.yml", {"floors": {"fact_recall": 0.5}, "cases": [ENTRIES[1]]})
    (folder / "notes.md").write_text("no cases")
    suite = load(folder, corpus)
    assert [(found.name, found.part) for found in suite.sets] == [("a", "test"), ("b", "tuning")]
    assert suite.floors == {"fact_recall": 0.5, "verbatim": 1.0}
    tuning = suite.only("tuning")
    assert [case.question for case in tuning.cases] == [WHERE]


def test_a_folder_without_a_case_file_is_refused(corpus: Path) -> None:
    message = f"folder {str(corpus)!r} has no case file: expected .yaml files; see evals/cases for examples"
    assert refused(corpus, corpus) == message


def test_floors_are_of_known_metrics_and_between_0_and_1(corpus: Path) -> None:
    path = corpus.parent / "mine.yaml"
    assert refused(case_file(path, {"floors": {"recal": 0.5}, "cases": [GOOD]}), corpus).startswith(
        "mine.yaml: floors.recal"
    )
    for wrong in (1.01, -0.1, float("nan"), "high"):
        message = refused(case_file(path, {"floors": {"verbatim": wrong}, "cases": [GOOD]}), corpus)
        assert message.startswith("mine.yaml: floors.verbatim: ")


def test_a_floor_given_in_two_files_is_refused(corpus: Path) -> None:
    folder = corpus.parent / "cases"
    case_file(folder / "a.yaml", {"floors": {"verbatim": 1}, "cases": [GOOD]})
    case_file(folder / "b.yaml", {"floors": {"verbatim": 1}})
    assert refused(folder, corpus) == "b.yaml: a floor for verbatim is given twice; keep one"


def plant(**changes: str) -> dict[str, str]:
    return {"file": CATS, "after": "It was black.", "text": "It was fed by Bob.", **changes}


def test_what_is_planted_counts_as_said(corpus: Path) -> None:
    fed = {**GOOD, "question": "Who fed it?", "facts": [["Bob"]], "quotes": [["It was fed by Bob."]]}
    twice = [plant(), plant(after="It was fed by Bob.", text="Bob is a neighbour.")]
    suite = loaded(corpus, {"planted": twice, "cases": [fed, {**GOOD, "facts": [["neighbour"]]}]})
    assert len(suite.cases) == 2
    path = case_file(corpus.parent / "mine.yaml", [fed])
    assert "none of its files says 'Bob'" in refused(path, corpus)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"file": "birds.txt"}, "planted 2: file 'birds.txt' does not exist"),
        ({"after": "It was white."}, "planted 2: 'It was white.' stands 0 times in cats.txt: expected once"),
        ({"after": "the"}, "planted 2: 'the' stands 3 times in cats.txt: expected once"),
    ],
)
def test_a_text_is_planted_after_words_that_stand_in_the_article_once(
    corpus: Path, changes: dict[str, str], expected: str
) -> None:
    content = {"planted": [plant(file=DOGS, after=BARKED), plant(**changes)], "cases": [GOOD]}
    path = case_file(corpus.parent / "mine.yaml", content)
    assert refused(path, corpus) == f"mine.yaml, {expected}"


def test_a_web_page_is_nothing_to_plant_in(corpus: Path) -> None:
    path = case_file(corpus.parent / "mine.yaml", {"planted": [plant(file="a.html")], "cases": [GOOD]})
    assert refused(path, corpus).startswith("mine.yaml: planted.0.file: ")


NO_CASES = "expected a list of cases, each with a question, or a mapping with cases"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", f"mine.yaml: {NO_CASES}"),
        ("{}", f"mine.yaml: {NO_CASES}"),
        ("just words", f"mine.yaml: {NO_CASES}"),
        ("question: a", "mine.yaml: unknown key 'question'; known are part, planted, floors, cases"),
        ("- just words", "mine.yaml, case 1: input should be"),
        ("- question: a\n  question: b", "mine.yaml, line 1: 'question' is given twice"),
        ("part: test\ncases: []\npart: tuning", "mine.yaml, line 1: 'part' is given twice"),
        ("- question: [", "mine.yaml, line 1: "),
        ("- !!python/object/apply:os.getcwd []", "could not determine a constructor"),
        ("a: 1\n---\nb: 2", "mine.yaml, line 2: "),
        ("? [a]\n: b", "mine.yaml, line 1: found unhashable key"),
        ("\x00", "mine.yaml: "),
    ],
)
def test_a_file_that_holds_no_cases_is_refused_in_one_line(corpus: Path, content: str, expected: str) -> None:
    path = corpus.parent / "mine.yaml"
    path.write_text(content, encoding="utf-8")
    assert expected in refused(path, corpus)


def test_a_missing_or_binary_case_file_is_refused(corpus: Path) -> None:
    missing, binary = corpus / "none.yaml", corpus / "binary.yaml"
    assert refused(missing, corpus) == f"case file {str(missing)!r} cannot be read: no such file or directory"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    assert refused(binary, corpus) == f"case file {str(binary)!r} is not UTF-8 text"


def test_editors_get_a_schema_that_knows_every_key() -> None:
    schema = json_schema()
    assert set(schema["properties"]) == set(CaseFile.model_fields)
    assert set(schema["$defs"]["Case"]["properties"]) == set(Case.model_fields)
    for known in (schema, *schema["$defs"].values()):
        assert known["additionalProperties"] is False
        assert all(
            "description" in field or name in ("role", "content", "text", "cases", "question")
            for name, field in known["properties"].items()
        )
