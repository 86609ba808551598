"""An answer held against its case: what is found, what is wrong, and at which stage it went wrong."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import (
    ARTICLES,
    BARKED,
    CATS,
    DOGS,
    RIGHT,
    SAT,
    WHERE,
    WHO,
    abstention,
    case,
    chunk,
    citation,
    quoting,
    verdict,
)

from assistant.answer import Answer, Statement
from evals import stages
from evals.originals import Originals
from evals.stages import failed_stage
from evals.verdict import check

BLACK = "It was black."
LEFT = "Nobody saw the cat leave."
HUNGRY = "A neighbour, Eva Novak, said that the dog was hungry."


def test_a_right_answer_holds() -> None:
    for number, answer in enumerate(RIGHT.values()):
        found = verdict(case(number), answer)
        assert found.holds
        assert found.problems == ()
        assert failed_stage(found) == ""


def test_problems_name_what_is_missing_and_what_may_not_be_cited() -> None:
    asked = case(
        facts=[["on the mat"], ["red", "black"], ["leave"]],
        speaker=["Adam Smith", "Smith"],
        forbidden=["hungry", "130"],
        must_cite=[CATS],
        question="Where is it?",
    )
    found = verdict(asked, quoting("Where is it?", (CATS, BLACK), (DOGS, HUNGRY)))
    assert found.found == (False, True, False)
    assert found.speaker_named is False
    assert found.forbidden == (True, False)
    assert found.cited == (CATS, DOGS)
    assert not found.right
    assert found.problems == (
        "missing 'on the mat'",
        "missing 'leave'",
        "speaker not named: 'Adam Smith' or 'Smith'",
        "forbidden 'hungry'",
        f"may not cite {DOGS}",
    )


def test_an_answer_without_citations_does_not_hold_though_its_words_are_right() -> None:
    found = verdict(case(must_cite=[CATS]), Answer(WHERE, "answered", (Statement("It sat on the mat.", ()),)))
    assert found.right
    assert found.problems == (f"should cite {CATS}", "cites nothing")


def test_a_partial_answer_is_an_answer() -> None:
    assert verdict(case(), dataclasses.replace(RIGHT[WHERE], outcome="partial")).holds
    partial = dataclasses.replace(quoting(WHO, (CATS, BLACK)), outcome="partial")
    assert verdict(case(2), partial).problems == ("answered, though the articles do not say",)


def test_a_forbidden_word_spoils_an_answer_that_states_every_fact() -> None:
    found = verdict(case(forbidden=["black"]), quoting(WHERE, (CATS, SAT), (CATS, BLACK)))
    assert found.found == (True,)
    assert not found.right
    assert found.problems == ("forbidden 'black'",)


def test_facts_count_in_statements_and_in_quotes() -> None:
    in_statement = Answer(WHERE, "answered", (Statement("On the mat.", (1,)),), (citation(CATS, BLACK),))
    assert verdict(case(), in_statement).holds
    in_quote = Answer(WHERE, "answered", (Statement("There.", (1,)),), (citation(CATS, SAT),))
    assert verdict(case(), in_quote).holds


def test_markers_between_sentences_do_not_hide_a_fact() -> None:
    answer = Answer(WHERE, "answered", (Statement("On the mat. [1] It was black", (1,)),), (citation(CATS, LEFT),))
    assert verdict(case(facts=[["mat. It was"]]), answer).found == (True,)


def test_words_of_an_abstention_state_nothing() -> None:
    found = verdict(case(facts=[["articles"]], speaker=["articles"], forbidden=["say"]), abstention(WHERE))
    assert (found.found, found.speaker_named, found.forbidden) == ((False,), False, (False,))
    assert found.problems == ("abstained",)
    assert found.judgement == (False, True)


def test_a_case_without_a_speaker_asks_for_none() -> None:
    assert verdict(case(), RIGHT[WHERE]).speaker_named is None
    assert verdict(case(speaker=["Smith"]), RIGHT[WHERE]).speaker_named is True


@pytest.mark.parametrize("change", [{"quote": SAT + "!"}, {"start": 21, "end": 63}, {"file": "none.txt"}])
def test_a_quote_that_is_not_at_its_place_is_wrong_whatever_was_asked(change: dict[str, Any]) -> None:
    moved = dataclasses.replace(citation(CATS, SAT), **change)
    answered = dataclasses.replace(RIGHT[WHERE], citations=(citation(CATS, BLACK), moved))
    found = verdict(case(files=[CATS, "none.txt"]), answered)
    assert found.verbatim == (True, False)
    wrong = f"not in {moved.file} at {moved.start}-{moved.end}: {moved.quote!r}"
    assert found.problems == (wrong,)
    assert failed_stage(found) == stages.NOT_VERBATIM
    unanswerable = verdict(case(2), answered)
    assert unanswerable.problems == ("answered, though the articles do not say", wrong)
    assert failed_stage(unanswerable) == stages.NOT_VERBATIM


def test_a_gold_quote_stands_at_every_place_that_its_words_have(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("😀 Yes (it is). No. Yes (it is).", "utf-8")
    (tmp_path / "b.txt").write_text("Yes (it is).")
    asked = case(files=["a.txt", "b.txt"], quotes=[["Yes (it is).", "No."]])
    found = check(asked, abstention(WHERE), Originals(tmp_path))
    assert found.gold == ((("a.txt", 2, 14), ("a.txt", 19, 31), ("b.txt", 0, 12), ("a.txt", 15, 18)),)


def test_the_rank_of_a_gold_quote_is_the_first_passage_that_holds_it() -> None:
    asked = case(quotes=[[SAT], [LEFT], [BLACK, BARKED]], files=[CATS, DOGS])
    retrieved = [chunk(DOGS, HUNGRY), chunk(DOGS, BARKED), chunk(CATS, SAT), chunk(CATS, SAT + " " + BLACK)]
    assert verdict(asked, abstention(WHERE, *retrieved)).ranks == (3, None, 2)


def test_the_time_of_an_answer_makes_no_other_verdict(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    first, second = (check(case(2), RIGHT[WHO], originals, milliseconds=time) for time in (1.0, 2.0))
    assert first == second


@pytest.mark.parametrize(
    ("changes", "answer", "stage"),
    [
        ({}, abstention(WHERE, chunk(DOGS, BARKED)), stages.FILE_NOT_RETRIEVED),
        ({}, quoting(WHERE, (DOGS, BARKED)), stages.FILE_NOT_RETRIEVED),
        (
            {"files": [CATS, DOGS], "must_cite": [CATS, DOGS], "facts": [["on the mat"]]},
            quoting(WHERE, (CATS, SAT)),
            stages.FILE_NOT_RETRIEVED,
        ),
        ({}, abstention(WHERE, chunk(CATS, LEFT)), stages.PASSAGE_NOT_RETRIEVED),
        ({}, quoting(WHERE, (CATS, BLACK)), stages.PASSAGE_NOT_RETRIEVED),
        ({}, quoting(WHERE, (CATS, BLACK), retrieved=[chunk(CATS, ARTICLES[CATS])]), stages.NOT_CHOSEN),
        ({"quotes": None}, quoting(WHERE, (CATS, BLACK)), stages.NOT_CHOSEN),
        ({"quotes": [[SAT], [LEFT]]}, quoting(WHERE, (CATS, BLACK), retrieved=[chunk(CATS, SAT)]), stages.NOT_CHOSEN),
        ({}, abstention(WHERE, chunk(CATS, SAT), removed="It sat on the mat."), stages.REMOVED),
        ({}, abstention(WHERE, chunk(CATS, SAT), removed="It was black."), stages.ABSTAINED),
        ({"quotes": None}, abstention(WHERE, chunk(CATS, SAT)), stages.ABSTAINED),
        ({"forbidden": ["black"]}, quoting(WHERE, (CATS, SAT), (CATS, BLACK)), stages.BESIDE),
        ({}, quoting(WHERE, (CATS, SAT), (DOGS, BARKED)), stages.BESIDE),
    ],
)
def test_a_failed_case_names_the_first_stage_that_lost_it(
    changes: dict[str, object], answer: Answer, stage: str
) -> None:
    found = verdict(case(**changes), answer)
    assert not found.holds
    assert failed_stage(found) == stage


def test_a_question_that_should_have_been_refused_names_its_stage() -> None:
    assert failed_stage(verdict(case(2), quoting(WHO, (CATS, BLACK)))) == stages.ANSWERED_WITHOUT


def test_every_stage_is_shown_in_the_order_of_the_road() -> None:
    named = {value for name, value in vars(stages).items() if name.isupper() and isinstance(value, str)}
    assert set(stages.STAGES) == named
    assert len(stages.STAGES) == len(named) == 8


@pytest.mark.parametrize(
    ("file", "start", "end", "quote"),
    [
        (DOGS, 0, 0, ""),
        (DOGS, 0, 4, "dogs"),
        ("none.txt", 0, 4, "Dogs"),
        ("../town/" + DOGS, 0, 4, "Dogz"),
        ("../secret.txt", 0, 4, "Dogs"),
        ("\x00", 0, 1, "D"),
        ("x" * 9999, 0, 1, "D"),
        (DOGS, -5, -1, ARTICLES[DOGS][-5:-1]),
        (DOGS, len(ARTICLES[DOGS]) - 4, len(ARTICLES[DOGS]) + 1, ARTICLES[DOGS][-4:]),
    ],
)
def test_a_quote_holds_at_its_place_in_a_file_of_the_corpus_only(
    tmp_path: Path, file: str, start: int, end: int, quote: str
) -> None:
    (tmp_path / "town").mkdir()
    (tmp_path / "secret.txt").write_text("Dogs")
    (tmp_path / "town" / DOGS).write_bytes(ARTICLES[DOGS].encode())
    originals = Originals(tmp_path / "town")
    assert originals.holds(file=DOGS, start=0, end=4, quote="Dogs")
    assert originals.holds(file=DOGS, start=len(ARTICLES[DOGS]) - 4, end=len(ARTICLES[DOGS]), quote=ARTICLES[DOGS][-4:])
    assert not originals.holds(file=file, start=start, end=end, quote=quote)


@pytest.mark.parametrize(
    "raw",
    [
        "Zażółć 😀\r\ngęślą".encode(),
        b"\xef\xbb\xbf" + "Zażółć 😀\r\ngęślą".encode(),
        b"\xff\xfe" + "Zażółć 😀\r\ngęślą".encode("utf-16-le"),
        b"\xfe\xff" + "Zażółć 😀\r\ngęślą".encode("utf-16-be"),
        "Zażółć 😀\r\ngęślą".encode("utf-16-le"),
    ],
)
def test_originals_are_decoded_without_their_mark_and_with_their_newlines(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.txt").write_bytes(raw)
    assert Originals(tmp_path).text("a.txt") == "Zażółć 😀\r\ngęślą"
