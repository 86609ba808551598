"""Metrics on examples small enough to compute by hand."""

import pytest

from evals import metrics
from evals.wording import normalise, says

# Five questions: two that the articles do not answer (one abstained from), three that they do (one abstained from).
JUDGEMENTS = [(True, True), (True, False), (False, True), (False, False), (False, False)]


def test_rate_and_mean() -> None:
    assert metrics.rate([True, False, False, True]) == 0.5
    assert metrics.mean([1.0, None, 0.5]) == 0.75


def test_precision_is_over_what_was_selected_and_recall_over_what_is_relevant() -> None:
    assert metrics.precision(["a", "b", "c"], ["a", "d"]) == pytest.approx(1 / 3)
    assert metrics.recall(["a", "b", "c"], ["a", "d"]) == 0.5


def test_an_item_selected_twice_counts_once() -> None:
    assert metrics.precision(["a", "a", "b"], ["a"]) == 0.5


def test_fact_recall_is_the_share_of_facts_found() -> None:
    assert metrics.fact_recall([True, True, False]) == pytest.approx(2 / 3)


def test_citation_file_precision_pools_the_files_of_all_cases() -> None:
    # 1 of 1, then 1 of 3: 2 of 4 files, not the mean of 1 and 1/3.
    assert metrics.citation_file_precision([(["a"], ["a"]), (["a", "b", "c"], ["a"])]) == 0.5


def test_citation_file_precision_counts_a_file_cited_twice_once() -> None:
    assert metrics.citation_file_precision([(["a", "a", "b"], ["a"])]) == 0.5


def test_abstention_precision_is_over_abstentions() -> None:
    assert metrics.abstention_precision([*JUDGEMENTS, (True, True)]) == pytest.approx(2 / 3)


def test_abstention_recall_is_over_questions_the_articles_do_not_answer() -> None:
    assert metrics.abstention_recall([*JUDGEMENTS, (True, True)]) == pytest.approx(2 / 3)
    assert metrics.abstention_recall(JUDGEMENTS) == 0.5


def test_wrongful_abstention_is_over_questions_the_articles_do_answer() -> None:
    assert metrics.wrongful_abstention(JUDGEMENTS) == pytest.approx(1 / 3)


def test_verbatim_rate_is_over_citations() -> None:
    assert metrics.verbatim_rate([True, True, True, False]) == 0.75


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
    assert metrics.citation_file_precision([]) is None
    assert metrics.citation_file_precision([([], ["a"])]) is None
    assert metrics.abstention_precision([(True, False), (False, False)]) is None
    assert metrics.abstention_recall([(False, True)]) is None
    assert metrics.wrongful_abstention([(True, True)]) is None
    assert metrics.verbatim_rate([]) is None
    assert metrics.percentile([], 50) is None


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
