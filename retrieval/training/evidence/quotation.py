"""Sentences as news quotes them: between marks, reported, split, or after a sentence that names the speaker."""

import random
from dataclasses import dataclass

from retrieval.training.evidence.speakers import Speaker

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


@dataclass(slots=True)
class Quotation:
    """Sentences of the new passage that one speaker's words became."""

    pieces: list[str]
    words: list[bool]
    """Which pieces hold the speaker's words, as against a sentence that only names him."""


def lowered(sentence: str) -> str:
    """The sentence as it goes on another: its first letter small, unless the first word is no plain one."""
    first = sentence.split(" ", 1)[0]
    return sentence if not first.isalpha() or first.isupper() or first == "I" else sentence[0].lower() + sentence[1:]


def bare(sentence: str) -> str:
    """The sentence without its full stop, its own quotation marks made inner ones."""
    return sentence.strip().rstrip(".;: ").replace("“", "‘").replace("”", "’").replace('"', "'")


def quoted(said: list[str], who: Speaker, known: bool, rng: random.Random) -> Quotation:
    """The sentences `said` as news tells them; `known` if the speaker was named in full before."""
    name = (
        who.last
        if known
        else rng.choice((f"{who.name}, {who.role}", f"{who.role} {who.name}", who.name, f"{who.name}, a {who.role}"))
    )
    verb = rng.choice(_SAYS)
    to = f" {rng.choice(_OUTLETS)}" if verb == "told" else ""
    opened, closed = rng.choice((("“", "”"), ("“", "”"), ('"', '"'), ("‘", "’"), ("«", "»")))
    first, rest = bare(said[0]), [bare(s) for s in said[1:]]
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
        pieces, words = [f"{cap} {verb} that {lowered(first)}."], [True]
    elif style == 3:  # According to X, ...
        pieces, words = [f"{rng.choice(('According to', 'In the view of', 'For'))} {name}, {lowered(first)}."], [True]
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
                f"{later[0].upper() + later[1:]} {rng.choice(('added', 'said', 'noted'))} that {lowered(sentence)}."
            )
        else:
            pieces.append(f"{opened}{sentence}.{closed}")
        words.append(True)
    return Quotation(pieces, words)
