"""Error rates of verification, on a made file of pairs about the made town."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from eval_fakes import BARKED, DOGS, case_file, town

from evals.bench.verification import keep
from evals.record import ErrorRates
from evals.statement_pairs import load
from evals.verification import TUNING, judge, kept, rates
from retrieval.errors import DatelineError

GROUP: dict[str, Any] = {
    "file": DOGS,
    "quotes": [BARKED],
    "true": [
        {"text": BARKED, "how": "verbatim"},
        {"text": "The dog barked many times, 130 in all.", "how": "paraphrase"},
        {"text": "The dog made 99 sounds.", "how": "paraphrase"},
    ],
    "false": [
        {"text": "The dog barked 150 times.", "swap": "number", "of": 0},
        {"text": "The dog did not bark.", "swap": "negation", "of": 0},
        {"text": BARKED, "swap": "negation", "of": 0},
    ],
}


def pairs(folder: Path, **changes: object) -> Path:
    case_file(folder / "pairs" / "dogs.yaml", [{**GROUP, **changes}])
    return folder / "pairs"


def test_rates_are_counted_by_kind(tmp_path: Path) -> None:
    assert rates(pairs(tmp_path), town(tmp_path / "town")) == (
        ErrorRates(part="dogs", name="paraphrase", n=2, false_accept=None, false_reject=0.5),
        ErrorRates(part="dogs", name="verbatim", n=1, false_accept=None, false_reject=0.0),
        ErrorRates(part="dogs", name="negation", n=2, false_accept=0.5, false_reject=None),
        ErrorRates(part="dogs", name="number", n=1, false_accept=0.0, false_reject=None),
    )


def test_without_pairs_there_are_no_rates(tmp_path: Path) -> None:
    assert rates(tmp_path / "none", town(tmp_path / "town")) == ()


def test_a_group_says_whose_words_it_quotes(tmp_path: Path) -> None:
    corpus = town(tmp_path / "town")
    groups = load(pairs(tmp_path, speaker="Eva Novak"), corpus)
    assert {one.verdict.slot for one in judge(groups, corpus) if one.true} == {"speaker"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"quotes": ["The dog sang."]}, "dogs.yaml: 'The dog sang.' does not stand in dogs.txt, word for word"),
        ({"source": "a book"}, "expected either file (an article here) or source"),
        ({"file": None}, "expected either file (an article here) or source"),
        ({"file": "cows.txt"}, "dogs.yaml names 'cows.txt': there is no such article"),
        ({"quotes": []}, "dogs.yaml, 0.quotes"),
        ({"colour": "brown"}, "dogs.yaml, 0.colour: extra inputs are not permitted"),
        ({"true": []}, "is made of statement 0, of 0 true ones"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, changes: dict[str, object], message: str) -> None:
    with pytest.raises(DatelineError) as caught:
        load(pairs(tmp_path, **changes), town(tmp_path / "town"))
    assert message in str(caught.value)


def test_the_command_prints_rates_and_what_was_judged_wrongly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "evals.verification", "--pairs", str(pairs(tmp_path)), "--errors", "--corpus"]
    done = subprocess.run([*command, str(town(tmp_path / "town"))], capture_output=True, text=True, check=True)
    assert "swapped: negation (dogs)" in done.stdout
    assert "50.0 %" in done.stdout
    assert "numbers: the quote says 130, not 99" in done.stdout
    failed = subprocess.run([*command, str(tmp_path / "nothing")], capture_output=True, text=True, check=False)
    assert failed.returncode == 2
    assert "there is no such article" in failed.stderr


def test_words_of_elsewhere_stand_by_themselves(tmp_path: Path) -> None:
    quote = "Eva Novak said that the dog had barked 130 times."
    group = {
        "file": None,
        "source": "a book",
        "quotes": [quote],
        "true": [{"text": quote, "how": "verbatim"}],
        "false": [{"text": "The dog had barked 130 times.", "swap": "attribution", "of": 0}],
    }
    corpus = town(tmp_path / "town")
    judged = list(judge(load(pairs(tmp_path, **group), corpus), corpus))
    assert [one.verdict.supported for one in judged] == [True, False]
    assert judged[1].verdict.reason == "it is Eva Novak who says so"


def test_tuning_pairs_are_no_measure(tmp_path: Path) -> None:
    case_file(tmp_path / "pairs" / "tuning.yaml", [GROUP])
    assert rates(tmp_path / "pairs", town(tmp_path / "town")) == ()


def test_rates_are_kept_with_their_command(tmp_path: Path) -> None:
    path = tmp_path / "verification.json"
    found = (ErrorRates(part="seeds", name="number", n=4, false_accept=0.25),)
    keep((*found, ErrorRates(part="tuning", name="number", n=4, false_accept=0.5)), command="make x", path=path)
    assert kept(path) == found
    assert json.loads(path.read_text("utf-8"))["command"] == "make x"
    assert kept(tmp_path / "none.json") == ()


def test_the_shipped_pairs_have_more_than_300_statements_in_eight_classes_and_their_rates_are_kept() -> None:
    groups = [group for part, group in load() if part != TUNING]
    assert sum(len(group.true) + len(group.false) for group in groups) >= 300
    assert len({false.swap for group in groups for false in group.false}) >= 8
    assert {(one.part, one.name) for one in kept()} >= {("seeds", "negation"), ("public", "verbatim")}
