"""The reading sets: questions over passages with answer spans, split into train, dev and test by article."""

import gzip
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from retrieval.sentences import sentence_spans

Span = tuple[int, int]
Part = Literal["train", "dev", "test"]
PARTS: tuple[Part, ...] = ("train", "dev", "test")

SQUAD2_TEST_ARTICLES = 5
SQUAD2_DEV_ARTICLES = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A passage as published, with its sentences."""

    name: str
    source: str
    group: str
    title: str
    text: str
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question asked of one passage; no spans where the passage does not answer it."""

    question: str
    text: Text
    spans: tuple[Span, ...]

    @property
    def answerable(self) -> bool:
        return bool(self.spans)

    @property
    def answer_sentences(self) -> frozenset[int]:
        """Indexes of the sentences that the spans touch."""
        return frozenset(
            index
            for index, (start, end) in enumerate(self.text.sentences)
            if any(a < end and b > start for a, b in self.spans)
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """One part of the data."""

    texts: tuple[Text, ...]
    questions: tuple[Question, ...]


@cache
def split_sentences(text: str) -> tuple[Span, ...]:
    return tuple(sentence_spans(text))


def _hash(value: str) -> int:
    return int.from_bytes(hashlib.sha256(value.encode()).digest()[:8], "big")


def _squad2_parts(groups: Iterable[str]) -> dict[str, Part]:
    ordered = sorted(set(groups), key=_hash)
    edge = SQUAD2_TEST_ARTICLES + SQUAD2_DEV_ARTICLES
    return {
        group: "test" if i < SQUAD2_TEST_ARTICLES else "dev" if i < edge else "train" for i, group in enumerate(ordered)
    }


def _part(source: str, key: str) -> Part:
    """Ten in a hundred groups are for the test, five for dev; of the small CLAPNQ thirty and ten."""
    test, dev = (30, 40) if source == "clapnq" else (10, 15)
    bucket = _hash(key) % 100
    return "test" if bucket < test else "dev" if bucket < dev else "train"


def load(data: Path) -> dict[Part, Reading]:
    """Every reading set of the folder, by part."""
    texts: dict[Part, list[Text]] = defaultdict(list)
    questions: dict[Part, list[Question]] = defaultdict(list)
    for path in sorted((data / "reading").glob("*.jsonl.gz")):
        for part, reading in load_set(path).items():
            texts[part] += reading.texts
            questions[part] += reading.questions
    extra_texts, extra_questions = _chunking(data)
    for part, more in extra_texts.items():
        texts[part] += more
    for part, asked in extra_questions.items():
        questions[part] += asked
    return {part: Reading(tuple(texts[part]), tuple(questions[part])) for part in PARTS}


def load_set(path: Path) -> dict[Part, Reading]:
    """One reading set, by part.

    SQuAD 2: of its 18 articles, ordered by hash, 5 are test and 1 is dev. Other sets: by the hash of the group. The
    Reddit set is one group of unrelated posts: there a post counts as a group.
    """
    source = path.name.removesuffix(".jsonl.gz").removeprefix("squadshifts_").split("_dev_")[0]
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    passages = {record["passage"]: record for record in records if "text" in record}
    squad2 = _squad2_parts(p["group"] for p in passages.values()) if source == "squad2" else {}
    texts: dict[Part, list[Text]] = defaultdict(list)
    questions: dict[Part, list[Question]] = defaultdict(list)
    parts: dict[str, Part] = {}
    known: dict[str, Text] = {}
    for name, record in passages.items():
        group = record["group"]
        part = squad2[group] if squad2 else _part(source, name if source == "reddit" else group)
        title = group.replace("_", " ") if source in ("squad2", "new_wiki", "clapnq") else ""
        known[name] = Text(name, source, group, title, record["text"], split_sentences(record["text"]))
        parts[name] = part
        texts[part].append(known[name])
    for record in records:
        if "text" in record:
            continue
        spans = tuple(dict.fromkeys(_trimmed(known[record["passage"]].text, *span) for span in record["spans"]))
        if record["answerable"] and spans:
            # Several annotators: the answer most of them gave comes first.
            votes = [tuple(span) for span in record["spans"]]
            spans = tuple(sorted(spans, key=lambda span: -votes.count(span)))
        text = known[record["passage"]]
        questions[parts[text.name]].append(Question(record["question"].strip(), text, spans))
    return {part: Reading(tuple(texts[part]), tuple(questions[part])) for part in PARTS}


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ".,;"):
        end -= 1
    return start, end


CHUNKING_TEST_DOCUMENT = "state_of_the_union"
_WINDOW_CHARACTERS = 1000


def _chunking(data: Path) -> tuple[dict[Part, list[Text]], dict[Part, list[Question]]]:
    """chunking_evaluation: its long documents cut into windows of whole sentences; spans are whole sentences."""
    texts: dict[Part, list[Text]] = defaultdict(list)
    questions: dict[Part, list[Question]] = defaultdict(list)
    windows: dict[str, list[tuple[int, Text]]] = {}
    corpus, asked = (data / "retrieval" / f"chunking_evaluation_{kind}.jsonl.gz" for kind in ("corpus", "questions"))
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            name = record["doc_id"]
            part: Part = "test" if name == CHUNKING_TEST_DOCUMENT else "train"
            windows[name] = []
            for start, end in _packed(split_sentences(record["text"])):
                body = record["text"][start:end]
                text = Text(f"{name}#{start}", "chunking", name, "", body, split_sentences(body))
                windows[name].append((start, text))
                texts[part].append(text)
    with gzip.open(asked, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            for start, text in windows[record["gold_spans"][0]["doc_id"]]:
                gold = [(span["start"] - start, span["end"] - start) for span in record["gold_spans"]]
                inside = tuple((a, b) for a, b in gold if a >= 0 and b <= len(text.text))
                if inside:
                    part = "test" if text.group == CHUNKING_TEST_DOCUMENT else "train"
                    questions[part].append(Question(record["question"], text, inside))
    return texts, questions


def _packed(sentences: tuple[Span, ...]) -> list[Span]:
    spans: list[Span] = []
    for start, end in sentences:
        if spans and end - spans[-1][0] <= _WINDOW_CHARACTERS:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return spans
