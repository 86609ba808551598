"""Ask the assistant hand-written questions, measure the answers, and gate on the figures."""

from evals.cases import CASES, Case, load_cases
from evals.gate import Gate, gates
from evals.report import print_report, write_json
from evals.results import CaseResult, Results, judge, run
from evals.suite import main

__all__ = [
    "CASES",
    "Case",
    "CaseResult",
    "Gate",
    "Results",
    "gates",
    "judge",
    "load_cases",
    "main",
    "print_report",
    "run",
    "write_json",
]
