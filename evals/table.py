"""A table of figures: what each benchmark returns, and its JSON, Markdown and terminal forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from rich.box import SIMPLE_HEAD
from rich.table import Table as RichTable

Unit = Literal["share", "ratio", "milliseconds", "count"]


@dataclass(frozen=True, slots=True)
class Column:
    """A figure's key in the rows, its heading, its unit, and which way is better (None: neither)."""

    key: str
    heading: str
    unit: Unit = "share"
    better: Literal["higher", "lower"] | None = "higher"


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, under a name; a figure that could not be had is None, and `note` says why."""

    name: str
    figures: Mapping[str, float | None]
    n: int
    """How many questions (or cases) the figures are over."""
    note: str = ""
    published: bool = False
    """The figures are another's, taken from a paper and not from this run."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of the same figures."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    caption: str = ""
    """What the figures are over and what each means, in a sentence or two."""
    skipped: str = ""
    """Why nothing was measured; empty where something was."""
    ours: str = field(default="", kw_only=True)
    """The name of the row that is the product as it ships; where another beats it, that figure is shown in bold."""

    def beaten(self, row: Row, column: Column) -> bool:
        """Whether this figure is better than that of our own row."""
        mine = next((other.figures.get(column.key) for other in self.rows if other.name == self.ours), None)
        value = row.figures.get(column.key)
        if mine is None or value is None or column.better is None or row.name == self.ours:
            return False
        shown, ours = shown_figure(value, column.unit), shown_figure(mine, column.unit)
        return shown != ours and (value > mine if column.better == "higher" else value < mine)


def shown_figure(value: float | None, unit: Unit) -> str:
    """`0.8972` as `89.7 %`, `0.897`, `1,204 ms` or a whole number."""
    if value is None:
        return "-"
    match unit:
        case "share":
            return f"{100 * value:.1f} %"
        case "ratio":
            return f"{value:.3f}"
        case "milliseconds":
            return f"{value:,.0f} ms"
        case "count":
            return f"{value:,.0f}"


def markdown(table: Table) -> str:
    """The table as Markdown, figures that beat our own row in bold."""
    if table.skipped:
        return f"{table.title}: {table.skipped}"
    heads = [table.title, *(column.heading for column in table.columns), "n"]
    lines = [_line(heads), _line(["---"] * len(heads))]
    for row in table.rows:
        name, *figures, n = plain_row(table, row)
        bold = [
            f"**{figure}**" if table.beaten(row, column) else figure
            for column, figure in zip(table.columns, figures, strict=True)
        ]
        lines.append(_line([name, *bold, n]))
    return "\n".join(lines)


def plain_row(table: Table, row: Row) -> list[str]:
    """A row's name with its note, its figures and n, as text."""
    name = f"{row.name} (published)" if row.published else row.name
    figures = [shown_figure(row.figures.get(column.key), column.unit) for column in table.columns]
    return [f"{name}: {row.note}" if row.note else name, *figures, f"{row.n:,}" if row.n else "-"]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def rich_table(table: Table) -> RichTable:
    """The table for the terminal."""
    made = RichTable(box=SIMPLE_HEAD, caption=table.skipped or table.caption, caption_justify="left")
    made.add_column(table.title)
    for column in table.columns:
        made.add_column(column.heading, justify="right", no_wrap=True)
    made.add_column("n", justify="right")
    for row in table.rows:
        cells = [
            f"[bold]{shown_figure(row.figures.get(column.key), column.unit)}[/bold]"
            if table.beaten(row, column)
            else shown_figure(row.figures.get(column.key), column.unit)
            for column in table.columns
        ]
        made.add_row(f"{row.name}: {row.note}" if row.note else row.name, *cells, f"{row.n:,}" if row.n else "-")
    return made


def to_dict(table: Table) -> dict[str, Any]:
    """Plain data, ready for `json.dumps`."""
    return {
        "key": table.key,
        "title": table.title,
        "caption": table.caption,
        "skipped": table.skipped,
        "ours": table.ours,
        "columns": [{"key": c.key, "heading": c.heading, "unit": c.unit, "better": c.better} for c in table.columns],
        "rows": [
            {
                "name": row.name,
                "figures": {key: None if value is None else round(value, 4) for key, value in row.figures.items()},
                "n": row.n,
                "note": row.note,
                "published": row.published,
            }
            for row in table.rows
        ],
    }


def from_dict(data: Mapping[str, Any]) -> Table:
    """The table that `to_dict` made."""
    return Table(
        key=data["key"],
        title=data["title"],
        columns=tuple(Column(**column) for column in data["columns"]),
        rows=tuple(Row(**row) for row in data["rows"]),
        caption=data["caption"],
        skipped=data["skipped"],
        ours=data["ours"],
    )
