"""A run for people and for programs: terminal, Markdown, a page of its own, JUnit XML."""

from dataclasses import dataclass

from evals.gate import GateResult
from evals.record import Record


@dataclass(frozen=True, slots=True)
class Report:
    """A run, what the gate says of it (None: it was not held), and another run to set beside it."""

    record: Record
    gate: GateResult | None = None
    other: Record | None = None
