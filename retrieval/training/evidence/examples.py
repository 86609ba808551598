"""Training items: a question with its passage, passages that tempt, and questions that the passage does not answer."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import bm25s

from retrieval.training.evidence.reading import Question, Reading, Span, Text
from retrieval.training.evidence.speech import told
from retrieval.training.evidence.wording import hurried, names, near_miss, topics


@dataclass(frozen=True, slots=True)
class Example:
    """A question, a passage and what is known of them; None where something is not to be learned from."""

    question: str
    title: str
    text: str
    sentences: tuple[Span, ...]
    labels: tuple[int, ...]
    """Per sentence: 1 belongs to the answer, 0 does not, -1 not to be judged."""
    answerable: bool | None
    span: Span | None
    """The shortest answer; None with `answerable` true means: not known, or not short."""
    ranked: bool | None
    """Its place among the item's passages: True for the one that answers, False for others."""
    about: bool | None
    """Whether the rank score itself should be high or low."""


Item = list[Example]

LONGEST_SPAN = 120
# Of the rest of an article, so much is searched for something to swap in.
_ARTICLE_CHARACTERS = 6000


def positive(question: Question, rng: random.Random) -> Example:
    text = question.text
    short = [span for span in question.spans if span[1] - span[0] <= LONGEST_SPAN]
    span = rng.choice(short[:2]) if short and text.source not in ("clapnq", "chunking") else None
    answers = question.answer_sentences
    if text.source not in ("clapnq", "chunking"):
        # Annotators differ: sentences of the first span are the answer, those of the others are not judged.
        sure = replace(question, spans=question.spans[:1]).answer_sentences
        labels = tuple(int(i in sure) if i in sure or i not in answers else -1 for i in range(len(text.sentences)))
    else:
        labels = tuple(int(i in answers) for i in range(len(text.sentences)))
    return Example(
        hurried(question.question, rng), text.title, text.text, text.sentences, labels, True, span, True, True
    )


def unanswered(asked: str, text: Text, *, ranked: bool | None, about: bool | None) -> Example:
    return Example(asked, text.title, text.text, text.sentences, (0,) * len(text.sentences), False, None, ranked, about)


def without_answer(example: Example, question: Question) -> Example | None:
    """The same passage with the answering sentences taken out: still about the matter, no longer an answer."""
    answers = question.answer_sentences
    kept = [span for index, span in enumerate(example.sentences) if index not in answers]
    if len(kept) < 2:
        return None
    text, sentences = joined([example.text[a:b] for a, b in kept])
    return replace(
        example,
        text=text,
        sentences=sentences,
        labels=(0,) * len(sentences),
        answerable=False,
        span=None,
        ranked=False,
        about=None,
    )


def joined(pieces: Sequence[str]) -> tuple[str, tuple[Span, ...]]:
    text, spans = "", []
    for piece in pieces:
        text += " " if text else ""
        spans.append((len(text), len(text) + len(piece)))
        text += piece
    return text, tuple(spans)


_SIMPLE = re.compile(
    r"^((?:The |A |An |Its |Their |This )?(?:[\w’'-]+ ){0,4}[\w’'-]+) (is|was|are|were|will|can|has|have|had) ([^;:()]{12,90}?)[.,]"
)


def yes_no(text: Text, rng: random.Random) -> tuple[str, int] | None:
    """A yes/no question made of one plain sentence, and the index of that sentence."""
    order = list(range(len(text.sentences)))
    rng.shuffle(order)
    for index in order:
        start, end = text.sentences[index]
        match = _SIMPLE.match(text.text[start:end])
        if match and not re.match(
            r"(?:It|There|This|That|He|She|They|These|Those|In|On|At|By|As|If|When|While)\b", match.group(1)
        ):
            subject, verb, rest = match.groups()
            if names(" x " + subject) and not subject.startswith(("The ", "A ", "An ", "Its ", "Their ", "This ")):
                lowered = subject
            else:
                lowered = subject[0].lower() + subject[1:]
            return f"{verb.capitalize()} {lowered} {rest}?", index
    return None


_LINES = (
    "Read also: {t}",
    "READ MORE: {t}",
    "Watch our videos on {t} in the playlist below:",
    "{t}: what we know so far",
    "(Photo: {t} / AP)",
    "{t} | Reuters",
    "Everything about {t}",
    "Why {t} matters",
    "What you need to know about {t}",
    "{t} in focus",
    "Subscribe to our newsletter on {t}.",
    "Log in or create an account to comment on {t}.",
)


def with_line(example: Example, rng: random.Random) -> Example:
    """The passage with a headline, teaser or agency line that shares words with the question but answers nothing."""
    found = topics(example.question) or names(example.question) or topics(example.text)
    if not found:
        return example
    line = rng.choice(_LINES).format(t=rng.choice(found))
    line = line[0].upper() + line[1:]
    if rng.random() < 0.5:
        shift = len(line) + 1
        return replace(
            example,
            text=f"{line}\n{example.text}",
            sentences=((0, len(line)), *((a + shift, b + shift) for a, b in example.sentences)),
            labels=(0, *example.labels),
            span=example.span and (example.span[0] + shift, example.span[1] + shift),
        )
    size = len(example.text) + 1
    return replace(
        example,
        text=f"{example.text}\n{line}",
        sentences=(*example.sentences, (size, size + len(line))),
        labels=(*example.labels, 0),
    )


def with_context(example: Example, headlines: Callable[[random.Random], str], rng: random.Random) -> Example:
    """With its title, with none, or with a headline as news has them."""
    draw = rng.random()
    if example.title and draw < 0.45:
        pass
    elif draw < 0.75:
        example = replace(example, title="")
    else:
        example = replace(example, title=headlines(rng))
    return with_line(example, rng) if rng.random() < 0.08 else example


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
