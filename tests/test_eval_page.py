"""The page of a run as one file of HTML; in a browser it is opened by tests/page/test_report.py."""

import json
import re

from eval_fakes import ARTICLES, one, record
from eval_runs import HOSTILE, baseline, run

from evals.gate import hold
from evals.record import JudgeRecord
from evals.report import Report
from evals.report.page import page


def data(html: str) -> dict[str, object]:
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    read: dict[str, object] = json.loads(found)
    return read


POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def test_the_page_is_one_file_that_names_no_other() -> None:
    html = page(Report(run(), hold(run(), {"answers_right": 0.9}, baseline()), baseline()))
    assert f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">' in html
    assert "http://" not in html
    assert "https://" not in html
    assert "@import" not in html
    places = re.findall(r"""<[^>]*\b(?:src|href|action)\s*=\s*["']?([^"'>\s]*)""", html.split("<body>")[0])
    assert places == ["data:,"]
    assert not re.search(r"<(?:script|img|iframe|link)\b[^>]*\bsrc=", html)
    assert not re.search(r"url\(", html)


def test_hostile_text_is_data_and_never_markup() -> None:
    made = run().model_copy(update={"cases_from": HOSTILE, "configuration": {"model": HOSTILE}})
    judge = JudgeRecord(model=HOSTILE, right=1, wrong=0, unreadable=0, kappa=None, disagreements=())
    html = page(Report(made.model_copy(update={"judge": judge})))
    assert html.count("<script") == 2
    assert html.count("</script>") == 2
    assert "<img" not in html
    cases = data(html)["cases"]
    assert isinstance(cases, list)
    assert cases[1]["question"] == HOSTILE
    assert cases[1]["details"]["notice"] == HOSTILE


def test_the_data_holds_what_the_list_shows_and_no_counts() -> None:
    found = data(page(Report(run(), hold(run(), {}, baseline()), baseline())))
    cases = found["cases"]
    assert isinstance(cases, list)
    assert [case["change"] for case in cases] == ["broken", "", "fixed", ""]
    assert [case["other"] is not None for case in cases] == [True, False, True, False]
    assert "counts" not in cases[0]
    assert found["articles"] == ARTICLES
    assert found["compared"] is True
    assert data(page(Report(run())))["compared"] is False


def test_figures_and_the_gate_stand_without_a_script() -> None:
    html = page(Report(run(), hold(run(), {"answers_right": 0.9}, None)))
    body = re.sub(r"<script.*?</script>|<[^>]+>", " ", html.split("<body>")[1], flags=re.DOTALL)
    said = " ".join(body.split())
    assert "4 cases from mine.yaml · model none" in said
    assert "Gate missed" in said
    assert "answers right 50.0 % 0–100 · n 2" in said
    assert "answers right floor 50.0 % 0–100 ≥ 90.0 % 2 missed" in said
    assert "Gate" not in page(Report(run())).split("<main>")[0].split("<body>")[1]
    assert page(Report(record(one("a", part="tuning")))).count("Tuning part") == 1
