"""Training examples: a question and a passage that answers it, does not, or has lost the answer it held."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from retrieval.training.evidence.reading import Question, Span, Text
from retrieval.training.evidence.wording import hurried, names, topics


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
