"""Ours and its peers over the same articles and cases: each asked through its adapter, each judged by our own checks."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from assistant.answer import Answer, Citation, Statement
from evals import metrics
from evals.bench.peers import environment
from evals.bench.peers.protocol import PeerError, Ready, Reply
from evals.bench.peers.roster import OURS, PEERS, Peer
from evals.bench.peers.session import ANSWER_SECONDS, START_SECONDS, started
from evals.case import Case
from evals.originals import Originals
from evals.table import Column, Row, Table
from evals.verdict import Verdict, check

CHEAP_START = 20.0
"""Seconds: a peer that starts in less is started three times."""
COLUMNS = (
    Column("facts", "facts"),
    Column("citation_file_precision", "citations"),
    Column("abstention_precision", "abst. precision"),
    Column("abstention_recall", "abst. recall"),
    Column("wrongful_abstention", "wrongful abst.", better="lower"),
    Column("verbatim", "verbatim"),
    Column("characters", "characters", "count", better="lower"),
    Column("cold_start", "cold start", "milliseconds", better="lower"),
    Column("latency", "latency", "milliseconds", better="lower"),
)
CAPTION = (
    "Same articles, same cases, same checks, no key and no chat model; each peer in its own environment, at its own defaults. "
    "facts: of the answerable cases, those whose answer states all facts. citations: of the files cited for them, those that "
    "hold the answer. abst.: abstention, over all cases; wrongful: of the answerable ones. verbatim: of the quotes shown, those "
    "that stand word for word in the file cited. characters: shown by an answer, median. cold start: from the start of the "
    "process to an index that can be asked, nothing cached. latency: median over the questions. Bold: better than ours."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One case as a peer answered it."""

    reply: Reply
    result: Verdict

    @property
    def characters(self) -> int:
        """What a reader is shown: an extractive answer and its quotes are the same words, so the longer of the two."""
        quoted = sum(len(citation.quote or "") for citation in self.reply.citations)
        return max(len(self.reply.text), quoted)


@dataclass(frozen=True, slots=True)
class Measured:
    """A peer's whole run; nothing but an error where it could not be had."""

    peer: Peer
    ready: Ready | None = None
    starts: tuple[float, ...] = ()
    """Seconds from process to index."""
    asked: tuple[Asked, ...] = ()
    error: str = ""


def compare(cases: Sequence[Case], corpus: Path, *, cache: Path, peers: Iterable[Peer] = (OURS, *PEERS)) -> Table:
    """Ask every peer every case; the environments are kept under `cache`. A peer that fails is a row with its error."""
    return table([measured(peer, cases, corpus, cache=cache) for peer in peers])


def measured(
    peer: Peer,
    cases: Sequence[Case],
    corpus: Path,
    *,
    cache: Path,
    start_seconds: float = START_SECONDS,
    answer_seconds: float = ANSWER_SECONDS,
) -> Measured:
    """Install a peer, start it and ask it every case. What it fails on is in the result; nothing is raised."""
    originals = Originals(corpus)
    try:
        command = [str(environment.prepared(peer, cache)), str(peer.adapter), str(corpus.resolve())]
        if peer.fetches and not environment.fetched(peer, cache).exists():
            with (
                suppress(PeerError),
                started(command, variables=environment.variables(peer, cache, offline=False)) as (session, *_),
            ):
                session.ask(cases[0].question if cases else "Who?")
            environment.fetched(peer, cache).touch()
        variables = environment.variables(peer, cache)
        asked = []
        with started(command, variables=variables, start_seconds=start_seconds, answer_seconds=answer_seconds) as (
            session,
            ready,
            seconds,
        ):
            for case in cases:
                reply, milliseconds = session.ask(case.question, [message.model_dump() for message in case.history])
                answer = as_answer(case.question, reply, originals)
                asked.append(Asked(reply, check(case, answer, originals, milliseconds=milliseconds)))
        starts = [seconds]
        while seconds < CHEAP_START and len(starts) < 3:
            with started(command, variables=variables, start_seconds=start_seconds) as (*_, again):
                starts.append(again)
    except PeerError as error:
        return Measured(peer, error=str(error))
    return Measured(peer, ready, tuple(starts), tuple(asked))


def as_answer(question: str, reply: Reply, originals: Originals) -> Answer:
    """A reply as our own `Answer`, so that the same checks apply.

    A quote is looked up in the file that it is said to be from, wherever the peer places it: few give a place. One that is
    not there is left at 0 to 0, which is nowhere; so is a citation without words. A failed question is an answer that says
    nothing: no fact, and no abstention either.
    """
    citations = []
    for number, cited in enumerate(reply.citations, start=1):
        quote = cited.quote or ""
        start = (originals.text(cited.file) or "").find(quote) if quote else -1
        place = (start, start + len(quote)) if start >= 0 else (0, 0)
        citations.append(Citation(number, cited.file, *place, quote))
    return Answer(
        question,
        "not_in_articles" if reply.abstained else "answered",
        statements=(Statement(reply.text, ()),) if reply.text else (),
        citations=tuple(citations),
    )


def table(runs: Sequence[Measured]) -> Table:
    """A row a peer, ours first as given."""
    return Table("peers", "peer", COLUMNS, tuple(map(_row, runs)), CAPTION, ours=OURS.title)


def _row(run: Measured) -> Row:
    failed = sum(one.reply.error is not None for one in run.asked)
    # Three starts say how long one takes; a single one may have met a busy machine.
    single = f"cold start measured {len(run.starts)} times" if 0 < len(run.starts) < 3 else ""
    notes = (
        run.error,
        run.ready.note if run.ready else "",
        f"failed on {failed} of {len(run.asked)} questions, the first with {_first_error(run)}" if failed else "",
        single,
    )
    figures = _figures(run) if not run.error else {column.key: None for column in COLUMNS}
    return Row(run.peer.title, figures, len(run.asked), "; ".join(filter(None, notes)))


def _figures(run: Measured) -> dict[str, float | None]:
    results = [one.result for one in run.asked]
    answerable = [one for one in run.asked if one.result.case.answerable]
    return {
        "facts": metrics.rate(one.result.right for one in answerable),
        "citation_file_precision": metrics.rate(
            file in one.result.case.files for one in answerable for file in one.result.cited
        ),
        "abstention_precision": metrics.abstention_precision(result.judgement for result in results),
        "abstention_recall": metrics.abstention_recall(result.judgement for result in results),
        "wrongful_abstention": metrics.wrongful_abstention(result.judgement for result in results),
        "verbatim": metrics.verbatim_rate(
            verbatim
            for result in results
            for citation, verbatim in zip(result.answer.citations, result.verbatim, strict=True)
            if citation.quote
        ),
        "characters": metrics.percentile(
            (one.characters for one in run.asked if not one.reply.abstained and one.reply.error is None), 50
        ),
        "cold_start": 1000 * median(run.starts),
        "latency": metrics.percentile((result.milliseconds for result in results), 50),
    }


def _first_error(run: Measured) -> str:
    return next(one.reply.error for one in run.asked if one.reply.error is not None)[:200]
