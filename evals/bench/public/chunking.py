"""chunking_evaluation (Smith & Troynikov, 2024): how much of what answers is retrieved, and how much beside it.

Recall, precision, IoU and precision Ω as the report's code computes them: over spans of characters, which stand for
tokens; a chunk of another document counts as retrieved and not relevant.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from evals.bench.public.corpora import Remembering, write_articles
from evals.bench.public.records import read, skipped
from evals.metrics import mean
from evals.table import Column, Row, Table
from retrieval.articles import Chunk, ScoredChunk
from retrieval.encoder import Embedder, Encoder, encoder_fingerprint
from retrieval.evidence.opening import open_reader, open_scorer
from retrieval.index import Index
from retrieval.search import rerank, search
from retrieval.training.evidence.reading import CHUNKING_TEST_DOCUMENT

FILES = tuple(f"retrieval/chunking_evaluation_{kind}.jsonl.gz" for kind in ("corpus", "questions"))
KEY, TITLE = "chunking", "chunking_evaluation"
DEFAULT, SIZES = 200, (100, 200, 400)
SHORT = 200_000  # characters; other sizes than the default are measured on shorter documents, which are soon embedded
RETRIEVED = 5
HANDED_OVER = 10  # chunks that the search hands over, of which the evidence model's order decides
OURS = f"{DEFAULT} tokens, vectors and words fused"
COLUMNS = (
    Column("recall", "recall"),
    Column("precision", "precision"),
    Column("precision_omega", "precision Ω"),
    Column("iou", "IoU"),
)
# Of the report's second table of results; standard deviations left out.
PUBLISHED = (
    ("RecursiveCharacterTextSplitter, 250 tokens, overlap 125", 0.787, 0.049, 0.219, 0.049),
    ("TokenTextSplitter, 250 tokens, overlap 125", 0.824, 0.036, 0.114, 0.035),
    ("RecursiveCharacterTextSplitter, 250 tokens", 0.785, 0.054, 0.267, 0.054),
    ("TokenTextSplitter, 250 tokens", 0.771, 0.033, 0.164, 0.033),
    ("RecursiveCharacterTextSplitter, 200 tokens", 0.757, 0.065, 0.312, 0.065),
    ("TokenTextSplitter, 200 tokens", 0.766, 0.041, 0.191, 0.041),
    ("ClusterSemanticChunker, 250 tokens", 0.773, 0.061, 0.286, 0.060),
    ("ClusterSemanticChunker, 200 tokens", 0.752, 0.072, 0.336, 0.072),
)
PUBLISHED_QUESTIONS = 472

Place = tuple[str, int, int]
"""A document and a span of it."""
Record = Mapping[str, Any]
Ranking = Callable[[str], list[ScoredChunk]]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How the chunks retrieved for one question lie over the spans that answer it."""

    recall: float
    precision: float | None
    iou: float
    """Relevant characters retrieved, over all retrieved (as often as they are) and those that were missed."""


def overlap(retrieved: Sequence[Place], gold: Sequence[Place]) -> Overlap | None:
    """The figures of one question; None without a gold span. Precision is None where nothing is retrieved.

    >>> overlap([("a", 0, 10), ("a", 8, 20)], [("a", 5, 9)])
    Overlap(recall=1.0, precision=0.18181818181818182, iou=0.18181818181818182)
    """
    wanted = _merged(gold)
    relevant = _length(wanted)
    if not relevant:
        return None
    found = _length(_shared(_merged(retrieved), wanted))
    read = sum(end - start for _, start, end in retrieved)
    return Overlap(found / relevant, found / read if read else None, found / (read + relevant - found))


def precision_omega(chunks: Sequence[Place], gold: Sequence[Place]) -> float | None:
    """IoU if all chunks that hold some of the gold spans, and no others, were retrieved: what the chunking allows.

    Here a character that two chunks share counts once, as in the report's code. None without a gold span.
    """
    wanted = _merged(gold)
    if not _length(wanted):
        return None
    holding = _merged([chunk for chunk in chunks if _length(_shared(_merged([chunk]), wanted))])
    found = _length(_shared(holding, wanted))
    return found / (_length(holding) + _length(wanted) - found)


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the spans that answer it."""

    text: str
    gold: tuple[Place, ...]


def figures(ranking: Ranking, questions: Sequence[Question], omegas: Sequence[float | None]) -> dict[str, float | None]:
    """Means over the questions; `omegas` holds their precision Ω, which no ranking changes."""
    places = [[_place(scored.chunk) for scored in ranking(question.text)[:RETRIEVED]] for question in questions]
    measured = [overlap(found, question.gold) for found, question in zip(places, questions, strict=True)]
    return {
        "recall": mean(one.recall for one in measured if one),
        "precision": mean(one.precision for one in measured if one),
        "precision_omega": mean(omegas),
        "iou": mean(one.iou for one in measured if one),
    }


def measure(data: Path, *, sizes: Sequence[int] = SIZES, short: int = SHORT) -> Table:
    """Our default chunks over all documents, and several sizes over those of fewer than `short` characters, searched
    as the report searches and as we do; beside what the report found.

    Raises:
        DatelineError: a file is there and cannot be read.
    """
    if absent := skipped(KEY, TITLE, data, FILES):
        return absent
    documents, records = (read(data / name) for name in FILES)
    embedder = Remembering(Encoder())
    rows = _all_documents(documents, records, embedder)
    few = [document for document in documents if len(document["text"]) < short]
    rows += [row for size in sizes if few for row in _short_documents(few, records, embedder, size)]
    rows += [
        Row(name, dict(zip((column.key for column in COLUMNS), values, strict=True)), PUBLISHED_QUESTIONS, "", True)
        for name, *values in PUBLISHED
    ]
    caption = (
        f"{len(records)} questions over {len(documents)} long documents, {RETRIEVED} chunks each, sizes in o200k "
        f"tokens; other sizes than {DEFAULT} on the {len(few)} documents shorter than {short:,} characters. The "
        "evidence model was trained on the other documents, so that its order is measured on "
        f"“{CHUNKING_TEST_DOCUMENT.replace('_', ' ')}” alone, all documents searched. Published: Smith & Troynikov, "
        "Evaluating Chunking Strategies for Retrieval (Chroma technical report, 2024), all-MiniLM-L6-v2, sizes in "
        "cl100k tokens."
    )
    return Table(KEY, TITLE, COLUMNS, tuple(rows), caption, ours=OURS)


@contextmanager
def _opened(documents: Sequence[Record], embedder: Embedder, size: int) -> Iterator[tuple[Index, dict[str, str]]]:
    """The index of some documents in chunks of one size, and their files by their names."""
    with TemporaryDirectory(prefix="dateline-") as folder:
        corpus, cache = Path(folder) / "articles", Path(folder) / "cache"
        placed = write_articles(corpus, [("", document["text"]) for document in documents])
        files = {document["doc_id"]: place.file for document, place in zip(documents, placed, strict=True)}
        with Index.open(
            corpus, cache=cache, embeddings=embedder, embedder=encoder_fingerprint(), chunk_tokens=size
        ) as index:
            yield index, files


def _questions(records: Sequence[Record], files: Mapping[str, str]) -> list[Question]:
    """The questions that these documents answer."""
    questions = []
    for record in records:
        spans = record["gold_spans"]
        if all(span["doc_id"] in files for span in spans):
            gold = tuple((files[span["doc_id"]], span["start"], span["end"]) for span in spans)
            questions.append(Question(record["question"], gold))
    return questions


def _omegas(index: Index, questions: Sequence[Question]) -> list[float | None]:
    places = [_place(chunk) for chunk in index.chunks]
    return [precision_omega(places, question.gold) for question in questions]


def _all_documents(documents: Sequence[Record], records: Sequence[Record], embedder: Embedder) -> list[Row]:
    """Rows of the default size: all questions, then those of the held-out document by the evidence model too."""
    with _opened(documents, embedder, DEFAULT) as (index, files):
        questions = _questions(records, files)
        omegas = _omegas(index, questions)
        scorer = open_scorer((chunk.text for chunk in index.chunks), encoder=embedder, reader=open_reader())

        def dense(question: str) -> list[ScoredChunk]:
            return index.dense(embedder.embed_query(question), RETRIEVED)

        def fused(question: str) -> list[ScoredChunk]:
            return search(index, embedder, question, HANDED_OVER)

        def reranked(question: str) -> list[ScoredChunk]:
            return rerank(scorer, question, fused(question))

        rows = [
            Row(OURS, figures(fused, questions, omegas), len(questions)),
            Row(f"{DEFAULT} tokens, vectors alone", figures(dense, questions, omegas), len(questions)),
        ]
        held_out = {files.get(CHUNKING_TEST_DOCUMENT)}
        kept = [
            number for number, question in enumerate(questions) if {place[0] for place in question.gold} == held_out
        ]
        alone, bounds = [questions[number] for number in kept], [omegas[number] for number in kept]
        rankings = {"vectors alone": dense, "fused": fused, "fused, by the evidence model": reranked}
        return rows + [
            Row(f"held-out document, {name}", figures(ranking, alone, bounds), len(alone))
            for name, ranking in rankings.items()
            if alone
        ]


def _short_documents(
    documents: Sequence[Record], records: Sequence[Record], embedder: Embedder, size: int
) -> Iterator[Row]:
    with _opened(documents, embedder, size) as (index, files):
        questions = _questions(records, files)

        def dense(question: str) -> list[ScoredChunk]:
            return index.dense(embedder.embed_query(question), RETRIEVED)

        found = figures(dense, questions, _omegas(index, questions))
        yield Row(f"{len(documents)} short documents, {size} tokens, vectors alone", found, len(questions))


def _place(chunk: Chunk) -> Place:
    return chunk.file, chunk.start, chunk.end


def _merged(places: Sequence[Place]) -> list[Place]:
    """The same characters as spans that do not meet, sorted."""
    merged: list[Place] = []
    for file, start, end in sorted(places):
        if merged and merged[-1][0] == file and start <= merged[-1][2]:
            merged[-1] = (file, merged[-1][1], max(end, merged[-1][2]))
        elif start < end:
            merged.append((file, start, end))
    return merged


def _shared(some: Sequence[Place], others: Sequence[Place]) -> list[Place]:
    """What two merged lists share."""
    common = [
        (file, max(start, other_start), min(end, other_end))
        for file, start, end in some
        for other, other_start, other_end in others
        if file == other
    ]
    return [place for place in common if place[1] < place[2]]


def _length(places: Sequence[Place]) -> int:
    return sum(end - start for _, start, end in places)
