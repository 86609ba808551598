"""An article read for answering: its sentences, whose words each one is, and which are headings."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.namesakes import Bearers, bearers, everybody, meant_by
from assistant.speakers import Attribution, attributions
from retrieval.articles import Article
from retrieval.sentences import Span, sentence_spans
from retrieval.words import terms

_END = re.compile(r"[.!?…:;][\"'”’»)\]]*$|[\"”»]$")
# A sentence that begins like this says nothing without the one before it.
_LEANS_BACK = re.compile(
    r"^[\"“«'(]*(?:(?:He|She|They|It|Its|His|Her|Their|This|That|These|Those|Such|Both|The\ (?:latter|former|two|three|expert|analyst)s?)\b"
    r"|(?:As\ a\ result|Therefore|Hence|Consequently|For\ (?:this|that)\ reason|That\ is\ why)\b"
    r"|(?:But|And|So|However|Although|Because|Moreover|Also|In\ addition|As\ a\ result),?\ (?:he|she|they|it|its|his|her|their|this|that|these|the\ latter)\b)"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """Sentences of one article in order; `attributions[i]`, `headings[i]` and `bearers[i]` belong to `sentences[i]`."""

    article: Article
    sentences: tuple[Span, ...]
    attributions: tuple[Attribution | None, ...]
    headings: tuple[bool, ...]
    terms: frozenset[str]
    bearers: tuple[Bearers, ...]
    """Whom the surnames in each sentence mean."""
    people: Bearers
    """Everybody whom they mean."""

    @classmethod
    def of(cls, article: Article) -> "Reading":
        """Read an article; what its web page left behind has no sentences."""
        text = article.text
        sentences = [
            span for block in article.indexed_spans() for span in sentence_spans(text, start=block[0], end=block[1])
        ]
        headings = tuple(_is_heading(text, span) for span in sentences)
        meant = bearers(text, sentences)
        spoken = tuple(attributions(text, sentences, meant))
        return cls(article, tuple(sentences), spoken, headings, frozenset(terms(text)), meant, everybody(meant))

    def text(self, number: int) -> str:
        """The sentence as written."""
        return self.article.text[slice(*self.sentences[number])]

    def within(self, start: int, end: int) -> range:
        """Numbers of the sentences that lie in `text[start:end]`."""
        return range(bisect_left(self.sentences, (start, 0)), bisect_right(self.sentences, (end, 0)))

    def speakers_in_full(self, number: int) -> frozenset[str]:
        """The full names of those whose words a sentence is, as far as the article gives them."""
        attribution = self.attributions[number]
        here = self.bearers[attribution.named_in] if attribution else {}
        return frozenset(
            full for name in (attribution.speakers if attribution else ()) for full in meant_by(name, here)
        )

    def leans_back(self, number: int) -> bool:
        """Whether a sentence needs the one before it: it begins with a pronoun and names nobody first."""
        return number > 0 and not self.headings[number - 1] and bool(_LEANS_BACK.match(self.text(number)))

    def runs(self, numbers: Iterable[int]) -> list[list[int]]:
        """Sentence numbers as runs of neighbours; none reaches across what the web page left behind."""
        found: list[list[int]] = []
        for number in sorted(set(numbers)):
            if found and number == found[-1][-1] + 1 and not self._parted(number - 1, number):
                found[-1].append(number)
            else:
                found.append([number])
        return found

    def _parted(self, first: int, second: int) -> bool:
        gap = self.sentences[first][1], self.sentences[second][0]
        return any(start < gap[1] and end > gap[0] for start, end in self.article.leftovers)


def _is_heading(text: str, span: Span) -> bool:
    """A line of its own without an end: a title, a subheading, a byline."""
    start, end = span
    line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
    line_ends = [position for position in (text.find("\n", end), text.find("\r", end)) if position >= 0]
    line = text[line_start : min(line_ends, default=len(text))].strip()
    return line == text[start:end] and (not _END.search(line) or (line.endswith("?") and len(line.split()) <= 12))
