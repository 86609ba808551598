"""The record of a run on the disk: the same when read again, and anything else refused in one line."""

import json
from pathlib import Path

import pytest
from eval_fakes import (
    ARTICLES,
    CATS,
    HOW_OFTEN,
    SAT,
    WHERE,
    WHO,
    abstention,
    checked,
    details,
    one,
    quoting,
    record,
)

from evals import metrics
from evals.case import Message
from evals.record import (
    ErrorRates,
    FactRecord,
    JudgeRecord,
    Passage,
    Record,
    Removed,
    read_record,
    write_text,
)
from retrieval.errors import DatelineError


def full() -> Record:
    """A record with something in every field."""
    said = quoting(WHERE, (CATS, SAT), confidence=0.75, notice="The chat model could not be reached.")
    return record(
        checked(
            0, said, history=[{"role": "user", "content": "Cats?"}], forbidden=["red"], why="a place", must_pass=True
        ),
        checked(
            1, abstention(HOW_OFTEN, removed="It barked 130 times.", confidence=0.25), part="tuning", milliseconds=12.34
        ),
        checked(2, abstention(WHO, confidence=0.0)),
        drafts=2,
        verification=(ErrorRates(name="made up", false_accept=0.25, false_reject=0.0, n=4),),
        judge=JudgeRecord(model="fake", right=1, wrong=1, unreadable=1, kappa=0.5, disagreements=("abc",)),
        articles=ARTICLES,
    )


def test_a_record_is_the_same_when_read_again(tmp_path: Path) -> None:
    written = full()
    written.write(tmp_path / "new" / "run.json")
    assert read_record(tmp_path / "new" / "run.json") == written


@pytest.mark.parametrize(
    "written",
    [
        record(one("a", details=details(confidence=None))),
        record(one("a"), verification=(ErrorRates(name="x", false_accept=None, false_reject=0.5, n=2),)),
        record(one("a"), judge=JudgeRecord(model="x", right=1, wrong=0, unreadable=0, kappa=None, disagreements=())),
    ],
    ids=["confidence", "verification", "judge"],
)
def test_a_record_with_a_figure_that_is_none_is_the_same_when_read_again(tmp_path: Path, written: Record) -> None:
    written.write(tmp_path / "run.json")
    assert read_record(tmp_path / "run.json") == written


def test_a_case_keeps_what_a_reader_of_the_report_looks_at() -> None:
    first, second, _ = full().cases
    assert first.details == details(
        history=(Message(role="user", content="Cats?"),),
        why="a place",
        text=f"{SAT} [1]",
        standalone_question=WHERE,
        facts=(FactRecord(wordings=("on the mat",), found=True),),
        forbidden=(FactRecord(wordings=("red",), found=False),),
        files=(CATS,),
        gold=((Passage(file=CATS, start=20, end=62),),),
        citations=(Passage(file=CATS, start=20, end=62, quote=SAT),),
        retrieved=(Passage(file=CATS, start=20, end=62, score=0.5),),
        confidence=0.75,
        notice="The chat model could not be reached.",
    )
    assert ARTICLES[CATS][20:62] == SAT
    assert second.details is not None
    assert second.details.problems == ("abstained",)
    assert second.details.stage == "right file not retrieved"
    assert second.details.unverified == (Removed(text="It barked 130 times.", reason="no quote says so"),)
    assert (second.milliseconds, second.part, second.holds) == (12.3, "tuning", False)


def test_the_file_holds_the_figures_of_both_parts_for_whoever_reads_no_more(tmp_path: Path) -> None:
    full().write(tmp_path / "run.json")
    figures = json.loads((tmp_path / "run.json").read_text("utf-8"))["figures"]
    assert figures.keys() == {"test", "tuning"}
    for part in figures.values():
        assert tuple(part) == metrics.NAMES
    assert figures["test"]["answers_right"] == figures["test"]["abstention_recall"] == 1.0
    assert figures["tuning"]["answers_right"] == 0.0
    assert figures["tuning"]["abstention_recall"] is None


def test_the_file_says_which_version_of_the_format_it_is(tmp_path: Path) -> None:
    full().write(tmp_path / "run.json")
    assert json.loads((tmp_path / "run.json").read_text("utf-8"))["version"] == 1


def test_no_path_of_the_machine_is_written(tmp_path: Path) -> None:
    full().write(tmp_path / "run.json")
    assert str(tmp_path) not in (tmp_path / "run.json").read_text("utf-8")


def test_figures_are_over_the_cases_that_they_apply_to() -> None:
    run = full()
    assert run.figure("answers_right") == 0.5
    assert run.counts("answers_right") == [(1.0, 1.0), (0.0, 1.0)]
    assert run.figure("citation_file_recall") is None
    assert run.held() == pytest.approx(2 / 3)
    assert run.part("tuning").held() == 0.0
    assert record().held() is None
    assert [case.question for case in run.tagged("near_miss").cases] == [WHO]
    assert run.figures()["abstention_recall"] == run.figure("abstention_recall") == 1.0


def test_times_are_percentiles_of_those_that_were_taken() -> None:
    run = record(one("a", milliseconds=5.0), one("b", milliseconds=1.0), one("c"))
    assert (run.milliseconds(50), run.milliseconds(95)) == (1.0, 5.0)
    assert record(one("c")).milliseconds(50) is None


def test_what_a_baseline_keeps_has_no_answers_no_articles_and_no_timings(tmp_path: Path) -> None:
    run = full()
    bare = run.without_details()
    assert [(case.details, case.milliseconds) for case in bare.cases] == [(None, None)] * 3
    assert (bare.articles, bare.judge) == ({}, None)
    assert bare.figures() == run.figures()
    assert [case.holds for case in bare.cases] == [True, False, True]
    bare.write(tmp_path / "baseline.json")
    assert read_record(tmp_path / "baseline.json") == bare
    assert SAT not in (tmp_path / "baseline.json").read_text("utf-8")


def test_a_part_knows_the_keys_of_its_own_cases() -> None:
    run = record(one("a"), one("b", part="tuning"))
    assert set(run.part("test").by_key) == {"a"}
    assert set(run.by_key) == {"a", "b"}


def test_a_part_knows_the_keys_of_its_own_cases_when_those_of_the_whole_were_asked_for() -> None:
    run = record(one("a"), one("b", part="tuning"))
    assert set(run.by_key) == {"a", "b"}
    assert set(run.part("test").by_key) == {"a"}


WRITTEN_BY = "expected what dateline eval --json writes"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", f"run.json is not JSON: {WRITTEN_BY}"),
        (b"\xff\xfe\x00", f"run.json is not JSON: {WRITTEN_BY}"),
        (b"{", f"run.json is not JSON: {WRITTEN_BY}"),
        (b"[]", "run.json is not the JSON of a run (input should be an object): "),
        (b"{}", "run.json is not the JSON of a run (cases_from: field required): "),
        (b"null", "run.json is not the JSON of a run (input should be"),
        (b'{"version": 2, "cases_from": "", "configuration": {}, "cases": []}', "(version: input should be 1): "),
        (
            b'{"cases_from": "", "configuration": {}, "cases": [], "more": 1}',
            "(more: extra inputs are not permitted): ",
        ),
        (b'{"cases_from": "", "configuration": {}, "cases": [{}]}', "(cases.0.key: field required): "),
        (b'{"cases_from": NaN, "configuration": {}, "cases": []}', "run.json is not "),
    ],
)
def test_a_file_that_is_no_run_is_refused_in_one_line(tmp_path: Path, content: bytes, expected: str) -> None:
    (tmp_path / "run.json").write_bytes(content)
    with pytest.raises(DatelineError) as caught:
        read_record(tmp_path / "run.json")
    message = str(caught.value)
    assert expected in message
    assert message.endswith(WRITTEN_BY)
    assert "\n" not in message


def test_a_run_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    missing = tmp_path / "none.json"
    with pytest.raises(DatelineError) as caught:
        read_record(missing)
    assert str(caught.value) == f"run {str(missing)!r} cannot be read: no such file or directory"
    with pytest.raises(DatelineError, match="cannot be read: is a directory"):
        read_record(tmp_path)


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    place = tmp_path / "file" / "run.json"
    with pytest.raises(DatelineError) as caught:
        full().write(place)
    assert str(caught.value).startswith(f"{str(place)!r} cannot be written: ")
    assert "\n" not in str(caught.value)
    with pytest.raises(DatelineError, match="cannot be written: is a directory"):
        write_text(tmp_path, "words")


def test_the_articles_of_a_record_hold_its_quotes() -> None:
    run = full()
    for case in run.cases:
        assert case.details is not None
        for citation in case.details.citations:
            assert run.articles[citation.file][citation.start : citation.end] == citation.quote
