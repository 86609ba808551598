"""How each kind of question is answered: the cases asked of the seeds and of the corpus beside them, a row for each kind.

The cases stand apart from `evals/cases`, which is gated: most of what they ask for is still to be built.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.assistant import Assistant
from evals import metrics
from evals.bench.events import gold
from evals.bench.public.corpora import defaults
from evals.case_files import CaseSet, load
from evals.engine import verdicts
from evals.measures import counted, pooled
from evals.table import Column, Row, Table
from evals.verdict import Verdict

HERE = Path(__file__).parent
SEEDS = HERE.parents[2] / "seeds"
CASES: Mapping[str, Path] = {
    "tuning_seeds": SEEDS,
    "seeds": SEEDS,
    "tuning_corpus": gold.CORPUS,
    "corpus": gold.CORPUS,
}
"""Each case file and the articles that it is asked of."""
KINDS: Mapping[str, str] = {
    "kind_fact": "fact",
    "kind_dates": "fact of a time",
    "kind_yes_no": "yes or no",
    "kind_overview": "overview",
    "kind_summary": "summary of an article",
    "kind_timeline": "timeline",
    "kind_people": "people",
    "kind_comparison": "comparison",
    "kind_disagreement": "disagreement",
    "kind_source": "about the source",
    "kind_several_questions": "several questions in one",
    "kind_whose_words": "whose words",
    "kind_far_wording": "wording far from the text",
    "kind_table": "table",
    "kind_interview": "interview",
    "kind_now": "who is it now",
    "kind_correction": "correction",
    "kind_copies": "copies",
    "kind_live_blog": "live blog",
    "kind_near_miss": "near miss",
    "kind_small_talk": "small talk",
    "kind_not_offered": "not offered",
}
"""The first tag of every case, and what the table calls it."""

_FIGURES: Sequence[metrics.Name] = (
    "answers_right",
    "fact_recall",
    "citation_file_precision",
    "citation_file_recall",
    "abstention_recall",
    "wrongful_abstention",
)
_OF_ALL: Sequence[metrics.Name] = (*_FIGURES, "abstention_precision")
"""Of one kind, most of which the articles answer or none, the precision of refusals would say nothing."""
_COLUMNS = (
    Column("answers_right", "right"),
    Column("fact_recall", "facts found"),
    Column("citation_file_precision", "files right"),
    Column("citation_file_recall", "files found"),
    Column("abstention_recall", "refused rightly"),
    Column("wrongful_abstention", "wrongly refused", better="lower"),
    Column("abstention_precision", "abst. precision"),
)


def case_sets() -> tuple[tuple[CaseSet, Path], ...]:
    """The cases of every file, each with the folder that they are asked of.

    Raises:
        DatelineError: a case is not borne out by its articles.
    """
    found = ((load(HERE / "cases" / f"{name}.yaml", corpus), corpus) for name, corpus in CASES.items())
    return tuple((one, corpus) for suite, corpus in found for one in suite.sets)


def measure(*, note: Callable[[str], object] = lambda name: None) -> Table:
    """The gold checked and every case asked.

    Raises:
        DatelineError: the gold or a case is not borne out by its articles, or a question could not be asked.
    """
    gold.load()
    return table(asked(case_sets(), note=note))


def asked(
    sets: Sequence[tuple[CaseSet, Path]], *, note: Callable[[str], object] = lambda name: None
) -> list[tuple[CaseSet, tuple[Verdict, ...]]]:
    """Each set with the verdicts on its cases, by the assistant as it ships."""
    found = []
    with tempfile.TemporaryDirectory(prefix="dateline-") as cache:
        for corpus in dict.fromkeys(corpus for _, corpus in sets):
            with Assistant.from_settings(defaults(corpus, Path(cache))) as assistant:
                for one in (one for one, of in sets if of == corpus):
                    note(one.name)
                    found.append((one, verdicts(assistant, one.cases, corpus)))
    return found


def table(found: Sequence[tuple[CaseSet, tuple[Verdict, ...]]]) -> Table:
    """A row for each kind, one for each part, and one for all."""
    each = [verdict for _, some in found for verdict in some]
    kinds = {title: [verdict for verdict in each if verdict.case.kind == kind] for kind, title in KINDS.items()}
    parts = {
        f"all, {part}": [verdict for one, some in found for verdict in some if one.part == part]
        for part in ("tuning", "test")
    }
    rows = [_row(title, some, _FIGURES) for title, some in kinds.items()]
    rows += [_row(title, some, _OF_ALL) for title, some in {**parts, "all": each}.items()]
    return Table(
        key="events",
        title="questions about events",
        columns=_COLUMNS,
        rows=tuple(rows),
        caption="Questions of each kind on the seeds and on thirty articles of our own, tuning and test. right: every fact stated, its "
        "speaker named and nothing forbidden, of the questions that the articles answer. files right: of the files cited, those that "
        "may be; files found: of those that must be cited, those that are. For small talk and what is not offered, refusing is right.",
    )


def _row(title: str, found: Sequence[Verdict], figures: Sequence[metrics.Name]) -> Row:
    counts = [counted(verdict) for verdict in found]
    return Row(title, {name: pooled(one[name] for one in counts if name in one) for name in figures}, len(found))
