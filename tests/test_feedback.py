"""Thumbs down are kept whole or not at all, and become drafts of eval cases."""

import json
import os
import stat
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from eval_fakes import CATS, SAT, WHERE, WHO, abstention, quoting

from assistant import Answer, Settings
from assistant import feedback as keeping
from assistant.feedback import MAX_NOTE, keep
from evals.drafts import draft_from_feedback
from retrieval.errors import DatelineError

HISTORY = [{"role": "user", "content": "Cats?"}, {"role": "assistant", "content": "Yes. [1]"}]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="file modes and limits of POSIX")


def refusal(path: Path, note: str = "") -> str:
    with pytest.raises(DatelineError) as caught:
        keep(path, abstention(WHO), note=note)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_line_holds_the_whole_answer_and_when_it_was_kept(tmp_path: Path) -> None:
    answer = quoting(WHERE, (CATS, SAT))
    before = datetime.now().astimezone().replace(microsecond=0)
    keep(tmp_path / "new" / "feedback.jsonl", answer, note="wrong cat\n", history=HISTORY)
    (line,) = (tmp_path / "new" / "feedback.jsonl").read_text("utf-8").splitlines()
    kept = json.loads(line)
    assert Answer.from_dict(kept.pop("answer")) == answer
    assert before <= datetime.fromisoformat(kept.pop("time")) <= datetime.now().astimezone()
    assert kept == {"rating": "down", "note": "wrong cat\n", "history": HISTORY}


def test_what_is_kept_becomes_drafts(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    keep(path, quoting(WHERE, (CATS, SAT)), note="wrong\u2028cat \ud800", history=HISTORY)
    keep(path, quoting(WHERE, (CATS, SAT)), rating="up")
    keep(path, abstention(WHO))
    first, second = yaml.safe_load(draft_from_feedback(path))["cases"]
    assert (first["question"], first["history"], first["files"]) == (WHERE, HISTORY, [CATS])
    assert first["why"].startswith("a reader said it was wrong: wrong cat")
    assert (second["question"], second["outcome"]) == (WHO, "not_in_articles")


@POSIX
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    keep(path, abstention(WHO))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_processes_that_keep_at_the_same_time_lose_and_tear_nothing(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    code = (
        "import sys; from pathlib import Path; from assistant import Answer; from assistant.feedback import keep\n"
        "for n in range(25): keep(Path(sys.argv[1]), Answer(question=sys.argv[2] * 2000, outcome='not_in_articles'), note=str(n))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "abcd"]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    kept = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert sorted((each["answer"]["question"][0], int(each["note"])) for each in kept) == [
        (name, number) for name in "abcd" for number in range(25)
    ]


@POSIX
def test_a_full_disk_is_one_line_and_leaves_no_half_of_one(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    keep(path, abstention(WHO))
    size = path.stat().st_size
    code = (
        "import resource, sys; from pathlib import Path; from assistant import Answer, DatelineError\n"
        "from assistant.feedback import keep\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))\n"
        "try: keep(Path(sys.argv[1]), Answer(question='x' * 9000, outcome='not_in_articles'))\n"
        "except DatelineError as error: print(error)"
    )
    command = [sys.executable, "-c", code, str(path), str(size + 4096)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("feedback.jsonl cannot be written: file too large\n", "")
    assert path.stat().st_size == size


def test_a_line_that_a_crash_cut_off_spoils_no_other(tmp_path: Path) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text('{"rating": "do', "utf-8")
    keep(path, abstention(WHO))
    torn, whole = path.read_text("utf-8").splitlines()
    assert torn == '{"rating": "do'
    assert json.loads(whole)["answer"]["question"] == WHO


def test_what_cannot_be_kept_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "feedback.jsonl"
    assert (
        refusal(path, "x" * (MAX_NOTE + 1))
        == "the note has 2,001 characters: at most 2,000 are kept, write a shorter one"
    )
    keep(path, abstention(WHO), note="x" * MAX_NOTE)
    assert refusal(path / "below.jsonl").startswith("below.jsonl cannot be written: ")
    monkeypatch.setattr(keeping, "MAX_FILE", 1000)
    assert refusal(path) == "feedback.jsonl is full: its owner has to move it away first"


def test_where_feedback_is_kept_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_FEEDBACK")
    default = Settings().feedback
    assert default
    assert default.name == "feedback.jsonl"
    assert Settings(feedback="kept.jsonl").feedback == Path(os.path.abspath("kept.jsonl"))
    assert Settings(feedback=None).feedback is None
    monkeypatch.setenv("DATELINE_FEEDBACK", "off")
    assert Settings().feedback is None
