"""The evidence model on held-out public data, beside its targets: what `retrieval.training.evidence.evaluate` measured.

`python -m evals.evidence` prints the table as Markdown, as it stands in the model card.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.table import Table

RESULTS = Path(__file__).resolve().parent / "results" / "evidence.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure by its key in the results, what it says, and what it is to reach."""

    key: str
    name: str
    target: float | None = None
    at_most: bool = False

    def verdict(self, value: float) -> str:
        """`reached` or `missed`; empty without a target."""
        if self.target is None:
            return ""
        return "reached" if (value <= self.target if self.at_most else value >= self.target) else "missed"


FIGURES = (
    Figure("squad2_sentence", "SQuAD 2.0: answer sentence right, its paragraph given", 0.92),
    Figure("squad2_span_f1", "SQuAD 2.0: F1 of the best span", 0.78),
    Figure("squad2_span_em", "SQuAD 2.0: exact match of the best span"),
    Figure("squad2_official_em", "SQuAD 2.0: official exact match, with abstention"),
    Figure("squad2_official_f1", "SQuAD 2.0: official F1, with abstention"),
    Figure("squad2_near_miss_auc", "SQuAD 2.0: near-miss answerability, AUC", 0.80),
    Figure("squad2_fused_first", "SQuAD 2.0: right paragraph first, fused search alone"),
    Figure("squad2_passage_first", "SQuAD 2.0: right paragraph first, reranked", 0.93),
    Figure("squad2_sentence_first", "SQuAD 2.0: right sentence first, end to end", 0.87),
    Figure("clapnq_f1", "CLAPNQ: F1 of the chosen sentences"),
    Figure("clapnq_top3_f1", "CLAPNQ: the same for the three nearest by embedding"),
    Figure("off_topic_refused", "off-topic questions refused at 2 % wrongful refusal", 0.98),
    Figure("speech_sentence", "made news passages: right sentence"),
    Figure("speech_near_miss_auc", "made news passages: another speaker or subject, AUC"),
)
LATENCY = Figure(
    "latency_ms_median", "milliseconds for one question, all passages read, 2 threads", 100.0, at_most=True
)


def rows(path: Path = RESULTS) -> list[tuple[str, str, str, str, str]]:
    """Per figure: its name, the model alone, mixed as shipped, the target, and the verdict on what is shipped."""
    results = json.loads(path.read_text("utf-8"))
    shown = []
    for figure in FIGURES:
        alone, mixed = results["alone"][figure.key], results["mixed"][figure.key]
        target = "" if figure.target is None else f"{figure.target:.2f}"
        shown.append((figure.name, f"{alone:.3f}", f"{mixed:.3f}", target, figure.verdict(mixed)))
    took = results["latency"][LATENCY.key]
    shown.append((LATENCY.name, f"{took:.0f}", "", f"{LATENCY.target:.0f}", LATENCY.verdict(took)))
    return shown


def table() -> Table:
    """The figures for the terminal."""
    made = Table(box=SIMPLE_HEAD, caption="measured once per model: see MODEL_CARD.md", caption_justify="left")
    made.add_column("evidence model, on held-out articles of public sets")
    for heading in ("alone", "as shipped", "target"):
        made.add_column(heading, justify="right", no_wrap=True)
    made.add_column("", no_wrap=True)
    for row in rows():
        made.add_row(*row)
    return made


def markdown() -> str:
    """The figures as a Markdown table."""
    lines = ["| figure | alone | as shipped | target |", "|---|---|---|---|"]
    for name, alone, mixed, target, verdict in rows():
        lines.append(f"| {name} | {alone} | {mixed} | {f'{target} {verdict}'.strip()} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(markdown())
