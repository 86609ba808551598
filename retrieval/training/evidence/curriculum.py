"""What an epoch draws: questions with their passage, passages that tempt, questions that theirs does not answer."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import bm25s

from retrieval.training.evidence.examples import (
    Example,
    Item,
    positive,
    unanswered,
    with_context,
    without_answer,
    yes_no,
)
from retrieval.training.evidence.reading import Question, Reading, Span, Text
from retrieval.training.evidence.speech import told
from retrieval.training.evidence.wording import hurried, near_miss, topics

# Of the rest of an article, so much is searched for something to swap in.
_ARTICLE_CHARACTERS = 6000


class Curriculum:
    """Draws the items of an epoch from one part of the data."""

    def __init__(self, reading: Reading, *, hard: dict[tuple[str, str], list[Text]] | None = None) -> None:
        self._reading = reading
        self._by_source: dict[str, list[Text]] = defaultdict(list)
        self._article: dict[str, str] = defaultdict(str)
        for text in reading.texts:
            self._by_source[text.source].append(text)
            self._article[text.source + text.group] += text.text + "\n"
        self._refused: dict[str, list[Question]] = defaultdict(list)
        for question in reading.questions:
            if not question.answerable:
                self._refused[question.text.source + question.text.name].append(question)
        self._hard = hard if hard is not None else tempting(reading)

    def items(self, rng: random.Random) -> list[Item]:
        made: list[Item] = []
        for question in self._reading.questions:
            made += self._of_question(question, rng)
        made += self._speech(rng)
        made += self._yes_no(rng)
        for item in made:
            item[:] = [with_context(example, self._headline, rng) for example in item]
        rng.shuffle(made)
        return made

    def _headline(self, rng: random.Random) -> str:
        text = rng.choice(self._reading.texts)
        if text.title and rng.random() < 0.5:
            return text.title
        start, end = text.sentences[0]
        return " ".join(text.text[start:end].split()[: rng.randint(5, 14)]).rstrip(".,;:")

    def _of_question(self, question: Question, rng: random.Random) -> Iterator[Item]:
        source = question.text.source
        if not question.answerable:
            if source == "clapnq" or rng.random() < 0.75:
                for _ in range(3 if source == "clapnq" else 1):
                    yield [unanswered(hurried(question.question, rng), question.text, ranked=None, about=None)]
            return
        plain = source in ("squad2", "new_wiki", "clapnq", "chunking")
        if not plain and rng.random() < 0.7:
            return
        for _ in range(4 if source == "clapnq" else 1):
            item = [positive(question, rng)]
            asked = item[0].question
            for _ in range(self._tempting_count(source, rng)):
                text = self._tempting(question, rng)
                if text is not None:
                    item.append(unanswered(asked, text, ranked=False, about=False))
            if rng.random() < (0.35 if plain else 0.2):
                removed = without_answer(item[0], question)
                if removed is not None:
                    item.append(removed)
            refused = self._refused.get(source + question.text.name)
            if refused and rng.random() < 0.5:
                other = rng.choice(refused)
                item.append(unanswered(hurried(other.question, rng), other.text, ranked=None, about=None))
            elif source not in ("clapnq", "chunking") and rng.random() < (0.5 if plain else 0.25):
                changed = self._near_miss(question, rng)
                if changed:
                    item.append(unanswered(hurried(changed, rng), question.text, ranked=None, about=None))
            yield item

    def _tempting_count(self, source: str, rng: random.Random) -> int:
        if source == "squad2":
            return rng.choice((1, 1, 2))
        if source in ("new_wiki", "clapnq", "chunking"):
            return rng.choice((0, 1, 1, 2))
        return rng.choice((0, 0, 1))

    def _tempting(self, question: Question, rng: random.Random) -> Text | None:
        if rng.random() < 0.12:
            return rng.choice(self._reading.texts)
        found = self._hard.get((question.question, question.text.name), [])
        return rng.choice(found) if found else None

    def _near_miss(self, question: Question, rng: random.Random) -> str | None:
        text = question.text
        answer = " ".join(text.text[slice(*text.sentences[i])] for i in question.answer_sentences)
        article = self._article[text.source + text.group]
        begin = rng.randrange(max(1, len(article) - _ARTICLE_CHARACTERS))
        return near_miss(question.question, answer, text.text, article[begin : begin + _ARTICLE_CHARACTERS], rng)

    def _speech(self, rng: random.Random) -> Iterator[Item]:
        asked: dict[str, list[Question]] = defaultdict(list)
        for question in self._reading.questions:
            if question.answerable and question.text.source in ("squad2", "new_wiki"):
                asked[question.text.name].append(question)
        texts = self._by_source["new_wiki"] + self._by_source["squad2"]
        for text in texts:
            subjects: dict[int, list[str]] = defaultdict(list)
            originals: dict[int, list[tuple[str, Span]]] = defaultdict(list)
            for question in asked[text.name]:
                for index in replace(question, spans=question.spans[:1]).answer_sentences:
                    subjects[index] += topics(question.question)
                    originals[index].append((question.question, question.spans[0]))
            for _ in range(rng.choice((1, 1, 2))):
                made = told(text, rng.choice(texts).text, subjects, originals, rng)
                item = [
                    Example(
                        hurried(each.question, rng),
                        text.title,
                        each.text,
                        each.sentences,
                        each.labels,
                        each.answerable,
                        each.span,
                        None,
                        True if each.answerable else None,
                    )
                    for each in made
                ]
                if item:
                    yield item

    def _yes_no(self, rng: random.Random) -> Iterator[Item]:
        for text in self._by_source["new_wiki"] + self._by_source["squad2"]:
            made = yes_no(text, rng) if rng.random() < 0.8 else None
            if made is None:
                continue
            asked, index = made
            start, end = text.sentences[index]
            labels = tuple(int(i == index) for i in range(len(text.sentences)))
            question = Question(asked, text, ((start, end),))
            first = Example(hurried(asked, rng), text.title, text.text, text.sentences, labels, True, None, True, True)
            item = [first]
            if rng.random() < 0.5:
                removed = without_answer(first, question)
                item += [removed] if removed else []
            elif rng.random() < 0.7:
                changed = self._near_miss(question, rng)
                if changed and " not " not in changed and "n't" not in changed:
                    item.append(unanswered(hurried(changed, rng), text, ranked=None, about=None))
            yield item


def tempting(reading: Reading, *, depth: int = 12) -> dict[tuple[str, str], list[Text]]:
    """Per answerable question, passages of its source that BM25 ranks high and that do not hold its answer."""
    found: dict[tuple[str, str], list[Text]] = {}
    for source in dict.fromkeys(text.source for text in reading.texts):
        texts = [text for text in reading.texts if text.source == source]
        asked = [q for q in reading.questions if q.answerable and q.text.source == source]
        retriever = bm25s.BM25()
        retriever.index(
            bm25s.tokenize([f"{t.title} {t.text}" for t in texts], stopwords="en", show_progress=False),
            show_progress=False,
        )
        queries = bm25s.tokenize([q.question for q in asked], stopwords="en", show_progress=False)
        ranked, _ = retriever.retrieve(queries, k=min(depth, len(texts)), show_progress=False)
        # Reviews and posts are alike: the highest ranked often answer the same question.
        skip = 3 if source in ("reddit", "amazon_reviews") else 0
        for question, row in zip(asked, ranked, strict=True):
            answers = [question.text.text[a:b].lower() for a, b in question.spans]
            found[question.question, question.text.name] = [
                texts[i]
                for i in row[skip:]
                if texts[i].name != question.text.name
                and not any(answer in texts[i].text.lower() for answer in answers)
            ]
    return found
