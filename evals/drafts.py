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

from assistant.drafting import drafts
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
_STOP = "|".join(sorted(STOP_WORDS, key=len, reverse=True))
_TAGS = {"said": "who_said_what", "happened": "number_date", "count": "number_date"}


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
    """A question about each sentence, with words of the sentence that an answer may be known by."""
    reading = Reading.of(article)
    for number in range(len(reading.sentences)):
        quote = reading.text(number)
        for draft in drafts(reading, number):
            facts = [draft.answer] if draft.answer else _phrases(quote, terms(draft.question), frequency)
            if draft.kind in _TAGS and facts and says(quote, facts[0]) and not says(draft.question, facts[0]):
                yield Draft(draft.question, facts[0], article.file, quote, _TAGS[draft.kind], draft.speaker)
                break


def _phrases(sentence: str, without: Collection[str], frequency: Mapping[str, int]) -> list[str]:
    """Two to four words in a row that carry meaning, none of them a term of `without`; the rarest first."""
    runs = re.findall(rf"\b(?:(?!(?:{_STOP})\b)[^\W\d_][\w’'-]*(?:\ |\b)){{2,4}}(?<!\ )", sentence)

    def rarity(phrase: str) -> float:
        return sum(1.0 / (1 + frequency.get(term, 0)) for term in terms(phrase))

    return sorted((run for run in runs if not set(terms(run)) & set(without)), key=rarity, reverse=True)


def _yaml(entries: Iterable[Mapping[str, Any]]) -> str:
    return _HEAD + yaml.safe_dump({"cases": list(entries)}, allow_unicode=True, sort_keys=False, width=120)
