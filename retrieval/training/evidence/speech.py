"""Passages in the style of news, made from the public ones: sentences become quotations with a speaker named nearby."""

import random
import re
from dataclasses import dataclass

from retrieval.training.evidence.quotation import bare, lowered, quoted
from retrieval.training.evidence.reading import Span, Text
from retrieval.training.evidence.speakers import Speaker, speaker
from retrieval.training.evidence.wording import STOPWORDS, topics


@dataclass(frozen=True, slots=True)
class Told:
    """A question over a made passage. `sentences` holds 1 (answers), 0 (does not) or -1 (not to be judged)."""

    question: str
    text: str
    spans: tuple[Span, ...]
    sentences: tuple[Span, ...]
    labels: tuple[int, ...]
    answerable: bool
    span: Span | None
    """The shortest answer where there is one short."""


_ASK_ABOUT = (
    "What did {x} say about {t}?",
    "What did {x} say about {t}?",
    "What does {x} say about {t}?",
    "What does {x} think about {t}?",
    "What is {x}'s view on {t}?",
    "What has {x} said on {t}?",
    "What did {x} say regarding {t}?",
    "How does {x} see {t}?",
    "What was {x}'s comment on {t}?",
    "Did {x} say anything about {t}?",
    "What did {x} tell reporters about {t}?",
    "{x} on {t}",
    "what does {x} believe about {t}",
    "What did {role} {x} say about {t}?",
)
_ASK_WHO = (
    "Who spoke about {t}?",
    "Who said that {s}?",
    "Who says {s}?",
    "Who commented on {t}?",
    "Which expert spoke about {t}?",
)


def told(
    text: Text,
    elsewhere: str,
    question_topics: dict[int, list[str]],
    originals: dict[int, list[tuple[str, Span]]],
    rng: random.Random,
) -> list[Told]:
    """Two to five questions over one made passage, about half of them not answered by it.

    `question_topics` maps a sentence to phrases that people used when asking about it, `originals` to the questions
    themselves with their answer spans; `elsewhere` is text of another article, for subjects nobody spoke of.
    """
    source = [text.text[a:b].replace("\n", " ") for a, b in text.sentences]
    if len(source) < 4 or any(len(s) > 420 for s in source):
        return []
    length = min(len(source), rng.randint(4, 7))
    offset = rng.randrange(len(source) - length + 1)
    two_speakers = rng.random() < 0.6
    # Roles in the passage: which source sentences each speaker says; others stay the reporter's.
    positions = list(range(offset, offset + length))
    said_size = rng.choice((1, 1, 2))
    first_at = rng.randrange(offset, offset + length - said_size + 1)
    first_said = list(range(first_at, first_at + said_size))
    free = [p for p in positions if p not in first_said and abs(p - first_at) > 0]
    second_said = [rng.choice(free)] if two_speakers and free else []
    one, two, absent = speaker(rng), speaker(rng), speaker(rng)
    if len({one.last, two.last, absent.last}) < 3:
        return []
    pieces: list[str] = []
    owner: list[str] = []  # of each piece: "1", "2", "1f" (frame), "" (reporter)
    origin: list[int] = []
    one_known = rng.random() < 0.35
    two_known = rng.random() < 0.2
    if one_known:
        pieces.append(
            rng.choice(
                (
                    f"{one.name} is {'an' if one.role[0] in 'aeiou' else 'a'} {one.role}.",
                    f"The {one.role} {one.name} has followed the subject for years.",
                    f"{one.name}, {one.role}, spoke on {rng.choice(('Monday', 'Wednesday', 'Thursday'))}.",
                )
            )
        )
        owner.append("1f")
        origin.append(-1)
    if two_known and second_said:
        pieces.append(f"{two.name}, {two.role}, was there too.")
        owner.append("2f")
        origin.append(-1)
    for position in positions:
        if position in first_said:
            if position != first_said[0]:
                continue
            quotation = quoted([source[p] for p in first_said], one, one_known, rng)
            index = 0
            for piece, words in zip(quotation.pieces, quotation.words, strict=True):
                pieces.append(piece)
                owner.append("1" if words else "1f")
                origin.append(first_said[min(index, said_size - 1)] if words else -1)
                index += words
        elif position in second_said:
            quotation = quoted([source[position]], two, two_known, rng)
            for piece, words in zip(quotation.pieces, quotation.words, strict=True):
                pieces.append(piece)
                owner.append("2" if words else "2f")
                origin.append(position if words else -1)
        else:
            pieces.append(source[position])
            owner.append("")
            origin.append(position)
    body, spans = "", []
    for piece in pieces:
        body += " " if body else ""
        spans.append((len(body), len(body) + len(piece)))
        body += piece

    def subject(position: int) -> list[str]:
        asked = [t for t in question_topics.get(position, []) if len(t) > 3]
        own = [t for t in topics(source[position]) if len(t) > 4]
        return asked + own if rng.random() < 0.6 or not own else own

    def about(topic: str, mark: str) -> list[int]:
        """1 for that speaker's pieces with the topic's words; -1 for his others; 0 for the rest."""
        stems = {w[:5].lower() for w in re.findall(r"\w{4,}", topic) if w.lower() not in STOPWORDS}
        labels = []
        for piece, by in zip(pieces, owner, strict=True):
            held = {w[:5].lower() for w in re.findall(r"\w{4,}", piece)}
            labels.append(1 if by == mark and stems & held else -1 if by.startswith(mark) else 0)
        return labels

    def name_of(who: Speaker) -> str:
        return who.last if rng.random() < 0.6 else who.name

    def ask(who: Speaker, topic: str) -> str:
        return rng.choice(_ASK_ABOUT).format(x=name_of(who), t=topic, role=who.role)

    made: list[Told] = []
    nothing = tuple(0 for _ in pieces)

    def refuse(question: str) -> None:
        made.append(Told(question, body, (), tuple(spans), nothing, False, None))

    whole = " ".join(pieces).lower()
    key = rng.choice(first_said)
    found = subject(key)
    if found:
        topic = rng.choice(found)
        # The topic may be the questioner's word: then the piece it was asked about is the answer.
        labels = about(topic, "1")
        for index, source_position in enumerate(origin):
            if source_position == key and owner[index] == "1":
                labels[index] = 1
        kind = rng.random()
        if kind < 0.7 or key not in originals:
            made.append(Told(ask(one, topic), body, (), tuple(spans), tuple(labels), True, None))
        else:
            question, span = rng.choice(originals[key])
            question = f"According to {name_of(one)}, {lowered(question)}" if rng.random() < 0.5 else question
            answer = text.text[span[0] : span[1]]
            at = next((i for i, p in enumerate(origin) if p == key), -1)
            start = body.find(answer, spans[at][0], spans[at][1]) if at >= 0 else -1
            short = (start, start + len(answer)) if start >= 0 else None
            made.append(
                Told(question, body, (), tuple(spans), tuple(int(i == at) for i in range(len(pieces))), True, short)
            )
        if rng.random() < 0.25:
            reported = lowered(bare(source[key]))
            question = rng.choice(_ASK_WHO).format(t=topic, s=reported if len(reported) < 110 else topic)
            answer_at = body.find(one.name)
            answer_at = answer_at if answer_at >= 0 else body.find(one.last)
            who = (
                (answer_at, answer_at + len(one.name if body[answer_at:].startswith(one.name) else one.last))
                if answer_at >= 0
                else None
            )
            if question.startswith("Who") or who:
                made.append(Told(question, body, (), tuple(spans), tuple(labels), True, who))
        misses: list[str] = []
        if second_said:
            misses.append(ask(two, topic))  # the other speaker, this subject
            other = [
                t
                for t in subject(second_said[0])
                if not _shared(t, [pieces[i] for i, o in enumerate(owner) if o == "1"])
            ]
            if other:
                if rng.random() < 0.5:
                    misses.append(ask(one, rng.choice(other)))  # this speaker, the other's subject
                else:
                    chosen = rng.choice(other)
                    answering = about(chosen, "2")
                    for index, source_position in enumerate(origin):
                        if source_position == second_said[0] and owner[index] == "2":
                            answering[index] = 1
                    made.append(Told(ask(two, chosen), body, (), tuple(spans), tuple(answering), True, None))
        reporter = [p for p in positions if p not in first_said and p not in second_said]
        unsaid = [
            t
            for p in reporter
            for t in topics(source[p])
            if not _shared(t, [pieces[i] for i, o in enumerate(owner) if o == "1"])
        ]
        if unsaid:
            misses.append(ask(one, rng.choice(unsaid)))  # the reporter's subject
        if rng.random() < 0.5:
            misses.append(ask(absent, topic))  # nobody of that name
        foreign = [t for t in topics(elsewhere) if not any(w.lower() in whole for w in t.split())]
        if foreign:
            misses.append(ask(one, rng.choice(foreign)))  # a subject of another article
            misses.append(ask(one, rng.choice(foreign)))
        rng.shuffle(misses)
        for question in misses[: rng.choice((1, 2, 2))]:
            refuse(question)
    return made


def _shared(topic: str, pieces: list[str]) -> bool:
    held = {w[:5].lower() for piece in pieces for w in re.findall(r"\w{4,}", piece)}
    return any(w[:5].lower() in held for w in re.findall(r"\w{4,}", topic))
