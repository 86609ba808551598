"""The committed figures of the evidence model are whole, and the model card shows them as they are."""

import json

from evals.evidence import FIGURES, LATENCY, RESULTS, Figure, markdown, rows
from retrieval.encoder import WEIGHTS


def test_every_figure_was_measured() -> None:
    results = json.loads(RESULTS.read_text("utf-8"))
    for kind in ("alone", "mixed"):
        assert {figure.key for figure in FIGURES} <= results[kind].keys()
    assert len(rows()) == len(FIGURES) + 1


def test_the_model_card_holds_the_table() -> None:
    assert markdown() in (WEIGHTS / "MODEL_CARD.md").read_text("utf-8")


def test_targets_are_reached_from_the_right_side() -> None:
    assert Figure("x", "x", 0.9).verdict(0.9) == "reached"
    assert Figure("x", "x", 0.9).verdict(0.89) == "missed"
    assert Figure("x", "x").verdict(0.1) == ""
    assert LATENCY.verdict(99) == "reached"
    assert LATENCY.verdict(101) == "missed"
