"""What a case adds to each metric, how cases are put together, and what chance explains of a difference."""

import dataclasses
from math import comb, log2, sqrt

import pytest
from eval_fakes import (
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
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer
from evals import metrics
from evals.measures import BY_NAME, MEASURES, Counts, counted, pooled
from evals.significance import interval, worse_by_chance

BLACK = "It was black."
WRONG, ONE = (0.0, 1.0), (1.0, 1.0)
DISTANT = [chunk(DOGS, BARKED)] * 5 + [chunk(CATS, SAT)]
MOVED = dataclasses.replace(
    RIGHT[WHERE], citations=(citation(CATS, SAT), dataclasses.replace(citation(CATS, SAT), start=0))
)
PARTLY = {"facts": [["on the mat"], ["leave"]], "forbidden": ["black"], "speaker": ["Smith"], "must_cite": [CATS, DOGS]}
PARTLY |= {"files": [CATS, DOGS], "quotes": [[SAT], ["Nobody saw the cat leave."]]}
BOTH = quoting(WHERE, (CATS, SAT), (CATS, BLACK))


@pytest.mark.parametrize(
    ("name", "changes", "answer", "counts"),
    [
        ("answers_right", {}, RIGHT[WHERE], ONE),
        ("answers_right", {}, abstention(WHERE), WRONG),
        ("answers_right", {"speaker": ["Novak"], "files": [CATS, DOGS]}, RIGHT[WHERE], WRONG),
        ("fact_recall", PARTLY, BOTH, (0.5, 1.0)),
        ("fact_recall", {}, abstention(WHERE), WRONG),
        ("fact_precision", PARTLY, BOTH, (0.5, 1.0)),
        ("fact_precision", {}, BOTH, None),
        ("fact_precision", PARTLY, abstention(WHERE), None),
        ("attribution_kept", PARTLY, BOTH, ONE),
        ("attribution_kept", {"speaker": ["Novak"]}, BOTH, WRONG),
        ("attribution_kept", PARTLY, abstention(WHERE), None),
        ("attribution_kept", {}, BOTH, None),
        ("citation_file_precision", {}, quoting(WHERE, (CATS, SAT), (CATS, BLACK), (DOGS, BARKED)), (1.0, 2.0)),
        ("citation_file_precision", {}, abstention(WHERE), None),
        ("citation_file_recall", PARTLY, BOTH, (0.5, 1.0)),
        ("citation_file_recall", PARTLY, abstention(WHERE), WRONG),
        ("citation_file_recall", {}, BOTH, None),
        ("citation_span_precision", PARTLY, BOTH, (0.5, 1.0)),
        ("citation_span_precision", {"quotes": None}, BOTH, None),
        ("citation_span_precision", {}, abstention(WHERE), None),
        ("citation_span_recall", PARTLY, BOTH, (0.5, 1.0)),
        ("citation_span_recall", {}, abstention(WHERE), WRONG),
        ("citation_span_recall", {"quotes": None}, BOTH, None),
        ("verbatim", {}, MOVED, (1.0, 2.0)),
        ("verbatim", {}, abstention(WHERE), None),
        ("abstention_precision", {}, abstention(WHERE), WRONG),
        ("abstention_precision", {}, RIGHT[WHERE], None),
        ("abstention_recall", {}, abstention(WHERE), None),
        ("near_miss_abstention_recall", {"tags": ["near_miss"]}, abstention(WHERE), None),
        ("wrongful_abstention", {}, abstention(WHERE), ONE),
        ("wrongful_abstention", {}, RIGHT[WHERE], WRONG),
        ("recall_at_5", {}, RIGHT[WHERE], ONE),
        ("recall_at_5", {}, abstention(WHERE, *DISTANT), WRONG),
        ("recall_at_10", {}, abstention(WHERE, *DISTANT), ONE),
        ("ndcg_at_10", {}, abstention(WHERE, *DISTANT), (1 / log2(7), 1.0)),
        ("reciprocal_rank", {}, abstention(WHERE, *DISTANT), (1 / 6, 1.0)),
        ("recall_at_5", {"quotes": None}, RIGHT[WHERE], None),
    ],
)
def test_what_an_answerable_case_adds(
    name: metrics.Name, changes: dict[str, object], answer: Answer, counts: Counts | None
) -> None:
    assert counted(verdict(case(**changes), answer)).get(name) == counts


def test_a_right_refusal_counts_for_abstention_alone() -> None:
    assert counted(verdict(case(2), RIGHT[WHO])) == {
        "abstention_precision": ONE,
        "abstention_recall": ONE,
        "near_miss_abstention_recall": ONE,
    }
    assert "near_miss_abstention_recall" not in counted(verdict(case(2, tags=["off_topic"]), RIGHT[WHO]))


def test_an_answer_to_what_no_article_says_counts_against_abstention_and_for_its_quotes_alone() -> None:
    assert counted(verdict(case(2), quoting(WHO, (CATS, SAT)))) == {
        "verbatim": ONE,
        "abstention_recall": WRONG,
        "near_miss_abstention_recall": WRONG,
    }


def test_every_metric_has_one_measure_in_the_order_of_the_names() -> None:
    assert tuple(measure.name for measure in MEASURES) == metrics.NAMES
    assert set(BY_NAME) == set(metrics.NAMES)
    assert len({measure.title for measure in MEASURES}) == len(MEASURES)
    assert [measure.name for measure in MEASURES if measure.lower_is_better] == ["wrongful_abstention"]


def test_cases_are_pooled_and_one_that_does_not_count_changes_nothing() -> None:
    # 1 of 1 and 1 of 3: 2 of 4, not the mean of 1 and 1/3.
    assert pooled([ONE, (1.0, 3.0)]) == 0.5
    assert pooled([ONE, (0.0, 0.0)]) == 1.0
    assert pooled([]) is None
    assert pooled([(0.0, 0.0)]) is None


def cases(right: int, wrong: int) -> list[Counts]:
    return [ONE] * right + [WRONG] * wrong


def test_the_interval_is_the_same_every_time_and_covers_the_figure() -> None:
    counts = cases(80, 20)
    low, high = interval(counts) or (2.0, 2.0)
    assert (low, high) == interval(counts)
    assert low < 0.8 < high
    # The normal interval of a share, 0.8 ± 1.96 σ, is near at this size.
    sigma = sqrt(0.8 * 0.2 / 100)
    assert low == pytest.approx(0.8 - 1.96 * sigma, abs=0.015)
    assert high == pytest.approx(0.8 + 1.96 * sigma, abs=0.015)


def test_the_interval_of_a_ratio_draws_whole_cases() -> None:
    low, high = interval([(3.0, 3.0), (0.0, 1.0)]) or (2.0, 2.0)
    assert (low, high) == (0.0, 1.0)
    assert interval([(2.0, 4.0)] * 5) == (0.5, 0.5)


def test_the_interval_of_nothing_is_none() -> None:
    assert interval([]) is None
    assert interval([(0.0, 0.0)]) is None


def test_cases_that_count_for_nothing_do_not_move_the_interval_off_its_share() -> None:
    assert interval([ONE, (0.0, 0.0)]) == (1.0, 1.0)


@given(st.lists(st.sampled_from([ONE, WRONG, (0.5, 1.0), (1.0, 3.0)]), min_size=1, max_size=20))
def test_an_interval_lies_around_the_figure_within_0_and_1(counts: list[Counts]) -> None:
    low, high = interval(counts, resamples=500) or (2.0, 2.0)
    figure = pooled(counts)
    assert figure is not None
    assert 0 <= low <= high <= 1
    assert min(one / other for one, other in counts) - 1e-9 <= low
    assert max(one / other for one, other in counts) + 1e-9 >= high


def sign_test(broken: int, fixed: int) -> float:
    """How often a fair coin gives at least so many broken ones."""
    n = broken + fixed
    return float(sum(comb(n, k) for k in range(broken, n + 1)) / 2**n)


def changed(broken: int, fixed: int, same: int = 3) -> tuple[list[Counts], list[Counts]]:
    kept = cases(same, same)
    return kept + cases(broken, fixed), kept + [WRONG] * broken + [ONE] * fixed


@pytest.mark.parametrize("broken", range(1, 13))
def test_all_changed_cases_broken_is_one_way_in_2_to_their_number(broken: int) -> None:
    assert worse_by_chance(*changed(broken, 0)) == pytest.approx(1 / 2**broken)


@pytest.mark.parametrize(("broken", "fixed"), [(2, 1), (5, 1), (7, 5), (8, 2), (6, 5)])
def test_with_cases_fixed_it_is_the_exact_sign_test(broken: int, fixed: int) -> None:
    assert worse_by_chance(*changed(broken, fixed)) == pytest.approx(sign_test(broken, fixed))


@pytest.mark.parametrize(("broken", "fixed"), [(10, 3), (14, 6), (30, 25)])
def test_beyond_12_changed_cases_drawing_comes_near_the_exact_value(broken: int, fixed: int) -> None:
    before, after = changed(broken, fixed)
    drawn = worse_by_chance(before, after)
    assert drawn == pytest.approx(sign_test(broken, fixed), abs=0.015)
    assert drawn == worse_by_chance(before, after)


def test_a_drawn_chance_is_never_none_at_all() -> None:
    assert worse_by_chance(*changed(40, 0)) == pytest.approx(1 / 10_001)


@pytest.mark.parametrize(("broken", "fixed"), [(0, 0), (0, 4), (3, 3), (2, 20)])
def test_an_unchanged_or_better_run_is_worse_by_chance_alone(broken: int, fixed: int) -> None:
    assert worse_by_chance(*changed(broken, fixed)) == 1.0


def test_where_low_is_good_a_rise_is_worse() -> None:
    low, high = cases(0, 6), cases(5, 1)
    assert worse_by_chance(low, high, lower_is_better=True) == 1 / 32
    assert worse_by_chance(high, low, lower_is_better=True) == 1.0
    assert worse_by_chance(high, low) == 1 / 32


def test_a_ratio_weighs_each_case_by_what_it_counts() -> None:
    # Case by case a citation is lost of 1, of 2 and of 3: 6 of 6 become 3 of 6, and only the swaps of all that is lost do.
    before, after = [(1.0, 1.0), (2.0, 2.0), (3.0, 3.0)], [(0.0, 1.0), (1.0, 2.0), (2.0, 3.0)]
    assert worse_by_chance(before, after) == 1 / 8
    # One loss of 3 outweighs two fixes of 1: every swap that leaves it lost is as bad, whatever becomes of the fixes.
    before, after = [(3.0, 3.0), (0.0, 1.0), (0.0, 1.0)], [(0.0, 3.0), (1.0, 1.0), (1.0, 1.0)]
    assert worse_by_chance(before, after) == 0.5


def test_a_case_that_no_longer_counts_is_a_change() -> None:
    # Five answers with one good citation each are now refused: of 10 files right in 11, 5 in 6 are left.
    before, after = [*cases(5, 1), *cases(5, 0)], [*cases(5, 1), *[(0.0, 0.0)] * 5]
    assert worse_by_chance(before, after) == 1 / 32
    assert worse_by_chance(after, before) == 1.0


@given(
    st.lists(
        st.tuples(st.sampled_from([ONE, WRONG, (1.0, 2.0)]), st.sampled_from([ONE, WRONG])), min_size=1, max_size=9
    )
)
def test_a_chance_is_a_chance_and_not_worse_both_ways(pairs: list[tuple[Counts, Counts]]) -> None:
    before, after = [one for one, _ in pairs], [other for _, other in pairs]
    there, back = worse_by_chance(before, after), worse_by_chance(after, before)
    assert 0 < there <= 1
    assert 0 < back <= 1
    assert 1.0 in (there, back)
