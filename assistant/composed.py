"""The chat-model answerer: the model writes from numbered passages, code resolves what it points at."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import ABSTENTION, Answer, Citation, Statement, StatementEvent, Unverified
from assistant.prompts import QUESTION, SYSTEM, numbered
from assistant.provider import Deadlines, ProviderError, reply_pieces, told
from assistant.statements import as_written
from retrieval.articles import Article, ScoredChunk
from retrieval.errors import DatelineError
from retrieval.sentences import sentence_spans
from retrieval.words import terms

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.assistant import Answerer

Bearing = Callable[[str, Sequence[ScoredChunk], Mapping[str, Article]], Sequence[ScoredChunk]]
"""Of what was retrieved for a question that stands alone, what the model may read, best first; nothing: it is not asked."""


TIMEOUT = 120.0  # seconds: ends a client's thread that nobody waits for any more
EXTRACTED = "{trouble}: this answer is made of the articles' own sentences."
INCOMPLETE = "{trouble}: the answer is incomplete."


class ComposedAnswerer:
    """Answers in a chat model's words; every statement keeps only citations that name a passage it was given."""

    def __init__(
        self,
        model: "BaseChatModel",
        *,
        bearing: Bearing | None = None,
        fallback: "Answerer | None" = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self.model = model
        self.bearing = bearing or (lambda question, retrieved, articles: retrieved)
        self.fallback = fallback
        self.deadlines = deadlines or Deadlines()

    @staticmethod
    def model_named(name: str) -> "BaseChatModel":
        """The model that `init_chat_model` makes of a name such as `anthropic:claude-…`.

        Raises:
            DatelineError: the provider is unknown, or its package or key is missing.
        """
        from langchain.chat_models import init_chat_model

        try:
            try:
                # Tried again and given up by `provider`, which a client with rules of its own would outlast.
                return init_chat_model(name, max_retries=0, timeout=TIMEOUT)
            except (TypeError, ValueError):  # no such options: not every provider has them
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
                f"chat model {name!r} cannot be used ({told(error)}): check its name and set its key"
            ) from None

    def stream(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> Iterator[StatementEvent | Answer]:
        """The model's statements that cite a passage, each as soon as it is written, then the answer; without any, an abstention.

        Where the provider fails before a statement stood, the fallback answers and the notice says so; later, what stands
        is kept.

        Raises:
            ProviderError: the provider failed and there is no fallback.
        """
        bearing = self.bearing(question, retrieved, articles)
        if not bearing:  # no evidence, no model call
            yield Answer(question=question, outcome="not_in_articles", retrieved=tuple(retrieved))
            return
        retrieved = bearing
        citations: dict[tuple[str, int, int], Citation] = {}
        statements: list[Statement] = []
        unverified: list[Unverified] = []
        notice = ""
        try:
            for text, numbers in as_written(self._reply(question, retrieved)):
                if _letters(text) == _letters(ABSTENTION):
                    continue
                known = len(citations)
                cited: list[int] = []
                for number in numbers:
                    if not 1 <= number <= len(retrieved):
                        continue
                    start, end = _supporting_span(text, retrieved[number - 1])
                    article = articles[retrieved[number - 1].chunk.file]
                    citation = Citation(
                        len(citations) + 1, article.file, start, end, article.text[start:end], article.title
                    )
                    cited.append(citations.setdefault((article.file, start, end), citation).number)
                if cited:
                    statement = Statement(text, tuple(dict.fromkeys(cited)))
                    statements.append(statement)
                    yield StatementEvent(statement, tuple(citations.values())[known:])
                else:
                    unverified.append(Unverified(text, "it points at no passage"))
        except ProviderError as trouble:
            if not statements and self.fallback is None:
                raise
            said = str(trouble)
            notice = (INCOMPLETE if statements else EXTRACTED).format(trouble=said[:1].upper() + said[1:])
        if notice and not statements and self.fallback is not None:
            for event in self.fallback.stream(question, retrieved, articles):
                yield replace(event, notice=notice) if isinstance(event, Answer) else event
            return
        yield Answer(
            question=question,
            outcome="answered" if statements else "not_in_articles",
            statements=tuple(statements),
            citations=tuple(citations.values()),
            retrieved=tuple(retrieved),
            unverified=tuple(unverified),
            notice=notice,
        )

    def _reply(self, question: str, retrieved: Sequence[ScoredChunk]) -> Iterator[str]:
        from langchain_core.messages import HumanMessage, SystemMessage

        prompt = QUESTION.format(passages=numbered(retrieved), question=question)
        return reply_pieces(self.model, [SystemMessage(SYSTEM), HumanMessage(prompt)], self.deadlines)


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
