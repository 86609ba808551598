"""What a run must reach to pass."""

from dataclasses import dataclass

from evals.results import Results

# A run may not fall below these: they lie a case or two under what is in evals/results/cases.json, and rise with it.
FACT_RECALL = 0.87
CITATION_FILE_PRECISION = 0.92
ABSTENTION_PRECISION = 0.84
ABSTENTION_RECALL = 0.76
VERBATIM = 1.0

MUST = "must"
"""A case with this tag has to hold in every run."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A figure and the floor it may not fall below."""

    name: str
    figure: float | None
    """None where no case says anything about it."""
    floor: float
    n: int
    """How many cases (or files, or quotes) the figure is a share of."""

    @property
    def passed(self) -> bool:
        """Whether the floor is reached; a gate with nothing to measure is not missed."""
        return self.figure is None or self.figure >= self.floor


def gates(results: Results) -> tuple[Gate, ...]:
    """Every gate with its figure; the run passes when all have."""
    must = results.tagged(MUST)
    files_cited = sum(len(result.cited) for result in results.answerable)
    quotes = sum(len(result.verbatim) for result in results.cases)
    return (
        Gate("cases that must hold", must.held(), 1.0, len(must.cases)),
        Gate("fact recall", results.fact_recall(), FACT_RECALL, len(results.answerable)),
        Gate("citation-file precision", results.citation_file_precision(), CITATION_FILE_PRECISION, files_cited),
        Gate("abstention precision", results.abstention_precision(), ABSTENTION_PRECISION, len(results.abstained)),
        Gate("abstention recall", results.abstention_recall(), ABSTENTION_RECALL, len(results.unanswerable)),
        Gate("verbatim quotes", results.verbatim_rate(), VERBATIM, quotes),
    )
