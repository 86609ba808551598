"""Passages in the style of news, made from the public ones: sentences become quotations with a speaker named nearby."""

import random
import re
from dataclasses import dataclass

from retrieval.training.evidence.reading import Span, Text
from retrieval.training.evidence.wording import STOPWORDS, topics

_FIRST = """Maria Elena Tomas Anders Aisha Daniel Yuki Rahul Fatima Lars Ingrid Pablo Hassan Leila Viktor Olga Grace Samuel
    Chen Mei Joao Clara Emeka Ngozi Patrick Sinead Dmitri Irina Kofi Amara Luca Giulia Pierre Camille Stefan Katrin
    Mehmet Zeynep Omar Nadia Raj Priya Hiroshi Akiko Min-jun Ji-woo Andrei Ana Carlos Lucia Thomas Emma Robert Helen
    Michael Susan David Linda James Karen Peter Laura Mark Julia Simon Rachel Ahmed Salma Tariq Noor Ivan Petra Jan
    Eva Erik Sofia Marek Hanna""".split()  # noqa: SIM905 - a list of this length reads better as prose
_LAST = """Almeida Okafor Lindqvist Haddad Novak Petersen Moreau Tanaka Banerjee Kowalski Ferrari Schneider Demir Osei
    Mensah Ramirez Castillo Nguyen Tran Park Kim Suzuki Watanabe Iyer Chaudhry Rahmani Farouk Nasser Cohen Levi
    Johansson Virtanen Nielsen De-Vries Janssen Dubois Lefevre Romano Conti Keller Weber Fischer Horvat Popescu
    Ionescu Dimitrov Papadakis Kaya Aydin Sokolov Baranov Zaitsev Melnyk Bondarenko Kovalenko Mwangi Otieno Diallo
    Traore Abebe Tesfaye Silva Pereira Gutierrez Vargas Morales Walker Thompson Bennett Hughes Griffiths McCarthy
    Byrne O’Connor Campbell Fraser Whitfield Harrington Ellison Prescott Wu Zhao Huang Sun Fang Rossi Berg Dahl""".split()  # noqa: SIM905 - a list of this length reads better as prose
_ROLES = """analyst|political analyst|economist|historian|spokesman|spokeswoman|minister|professor|researcher|diplomat|senior official|
former adviser|director|expert|military expert|lawyer|campaigner|mayor|senator|ambassador|scientist|chief executive|engineer|
political scientist|deputy head|union leader|former minister|commentator""".replace("\n", "").split("|")
_PLACES = """the University of Oslo|the Institute for Policy Studies|the ministry|the central bank|the city council|the party|
the commission|a think tank in Warsaw|the agency|the museum|the company|the association|the foundation|the national academy""".replace(
    "\n", ""
).split("|")
_SAYS = """said says explained explains added noted stressed told believes argued claimed warned insisted recalled stated""".split()  # noqa: SIM905 - a list of this length reads better as prose
_OUTLETS = [
    "the daily Tribune",
    "the BBC",
    "reporters",
    "state television",
    "the news agency",
    "the weekly Observer",
    "journalists",
    "the radio",
]


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    role: str

    @property
    def last(self) -> str:
        return self.name.split()[-1]


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


def speaker(rng: random.Random) -> Speaker:
    role = rng.choice(_ROLES)
    if rng.random() < 0.35:
        role += f" at {rng.choice(_PLACES)}" if rng.random() < 0.7 else f" of {rng.choice(_PLACES)}"
    return Speaker(f"{rng.choice(_FIRST)} {rng.choice(_LAST)}", role)


@dataclass(slots=True)
class _Quoted:
    """Sentences of the new passage that one speaker's words became."""

    pieces: list[str]
    words: list[bool]
    """Which pieces hold the speaker's words, as against a sentence that only names him."""


def _lower(sentence: str) -> str:
    first = sentence.split(" ", 1)[0]
    return sentence if not first.isalpha() or first.isupper() or first == "I" else sentence[0].lower() + sentence[1:]


def _bare(sentence: str) -> str:
    return sentence.strip().rstrip(".;: ").replace("“", "‘").replace("”", "’").replace('"', "'")


def _quote(said: list[str], who: Speaker, known: bool, topic: str, rng: random.Random) -> _Quoted:
    """The sentences `said` as news tells them; `known` if the speaker was named in full before."""
    name = (
        who.last
        if known
        else rng.choice((f"{who.name}, {who.role}", f"{who.role} {who.name}", who.name, f"{who.name}, a {who.role}"))
    )
    verb = rng.choice(_SAYS)
    to = f" {rng.choice(_OUTLETS)}" if verb == "told" else ""
    opened, closed = rng.choice((("“", "”"), ("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»")))
    first, rest = _bare(said[0]), [_bare(s) for s in said[1:]]
    cap = name[0].upper() + name[1:]
    style = rng.randrange(8)
    pieces: list[str]
    words: list[bool]
    if style == 0:  # “...,” said X.
        pieces, words = (
            [
                f"{opened}{first},{closed} {rng.choice((f'{verb}{to} {name}', f'{name} {verb}{to}')) if verb != 'told' else f'{name} told{to}'}."
            ],
            [True],
        )
    elif style == 1:  # X said: “...”
        pieces, words = [f"{cap} {verb}{to}: {opened}{first}.{closed}"], [True]
    elif style == 2:  # X said that ...
        verb = verb if verb not in ("told", "added") else "said"
        pieces, words = [f"{cap} {verb} that {_lower(first)}."], [True]
    elif style == 3:  # According to X, ...
        pieces, words = [f"{rng.choice(('According to', 'In the view of', 'For'))} {name}, {_lower(first)}."], [True]
    elif style == 4:  # a sentence that names the speaker, then bare quotation
        frame = rng.choice(
            (
                f"{cap} commented on the matter{' for ' + rng.choice(_OUTLETS) if rng.random() < 0.4 else ''}.",
                f"This is the opinion of {name}.",
                f"That is not certain, believes {name}.",
                f"{cap} was asked about it on {rng.choice(('Monday', 'Tuesday', 'Friday', 'Sunday'))}.",
                f"{cap} sees it differently.",
                f"This is confirmed by {name}.",
            )
        )
        pieces, words = [frame, f"{opened}{first}.{closed}"], [False, True]
    elif style == 5:  # “first half, he agrees. ...”
        pieces, words = (
            [
                f"{opened}{first}, {rng.choice(('he', 'she'))} {rng.choice(('says', 'agrees', 'said', 'explains'))}.{'' if rest else closed}"
            ],
            [True],
        )
        if not known:
            pieces.insert(0, f"{cap} does not doubt it.")
            words.insert(0, False)
    elif style == 6:  # split quotation
        head, comma, tail = first.partition(", ")
        if comma and len(head) > 12 and len(tail) > 12:
            pieces, words = (
                [f"{opened}{head},{closed} {name} {verb if verb != 'told' else 'said'}, {opened}{tail}.{closed}"],
                [True],
            )
        else:
            pieces, words = [f"{opened}{first}{closed}, {verb if verb != 'told' else 'said'} {name}."], [True]
    else:  # ... , X said.
        pieces, words = [f"{first}, {name} {verb if verb != 'told' else 'said'}."], [True]
    for sentence in rest:
        end = rng.randrange(4)
        later = rng.choice(("he", "she", who.last, "the " + who.role.split(" at ")[0].split(" of ")[0].split()[-1]))
        if end == 0:
            pieces.append(f"{opened}{sentence},{closed} {later} {rng.choice(('added', 'said', 'says', 'continued'))}.")
        elif end == 1:
            pieces.append(
                f"{later[0].upper() + later[1:]} {rng.choice(('added', 'said', 'noted'))} that {_lower(sentence)}."
            )
        else:
            pieces.append(f"{opened}{sentence}.{closed}")
        words.append(True)
    return _Quoted(pieces, words)


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
            quoted = _quote([source[p] for p in first_said], one, one_known, "", rng)
            index = 0
            for piece, words in zip(quoted.pieces, quoted.words, strict=True):
                pieces.append(piece)
                owner.append("1" if words else "1f")
                origin.append(first_said[min(index, said_size - 1)] if words else -1)
                index += words
        elif position in second_said:
            quoted = _quote([source[position]], two, two_known, "", rng)
            for piece, words in zip(quoted.pieces, quoted.words, strict=True):
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
            question = f"According to {name_of(one)}, {_lower(question)}" if rng.random() < 0.5 else question
            answer = text.text[span[0] : span[1]]
            at = next((i for i, p in enumerate(origin) if p == key), -1)
            start = body.find(answer, spans[at][0], spans[at][1]) if at >= 0 else -1
            short = (start, start + len(answer)) if start >= 0 else None
            made.append(
                Told(question, body, (), tuple(spans), tuple(int(i == at) for i in range(len(pieces))), True, short)
            )
        if rng.random() < 0.25:
            reported = _lower(_bare(source[key]))
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
