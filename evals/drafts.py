"""Cases proposed for a person to confirm: from a folder of articles, or from what readers of the page said was wrong."""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import yaml

from assistant.reading import Reading
from evals.wording import normalise, says
from retrieval.articles import Article, read_folder
from retrieval.errors import DatelineError
from retrieval.words import STOP_WORDS, terms

MOST = 40
_HEAD = """# yaml-language-server: $schema=schema.json
# (for an editor that reads it: dateline eval --schema > schema.json)
# Drafts. For each case that is worth asking: put the question as a reader would, correct the facts (the words that a right
# answer has to contain), say why it is there, and remove the line draft: true. The others are left out of every run.
"""
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_DATE = re.compile(rf"\b(?:\d{{1,2}} {_MONTH}(?:,? \d{{4}})?|{_MONTH} \d{{1,2}}(?:,? \d{{4}})?|{_MONTH} \d{{4}})\b")
_COUNT = re.compile(r"(?<![\w.,$€£-])(\d[\d,.]*\d|\d+) ((?:[a-z]{3,} )?[a-z]{2,}s)\b")
_STOP = "|".join(sorted(STOP_WORDS, key=len, reverse=True))
_TOPIC = re.compile(
    r"(?:(?<=\ba )|(?<=\ban )|(?<=\bof )|(?<=\bfor )|(?<=\bwith )|(?<=\bon )|(?=\b(?:the|its|their)\ ))"
    rf"(?P<topic>(?:(?:the|its|their)\ )?(?:(?!(?:{_STOP})\b)[^\W\d_][\w’'-]*(?:\ |\b)){{2,4}}(?<!\ ))"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A question about one sentence, and the words of it that answer."""

    question: str
    fact: str
    file: str
    quote: str
    tag: str
    speaker: str = ""

    def entry(self) -> dict[str, Any]:
        """The case as a mapping of a case file."""
        return {
            "question": self.question,
            "facts": [[self.fact]],
            **({"speaker": [self.speaker]} if self.speaker else {}),
            "files": [self.file],
            "quotes": [[self.quote]],
            "tags": [self.tag],
            "draft": True,
            "why": "",
        }


def draft_from_articles(corpus: Path, *, most: int = MOST) -> str:
    """A case file of drafts, as YAML: who said what, numbers and dates, by turns from every article.

    Raises:
        DatelineError: the folder cannot be read, or none of its articles gives a question.
    """
    texts = read_folder(corpus).articles
    frequency = Counter(chain.from_iterable(set(terms(article.text)) for article in texts))
    by_turns = chain.from_iterable(zip_longest(*(_drafts(article, frequency) for article in texts)))
    drafts: dict[str, Draft] = {}
    for draft in by_turns:
        if draft is not None and len(drafts) < most:
            drafts.setdefault(normalise(draft.question), draft)
    if not drafts:
        raise DatelineError(
            f"no question could be drafted from {str(corpus)!r}: its articles quote nobody and count nothing"
        )
    return _yaml(draft.entry() for draft in drafts.values())


def draft_from_feedback(path: Path) -> str:
    """A case file of drafts, as YAML, from the JSON lines that the page keeps of thumbs down.

    Each line holds `rating`, `note`, `history` and `answer`, the `Answer.to_dict()` that was shown. What was shown is the
    starting point of the draft, not what is right.

    Raises:
        DatelineError: the file cannot be read, a line is no feedback, or no thumb is down.
    """
    entries: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            kept = json.loads(line)
            if kept["rating"] != "down":
                continue
            entry = _entry(kept)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise DatelineError(
                f"{path.name}, line {number}: expected JSON with rating, note, history and answer, as the page keeps it"
            ) from None
        turns = [turn["content"] for turn in entry.get("history", ())]
        entries["\n".join(normalise(words) for words in (*turns, entry["question"]))] = entry
    if not entries:
        raise DatelineError(f"{path.name} holds no thumbs down: nothing to draft")
    return _yaml(entries.values())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").split("\n")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DatelineError(f"feedback {str(path)!r} cannot be read: {reason}") from None
    except UnicodeDecodeError:
        raise DatelineError(f"feedback {str(path)!r} is not UTF-8 text") from None


def _entry(kept: Mapping[str, Any]) -> dict[str, Any]:
    answer = kept["answer"]
    history = [{"role": str(turn["role"]), "content": str(turn["content"])} for turn in kept.get("history") or ()]
    citations = [(str(citation["file"]), str(citation["quote"])) for citation in answer["citations"]]
    note = " ".join(str(kept.get("note") or "").split())
    return {
        "question": str(answer["question"]),
        **({"history": history} if history else {}),
        **({"files": sorted({file for file, _ in citations})} if citations else {"outcome": "not_in_articles"}),
        **({"quotes": [[quote] for _, quote in citations]} if citations else {}),
        "tags": ["feedback"],
        "draft": True,
        "why": f"a reader said it was wrong: {note}" if note else "a reader said it was wrong",
    }


def _drafts(article: Article, frequency: Mapping[str, int]) -> Iterator[Draft]:
    reading = Reading.of(article)
    for number, attribution in enumerate(reading.attributions):
        sentence = reading.text(number)
        if reading.headings[number] or "\n" in sentence:  # hard to read as a draft; there is always another sentence
            continue
        if attribution and attribution.explicit:
            speaker = attribution.speakers[0]
            named = f"the {speaker}" if f"the {speaker}" in article.text else speaker
            topics = list(_topics(sentence, terms(speaker), frequency))
            if len(topics) > 1:
                question = f"What did {named} say about {topics[0]}?"
                yield from _fitting(question, topics[1], article, sentence, "who_said_what", speaker)
        elif date := _DATE.search(sentence):
            for topic in list(_topics(sentence, terms(date.group()), frequency))[:1]:
                when = "on" if re.match(rf"\d{{1,2}} |{_MONTH} \d{{1,2}}\b", date.group()) else "in"
                question = f"What do the articles say happened {when} {date.group()}?"
                yield from _fitting(question, topic, article, sentence, "number_date")
        elif count := _COUNT.search(sentence):
            question = f"How many {count.group(2)} do the articles mention?"
            yield from _fitting(question, count.group(1), article, sentence, "number_date")


def _fitting(question: str, fact: str, article: Article, quote: str, tag: str, speaker: str = "") -> Iterator[Draft]:
    if not says(question, fact) and says(quote, fact):
        yield Draft(question, fact, article.file, quote, tag, speaker)


def _topics(sentence: str, without: Collection[str], frequency: Mapping[str, int]) -> Iterator[str]:
    """What stands after an article or a preposition: nouns, as a rule; the rarest words first."""
    found = [match.group("topic") for match in _TOPIC.finditer(sentence)]

    def rarity(topic: str) -> float:
        return sum(1.0 / (1 + frequency.get(stem, 0)) for stem in terms(topic))

    for topic in sorted(dict.fromkeys(found), key=rarity, reverse=True):
        if not set(terms(topic)) & set(without) and len(terms(topic)) > 1:
            yield topic


def _yaml(entries: Iterable[Mapping[str, Any]]) -> str:
    return _HEAD + yaml.safe_dump({"cases": list(entries)}, allow_unicode=True, sort_keys=False, width=120)
