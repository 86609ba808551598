"""A run for people, in the terminal, and for programs, in JSON."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.gate import Gate, gates
from evals.results import CaseResult, Results


def print_report(results: Results, console: Console, *, failures: bool = True) -> None:
    """The table by tag, the gates, and each failed case in a line or two. Two runs differ in the timings alone."""
    console.print(_by_tag(results))
    console.print(_gate_table(gates(results)))
    for name, figure in _figures(results).items():
        console.print(f"{name}: {share(figure)}", highlight=False)
    length = [_whole(results.quoted_characters(percent)) for percent in (50, 95)]
    console.print(f"characters quoted by an answer: median {length[0]}, p95 {length[1]}", highlight=False)
    console.print(
        f"answer time: median {_whole(results.milliseconds(50))} ms, p95 {_whole(results.milliseconds(95))} ms",
        highlight=False,
    )
    failed = [result for result in results.cases if not result.holds]
    if failures and failed:
        console.print(f"\n{len(failed)} of {len(results.cases)} cases failed:", highlight=False)
        for result in failed:
            console.print(_failure(result), soft_wrap=True)
    missed = [gate.name for gate in gates(results) if not gate.passed]
    verdict, style = (
        (f"gates missed: {', '.join(missed)}", "bold red") if missed else ("all gates passed", "bold green")
    )
    console.print(Text.assemble("\n", (verdict, style)), soft_wrap=True)


def write_json(results: Results, path: Path, *, cases_name: str) -> None:
    """The run as JSON, to be committed and compared: no path, no date, all timings under one key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(to_dict(results, cases_name=cases_name), ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def to_dict(results: Results, *, cases_name: str) -> dict[str, Any]:
    """Plain data, ready for `json.dumps`."""
    return {
        "cases_file": cases_name,
        "n": len(results.cases),
        "passed": all(gate.passed for gate in gates(results)),
        "gates": [
            {"name": gate.name, "figure": gate.figure, "floor": gate.floor, "n": gate.n, "passed": gate.passed}
            for gate in gates(results)
        ],
        "figures": _figures(results),
        "quoted_characters": {"median": results.quoted_characters(50), "p95": results.quoted_characters(95)},
        "timings_ms": {"median": results.milliseconds(50), "p95": results.milliseconds(95)},
        "cases": [_case(result) for result in results.cases],
    }


def share(figure: float | None) -> str:
    """`0.9333` as `93.3 %`, rounded down: a figure just under its floor must not look as if it reached it."""
    return "-" if figure is None else f"{int(figure * 1000 + 1e-9) / 10:.1f} %"


def _figures(results: Results) -> dict[str, float | None]:
    """What is shown and not gated."""
    return {
        "cases held": results.held(),
        "mean fact recall": results.mean_fact_recall(),
        "speakers named": results.speakers_named(),
        "citation-file recall": results.citation_file_recall(),
        "wrongful abstention": results.wrongful_abstention(),
        "abstention recall on near misses": results.tagged("near_miss").abstention_recall(),
    }


def _by_tag(results: Results) -> Table:
    caption = "abstained: of the questions the articles do not answer; wrongly: of those they do"
    table = Table(box=SIMPLE_HEAD, caption=caption, caption_justify="left")
    table.add_column("tag", no_wrap=True)
    for heading in ("n", "held", "facts", "files", "abstained", "wrongly"):
        table.add_column(heading, justify="right")
    counts = Counter(tag for result in results.cases for tag in result.case.tags)
    rows = [(tag, results.tagged(tag)) for tag in sorted(counts, key=lambda tag: (-counts[tag], tag))]
    for number, (tag, part) in enumerate((*rows, ("all", results))):
        if number == len(rows):
            table.add_section()
        table.add_row(
            tag,
            str(len(part.cases)),
            share(part.held()),
            share(part.fact_recall()),
            share(part.citation_file_precision()),
            share(part.abstention_recall()),
            share(part.wrongful_abstention()),
        )
    return table


def _gate_table(shown: tuple[Gate, ...]) -> Table:
    table = Table(box=SIMPLE_HEAD)
    table.add_column("gate", no_wrap=True)
    for heading in ("figure", "floor", "n"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for gate in shown:
        verdict = "nothing to measure" if gate.figure is None else "passed" if gate.passed else "missed"
        style = "red" if not gate.passed else ""
        table.add_row(gate.name, share(gate.figure), share(gate.floor), str(gate.n), verdict, style=style)
    return table


def _failure(result: CaseResult) -> Text:
    before = [message.content for message in result.case.history if message.role == "user"]
    asked = result.case.question + (f" (after {before[-1]!r})" if before else "")
    cited = ", ".join(result.cited) or "nothing"
    problems = "; ".join(result.problems)
    return Text.assemble(("✗ ", "red"), asked, f"\n    {problems} | cited {cited} | why: {result.case.why}")


def _whole(value: float | None) -> str:
    return "-" if value is None else f"{value:.0f}"


def _case(result: CaseResult) -> dict[str, Any]:
    case, answer = result.case, result.answer
    return {
        "question": case.question,
        "history": [message.model_dump() for message in case.history],
        "tags": list(case.tags),
        "expected": case.outcome,
        "outcome": answer.outcome,
        "holds": result.holds,
        "problems": list(result.problems),
        "text": answer.text,
        "citations": [
            {"file": citation.file, "start": citation.start, "end": citation.end, "quote": citation.quote}
            for citation in answer.citations
        ],
    }
