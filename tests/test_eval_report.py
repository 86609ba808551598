"""A run in the terminal, as Markdown and as JUnit XML: the figures as they are, and hostile text without effect."""

import re
from html import unescape
from io import StringIO
from xml.etree import ElementTree

import pytest
from eval_fakes import (
    BARKED,
    CATS,
    DOGS,
    HOW_OFTEN,
    RIGHT,
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
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console

from evals.gate import Check, hold
from evals.record import JudgeRecord, Record
from evals.report import Report
from evals.report.figures import check_row, metric_rows, share, spread, stage_rows, tag_rows, whole
from evals.report.junit import junit
from evals.report.markdown import markdown, table
from evals.report.terminal import print_report

HOSTILE = "`a` | <script>alert(1)</script> @name [x](y) **b** ![i](j) <!-- ~~c~~ &amp; [bold]x[/bold] \\"


def run() -> Record:
    """Test: one right, one abstained from in a conversation; tuning: one answered that no article answers."""
    history = [{"role": "user", "content": "Dogs?"}, {"role": "assistant", "content": "One."}]
    return record(
        checked(0, RIGHT[WHERE], milliseconds=10),
        checked(1, abstention(HOW_OFTEN), history=history, why="a number [red]", must_pass=True, milliseconds=20),
        checked(2, quoting(WHO, (CATS, SAT)), part="tuning", milliseconds=90),
    )


def shown(report: Report, *, failures: bool = True) -> str:
    console = Console(record=True, width=140, file=StringIO())
    print_report(report, console, failures=failures)
    return console.export_text()


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_the_terminal_shows_each_metric_with_its_interval_and_n_and_each_tag() -> None:
    said = lines(shown(Report(run())))
    assert "metric test 95 % n tuning 95 % n" in said
    assert "answers right 50.0 % 0–100 2 - 0" in said
    assert "wrongful abstention, low is good 50.0 % 0–100 2 - 0" in said
    assert "abstention recall - 0 0.0 % 0–0 1" in said
    assert "number_date 1 0.0 % 0.0 % - - 100.0 %" in said
    assert "all 2 50.0 % 50.0 % 100.0 % - 50.0 %" in said
    assert "answer time p50, two at once: 20 ms" in said
    assert "answer time p95, two at once: 90 ms" in said
    assert not any("gate" in line for line in said)


def test_the_terminal_lists_what_failed_in_the_test_part_with_stage_and_reason() -> None:
    text = shown(Report(run()))
    key = run().cases[1].key
    assert "1 of 2 test cases failed:\n    1  right file not retrieved\n" in text
    assert f"✗ {key} {HOW_OFTEN} (after 'Dogs?')\n" in text
    assert "    right file not retrieved: abstained | cited nothing | why: a number [red]\n" in text
    assert "1 of 1 tuning cases failed:\n    1  answered though it was not there\n" in text
    assert WHO not in text, "the failures of the tuning part would bury those of the test part"
    assert "✗" not in shown(Report(run()), failures=False)


def test_a_run_of_the_tuning_part_alone_lists_its_failures() -> None:
    assert f"{WHO}\n" in shown(Report(run().part("tuning")))


def test_a_failed_case_without_details_is_listed_by_its_question() -> None:
    assert "✗ What is [bold]?\n" in shown(Report(record(one("a", right=False, question="What is [bold]?"))))


def test_the_terminal_shows_each_check_of_the_gate_and_the_verdict_last() -> None:
    gate = hold(run(), {"answers_right": 0.9, "wrongful_abstention": 0.5}, None)
    text = shown(Report(run(), gate))
    said = lines(text)
    assert f"cases that must pass 0.0 % 100.0 % 1 missed (failed: {HOW_OFTEN})" in said
    row = "answers right 50.0 % ≥ 90.0 % 2 missed (n = 2 cannot support this: a single miss is 50 %)"
    assert row in said
    assert "wrongful abstention 50.0 % ≤ 50.0 % 2 passed" in said
    assert text.rstrip().endswith("gate missed: cases that must pass (must pass), answers right (floor)")
    right = run().only(lambda case: case.holds)
    assert shown(Report(right, hold(right, {"answers_right": 0.5}, None))).rstrip().endswith("gate passed")


def test_the_terminal_lists_what_changed_since_the_baseline() -> None:
    before = record(one("a"), one("b", right=False), one("c"), one("gone"))
    after = record(one("a", right=False, question="Is it [red]?"), one("b"), one("c"), one("new"))
    said = shown(Report(after, hold(after, {}, before)))
    assert "fixed since the baseline: 1\n  b Question b?\nbroken since the baseline: 1\n  a Is it [red]?\n" in said
    assert "new since the baseline: 1\ngone since the baseline: 1\n" in said
    assert "answers right 66.7 %" not in said
    assert "was 66.6 %" in said


def test_drafts_and_the_judge_are_named_where_there_are_some() -> None:
    judge = JudgeRecord(model="x:[red]", right=3, wrong=1, unreadable=2, kappa=0.456, disagreements=())
    said = shown(Report(record(one("a"), drafts=2, judge=judge)))
    assert "drafts left out: 2" in said
    expected = "judge x:[red]: 3 of 4 right (75.0 %), 2 unreadable; agreement with the facts, Cohen's kappa: 0.46;"
    assert expected in said
    nothing = judge.model_copy(update={"right": 0, "wrong": 0, "kappa": None})
    assert "0 of 0 right (-), 2 unreadable; agreement with the facts, Cohen's kappa: -;" in shown(
        Report(record(one("a"), judge=nothing))
    )
    assert "judge" not in shown(Report(record(one("a"))))


def test_colons_of_a_judges_name_are_shown_as_they_are() -> None:
    judge = JudgeRecord(model="fake:x", right=1, wrong=0, unreadable=0, kappa=1.0, disagreements=())
    assert "judge fake:x: 1 of 1 right" in shown(Report(record(one("a"), judge=judge)))


def test_a_run_without_cases_can_be_shown() -> None:
    for form in (shown(Report(record())), markdown(Report(record())), junit(Report(record()))):
        assert form


def test_a_figure_is_rounded_down_so_that_a_miss_never_looks_like_a_pass() -> None:
    assert share(0.92999) == "92.9 %"
    assert share(0.93) == "93.0 %"
    assert share(0.29) == "29.0 %"
    assert share(1 / 3) == "33.3 %"
    assert share(1.0) == "100.0 %"
    assert share(None) == "-"
    assert (spread((0.12345, 0.9)), spread(None)) == ("12.3–90", "")
    assert (whole(12.6), whole(None)) == ("13", "-")


def test_a_figure_above_its_ceiling_never_looks_like_a_pass() -> None:
    check = Check("wrongful abstention", "floor", 0.0501, None, 1000, 0.05, passed=False, lower_is_better=True)
    _, figure, _, demanded, _, _ = check_row(check)
    assert (figure, demanded) == ("5.1 %", "≤ 5.0 %")


def test_tags_and_stages_are_counted() -> None:
    rows = tag_rows(record(one("a", tags=("x", "y")), one("b", tags=("y",), right=False)))
    assert [row[:4] for row in rows] == [
        ("y", "2", "50.0 %", "50.0 %"),
        ("x", "1", "100.0 %", "100.0 %"),
        ("all", "2", "50.0 %", "50.0 %"),
    ]
    assert stage_rows(run()) == [("right file not retrieved", 1), ("answered though it was not there", 1)]
    names = [measure.name for measure, _ in metric_rows(record(one("a")))]
    assert names == ["answers_right"]


def hostile() -> Report:
    said = details(text=HOSTILE, problems=(HOSTILE,), stage="chosen but removed later", why=HOSTILE)
    after = record(one("a", right=False, question=HOSTILE, details=said, must_pass=True), one("b"))
    before = record(one("a"), one("b", right=False))
    return Report(after.model_copy(update={"cases_from": HOSTILE}), hold(after, {"answers_right": 0.9}, before))


RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def rendered(text: str) -> str:
    html: str = RENDERER.render(text)
    return html


def tables(text: str) -> list[list[int]]:
    """Of each Markdown table, how many cells each of its rows has."""
    found = re.findall(r"(?:^\|.*\|$\n?)+", text, re.MULTILINE)
    return [[len(re.findall(r"(?<!\\)\|", row)) - 1 for row in block.strip().splitlines()] for block in found]


def test_markdown_says_the_verdict_first_and_then_what_changed_the_metrics_and_the_failures() -> None:
    report = Report(run(), hold(run(), {"answers_right": 0.9}, run()))
    text = markdown(report)
    assert text.startswith("## Evals\n\n**Gate missed**: cases that must pass, answers right\n\n| gate | figure |")
    assert "Fixed since the baseline: none\n\nBroken since the baseline: none\n\nNew cases: 0; gone: 0\n" in text
    assert "| answers right | 50.0 % | 0–100 | 2 | - |  | 0 |" in text
    assert "<details><summary>1 of 2 test cases failed: 1 × right file not retrieved</summary>\n\n- `" in text
    assert text.endswith("Answer time: p50 20 ms, p95 90 ms; 3 cases from mine.yaml\n")
    passed = Report(run().only(lambda case: case.holds), hold(run().only(lambda case: case.holds), {}, None))
    assert markdown(passed).startswith("## Evals\n\n**Gate passed**\n\n| gate |")
    assert "0 of 1 test cases failed\n" in markdown(passed)
    assert "since the baseline" not in markdown(passed)


@pytest.mark.parametrize("report", [Report(run(), hold(run(), {"answers_right": 0.9}, run())), hostile()])
def test_every_markdown_table_has_as_many_cells_in_each_row_as_in_its_head(report: Report) -> None:
    found = tables(markdown(report))
    assert len(found) >= 3
    for rows in found:
        assert len(rows) >= 3
        assert len(set(rows)) == 1
    assert rendered(markdown(report)).count("<table>") == len(found)


def test_hostile_text_is_no_markup_in_markdown() -> None:
    html = rendered(markdown(hostile()))
    for tag in ("<script", "<a ", "<img", "<s>", "<!--"):
        assert tag not in html
    assert html.count("<strong>") == 1, "the verdict alone is bold"
    assert "@name" not in html
    texts = unescape(re.sub(r"<[^>]+>", "", html)).replace("\u200b", "")
    assert texts.count(HOSTILE) >= 4


@given(st.text(max_size=40))
def test_any_cell_stays_one_cell(text: str) -> None:
    row = table(("name", "n"), [(text, "1")]).splitlines()[2]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", row)) == 3
    html = rendered(table(("name", "n"), [("x" + text, "1")]))
    assert html.count("<td") == 2
    assert unescape(re.findall(r"<td>(.*?)</td>", html, re.DOTALL)[0]).replace("\u200b", "") == " ".join(
        ("x" + text).split()
    ).replace("\u200b", "").replace("\0", "\ufffd")


def test_junit_has_a_suite_for_each_file_and_one_for_the_gate_with_its_failures_counted() -> None:
    report = Report(run(), hold(run(), {"answers_right": 0.9, "fact_recall": 0.5}, None))
    root = ElementTree.fromstring(junit(report))
    counts = [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in root]
    assert counts == [("mine", "3", "2"), ("gate", "3", "2")]
    for suite in root:
        assert len(suite) == int(suite.get("tests", "0"))
        assert len(suite.findall("testcase/failure")) == int(suite.get("failures", "0"))
    right, wrong, _ = root[0]
    assert (right.get("classname"), right.get("time"), len(right)) == ("test.mine", "0.010", 0)
    assert right.get("name") == f"{WHERE} [{run().cases[0].key}]"
    failure = wrong[0]
    assert failure.get("message") == "abstained"
    assert failure.text == (
        "right file not retrieved\nanswer: The articles don't say.\nwhy the case is there: a number [red]"
    )
    gate = [(case.get("classname"), case.get("name"), [found.get("message") for found in case]) for case in root[1]]
    assert gate == [
        (
            "gate.must pass",
            "cases that must pass",
            [f"0.0 % [], demanded 100.0 %, n = 1: missed (failed: {HOW_OFTEN})"],
        ),
        (
            "gate.floor",
            "answers right",
            ["50.0 % [0–100], demanded ≥ 90.0 %, n = 2: missed (n = 2 cannot support this: a single miss is 50 %)"],
        ),
        ("gate.floor", "fact recall", []),
    ]


def test_junit_of_a_run_without_details_says_that_it_failed() -> None:
    (suite,) = ElementTree.fromstring(junit(Report(record(one("a", right=False)))))
    assert [found.get("message") for found in suite.iter("failure")] == ["failed"]
    assert suite[0].get("time") == "0.000"


@given(st.text())
def test_junit_is_xml_whatever_the_texts_hold(text: str) -> None:
    awkward = text + "\x00\x0b\x1b\ufffe]]>&<"
    said = details(text=awkward, problems=(awkward,), stage="x", why=awkward)
    case = one("a", right=False, question=awkward, file=awkward, details=said, must_pass=True)
    root = ElementTree.fromstring(junit(Report(record(case), hold(record(case), {}, None))))
    name = root[0][0].get("name") or ""
    assert name.endswith("\ufffd\ufffd\ufffd\ufffd]]>&< [a]")
    assert [suite.get("failures") for suite in root] == ["1", "1"]


def test_the_cited_files_of_a_failed_case_are_named_in_the_terminal() -> None:
    wrong = record(checked(0, quoting(WHERE, (CATS, SAT), (DOGS, BARKED))))
    expected = f"right sentence cited, something wrong beside it: may not cite {DOGS} | cited {CATS}, {DOGS} | why: "
    assert expected in shown(Report(wrong))
