"""Questions that a reader may ask next, each checked to be answered before it is suggested."""

from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain, zip_longest
from typing import TypeVar

from assistant.answer import Answer, Citation
from assistant.drafting import Draft, drafts
from assistant.reading import Reading
from retrieval.articles import Article
from retrieval.evidence.overlap import asked_words, met_words, share
from retrieval.relatedness import WordVectors
from retrieval.words import terms

TRIED = 4  # questions that are checked for each that is wanted: an answer takes about a tenth of a second
ARTICLES_READ = 2  # to begin with, for each question that is wanted: of more articles so many, evenly spread
SAME = 0.75  # of the words of two questions that the other meets, on average: they ask for the same
KINDS = ("said", "about", "who", "happened")  # by turns, so that neighbours are not put alike

T = TypeVar("T")
_Proposal = tuple[Reading, Draft]


def suggested(
    ask: Callable[[str], Answer],
    articles: Mapping[str, Article],
    answer: Answer | None = None,
    *,
    asked: Collection[str] = (),
    most: int = 3,
) -> Generator[str, None, None]:
    """At most `most` questions that `ask` answers with the sentence that each was made of, none of them asked before.

    After an answer they are about what was retrieved for it and not cited, and about the rest of the articles it cites; without
    one they are spread over the articles.
    """
    before = [*asked, *((answer.question, answer.standalone_question) if answer else ())]
    shown = answer.citations if answer else ()
    tries = TRIED * most
    for reading, draft in (
        _after(answer, articles) if answer else _to_begin_with(list(articles.values()), ARTICLES_READ * most)
    ):
        if most <= 0 or tries <= 0:
            return
        if _cites(shown, reading, draft) or any(_same(draft.question, other) for other in before):
            continue
        tries -= 1
        found = ask(draft.question)
        if found.outcome == "answered" and _cites(found.citations, reading, draft):
            before.append(draft.question)
            most -= 1
            yield draft.question


def _to_begin_with(articles: Sequence[Article], most: int) -> Iterator[_Proposal]:
    """Drafts of every article by turns, each beginning with another kind; what an article says most about comes first."""
    step = max(1, len(articles) // max(1, most))
    rows = []
    for n, article in enumerate(articles[::step][:most]):
        reading = _read(article)
        said = Counter(chain.from_iterable(set(terms(reading.text(i))) for i in range(len(reading.sentences))))
        found = sorted(
            _drafted(reading, range(len(reading.sentences))), key=lambda one: _commonness(one[1], said), reverse=True
        )
        rows.append(_kinds_by_turns(found, first=n))
    return _by_turns(rows)


def _commonness(draft: Draft, said: Mapping[str, int]) -> tuple[bool, int]:
    """Whether a draft's topic is more than one word, and in how many sentences its rarest word stands."""
    words = set(terms(draft.topic))
    return len(words) > 1, min((said[word] for word in words), default=1)


def _after(answer: Answer, articles: Mapping[str, Article]) -> Iterator[_Proposal]:
    """By turns drafts of the chunks that were retrieved, best first, and of the articles cited."""
    chunks = [scored.chunk for scored in answer.retrieved if scored.chunk.file in articles]
    cited = dict.fromkeys(citation.file for citation in answer.citations if citation.file in articles)
    found = [(_read(articles[chunk.file]), chunk.start, chunk.end) for chunk in chunks]
    rest = [(_read(articles[file]), 0, len(articles[file].text)) for file in cited]
    return _by_turns(
        [
            one
            for reading, start, end in places
            for one in _kinds_by_turns(_drafted(reading, reading.within(start, end)))
        ]
        for places in (found, rest)
    )


def _drafted(reading: Reading, numbers: Iterable[int]) -> list[_Proposal]:
    return [(reading, draft) for number in numbers for draft in drafts(reading, number)]


def _kinds_by_turns(proposals: Iterable[_Proposal], *, first: int = 0) -> list[_Proposal]:
    order = [*KINDS[first % len(KINDS) :], *KINDS[: first % len(KINDS)]]
    proposals = list(proposals)
    return list(_by_turns([one for one in proposals if one[1].kind == kind] for kind in order))


def _by_turns(rows: Iterable[Sequence[T]]) -> Iterator[T]:
    for column in zip_longest(*rows):
        yield from (one for one in column if one is not None)


def _cites(citations: Iterable[Citation], reading: Reading, draft: Draft) -> bool:
    """Whether the sentence that a draft was made of stands among the cited words."""
    start, end = reading.sentences[draft.sentence]
    return any(
        citation.file == reading.article.file and citation.start <= start and end <= citation.end + 2
        for citation in citations
    )


def _same(question: str, other: str) -> bool:
    """Whether two questions ask for the same, by their words or words near in meaning."""
    return (_met(question, other) + _met(other, question)) / 2 >= SAME


def _met(question: str, other: str) -> float:
    words = asked_words(question, {})
    return share(words, met_words(words, other, WordVectors.embedded()))


@lru_cache(maxsize=100)
def _read(article: Article) -> Reading:
    return Reading.of(article)
