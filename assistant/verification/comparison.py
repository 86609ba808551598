"""A statement laid beside its quotes: which word of the one is which word of the other."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from assistant.verification.lexicon import LIGHT
from assistant.verification.scopes import Operator, operators
from assistant.verification.tokens import Token, tokens, with_names

# Cosine of word vectors from which two words may stand for one another, and from which they do so wholly.
RELATED, SYNONYM = 0.25, 0.5
ALIGNED = 0.5
WINDOW = 5  # words on either side that tell one occurrence of a word from another


@dataclass(frozen=True)
class Comparison:
    """Tokens of a statement, of its quotes, and of what stands around these; and how the first two are aligned.

    `told` is the quotes' own text, `context` the text around them, which tells who and when and nothing else;
    `speakers` are the names of those whose words the quotes are.
    """

    statement: tuple[Token, ...]
    quote: tuple[Token, ...]
    context: tuple[Token, ...]
    speakers: tuple[str, ...]
    text: str
    told: str
    around: str

    @classmethod
    def of(cls, statement: str, quotes: Sequence[str], context: str = "", speakers: Sequence[str] = ()) -> "Comparison":
        """Compare a statement with quotes, read as one text."""
        told = "\n".join(f"{quote}." for quote in quotes)
        around = "\n".join((context, *(f"{speaker}." for speaker in speakers)))
        ours, theirs, nearby = tokens(statement), tokens(told), tokens(around)
        known = _names(ours) | _names(theirs) | _names(nearby)
        return cls(
            with_names(ours, known),
            with_names(theirs, known),
            with_names(nearby, known),
            tuple(speakers),
            statement,
            told,
            around,
        )

    @cached_property
    def operators(self) -> list[Operator]:
        """What denies or weakens words of the statement."""
        return operators(self.statement)

    @cached_property
    def quoted_operators(self) -> list[Operator]:
        """The same of the quotes."""
        return operators(self.quote)

    @cached_property
    def places(self) -> dict[str, tuple[int, ...]]:
        """Where each stem stands in the quotes."""
        found: dict[str, tuple[int, ...]] = {}
        for index, token in enumerate(self.quote):
            found[token.stem] = (*found.get(token.stem, ()), index)
        return found

    @cached_property
    def _cosines(self) -> dict[int, list[tuple[float, int]]]:
        """For each content word of the statement that the quotes do not have, how near each of theirs is in meaning."""
        lacking = [
            i
            for i, token in enumerate(self.statement)
            if token.content and token.stem not in self.places and not token.name and not token.text[0].isdigit()
        ]
        theirs = [j for j, token in enumerate(self.quote) if token.content and not token.name and token.text.isalpha()]
        if not lacking or not theirs:
            return {}
        from retrieval.relatedness import WordVectors  # NumPy takes longer to import than all of this

        vectors = WordVectors.embedded()
        matrix = (
            vectors.vectors([self.statement[i].lower for i in lacking])
            @ vectors.vectors([self.quote[j].lower for j in theirs]).T
        )
        return {
            i: sorted(((float(value), j) for value, j in zip(row, theirs, strict=True)), reverse=True)
            for i, row in zip(lacking, matrix, strict=True)
        }

    @cached_property
    def aligned(self) -> tuple[tuple[int, ...], ...]:
        """For each token of the statement the tokens of the quotes that it may be, those that stand in most alike company."""
        return tuple(self._aligned(index) for index in range(len(self.statement)))

    @cached_property
    def backwards(self) -> dict[int, tuple[int, ...]]:
        """For each token of the quotes the tokens of the statement that may be it."""
        found: dict[int, tuple[int, ...]] = {}
        for index, places in enumerate(self.aligned):
            for place in places:
                found[place] = (*found.get(place, ()), index)
        return found

    def met(self, index: int) -> float:
        """How far the quotes have a word of the statement: 1 by its stem, less by a word near in meaning, else 0."""
        if self.statement[index].stem in self.places:
            return 1.0
        near = self._cosines.get(index)
        return min(1.0, max(0.0, (near[0][0] - RELATED) / (SYNONYM - RELATED))) if near else 0.0

    @cached_property
    def near_verbatim(self) -> bool:
        """Whether all but a word or two of the statement are the quotes' own."""
        content = [token.stem for token in self.statement if token.content]
        return len(content) > 2 and sum(stem in self.places for stem in content) >= 0.9 * len(content)

    @cached_property
    def swapped(self) -> list[tuple[tuple[Token, ...], tuple[Token, ...]]]:
        """Where a few words of the statement stand in the place of others, between words that are the quotes' own."""
        ours, theirs = [t.stem for t in self.statement], [t.stem for t in self.quote]
        codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
        found = []
        for number, (kind, a, b, c, d) in enumerate(codes):
            held = sum(
                n[2] - n[1]
                for n in (*codes[max(0, number - 1) : number], *codes[number + 1 : number + 2])
                if n[0] == "equal"
            )
            if kind == "replace" and b - a <= 4 and d - c <= 4 and held >= 3:
                found.append((self.statement[a:b], self.quote[c:d]))
        return found

    @cached_property
    def edits(self) -> list[tuple[tuple[Token, ...], tuple[Token, ...]]]:
        """What a statement that repeats its quotes word for word has instead of a few of their words, or they of its own."""
        if not self.near_verbatim:
            return []
        ours, theirs = [t.stem for t in self.statement], [t.stem for t in self.quote]
        codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
        return [
            (self.statement[a:b], self.quote[c:d])
            for before, (kind, a, b, c, d), after in zip(codes, codes[1:], codes[2:], strict=False)
            if kind != "equal" and max(b - a, d - c) <= 4 and before[2] - before[1] >= 2 and after[2] - after[1] >= 2
        ]

    @cached_property
    def nearest(self) -> frozenset[int]:
        """The sentences of the quotes that have at least half as many of the statement's words as the one with the most."""
        ours = {token.stem for token in self.statement if token.content and token.stem not in LIGHT}
        shared: dict[int, set[str]] = {}
        for token in self.quote:
            shared.setdefault(token.sentence, set())
            if token.stem in ours:
                shared[token.sentence].add(token.stem)
        for index in range(len(self.statement)):
            for place in self.aligned[index]:
                shared[self.quote[place].sentence].add(self.statement[index].stem)
        most = max(map(len, shared.values()), default=0)
        return frozenset(number for number, stems in shared.items() if 2 * len(stems) >= most)

    @cached_property
    def nearest_text(self) -> str:
        """The words of these sentences."""
        return " ".join(token.text for token in self.quote if token.sentence in self.nearest)

    @property
    def weighty(self) -> list[int]:
        """The words of the statement that carry what it says, names apart."""
        return [i for i, t in enumerate(self.statement) if t.content and not t.name and t.stem not in LIGHT]

    def _aligned(self, index: int) -> tuple[int, ...]:
        token = self.statement[index]
        if not token.content:
            return ()
        places = self.places.get(token.stem, ())
        if not places:
            near = self._cosines.get(index, [])
            places = tuple(j for cosine, j in near[:1] if cosine >= ALIGNED)
        if len(places) < 2:
            return places
        company = _company(self.statement, index).keys()
        scores = [
            sum(near for stem, near in _company(self.quote, place).items() if stem in company) for place in places
        ]
        best = max(scores)
        return tuple(place for place, score in zip(places, scores, strict=True) if score == best)


def _company(text: Sequence[Token], index: int) -> dict[str, float]:
    """The stems near a word, each with one over its distance."""
    found: dict[str, float] = {}
    for place in range(max(0, index - WINDOW), min(len(text), index + WINDOW + 1)):
        token = text[place]
        if token.content and token.stem != text[index].stem:
            found[token.stem] = max(found.get(token.stem, 0.0), 1.0 / abs(place - index))
    return found


def _names(text: Collection[Token]) -> frozenset[str]:
    return frozenset(token.stem for token in text if token.name)
