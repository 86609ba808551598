"""A run in the terminal. Two runs differ in the timings alone."""

from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.gate import Changes, Check
from evals.record import CaseRecord, Record
from evals.report import Report
from evals.report.figures import (
    BY_TAG,
    BY_TAG_MEANING,
    VERIFICATION,
    check_row,
    failed,
    metric_rows,
    parts,
    share,
    stage_rows,
    tag_rows,
    verification_rows,
    whole,
)


def print_report(report: Report, console: Console, *, failures: bool = True) -> None:
    """Figures by metric and by tag, what failed and at which stage, what changed, and the gate."""
    record = report.record
    console.print(_metrics(record))
    for part, cases in parts(record):
        console.print(_by_tag(cases, part))
    if record.verification:
        console.print(verification_table(verification_rows(record.verification)))
    if failures:
        _print_failures(record, console)
    if record.drafts:
        console.print(f"drafts left out: {record.drafts}; a person confirms one by removing its draft: true")
    _print_judge(record, console)
    for name, percent in (("p50", 50), ("p95", 95)):
        console.print(f"answer time {name}, two at once: {whole(record.milliseconds(percent))} ms", highlight=False)
    if report.gate is None:
        return
    if report.gate.changes is not None:
        _print_changes(report.gate.changes, console)
    console.print(_gate(report.gate.checks))
    missed = ", ".join(f"{check.name} ({check.kind})" for check in report.gate.missed)
    verdict, style = (f"gate missed: {missed}", "bold red") if missed else ("gate passed", "bold green")
    console.print(Text(verdict, style=style), soft_wrap=True)


def _metrics(record: Record) -> Table:
    table = Table(box=SIMPLE_HEAD, caption="95 %: bootstrap interval of the figure", caption_justify="left")
    table.add_column("metric")
    for part, _ in parts(record):
        table.add_column(part, justify="right", no_wrap=True)
        table.add_column("95 %", justify="right", no_wrap=True, style="dim")
        table.add_column("n", justify="right", no_wrap=True)
    for measure, cells in metric_rows(record):
        shown = [text for figure, bounds, n in cells for text in (figure, bounds, str(n))]
        name = f"{measure.title}, low is good" if measure.lower_is_better else measure.title
        table.add_row(name, *shown)
    return table


def _by_tag(record: Record, part: str) -> Table:
    table = Table(box=SIMPLE_HEAD, caption=BY_TAG_MEANING, caption_justify="left")
    table.add_column(f"tag ({part})", no_wrap=True)
    for heading in BY_TAG:
        table.add_column(heading, justify="right")
    *rows, over_all = tag_rows(record)
    for row in rows:
        table.add_row(*row)
    table.add_section()
    table.add_row(*over_all)
    return table


def verification_table(rows: Sequence[Sequence[str]]) -> Table:
    """How often verification is wrong about each kind of statement."""
    table = Table(box=SIMPLE_HEAD, caption="95 %: Wilson interval", caption_justify="left")
    table.add_column("verification", no_wrap=True)
    for heading in VERIFICATION:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _gate(checks: tuple[Check, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("gate", no_wrap=True)
    for heading in ("figure", "demanded", "n"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("")
    kind = ""
    for check in checks:
        if kind and check.kind != kind:
            table.add_section()
        kind = check.kind
        name, figure, _, demanded, n, verdict = check_row(check)
        table.add_row(*map(Text, (name, figure, demanded, n, verdict)), style="" if check.passed else "red")
    return table


def _print_failures(record: Record, console: Console) -> None:
    for part, cases in parts(record):
        wrong = failed(cases)
        if not wrong:
            continue
        console.print(f"\n{len(wrong)} of {len(cases.cases)} {part} cases failed:", highlight=False)
        for stage, count in stage_rows(cases):
            console.print(f"  {count:3d}  {stage}", highlight=False)
        if part == "tuning" and len(parts(record)) > 1:
            continue  # the page and the JSON list them; here they would bury the test's
        for case in wrong:
            console.print(_failure(case), soft_wrap=True)


def _failure(case: CaseRecord) -> Text:
    details = case.details
    if details is None:
        return Text(f"✗ {case.question}")
    before = [message.content for message in details.history if message.role == "user"]
    asked = case.question + (f" (after {before[-1]!r})" if before else "")
    cited = ", ".join(sorted({citation.file for citation in details.citations})) or "nothing"
    said = f"\n    {details.stage}: {'; '.join(details.problems)} | cited {cited} | why: {details.why}"
    return Text.assemble(("✗ ", "red"), (f"{case.key} ", "dim"), asked, said)


def _print_changes(changes: Changes, console: Console) -> None:
    for name, cases, style in (
        ("fixed", changes.fixed, "green"),
        ("broken", changes.broken, "red"),
        ("new", changes.new, ""),
        ("gone", changes.gone, ""),
    ):
        if cases:
            console.print(f"{name} since the baseline: {len(cases)}", style=style, highlight=False)
        for case in cases if name in ("fixed", "broken") else ():
            console.print(Text(f"  {case.key} {case.question}"), soft_wrap=True)


def _print_judge(record: Record, console: Console) -> None:
    judged = record.judge
    if judged is None:
        return
    kappa = "-" if judged.kappa is None else f"{judged.kappa:.2f}"
    readable = judged.right + judged.wrong
    console.print(
        f"judge {judged.model}: {judged.right} of {readable} right ({share(judged.right / readable if readable else None)}), "
        f"{judged.unreadable} unreadable; agreement with the facts, Cohen's kappa: {kappa}; no part of the gate",
        highlight=False,
        markup=False,
        emoji=False,
        soft_wrap=True,
    )
