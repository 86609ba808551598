"""The gate: cases that must pass, floors, and figures that are worse than the baseline by more than chance."""

import pytest
from eval_fakes import BARKED, CATS, DOGS, HOW_OFTEN, RIGHT, SAT, WHERE, WHO, abstention, checked, one, quoting, record

from assistant.answer import Answer
from evals import metrics
from evals.gate import FEWEST, Check, GateResult, hold
from evals.record import CaseRecord, ErrorRates, Record
from evals.significance import wilson

WRONGLY = {"wrongful_abstention": (1.0, 1.0)}
RIGHTLY = {"wrongful_abstention": (0.0, 1.0)}


def only(result: GateResult, kind: str) -> Check:
    (found,) = [check for check in result.checks if check.kind == kind]
    return found


def test_cases_that_must_pass_pass() -> None:
    result = hold(record(one("a", must_pass=True), one("b", right=False)), {}, None)
    (check,) = result.checks
    assert check == Check("cases that must pass", "must pass", 1.0, None, 1, 1.0, passed=True)
    assert result.passed
    assert result.missed == ()
    assert result.changes is None


def test_a_case_that_must_pass_and_fails_misses_the_gate_and_is_named() -> None:
    cases = one("a", right=False, must_pass=True), one("b", must_pass=True), one("c", right=False, must_pass=True)
    result = hold(record(*cases), {}, None)
    assert not result.passed
    (check,) = result.missed
    assert (check.figure, check.n) == (pytest.approx(1 / 3), 3)
    assert check.remark == "failed: Question a?; failed: Question c?"


def test_without_a_case_that_must_pass_there_is_nothing_to_miss() -> None:
    check = only(hold(record(one("a", right=False)), {}, None), "must pass")
    assert (check.figure, check.n, check.passed) == (None, 0, True)


def floor(demanded: float, *cases: CaseRecord, name: metrics.Name = "answers_right") -> Check:
    return only(hold(record(*cases), {name: demanded}, None), "floor")


def several(right: int, wrong: int) -> list[CaseRecord]:
    return [
        *(one(f"r{number}") for number in range(right)),
        *(one(f"w{number}", right=False) for number in range(wrong)),
    ]


def test_a_floor_is_reached_at_its_figure_and_missed_below() -> None:
    reached, missed = floor(0.75, *several(15, 5)), floor(0.76, *several(15, 5))
    assert (reached.name, reached.figure, reached.demanded, reached.n, reached.passed) == (
        "answers right",
        0.75,
        0.75,
        20,
        True,
    )
    assert not missed.passed
    assert missed.interval is not None
    assert missed.interval[0] < 0.75 < missed.interval[1]
    assert (missed.p, missed.remark) == (None, "")


def test_a_floor_of_what_is_better_low_is_a_ceiling() -> None:
    cases = [one(f"a{number}", counts=RIGHTLY) for number in range(18)]
    cases += [one(f"b{number}", counts=WRONGLY) for number in range(2)]
    assert floor(0.1, *cases, name="wrongful_abstention").passed
    assert not floor(0.09, *cases, name="wrongful_abstention").passed


def test_a_floor_with_nothing_to_measure_says_so_and_is_not_missed() -> None:
    check = floor(0.9, one("a", counts={}))
    assert (check.figure, check.interval, check.n, check.passed) == (None, None, 0, True)
    assert check.remark == "nothing to measure"


def test_so_few_cases_that_one_miss_is_below_the_floor_cannot_support_it() -> None:
    assert floor(0.95, *several(9, 1)).remark == "n = 10 cannot support this: a single miss is 10 %"
    assert not floor(0.95, *several(9, 1)).passed
    assert floor(0.95, *several(39, 1)).remark == ""
    assert floor(0.05, one("a", counts=RIGHTLY), name="wrongful_abstention").remark == (
        "n = 1 cannot support this: a single miss is 100 %"
    )


def test_a_floor_of_everything_or_nothing_is_supported_by_any_n() -> None:
    assert floor(1.0, *several(3, 0)).remark == ""
    assert floor(0.0, *several(3, 0)).remark == ""
    assert floor(0.0, one("a", counts=RIGHTLY), name="wrongful_abstention").remark == ""


@pytest.mark.parametrize(("demanded", "n"), [(0.9, 10), (0.8, 5)])
def test_a_floor_that_one_miss_just_reaches_is_supported(demanded: float, n: int) -> None:
    check = floor(demanded, *several(n - 1, 1))
    assert check.passed
    assert check.remark == ""


def test_a_quote_that_is_not_verbatim_misses_a_floor_of_1_however_many_there_are() -> None:
    cases = [one("a", counts={"verbatim": (9_999.0, 10_000.0)})]
    assert not floor(1.0, *cases, name="verbatim").passed


def runs(broken: int, fixed: int = 0, same: int = 10) -> tuple[Record, Record]:
    """A baseline and a run in which so many cases are broken and so many fixed."""
    kept = [one(f"s{number}") for number in range(same)]
    names = [(f"b{number}", True) for number in range(broken)] + [(f"f{number}", False) for number in range(fixed)]
    before = [one(name, right=was) for name, was in names]
    after = [one(name, right=not was) for name, was in names]
    return record(*kept, *before), record(*kept, *after)


def test_a_figure_worse_than_the_baseline_beyond_chance_misses_the_gate() -> None:
    before, after = runs(broken=5)
    check = only(hold(after, {}, before), "baseline")
    assert (check.name, check.n, check.passed, check.p) == ("answers right", 15, False, 1 / 32)
    assert (check.figure, check.demanded) == (pytest.approx(10 / 15), 1.0)


def test_a_figure_worse_within_chance_passes_with_its_p() -> None:
    for broken, fixed, p in ((4, 0, 1 / 16), (1, 0, 1 / 2), (5, 1, 7 / 64)):
        before, after = runs(broken, fixed)
        check = only(hold(after, {}, before), "baseline")
        assert (check.p, check.passed) == (pytest.approx(p), True)


def test_four_broken_of_four_say_that_they_cannot_support_a_verdict() -> None:
    before, after = runs(broken=4, same=0)
    check = only(hold(after, {}, before), "baseline")
    assert FEWEST == 5
    assert (check.n, check.p, check.passed) == (4, 1 / 16, True)
    assert check.remark == "n = 4 cannot support this: 5 cases or more could"
    before, after = runs(broken=5, same=0)
    assert not hold(after, {}, before).passed


def test_a_rise_of_what_is_better_low_is_worse() -> None:
    before = record(*(one(f"a{n}", counts=RIGHTLY) for n in range(6)))
    after = record(*(one(f"a{n}", counts=WRONGLY) for n in range(6)))
    assert not only(hold(after, {}, before), "baseline").passed
    assert only(hold(before, {}, after), "baseline").passed


def test_only_cases_of_both_runs_are_compared() -> None:
    before, after = runs(broken=5)
    fewer = after.only(lambda case: case.key != "b0")
    more = record(*fewer.cases, *(one(f"new{number}", right=False) for number in range(9)))
    check = only(hold(more, {}, before), "baseline")
    assert (check.n, check.demanded, check.passed) == (14, 1.0, True)


def test_a_metric_of_no_common_case_is_not_compared() -> None:
    before, after = record(one("a")), record(one("b"))
    assert [check.kind for check in hold(after, {}, before).checks] == ["must pass"]


def test_a_case_that_counts_in_one_run_alone_is_compared_too() -> None:
    # Five answers are refused now: abstention has figures of its own, and of what is still cited all is right.
    before = record(*(one(f"a{n}", counts={"citation_file_precision": (1.0, 1.0)}) for n in range(6)))
    after = record(
        one("a0", counts={"citation_file_precision": (1.0, 1.0)}), *(one(f"a{n}", counts={}) for n in range(1, 6))
    )
    check = only(hold(after, {}, before), "baseline")
    assert (check.n, check.figure, check.demanded, check.passed) == (6, 1.0, 1.0, True)


def test_floors_and_the_baseline_hold_the_test_part_alone() -> None:
    before, after = runs(broken=8)
    tuning = [record(*(case.model_copy(update={"part": "tuning"}) for case in run.cases)) for run in (before, after)]
    result = hold(tuning[1], {"answers_right": 0.99}, tuning[0])
    assert result.passed
    assert only(result, "floor").remark == "nothing to measure"
    assert [check.kind for check in result.checks] == ["must pass", "floor"]
    assert result.changes is not None
    assert len(result.changes.broken) == 8


def test_a_case_that_came_over_from_the_other_part_is_not_compared() -> None:
    before, after = runs(broken=8)
    moved = record(*(case.model_copy(update={"part": "tuning"}) for case in before.cases))
    assert [check.kind for check in hold(after, {}, moved).checks] == ["must pass"]


def test_what_changed_since_the_baseline_is_listed() -> None:
    before = record(one("broken"), one("fixed", right=False), one("same"), one("wrong", right=False), one("gone"))
    after = record(
        one("new"), one("wrong", right=False), one("same"), one("fixed"), one("broken", right=False), one("new2")
    )
    changes = hold(after, {}, before).changes
    assert changes is not None
    keys = {name: [case.key for case in getattr(changes, name)] for name in ("fixed", "broken", "new", "gone")}
    assert keys == {"fixed": ["fixed"], "broken": ["broken"], "new": ["new", "new2"], "gone": ["gone"]}
    assert changes.broken[0].holds is False


FLOORS: dict[metrics.Name, float] = {
    "answers_right": 1.0,
    "fact_recall": 1.0,
    "citation_file_precision": 1.0,
    "verbatim": 1.0,
}
FLOORS |= {"abstention_precision": 1.0, "abstention_recall": 1.0, "wrongful_abstention": 0.0, "recall_at_5": 1.0}


def missed(where: Answer | None = None, often: Answer | None = None, who: Answer | None = None) -> set[str]:
    """Names of the checks that a run of the town's three cases misses with these answers in the place of the right ones."""
    answers = (where or RIGHT[WHERE], often or RIGHT[HOW_OFTEN], who or RIGHT[WHO])
    cases = [checked(number, answer, must_pass=number == 0) for number, answer in enumerate(answers)]
    return {check.name for check in hold(record(*cases), FLOORS, None).missed}


def test_right_answers_miss_nothing() -> None:
    assert missed() == set()


def test_always_abstaining_misses_the_gate() -> None:
    found = missed(abstention(WHERE), abstention(HOW_OFTEN))
    of_answers = {"cases that must pass", "answers right", "fact recall", "abstention precision", "wrongful abstention"}
    assert found == {*of_answers, "recall@5 of retrieval"}


def test_never_abstaining_misses_the_gate() -> None:
    assert missed(who=quoting(WHO, (CATS, SAT))) == {"abstention recall"}


def test_citing_a_wrong_file_misses_the_gate() -> None:
    assert missed(quoting(WHERE, (CATS, SAT), (DOGS, BARKED))) == {"cases that must pass", "citation precision by file"}


def test_a_lost_fact_misses_the_gate() -> None:
    assert missed(often=quoting(HOW_OFTEN, (DOGS, "The dog barked"))) == {"answers right", "fact recall"}


def test_verification_may_not_err_more_often_than_before_by_more_than_one_statement() -> None:
    before = (
        ErrorRates(name="number", n=20, false_accept=0.1),
        ErrorRates(part="b", name="number", n=20, false_accept=0.0),
    )

    def checked_with(wrong: int) -> Check:
        found = (ErrorRates(name="number", n=40, false_accept=wrong / 40),)
        (check,) = hold(record(one("a"), verification=found), {}, None, before).checks[1:]
        return check

    assert (checked_with(3).passed, checked_with(4).passed) == (True, False)
    assert checked_with(4).name == "verification of number"
    assert checked_with(4).demanded == 3 / 40


def test_an_interval_says_something_of_none_out_of_some() -> None:
    assert wilson(0, 0) is None
    low, high = wilson(0, 20) or (None, None)
    assert low == 0.0
    assert high == pytest.approx(0.161, abs=0.001)
