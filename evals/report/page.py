"""A run as one HTML file: works from the disk, asks no server for anything, light and dark."""

import json
from pathlib import Path
from typing import Any

from evals import metrics
from evals.measures import BY_NAME
from evals.quality import kept
from evals.record import CaseRecord, Record
from evals.report import Report
from evals.report.figures import (
    BY_TAG,
    BY_TAG_MEANING,
    VERIFICATION,
    check_row,
    metric_rows,
    parts,
    share,
    spread,
    stage_rows,
    tag_rows,
    verification_rows,
    whole,
)
from evals.report.plots import bars_plot, curve_plot, histogram_plot, interval_plot, operating_curve
from evals.significance import interval
from evals.table import plain_row

_HERE = Path(__file__).parent
_HEADLINES: tuple[metrics.Name, ...] = (
    "answers_right",
    "citation_file_precision",
    "citation_span_recall",
    "verbatim",
    "abstention_precision",
    "abstention_recall",
)


def page(report: Report) -> str:
    """The HTML document. What cases, answers and articles say is data in it, never markup."""
    import jinja2
    from markupsafe import Markup

    record = report.record
    first_part, first = parts(record)[0] if record.cases else ("test", record)
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    curve = operating_curve(first)
    held = [(row[0], first.tagged(row[0]).held() or 0.0, row[1]) for row in tag_rows(first)[:-1]]
    tags = [(name, value, f"{value:.0%} of {n}") for name, value, n in held]
    failures = stage_rows(first)
    most = max((count for _, count in failures), default=1)
    times = [case.milliseconds for case in record.cases if case.milliseconds is not None]
    marks = [(f"p{percent}", found) for percent in (50, 95) if (found := record.milliseconds(percent)) is not None]
    return environment.get_template("page.html").render(
        style=Markup((_HERE / "page.css").read_text("utf-8")),
        script=Markup((_HERE / "page.js").read_text("utf-8")),
        data=Markup(_embedded(_data(report))),
        record=record,
        gate=report.gate,
        part=first_part,
        parts=parts(record),
        headlines=[_headline(first, name, report) for name in _HEADLINES if first.counts(name)],
        checks=[(check, check_row(check)) for check in report.gate.checks] if report.gate else [],
        metrics=metric_rows(record),
        columns=BY_TAG,
        by_tag={part: tag_rows(cases) for part, cases in parts(record)},
        by_tag_meaning=BY_TAG_MEANING,
        tags=sorted({tag for case in record.cases for tag in case.tags}),
        bars=Markup(bars_plot(tags, "Cases that hold, by tag")),
        failures=Markup(bars_plot([(s, n / most, str(n)) for s, n in failures], "Where it went wrong", above=True)),
        curve=Markup(curve_plot(curve)) if curve else "",
        histogram=Markup(histogram_plot(times, marks, "ms")),
        median=whole(record.milliseconds(50)),
        compared=report.other is not None,
        verification=verification_rows(record.verification),
        verification_columns=VERIFICATION,
        # Beside the figures of Dateline's own cases; other people's are not about these.
        kept=_kept() if record.verification else [],
    )


def _kept() -> list[dict[str, Any]]:
    """What takes minutes to measure, as it was kept, with the command that measured it."""
    return [
        {
            "heads": [table.title, *(column.heading for column in table.columns), "n"],
            "rows": [plain_row(table, row) for row in table.rows],
            "caption": table.skipped or table.caption,
            "made": f"{source.command}, commit {source.commit}",
        }
        for table, source in kept()
    ]


def _headline(record: Record, name: metrics.Name, report: Report) -> dict[str, Any]:
    from markupsafe import Markup

    counts = record.counts(name)
    figure, bounds = record.figure(name), interval(counts)
    checks = report.gate.checks if report.gate else ()
    title = BY_NAME[name].title
    demanded = next((check.demanded for check in checks if check.kind == "floor" and check.name == title), None)
    old = report.other.part(record.cases[0].part).figure(name) if report.other else None
    return {
        "title": title,
        "figure": share(figure),
        "spread": spread(bounds),
        "n": len(counts),
        "plot": Markup(interval_plot(figure or 0.0, bounds, demanded)),
        "old": "" if old is None else share(old),
    }


def _data(report: Report) -> dict[str, Any]:
    """What the list of cases is made of."""
    changes = report.gate.changes if report.gate else None
    changed = {case.key: "fixed" for case in changes.fixed} if changes else {}
    changed |= {case.key: "broken" for case in changes.broken} if changes else {}
    old = report.other.by_key if report.other else {}
    return {
        "cases": [
            {
                **_case(case),
                "change": changed.get(case.key, ""),
                "other": _case(old[case.key]) if case.key in old else None,
            }
            for case in report.record.cases
        ],
        "articles": {**(report.other.articles if report.other else {}), **report.record.articles},
        "compared": report.other is not None,
    }


def _case(case: CaseRecord) -> dict[str, Any]:
    return case.model_dump(mode="json", exclude={"counts"})


def _embedded(data: dict[str, Any]) -> str:
    # Inside <script> only "</script" and "<!--" end the data; without "<" there is neither.
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
