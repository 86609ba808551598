"""The tables of README.md, from the committed results: `python -m evals.bench.readme` prints them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from evals import metrics
from evals.case_files import CASES, load
from evals.command import BASELINE
from evals.measures import BY_NAME
from evals.quality import kept_tables
from evals.record import ErrorRates, Record, read_record
from evals.report.figures import share, spread
from evals.report.markdown import table
from evals.significance import interval, wilson
from evals.table import Table, markdown
from evals.verification import kept

SHOWN = (
    "facts",
    "citation_file_precision",
    "abstention_precision",
    "abstention_recall",
    "verbatim",
    "cold_start",
    "latency",
)
"""Columns of the scoreboard."""


def figures(record: Record, floors: Mapping[metrics.Name, float]) -> str:
    """The gated figures of the test part with their intervals."""
    test = record.part("test")
    rows = [
        (
            BY_NAME[name].title,
            share(test.figure(name), lower_is_better=BY_NAME[name].lower_is_better),
            spread(interval(test.counts(name))),
            str(len(test.counts(name))),
            f"{'≤' if BY_NAME[name].lower_is_better else '≥'} {share(floor)}",
        )
        for name, floor in floors.items()
    ]
    return table(("metric", "figure", "95 % interval", "n", "demanded"), rows)


def verification(found: Sequence[ErrorRates]) -> str:
    """How often verification errs, kind by kind, on both files of pairs together."""
    rows = []
    for name in dict.fromkeys(one.name for one in found):
        same = [one for one in found if one.name == name]
        n = sum(one.n for one in same)
        wrong = sum(one.share * one.n for one in same)
        kind = "true" if same[0].false_accept is None else "swapped"
        target = f"≤ {100 * same[0].target:.0f} %"
        rows.append(
            (f"{kind}: {name}", share(wrong / n, lower_is_better=True), spread(wilson(wrong, n)), str(n), target)
        )
    return table(("statements judged wrongly", "share", "95 % interval", "n", "target"), rows)


def scoreboard(peers: Table) -> str:
    """The comparison with the peers, the columns that matter most."""
    columns = tuple(column for column in peers.columns if column.key in SHOWN)
    rows = tuple(replace(row, note=row.note.partition(";")[0][:120]) for row in peers.rows)
    return markdown(replace(peers, columns=columns, rows=rows))


if __name__ == "__main__":
    from assistant.settings import Settings

    print(figures(read_record(BASELINE), load(CASES, Settings().corpus).floors))
    print()
    print(verification(kept()))
    print()
    print(scoreboard(kept_tables()["peers"]))
