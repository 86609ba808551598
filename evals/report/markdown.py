"""A run as Markdown, for a pull request or a CI summary."""

import re
from collections.abc import Iterable, Sequence

from evals.record import CaseRecord
from evals.report import Report
from evals.report.figures import (
    BY_TAG,
    VERIFICATION,
    check_row,
    failed,
    metric_rows,
    parts,
    stage_rows,
    tag_rows,
    verification_rows,
    whole,
)


def markdown(report: Report) -> str:
    """Verdict first, then the gate, what changed, the metrics, and the failed test cases folded."""
    record = report.record
    blocks = ["## Evals"]
    if report.gate:
        missed = ", ".join(check.name for check in report.gate.missed)
        blocks.append(f"**Gate missed**: {missed}" if missed else "**Gate passed**")
        blocks.append(
            table(
                ("gate", "figure", "95 %", "demanded", "n", ""),
                [check_row(c) for c in report.gate.checks if c.kind != "baseline" or not c.passed],
            )
        )
        if (changes := report.gate.changes) is not None:
            for name, cases in (("Fixed", changes.fixed), ("Broken", changes.broken)):
                blocks.append(f"{name} since the baseline: {len(cases) or 'none'}" + _listed(cases))
            blocks.append(f"New cases: {len(changes.new)}; gone: {len(changes.gone)}")
    headings: list[str] = ["metric"]
    for part, _ in parts(record):
        headings += (part, "95 %", "n")
    rows = [
        (measure.title, *(text for figure, bounds, n in cells for text in (figure, bounds, str(n))))
        for measure, cells in metric_rows(record)
    ]
    blocks.append(table(headings, rows))
    if record.verification:
        blocks.append(table(("verification", *VERIFICATION), verification_rows(record.verification)))
    for part, asked in parts(record):
        blocks.append(table((f"tag ({part})", *BY_TAG), tag_rows(asked)))
        wrong = failed(asked)
        stages = "; ".join(f"{count} × {stage}" for stage, count in stage_rows(asked))
        summary = f"{len(wrong)} of {len(asked.cases)} {part} cases failed" + (f": {stages}" if stages else "")
        blocks.append(f"<details><summary>{summary}</summary>\n{_listed(wrong)}\n\n</details>" if wrong else summary)
    blocks.append(
        f"Answer time: p50 {whole(record.milliseconds(50))} ms, p95 {whole(record.milliseconds(95))} ms; "
        f"{len(record.cases)} cases from {_plain(record.cases_from)}"
    )
    return "\n\n".join(blocks) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column is text, the others are set right."""
    lines = [_row(headings), _row(["---", *["---:"] * (len(headings) - 1)])]
    return "\n".join([*lines, *(_row([_plain(cell) for cell in row]) for row in rows)])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _listed(cases: Iterable[CaseRecord]) -> str:
    lines = ""
    for case in cases:
        details = case.details
        said = f": {details.stage}; {'; '.join(details.problems)}" if details and details.problems else ""
        lines += f"\n- `{case.key}` {_plain(case.question)}{_plain(said)}"
    return lines


def _plain(text: str) -> str:
    # What articles and cases say is no markup, and no mention of a person or an issue of the forge.
    text = re.sub(r"[\\`*_<>\[\]|~#!&]", lambda found: "\\" + found.group(), " ".join(text.split()))
    return re.sub(r"(?<!\w)@", "@\u200b", text)
