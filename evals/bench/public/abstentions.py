"""How rightly an assistant refuses: the columns and figures that every question set shares."""

from collections.abc import Sequence

from evals import metrics
from evals.table import Column

COLUMNS = (
    Column("abstention_precision", "refusals right"),
    Column("abstention_recall", "unanswerable refused"),
    Column("wrongful_abstention", "answerable refused", better="lower"),
)


def figures(judgements: Sequence[metrics.Judgement]) -> dict[str, float | None]:
    """Abstention precision and recall and wrongful abstention of (the text does not say, it abstained)."""
    return {
        "abstention_precision": metrics.abstention_precision(judgements),
        "abstention_recall": metrics.abstention_recall(judgements),
        "wrongful_abstention": metrics.wrongful_abstention(judgements),
    }
