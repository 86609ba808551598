"""The command `dateline`: what it prints and ends with, and in processes of its own what only a process has."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from commands import Run
from rich.console import Console

from assistant import Answer, Assistant, Citation, Statement, Unverified, cli
from assistant.feedback import keep

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "What did Gabuev say about China?"


def test_ask_prints_the_answer_and_below_it_the_words_it_cites(dateline_process: Run, assistant: Assistant) -> None:
    done = dateline_process("ask", QUESTION)
    answer = assistant.ask(QUESTION)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(answer.text + "\n\n[1] ")
    for citation in answer.citations:
        assert f"[{citation.number}] {citation.file} {citation.start}–{citation.end}\n" in done.stdout


def test_json_is_the_answer_that_python_gives(dateline: Run, assistant: Assistant) -> None:
    done = dateline("ask", "--json", QUESTION)
    printed, expected = json.loads(done.stdout), assistant.ask(QUESTION).to_dict()
    assert (done.returncode, done.stderr) == (0, "")
    assert printed.pop("timings").keys() == expected.pop("timings").keys()
    assert printed == expected


def test_ask_looks_in_the_named_articles_only(dateline: Run) -> None:
    files = ["001_6cc9de1a86de204c.txt", "003_952f5f0153c31d6f.txt"]
    done = dateline("ask", "--json", "--file", files[0], "--file", files[1], QUESTION)
    found = {each["file"] for each in json.loads(done.stdout)["retrieved"]}
    assert (done.returncode, done.stderr, found) == (0, "", set(files))
    unknown = dateline("ask", "--file", "none.txt", QUESTION)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr == "dateline: no article 'none.txt' in 'seeds': name files as the citations do\n"


def test_an_abstention_is_an_answer(dateline: Run) -> None:
    done = dateline("ask", "What is the population of Japan?")
    assert (done.returncode, done.stdout, done.stderr) == (0, "The articles don't say.\n", "")


def test_a_question_may_come_from_standard_input(dateline_process: Run, assistant: Assistant) -> None:
    assert dateline_process("ask", "-", stdin=QUESTION + "\n").stdout.startswith(assistant.ask(QUESTION).text)


def test_a_question_may_hold_quotes_and_broken_bytes(dateline_process: Run) -> None:
    done = dateline_process("ask", "What's “this” $x [bold] \udcff\udcfe?")
    assert (done.returncode, done.stderr) == (0, "")


def test_index_says_what_it_read_and_what_it_skipped(dateline: Run, tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("The bridge of Ostrava was closed on Monday, officials said.")
    (tmp_path / "[red]blank.txt").write_text("")
    for _ in range(2):
        done = dateline("index", str(tmp_path))
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"1 article in 1 chunk is indexed from {tmp_path}\nskipped [red]blank.txt: empty\n"


def test_eval_exits_with_1_when_the_gate_is_missed_and_with_0_without_a_gate(dateline: Run, tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(
        "- question: What is the population of Japan?\n  facts: [[Kashin]]\n  files: [000_02acd30f241aa87e.txt]\n"
        "  tags: [x]\n  must_pass: true\n"
    )
    done = dateline("eval", str(cases), "--gate", "--json", str(tmp_path / "run.json"))
    assert (done.returncode, done.stderr) == (1, ""), done.stdout
    assert done.stdout.rstrip().endswith("gate missed: cases that must pass (must pass)")
    (case,) = json.loads((tmp_path / "run.json").read_text("utf-8"))["cases"]
    assert case["holds"] is False
    assert dateline("eval", str(cases)).returncode == 0


def test_doctor_says_what_is_there(dateline: Run) -> None:
    dateline("ask", QUESTION)
    done = dateline("doctor")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    for words in (
        "checksums are right",
        "5 readable, 0 skipped",
        "in 5 articles",
        "none: answers are the articles' own",
    ):
        assert words in done.stdout


def test_doctor_says_where_feedback_is_kept(dateline: Run, tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    assert f"none yet; it will be kept in {path}" in dateline("doctor", DATELINE_FEEDBACK=str(path)).stdout
    keep(path, Answer(question="Who?", outcome="not_in_articles"))
    assert f"1 kept: dateline eval --from-feedback {path}" in dateline("doctor", DATELINE_FEEDBACK=str(path)).stdout
    assert dateline("eval", "--from-feedback", str(path)).returncode == 0
    assert "none is kept" in dateline("doctor", DATELINE_FEEDBACK="off").stdout


def test_doctor_exits_with_1_when_something_needs_the_user(dateline: Run, tmp_path: Path) -> None:
    done = dateline("doctor", "--corpus", str(tmp_path / "nope"), DATELINE_MODEL="nonsense:x")
    assert (done.returncode, done.stderr) == (1, "")
    assert "names no provider" in done.stdout
    assert "nope' does not exist" in done.stdout


def test_help_names_every_command(dateline: Run) -> None:
    said = dateline("--help").stdout
    for command in ("ask", "index", "chat", "eval", "doctor"):
        assert re.search(rf"^  {command}\b", said, re.MULTILINE)


@pytest.mark.parametrize("arguments", [["--help"], ["ask", "--nope", "Who?"], ["doctor", "--corpus", "nowhere"]])
def test_a_command_prints_and_ends_among_the_tests_as_it_does_in_a_process(
    dateline: Run, dateline_process: Run, arguments: list[str]
) -> None:
    here, apart = dateline(*arguments), dateline_process(*arguments)
    assert (here.returncode, here.stdout, here.stderr) == (apart.returncode, apart.stdout, apart.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent the POSIX way")
def test_chat_prints_its_address_answers_there_and_stops_when_told(tmp_path: Path) -> None:
    environment = {**os.environ, "DATELINE_CACHE": str(tmp_path)}
    command = [sys.executable, "-m", "assistant", "chat"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as chat:
        assert chat.stdout is not None
        try:
            line = chat.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert address, line
            with urllib.request.urlopen(address.group(), timeout=20) as page:
                assert page.status == 200
        finally:
            chat.send_signal(signal.SIGINT)
            _, said = chat.communicate(timeout=30)
    assert (chat.returncode, said) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent the POSIX way")
def test_an_interrupted_index_says_so_and_is_whole_the_next_time(tmp_path: Path, dateline: Run) -> None:
    corpus, cache = tmp_path / "articles", tmp_path / "cache"
    corpus.mkdir()
    for number in range(400):
        (corpus / f"{number}.txt").write_text(
            f"Report {number}.\n" + f"The mayor of town {number} spoke of {number} bridges. " * 40
        )
    environment = {**os.environ, "DATELINE_CACHE": str(cache)}
    command = [sys.executable, "-m", "assistant", "index", str(corpus)]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as index:
        while not list(cache.glob("*/gen-*")) and index.poll() is None:
            time.sleep(0.05)
        index.send_signal(signal.SIGINT)
        _, said = index.communicate(timeout=30)
    assert index.returncode == 130
    assert said.startswith("dateline: interrupted")
    assert said.count("\n") == 1
    for path in list(corpus.iterdir())[3:]:
        path.unlink()
    assert dateline("index", str(corpus), DATELINE_CACHE=str(cache)).returncode == 0


@pytest.mark.skipif(sys.platform == "win32", reason="pipes close the POSIX way")
def test_a_reader_that_goes_away_is_no_error_of_ours(tmp_path: Path) -> None:
    script = '"$0" -m assistant --help | head -c 1 >/dev/null; exit "${PIPESTATUS[0]}"'
    done = subprocess.run(
        ["bash", "-c", script, sys.executable], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr


def test_what_was_understood_and_what_was_removed_are_printed_around_the_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    removed = [
        Unverified("Putin\n[bold]left.", "no quote says so"),
        Unverified("It rained. " * 50, "no quote is about it"),
    ]
    answer = Answer(
        question="And he?",
        outcome="answered",
        statements=(Statement("Xi left.", (1,)),),
        citations=(Citation(1, "a.txt", 0, 8, "Xi left."),),
        unverified=tuple(removed),
        standalone_question="Did Xi leave?",
        assumption="“he” is Xi",
        notice="The model was slow.",
    )
    for console, stream in (("out", sys.stdout), ("notes", sys.stderr)):
        monkeypatch.setattr(cli, console, Console(file=stream, highlight=False, soft_wrap=True, width=60))
    cli._print(answer)
    printed = capsys.readouterr()
    assert printed.out.splitlines()[:-1] == [
        "Searched as: Did Xi leave?",
        "Assumed: “he” is Xi",
        "Xi left. [1]",
        "",
        "[1] a.txt 0–8",
        "    Xi left.",
        "",
        "Could not verify (2):",
        "  Putin [bold]left. (no quote says so)",
    ]
    last = printed.out.splitlines()[-1]
    assert len(last) <= 60
    assert last.startswith("  It rained. It rained.")
    assert last.endswith("…")
    assert printed.err == "The model was slow.\n"
