"""Metrics on examples small enough to compute by hand."""

from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals import metrics
from evals.wording import normalise, says

# Five questions: two that the articles do not answer (one abstained from), three that they do (one abstained from).
JUDGEMENTS = [(True, True), (True, False), (False, True), (False, False), (False, False)]
CITED = [("a.txt", 0, 100), ("a.txt", 200, 300), ("b.txt", 0, 50)]
# The first quote stands at two places, the second at one that nothing meets.
GOLD = [[("a.txt", 90, 110), ("c.txt", 0, 20)], [("a.txt", 400, 420)]]

flags = st.lists(st.booleans())
pairs = st.lists(st.tuples(st.booleans(), st.booleans()))
ranks = st.lists(st.none() | st.integers(1, 20))
spans = st.tuples(st.sampled_from(["a.txt", "b.txt"]), st.integers(0, 30), st.integers(0, 30)).map(
    lambda span: (span[0], min(span[1:]), max(span[1:]))
)


def test_rate_and_mean() -> None:
    assert metrics.rate([True, False, False, True]) == 0.5
    assert metrics.mean([1.0, None, 0.5]) == 0.75


def test_precision_is_over_what_was_selected_and_recall_over_what_is_relevant() -> None:
    assert metrics.precision(["a", "b", "c"], ["a", "d"]) == pytest.approx(1 / 3)
    assert metrics.recall(["a", "b", "c"], ["a", "d"]) == 0.5


def test_an_item_selected_or_wanted_twice_counts_once() -> None:
    assert metrics.precision(["a", "a", "b"], ["a"]) == 0.5
    assert metrics.recall(["a"], ["a", "a", "b"]) == 0.5


def test_fact_recall_is_the_share_of_facts_found() -> None:
    assert metrics.fact_recall([True, True, False]) == pytest.approx(2 / 3)


def test_fact_precision_is_over_what_the_answer_states_of_the_required_and_the_forbidden() -> None:
    assert metrics.fact_precision([True, True, False], [True, False]) == pytest.approx(2 / 3)
    assert metrics.fact_precision([True], [False]) == 1.0
    assert metrics.fact_precision([False], [True]) == 0.0
    assert metrics.fact_precision([True, True], []) is None
    assert metrics.fact_precision([False], [False]) is None


def test_span_precision_is_over_citations_and_span_recall_over_gold_quotes() -> None:
    assert metrics.span_precision(CITED, GOLD) == pytest.approx(1 / 3)
    assert metrics.span_recall(CITED, GOLD) == 0.5


def test_a_quote_that_stands_at_two_places_is_met_at_either() -> None:
    assert metrics.span_recall([("c.txt", 5, 30)], GOLD) == 0.5
    assert metrics.span_precision([("c.txt", 5, 30)], GOLD) == 1.0


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        (("a", 0, 100), ("a", 90, 110), True),
        (("a", 0, 100), ("a", 91, 111), False),
        (("a", 0, 100), ("b", 0, 100), False),
        (("a", 0, 100), ("a", 40, 41), True),
        (("a", 0, 100), ("a", 100, 200), False),
        (("a", 5, 5), ("a", 0, 10), False),
    ],
)
def test_spans_meet_where_they_share_half_of_the_shorter(one: metrics.Span, other: metrics.Span, met: bool) -> None:
    assert metrics.meets(one, other) is met


def test_abstention_precision_is_over_abstentions() -> None:
    assert metrics.abstention_precision([*JUDGEMENTS, (True, True)]) == pytest.approx(2 / 3)


def test_abstention_recall_is_over_questions_the_articles_do_not_answer() -> None:
    assert metrics.abstention_recall([*JUDGEMENTS, (True, True)]) == pytest.approx(2 / 3)
    assert metrics.abstention_recall(JUDGEMENTS) == 0.5


def test_wrongful_abstention_is_over_questions_the_articles_do_answer() -> None:
    assert metrics.wrongful_abstention(JUDGEMENTS) == pytest.approx(1 / 3)


def test_verbatim_rate_is_over_citations() -> None:
    assert metrics.verbatim_rate([True, True, True, False]) == 0.75


def test_recall_at_k_counts_the_quotes_that_the_first_k_passages_hold() -> None:
    assert metrics.recall_at([1, 5, 6, None], 5) == 0.5
    assert metrics.recall_at([1, 5, 6, None], 10) == 0.75


def test_ndcg_discounts_by_the_logarithm_of_the_rank() -> None:
    # Passages 2 and 3 gain, the third quote was not found: ideal are places 1, 2 and 3.
    expected = (1 / log2(3) + 1 / log2(4)) / (1 + 1 / log2(3) + 1 / log2(4))
    assert metrics.ndcg_at([2, 3, None], 10) == pytest.approx(expected)


def test_ndcg_of_two_quotes_in_one_passage_gains_once_and_expects_no_more() -> None:
    assert metrics.ndcg_at([1, 1], 10) == 1.0
    assert metrics.ndcg_at([2, 2], 10) == pytest.approx(1 / log2(3))


def test_ndcg_leaves_out_what_stands_below_k() -> None:
    assert metrics.ndcg_at([11], 10) == 0.0
    assert metrics.ndcg_at([1, 11], 10) == pytest.approx(1 / (1 + 1 / log2(3)))
    assert metrics.ndcg_at([None, None], 10) == 0.0


def test_reciprocal_rank_is_that_of_the_first_passage_with_a_quote() -> None:
    assert metrics.reciprocal_rank([None, 4, 2]) == 0.5
    assert metrics.reciprocal_rank([None]) == 0.0


def test_false_accept_and_false_reject_are_over_what_is_false_and_what_is_true() -> None:
    verdicts = [(True, True), (True, False), (True, True), (True, True), (False, True), (False, False), (False, False)]
    assert metrics.false_accept(verdicts) == pytest.approx(1 / 3)
    assert metrics.false_reject(verdicts) == 0.25


def test_kappa_is_agreement_beyond_chance() -> None:
    # Agreed on 35 of 50; by chance 0.5 × 0.6 + 0.5 × 0.4 = 0.5 (Cohen's textbook table).
    table = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert metrics.cohens_kappa(table) == pytest.approx(0.4)
    assert metrics.cohens_kappa([(True, True), (False, False)]) == 1.0
    assert metrics.cohens_kappa([(True, False), (False, True)]) == -1.0


def test_kappa_of_raters_who_say_the_same_of_everything_is_none() -> None:
    assert metrics.cohens_kappa([(True, True)] * 3) is None
    assert metrics.cohens_kappa([(False, False)]) is None


@pytest.mark.parametrize(
    ("percent", "value"), [(0, 1.0), (20, 1.0), (50, 3.0), (79, 4.0), (80, 4.0), (81, 5.0), (95, 5.0), (100, 5.0)]
)
def test_percentile_is_the_nearest_rank(percent: float, value: float) -> None:
    assert metrics.percentile([5.0, 3.0, 1.0, 2.0, 4.0], percent) == value


def test_nothing_to_measure_is_none_and_neither_one_nor_zero() -> None:
    assert metrics.rate([]) is None
    assert metrics.mean([None, None]) is None
    assert metrics.precision([], ["a"]) is None
    assert metrics.recall(["a"], []) is None
    assert metrics.fact_recall([]) is None
    assert metrics.fact_precision([], []) is None
    assert metrics.span_precision([], GOLD) is None
    assert metrics.span_precision(CITED, []) is None
    assert metrics.span_recall(CITED, []) is None
    assert metrics.abstention_precision([(True, False), (False, False)]) is None
    assert metrics.abstention_recall([(False, True)]) is None
    assert metrics.wrongful_abstention([(True, True)]) is None
    assert metrics.verbatim_rate([]) is None
    assert metrics.recall_at([], 5) is None
    assert metrics.ndcg_at([], 10) is None
    assert metrics.reciprocal_rank([]) is None
    assert metrics.false_accept([(True, False)]) is None
    assert metrics.false_reject([(False, True)]) is None
    assert metrics.cohens_kappa([]) is None
    assert metrics.percentile([], 50) is None


@given(flags, flags, pairs, ranks, st.lists(spans), st.lists(st.lists(spans, min_size=1)), st.integers(1, 12))
def test_every_share_lies_between_0_and_1(
    found: list[bool],
    forbidden: list[bool],
    judgements: list[tuple[bool, bool]],
    places: list[int | None],
    cited: list[metrics.Span],
    gold: list[list[metrics.Span]],
    k: int,
) -> None:
    shares = [
        *(metrics.rate(found), metrics.fact_recall(found), metrics.fact_precision(found, forbidden)),
        *(metrics.span_precision(cited, gold), metrics.span_recall(cited, gold), metrics.verbatim_rate(found)),
        *(metrics.abstention_precision(judgements), metrics.abstention_recall(judgements)),
        *(metrics.wrongful_abstention(judgements), metrics.false_accept(judgements), metrics.false_reject(judgements)),
        *(metrics.recall_at(places, k), metrics.reciprocal_rank(places)),
    ]
    assert all(share is None or 0 <= share <= 1 for share in shares)
    ndcg = metrics.ndcg_at(places, k)
    assert ndcg is None or -1e-9 <= ndcg <= 1 + 1e-9
    kappa = metrics.cohens_kappa(judgements)
    assert kappa is None or -1 - 1e-9 <= kappa <= 1 + 1e-9


@given(spans, spans)
def test_meeting_is_mutual(one: metrics.Span, other: metrics.Span) -> None:
    assert metrics.meets(one, other) == metrics.meets(other, one)


@given(st.integers(1, 15), st.integers(1, 15))
def test_the_ideal_order_has_an_ndcg_of_1(quotes: int, k: int) -> None:
    assert metrics.ndcg_at(range(1, quotes + 1), k) == pytest.approx(1.0)


@given(st.lists(st.integers(1, 20), min_size=1), st.integers(1, 20))
def test_a_quote_found_higher_up_never_lowers_ndcg(places: list[int], k: int) -> None:
    distinct = sorted(set(places))
    moved = [place - 1 if place - 1 not in distinct and place > 1 else place for place in distinct]
    before, after = metrics.ndcg_at(distinct, k), metrics.ndcg_at(moved, k)
    assert before is not None
    assert after is not None
    assert after >= before - 1e-9


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 100))
def test_a_percentile_is_one_of_the_values_and_so_many_do_not_exceed_it(values: list[float], percent: float) -> None:
    found = metrics.percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) >= percent / 100 * len(values) - 1e-9


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("“Dual\u2011use  goods”", '"dual-use goods"'),
        ("China\u2019s own\ninterests", "china's OWN interests"),
        ("MiG\u201329 fighters", "MiG-29"),
        ("the minister Şoigu.", "şoigu"),
        ("from\u00a0130\u00a0countries", "130 countries"),
    ],
)
def test_wordings_match_across_case_space_quotation_marks_and_hyphens(text: str, wording: str) -> None:
    assert says(text, wording)


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("1300 guests", "130"),
        ("lethal weapons", "lethal weapon"),
        ("it denied that", "denies"),
        ("", "a"),
        ("AFP", "P"),
    ],
)
def test_wordings_match_whole_words_only(text: str, wording: str) -> None:
    assert not says(text, wording)


def test_normalising_twice_changes_nothing() -> None:
    for text in ("“\uff24ual\u2011Use”  goods\u00b4", "İstanbul — ﬁne…", "\ufeffa\u00adb"):
        assert normalise(normalise(text)) == normalise(text)
