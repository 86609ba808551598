"""Plots of a run: the figures they are drawn from, their words for those who do not see them, and no markup of others."""

import re
from xml.etree import ElementTree

import pytest
from eval_fakes import details, one, record

from evals.record import Record
from evals.report import Report
from evals.report.page import page
from evals.report.plots import OperatingCurve, curve_plot, histogram_plot, interval_plot, operating_curve


def run(answerable: list[float | None], unanswerable: list[float | None]) -> Record:
    yes = [
        one(f"y{number}", counts={"wrongful_abstention": (0.0, 1.0)}, details=details(confidence=confidence))
        for number, confidence in enumerate(answerable)
    ]
    no = [
        one(f"n{number}", counts={"abstention_recall": (1.0, 1.0)}, details=details(confidence=confidence))
        for number, confidence in enumerate(unanswerable)
    ]
    return record(*yes, *no)


def test_confidences_that_tell_all_apart_have_an_area_of_1() -> None:
    curve = operating_curve(run([0.8, 0.9], [0.1, 0.2]))
    assert curve == OperatingCurve(((0.0, 0.0), (0.0, 0.5), (0.0, 1.0), (0.5, 1.0), (1.0, 1.0)), (0.0, 1.0), 1.0)


def test_confidences_the_wrong_way_round_have_an_area_of_0() -> None:
    curve = operating_curve(run([0.1, 0.2], [0.8, 0.9]))
    assert curve is not None
    assert (curve.area, curve.at) == (0.0, (1.0, 0.0))


def test_the_area_is_the_share_of_pairs_in_the_right_order_and_half_of_the_ties() -> None:
    # Pairs of an answerable and another: 0.9 > 0.5, 0.9 > 0.2, 0.5 = 0.5, 0.5 > 0.2: 3.5 of 4.
    curve = operating_curve(run([0.9, 0.5], [0.5, 0.2]))
    assert curve is not None
    assert curve.area == pytest.approx(3.5 / 4)
    assert curve.at == (0.0, 0.5), "a confidence at the bar is shown"


def test_without_both_kinds_of_question_or_any_confidence_there_is_no_curve() -> None:
    assert operating_curve(run([0.9], [])) is None
    assert operating_curve(run([], [0.9])) is None
    assert operating_curve(run([None], [0.9])) is None
    assert operating_curve(record(one("a"))) is None


def svg(text: str) -> ElementTree.Element:
    """Parsed: every plot is well-formed."""
    return ElementTree.fromstring(text)


def test_every_plot_says_its_figures_in_words() -> None:
    curve = operating_curve(run([0.8, 0.9], [0.1, 0.6]))
    assert curve is not None
    expected = "Abstention: at the bar that ships 50% refused rightly, 0% wrongly; area under the curve 1.000"
    assert svg(curve_plot(curve)).get("aria-label") == expected
    times = svg(histogram_plot([10.0, 20.0, 90.0], [("p50", 20.0), ("p95", 90.0)], "ms"))
    assert times.get("aria-label") == "3 answers, p50 20 ms; p95 90 ms"


def test_every_tag_has_a_bar_as_long_as_its_share() -> None:
    cases = [one(f"a{number}", right=number > 0, tags=("near_miss", "x")) for number in range(4)]
    (drawn,) = re.findall(r'<svg[^>]*aria-label="Cases that hold.*?</svg>', page(Report(record(*cases, one("b")))))
    bars = svg(drawn)
    assert bars.get("aria-label") == "Cases that hold, by tag: near_miss 75% of 4; x 75% of 4; plain_fact 100% of 1"
    words = ["near miss", "75% of 4", "x", "75% of 4", "plain fact", "100% of 1"]
    assert [text.text for text in bars.iter("text")] == words
    tracks, filled = ([rect for rect in bars.iter("rect") if rect.get("class") == name] for name in ("track", "bar"))
    pairs = zip(filled, tracks, strict=True)
    widths = [float(bar.get("width", "")) / float(track.get("width", "")) for bar, track in pairs]
    assert widths == pytest.approx([0.75, 0.75, 1.0], abs=0.001)


def test_every_time_falls_into_one_step_of_the_histogram() -> None:
    drawn = svg(histogram_plot([float(value) for value in range(1000)], [], "ms"))
    bars = list(drawn.iter("rect"))
    assert len(bars) == 24
    assert max(float(bar.get("height", "")) for bar in bars) == pytest.approx(126)
    assert histogram_plot([], [], "ms") == ""
    assert svg(histogram_plot([0.0, 0.0], [("p50", 0.0)], "ms")) is not None
    assert len(list(svg(histogram_plot([5.0], [], "ms")).iter("rect"))) == 1


def test_an_interval_is_drawn_from_its_low_to_its_high_end_with_what_is_demanded() -> None:
    drawn = svg(interval_plot(0.5, (0.25, 0.75), 0.9))
    places = [(line.get("class"), line.get("x1"), line.get("x2")) for line in drawn.iter("line")]
    assert places == [("track", "0", "200"), ("spread", "50.0", "150.0"), ("mark", "180.0", "180.0")]
    assert "mark" not in interval_plot(0.5, None, None)


def test_names_are_no_markup() -> None:
    name = '"><script>alert(1)</script>'
    plot = histogram_plot([1.0], [(name, 1.0)], name)
    assert "<script" not in plot
    assert name in "".join(svg(plot).itertext())
