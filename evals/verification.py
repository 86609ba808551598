"""How often verification errs: statements that people wrote, true and swapped, each beside the words it is checked against.

`python -m evals.verification` prints the rates of each kind of statement, test pairs and tuning pairs apart; `--errors`
the statements judged wrongly; `--scorer` lets the evidence model take part, as it does in the assistant. The gate of
`dateline eval` holds a run to the rates that are kept.
"""

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from assistant.answer import Citation
from assistant.reading import Reading
from assistant.verification import Quote, Verdict, quotes_of, verify
from evals import metrics
from evals.record import ErrorRates
from evals.report.figures import verification_rows
from evals.report.terminal import verification_table
from evals.statement_pairs import CORPUS, PAIRS, Group, load
from retrieval.articles import Article, read_article, read_folder
from retrieval.errors import DatelineError
from retrieval.evidence import EvidenceScorer

RESULTS = Path(__file__).parent / "results" / "verification.json"
TUNING = "tuning"
"""The file of pairs that rules and thresholds were tuned on: no measure of them."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement, the file and the kind it is of, whether it is true, and what verification made of it."""

    part: str
    kind: str
    true: bool
    text: str
    quotes: tuple[Quote, ...]
    verdict: Verdict


def judge(
    groups: Iterable[tuple[str, Group]], corpus: Path = CORPUS, *, scorer: EvidenceScorer | None = None
) -> Iterator[Judged]:
    """Verify every statement of some groups, in order."""
    readings: dict[str, Reading] = {}
    for part, group in groups:
        quotes = _quotes(group, _reading(group, corpus, readings))
        for true in group.true:
            yield Judged(part, true.how, True, true.text, quotes, verify(true.text, quotes, scorer=scorer))
        for false in group.false:
            yield Judged(part, false.swap, False, false.text, quotes, verify(false.text, quotes, scorer=scorer))


def _reading(group: Group, corpus: Path, readings: dict[str, Reading]) -> Reading:
    """The article of a group; quotes that stand by themselves are one of their own."""
    if group.file is None:
        return Reading.of(Article(group.source or "", "", "\n".join(group.quotes), ""))
    if group.file not in readings:
        article = read_article(corpus.resolve() / group.file, corpus.resolve())
        if not isinstance(article, Article):
            raise DatelineError(f"{group.file} is no article: {article.reason}")
        readings[group.file] = Reading.of(article)
    return readings[group.file]


def rates(folder: Path = PAIRS, corpus: Path = CORPUS) -> tuple[ErrorRates, ...]:
    """The error rates of each kind of statement of the test pairs, true kinds first, without a scorer; nothing where there are none."""
    return error_rates(list(judge((one for one in load(folder, corpus) if one[0] != TUNING), corpus)))


def error_rates(judged: Sequence[Judged]) -> tuple[ErrorRates, ...]:
    """What was judged, counted by kind: true statements rejected, false ones accepted."""
    kinds = sorted({(one.part, not one.true, one.kind) for one in judged})
    made = []
    for part, false, kind in kinds:
        verdicts = [
            (one.true, one.verdict.supported)
            for one in judged
            if (one.part, not one.true, one.kind) == (part, false, kind)
        ]
        made.append(
            ErrorRates(
                part=part,
                name=kind,
                n=len(verdicts),
                false_accept=metrics.false_accept(verdicts),
                false_reject=metrics.false_reject(verdicts),
            )
        )
    return tuple(made)


def _quotes(group: Group, reading: Reading) -> tuple[Quote, ...]:
    article = reading.article
    citations = []
    for number, quote in enumerate(group.quotes, start=1):
        start = article.text.index(quote)
        citations.append(Citation(number, article.file, start, start + len(quote), quote, article.title))
    quotes = quotes_of(citations, {article.file: reading})
    if group.speaker is None:
        return quotes
    return tuple(replace(quote, speakers=(group.speaker,), explicit=True) for quote in quotes)


def kept(path: Path = RESULTS) -> tuple[ErrorRates, ...]:
    """The rates of the test pairs, as they are kept; none if there is no such file."""
    content = json.loads(path.read_text("utf-8")) if path.is_file() else {"rates": []}
    return tuple(one for one in map(ErrorRates.model_validate, content["rates"]) if one.part != TUNING)


def main() -> None:
    """Print the rates, and every statement that was judged wrongly where that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m evals.verification", description=__doc__)
    parser.add_argument("--pairs", type=Path, default=PAIRS, help="the folder of YAML files")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="the folder of articles that they are about")
    parser.add_argument("--scorer", action="store_true", help="let the evidence model take part")
    parser.add_argument("--errors", action="store_true", help="print the statements judged wrongly")
    options = parser.parse_args()
    console = Console(soft_wrap=True, highlight=False)
    try:
        groups = load(options.pairs, options.corpus)
        scorer = _scorer(options.corpus) if options.scorer else None
        start = time.perf_counter()
        judged = list(judge(groups, options.corpus, scorer=scorer))
    except DatelineError as error:
        parser.exit(2, f"{error}\n")
    milliseconds = 1000 * (time.perf_counter() - start) / max(len(judged), 1)
    print_rates(error_rates(judged), console)
    console.print(f"{len(judged)} statements, {milliseconds:.1f} ms each")
    for one in judged if options.errors else ():
        if one.verdict.supported != one.true:
            why = f"{one.verdict.slot}: {one.verdict.reason}" if one.true else "accepted"
            console.print(
                f"{one.kind}: {one.text}\n    {why}\n    {' | '.join(q.text for q in one.quotes)}", markup=False
            )


def print_rates(found: Sequence[ErrorRates], console: Console) -> None:
    """A table for each file of pairs."""
    for part in dict.fromkeys(one.part for one in found):
        console.print(verification_table(verification_rows([one for one in found if one.part == part])))


def _scorer(corpus: Path) -> EvidenceScorer:
    from retrieval.evidence.opening import open_scorer

    articles = read_folder(corpus).articles
    return open_scorer(
        paragraph for article in articles for paragraph in article.text.splitlines() if paragraph.strip()
    )


if __name__ == "__main__":
    main()
