"""`dateline eval`: what it loads, asks and writes, and what its exit codes say."""

import json
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from commands import Run
from eval_fakes import (
    BARKED,
    DOGS,
    ENTRIES,
    HOW_OFTEN,
    RIGHT,
    SAT,
    WHERE,
    WHO,
    FakeAssistant,
    abstention,
    case_file,
    quoting,
    town,
)
from rich.console import Console

import assistant.assistant as chain
from assistant.settings import Settings
from evals import command
from evals.case import json_schema
from evals.command import COULD_NOT_RUN, GATE_MISSED, PASSED, Options, Outputs, main
from evals.record import read_record

# Enough cases for a comparison with a baseline to mean something.
MANY = [{**ENTRIES[0], "question": f"Where did cat {number} sit?"} for number in range(6)]
SURE = {question: replace(answer, confidence=0.5) for question, answer in RIGHT.items()}


class Ran:
    """What a run of the command in this process gave back."""

    def __init__(self, code: int, said: str, complaint: str) -> None:
        self.code, self.said, self.complaint = code, said, complaint


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAssistant:
    made = FakeAssistant({**RIGHT, **{str(entry["question"]): quoting("", ("cats.txt", SAT)) for entry in MANY}})
    monkeypatch.setattr(chain, "Assistant", made)
    return made


@pytest.fixture
def evaluate(fake: FakeAssistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Runs the command over the town with the case file `cases.yaml`."""
    settings = Settings(corpus=town(tmp_path / "articles"), cache=tmp_path / "cache")

    def run(content: object = None, **options: Any) -> Ran:
        if content is not None:
            case_file(tmp_path / "cases.yaml", content)
        outputs = Outputs(
            **{name: options.pop(name) for name in ("html", "markdown", "junit", "json") if name in options}
        )
        console = Console(file=StringIO(), width=120, record=True)
        chosen = Options(cases=tmp_path / "cases.yaml", outputs=outputs, **options)
        code = main(settings, chosen, console=console)
        return Ran(code, console.export_text(), capsys.readouterr().err)

    return run


Evaluate = Callable[..., Ran]


def refused(ran: Ran, *words: str) -> None:
    assert ran.code == COULD_NOT_RUN == 2
    assert ran.complaint.startswith("dateline eval: ")
    assert ran.complaint.count("\n") == 1
    assert ran.said == ""
    for word in words:
        assert word in ran.complaint


def test_without_a_gate_a_failed_case_is_reported_and_no_failure(evaluate: Evaluate, fake: FakeAssistant) -> None:
    fake.answers = {**RIGHT, WHERE: abstention(WHERE)}
    ran = evaluate(list(ENTRIES))
    assert (ran.code, ran.complaint) == (PASSED, "") == (0, "")
    assert "1 of 3 test cases failed" in ran.said
    assert "gate" not in ran.said
    assert fake.closed == 1


def test_failures_are_left_out_on_request(evaluate: Evaluate, fake: FakeAssistant) -> None:
    fake.answers = {**RIGHT, WHERE: abstention(WHERE)}
    assert "✗" not in evaluate(list(ENTRIES), failures=False).said


def test_a_gate_that_holds_exits_with_0_and_one_that_is_missed_with_1(evaluate: Evaluate, fake: FakeAssistant) -> None:
    content = {"floors": {"answers_right": 1.0}, "cases": list(ENTRIES)}
    ran = evaluate(content, gate=True)
    assert ran.code == PASSED
    assert ran.said.rstrip().endswith("gate passed")
    fake.answers = {**RIGHT, WHERE: abstention(WHERE)}
    ran = evaluate(content, gate=True)
    assert ran.code == GATE_MISSED == 1
    assert ran.said.rstrip().endswith("gate missed: answers right (floor)")


def test_a_case_that_must_pass_and_fails_misses_the_gate(evaluate: Evaluate, fake: FakeAssistant) -> None:
    fake.answers = {**RIGHT, HOW_OFTEN: abstention(HOW_OFTEN)}
    ran = evaluate([ENTRIES[0], {**ENTRIES[1], "must_pass": True}], gate=True)
    assert ran.code == GATE_MISSED
    assert ran.said.rstrip().endswith("gate missed: cases that must pass (must pass)")


def test_a_gate_with_nothing_to_hold_is_refused_before_anything_is_asked(
    evaluate: Evaluate, fake: FakeAssistant
) -> None:
    refused(evaluate(list(ENTRIES), gate=True), "the gate has nothing to hold: give floors", "--save-baseline")
    assert fake.opened == []


def test_a_saved_baseline_lies_beside_the_cases_and_holds_the_next_run(
    evaluate: Evaluate, fake: FakeAssistant, tmp_path: Path
) -> None:
    assert evaluate(MANY, save_baseline=True).code == PASSED
    baseline = read_record(tmp_path / "baseline.json")
    assert [case.question for case in baseline.cases] == [entry["question"] for entry in MANY]
    assert baseline == baseline.without_details()
    assert evaluate(gate=True).code == PASSED
    for entry in MANY[1:]:
        fake.answers = {**fake.answers, str(entry["question"]): abstention("")}
    ran = evaluate(gate=True)
    assert ran.code == GATE_MISSED
    broken = "".join(f"  {case.key} {case.question}\n" for case in baseline.cases[1:])
    assert f"broken since the baseline: 5\n{broken}" in ran.said
    assert "answers right (baseline)" in ran.said.splitlines()[-1]


def test_a_folder_of_cases_has_its_baseline_inside(
    fake: FakeAssistant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(corpus=town(tmp_path / "articles"), cache=tmp_path / "cache")
    folder = case_file(tmp_path / "cases" / "a.yaml", MANY).parent
    assert main(settings, Options(cases=folder, save_baseline=True), console=Console(file=StringIO())) == PASSED
    assert (folder / "baseline.json").exists()
    assert main(settings, Options(cases=folder, gate=True), console=Console(file=StringIO())) == PASSED
    assert capsys.readouterr().err == ""


def test_a_baseline_that_is_named_has_to_be_there_unless_it_is_to_be_made(evaluate: Evaluate, tmp_path: Path) -> None:
    named = tmp_path / "new" / "mine.json"
    refused(evaluate(MANY, gate=True, baseline=named), "mine.json' cannot be read: no such file")
    assert evaluate(baseline=named, save_baseline=True).code == PASSED
    assert evaluate(gate=True, baseline=named).code == PASSED
    assert not (tmp_path / "baseline.json").exists()


def test_colons_of_a_name_are_shown_as_they_are(evaluate: Evaluate) -> None:
    refused(evaluate([{**ENTRIES[0], "question": "Is it :x:?", "facts": None}]), "'Is it :x:?'")


def test_a_baseline_that_cannot_be_read_can_be_made_anew(evaluate: Evaluate, tmp_path: Path) -> None:
    (tmp_path / "baseline.json").write_text("{}")
    assert evaluate(MANY, save_baseline=True).code == PASSED


def test_a_gate_over_a_part_that_it_does_not_hold_is_refused(evaluate: Evaluate) -> None:
    content = {"part": "tuning", "floors": {"answers_right": 1.0}, "cases": list(ENTRIES)}
    refused(evaluate(content, gate=True, part="tuning"), "nothing to hold")


def test_every_output_is_written(evaluate: Evaluate, fake: FakeAssistant, tmp_path: Path) -> None:
    fake.answers = {**SURE, WHERE: abstention(WHERE, confidence=0.25)}
    out = tmp_path / "new"
    paths = {name: out / f"run.{name}" for name in ("html", "markdown", "junit", "json")}
    assert evaluate(list(ENTRIES), **paths).code == PASSED
    assert paths["html"].read_text("utf-8").startswith("<!doctype html>")
    assert paths["markdown"].read_text("utf-8").startswith("## Evals\n")
    (suite,) = ElementTree.fromstring(paths["junit"].read_text("utf-8"))
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    record = read_record(paths["json"])
    assert [(case.question, case.holds) for case in record.cases] == [(WHERE, False), (HOW_OFTEN, True), (WHO, True)]
    assert record.cases_from == "cases.yaml"


@pytest.mark.parametrize("output", ["html", "markdown", "junit", "json"])
def test_an_output_that_cannot_be_written_is_refused(evaluate: Evaluate, tmp_path: Path, output: str) -> None:
    refused(evaluate(list(ENTRIES), **{output: tmp_path}), f"{str(tmp_path)!r} cannot be written: is a directory")
    (tmp_path / "file").touch()
    refused(evaluate(**{output: tmp_path / "file" / "run"}), "cannot be written")


def test_another_run_is_set_beside_this_one_on_the_page(
    evaluate: Evaluate, fake: FakeAssistant, tmp_path: Path
) -> None:
    fake.answers = SURE
    assert evaluate(list(ENTRIES), json=tmp_path / "other.json").code == PASSED
    assert evaluate(html=tmp_path / "run.html", against=tmp_path / "other.json").code == PASSED
    assert '"compared":true' in (tmp_path / "run.html").read_text("utf-8")
    refused(evaluate(against=tmp_path / "none.json"), "none.json' cannot be read: no such file or directory")


def test_one_part_alone_is_asked_on_request(evaluate: Evaluate, fake: FakeAssistant, tmp_path: Path) -> None:
    folder = tmp_path / "cases"
    case_file(folder / "a.yaml", [ENTRIES[0]])
    case_file(folder / "b.yaml", {"part": "tuning", "cases": [ENTRIES[1]]})
    settings = Settings(corpus=town(tmp_path / "articles"), cache=tmp_path / "cache")
    for part, question in (("test", WHERE), ("tuning", HOW_OFTEN)):
        fake.asked.clear()
        assert main(settings, Options(cases=folder, part=part), console=Console(file=StringIO())) == PASSED
        assert [asked for asked, _ in fake.asked] == [question]


def test_an_unknown_or_empty_part_is_refused(evaluate: Evaluate) -> None:
    refused(evaluate(list(ENTRIES), part="dev"), "--part is 'dev': expected test or tuning")
    refused(evaluate(part="tuning"), "no case is in the tuning part: leave --part out")


def test_a_crash_is_no_missed_gate(evaluate: Evaluate, fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(settings: Settings) -> FakeAssistant:
        raise TypeError("half\nwritten")

    monkeypatch.setattr(fake, "from_settings", crash)
    ran = evaluate(list(ENTRIES))
    refused(ran)
    assert ran.complaint == "dateline eval: TypeError: half written\n"


def test_what_cannot_be_loaded_or_asked_is_refused(evaluate: Evaluate, fake: FakeAssistant, tmp_path: Path) -> None:
    refused(evaluate(), "cases.yaml' cannot be read: no such file or directory")
    refused(evaluate([{"question": WHERE}]), "cases.yaml, case 1 ('Where did the cat sit?'): requires nothing")
    fake.answers = {}
    refused(evaluate(list(ENTRIES)), f"could not ask {WHERE!r}")


def test_the_judge_gives_an_opinion_that_the_gate_does_not_hear(
    evaluate: Evaluate, monkeypatch: pytest.MonkeyPatch
) -> None:
    from langchain_core.language_models import FakeListChatModel

    from assistant.composed import ComposedAnswerer

    named: list[str] = []

    def model_named(name: str) -> FakeListChatModel:
        named.append(name)
        return FakeListChatModel(responses=["WRONG"])

    monkeypatch.setattr(ComposedAnswerer, "model_named", staticmethod(model_named))
    ran = evaluate({"floors": {"answers_right": 1.0}, "cases": list(ENTRIES)}, gate=True, judge="fake:model")
    assert (ran.code, named) == (PASSED, ["fake:model"])
    assert (
        "judge fake:model: 0 of 3 right (0.0 %), 0 unreadable; agreement with the facts, Cohen's kappa: 0.00;"
        in ran.said
    )


def test_the_command_asks_gates_and_writes(dateline: Run, dateline_process: Run, tmp_path: Path) -> None:
    corpus = str(town(tmp_path / "articles"))
    fed = {**ENTRIES[1], "question": "How often did the dog bark?", "must_pass": True}
    cases = str(case_file(tmp_path / "cases.yaml", [fed]))
    junit = tmp_path / "out" / "run.xml"
    done = dateline("eval", cases, "--corpus", corpus, "--gate", "--junit", str(junit))
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert done.stdout.rstrip().endswith("gate passed")
    assert [suite.get("failures") for suite in ElementTree.parse(junit).getroot()] == ["0", "0"]
    case_file(tmp_path / "cases.yaml", [{**fed, "forbidden": ["barked"]}])
    done = dateline_process("eval", cases, "--corpus", corpus, "--gate")
    assert (done.returncode, done.stderr) == (1, "")
    assert "forbidden 'barked'" in done.stdout
    done = dateline("eval", cases, "--corpus", corpus, "--part", "tuning")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "dateline eval: no case is in the tuning part: leave --part out\n"


def test_the_schema_is_printed(dateline: Run) -> None:
    done = dateline("eval", "--schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json_schema()
    assert done.stdout == command.schema() == (command.CASES / "schema.json").read_text("utf-8")


def test_drafts_are_printed_from_articles_or_from_feedback(dateline: Run, tmp_path: Path) -> None:
    done = dateline("eval", "--draft", str(Path(__file__).parent.parent / "seeds"))
    assert (done.returncode, done.stderr) == (0, "")
    assert all(case["draft"] for case in yaml.safe_load(done.stdout)["cases"])
    feedback = tmp_path / "feedback.jsonl"
    answer = quoting(HOW_OFTEN, (DOGS, BARKED)).to_dict()
    feedback.write_text(json.dumps({"rating": "down", "note": "", "history": [], "answer": answer}) + "\n")
    done = dateline("eval", "--from-feedback", str(feedback))
    assert (done.returncode, done.stderr) == (0, "")
    assert [case["question"] for case in yaml.safe_load(done.stdout)["cases"]] == [HOW_OFTEN]
    done = dateline("eval", "--from-feedback", str(feedback), "--draft", str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "dateline: --draft and --from-feedback are two things: give one of them\n"
