"""The chat-model answerer: the model writes from numbered passages, code resolves what it points at."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from assistant.answer import ABSTENTION, Answer, Citation, Statement, StatementEvent, Unverified
from assistant.prompts import QUESTION, SYSTEM, numbered
from retrieval.articles import Article, ScoredChunk
from retrieval.errors import DatelineError, one_line
from retrieval.sentences import sentence_spans
from retrieval.words import terms

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Models write [1], [1, 2], [1][2], but also [1a] and [see 3]: all of them go from the text, the first three are read.
_MARKER = r"\[[^\[\]]{0,20}?\d[^\[\]]*\]"
_MARKERS = re.compile(rf"\s*{_MARKER}")
_NUMBERS = re.compile(r"\[\s*(\d{1,6}(?:\s*[,;]\s*\d{1,6})*)\s*\]")
_AFTER_THE_STOP = re.compile(rf"([.!?…][\"”’]?)((?:\s*{_MARKER})+)")

Bearing = Callable[[str, Sequence[ScoredChunk], Mapping[str, Article]], Sequence[ScoredChunk]]
"""Of what was retrieved for a question that stands alone, what the model may read, best first; nothing: it is not asked."""


class ComposedAnswerer:
    """Answers in a chat model's words; every statement keeps only citations that name a passage it was given."""

    def __init__(self, model: "BaseChatModel", *, bearing: Bearing | None = None) -> None:
        self.model = model
        self.bearing = bearing or (lambda question, retrieved, articles: retrieved)

    @staticmethod
    def model_named(name: str) -> "BaseChatModel":
        """The model that `init_chat_model` makes of a name such as `anthropic:claude-…`.

        Raises:
            DatelineError: the provider is unknown, or its package or key is missing.
        """
        from langchain.chat_models import init_chat_model

        try:
            return init_chat_model(name)
        except ImportError:
            raise DatelineError(
                f"chat model {name!r} needs the package of its provider: pip install 'dateline[openai]' "
                "(or [anthropic], [ollama], [google]; for any other its langchain package)"
            ) from None
        except Exception as error:  # each provider raises its own kinds
            if "infer model provider" in str(error):
                raise DatelineError(
                    f"chat model {name!r} names no provider: expected provider:model, such as ollama:qwen3"
                ) from None
            raise DatelineError(
                f"chat model {name!r} cannot be used ({one_line(error)[:200]}): check its name and set its key"
            ) from None

    def stream(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> Iterator[StatementEvent | Answer]:
        """The model's statements that cite a passage, then the answer; without any, an abstention."""
        bearing = self.bearing(question, retrieved, articles)
        if not bearing:  # no evidence, no model call
            yield Answer(question=question, outcome="not_in_articles", retrieved=tuple(retrieved))
            return
        retrieved = bearing
        citations: dict[tuple[str, int, int], Citation] = {}
        statements: list[Statement] = []
        unverified: list[Unverified] = []
        for text, numbers in pointed(self._reply(question, retrieved)):
            if _letters(text) == _letters(ABSTENTION):
                continue
            new: list[Citation] = []
            cited: list[int] = []
            for number in numbers:
                if not 1 <= number <= len(retrieved):
                    continue
                start, end = _supporting_span(text, retrieved[number - 1])
                file = retrieved[number - 1].chunk.file
                article = articles[file]
                key = (file, start, end)
                if key not in citations:
                    citations[key] = Citation(
                        len(citations) + 1, file, start, end, article.text[start:end], article.title
                    )
                    new.append(citations[key])
                cited.append(citations[key].number)
            if cited:
                statement = Statement(text, tuple(dict.fromkeys(cited)))
                statements.append(statement)
                yield StatementEvent(statement, tuple(new))
            else:
                unverified.append(Unverified(text, "it points at no passage"))
        yield Answer(
            question=question,
            outcome="answered" if statements else "not_in_articles",
            statements=tuple(statements),
            citations=tuple(citations.values()),
            retrieved=tuple(retrieved),
            unverified=tuple(unverified),
        )

    def _reply(self, question: str, retrieved: Sequence[ScoredChunk]) -> str:
        from langchain_core.messages import HumanMessage, SystemMessage

        prompt = QUESTION.format(passages=numbered(retrieved), question=question)
        try:
            return str(self.model.invoke([SystemMessage(SYSTEM), HumanMessage(prompt)]).text)
        except Exception as error:  # each provider raises its own kinds
            raise DatelineError(
                f"the chat model did not answer ({one_line(error)[:200]}): "
                "check its name, key and address, or ask without it"
            ) from None


def pointed(reply: str) -> Iterator[tuple[str, list[int]]]:
    """Statements of a reply with the passage numbers they end with, markers taken out of the text.

    >>> list(pointed("Kashin said no [1]. Xi left [2, 3]."))
    [('Kashin said no.', [1]), ('Xi left.', [2, 3])]
    """
    for line in reply.splitlines():
        # A marker after the full stop belongs to the sentence before it.
        line = _AFTER_THE_STOP.sub(r"\2\1", line.strip())
        for start, end in sentence_spans(line):
            sentence = line[start:end]
            numbers = [int(number) for found in _NUMBERS.findall(sentence) for number in re.findall(r"\d+", found)]
            text = _MARKERS.sub("", sentence).strip(" -*•")
            if re.search(r"\w", text):
                yield text, numbers


def _supporting_span(statement: str, scored: ScoredChunk) -> tuple[int, int]:
    """The sentence of a passage that shares most words with a statement; the whole passage where none shares any."""
    wanted = set(terms(statement))
    chunk = scored.chunk
    spans = sentence_spans(chunk.text)
    best = max(spans, key=lambda span: len(wanted & set(terms(chunk.text[slice(*span)]))), default=(0, len(chunk.text)))
    if not wanted & set(terms(chunk.text[slice(*best)])):
        best = (0, len(chunk.text))
    return chunk.start + best[0], chunk.start + best[1]


def _letters(text: str) -> str:
    return "".join(re.findall(r"[a-z]", text.lower()))
