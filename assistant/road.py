"""The road of a question: checked, made to stand alone, searched, answered."""

import time
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer, StatementEvent
from assistant.answerer import Answerer, Asked, answer_of
from assistant.checking import checked
from assistant.completion import completed
from assistant.followups import Standalone, conversation, rewritten, standalone
from assistant.settings import Settings
from assistant.stages import Stage, begin
from retrieval.articles import Article, ScoredChunk
from retrieval.errors import DatelineError
from retrieval.search import search
from retrieval.tracing import note, untraced

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from retrieval.encoder import Embedder
    from retrieval.searchable import OpenIndex, Searchable


@dataclass(frozen=True, slots=True)
class StoodAlone:
    """A question as typed and as searched."""

    question: str
    standalone: Standalone
    turns: int
    """Messages of the conversation before it."""


@dataclass(slots=True)
class Road:
    """What a question meets on its way, and in which order. Safe to share between threads."""

    settings: Settings
    index: "OpenIndex"
    embeddings: "Embedder"
    answerer: Answerer
    """Replaced as the articles change: it knows how rare each word is in them."""
    rewriter: "BaseChatModel | None" = None

    def events(
        self, question: str, history: Sequence[Any] | None, files: Collection[str] | None
    ) -> Generator[StatementEvent | Answer, None, None]:
        """The whole of it; nothing is done before the first event is asked for."""
        yield from self.answer(self.retrieve(question, history, files))

    def retrieve(self, question: str, history: Sequence[Any] | None, files: Collection[str] | None) -> Asked:
        """The question checked and made to stand alone, and what the search brings up for it.

        Raises:
            DatelineError: the question is empty or too long, the history is no list, or a file is unknown.
        """
        started = time.perf_counter()
        question = checked(question, longest=self.settings.max_question_chars)
        for name, given in (("history", history), ("files", files)):
            if given is not None and (isinstance(given, str | bytes | Mapping) or not isinstance(given, Iterable)):
                raise DatelineError(f"{name} is a {type(given).__name__}: expected a list")
        known = self.index.articles if files else ()
        if unknown := [file for file in files or () if not isinstance(file, str) or file not in known]:
            raise DatelineError(
                f"no article {unknown[0]!r} in {self.settings.corpus.name!r}: name files as the citations do"
            )
        begin(Stage("searching"))
        # What a follow-up takes over from the conversation may be as long as people's messages are.
        turns = conversation(history)
        alone = rewritten(question, turns, self.rewriter) if self.rewriter else standalone(question, turns)
        alone = replace(alone, text=alone.text[: self.settings.max_question_chars])
        note(StoodAlone, question, alone, len(turns))

        def searched(state: "Searchable") -> tuple[tuple[ScoredChunk, ...], Mapping[str, Article]]:
            return tuple(
                search(state, self.embeddings, alone.text, self.settings.retrieved, files=files)
            ), state.articles

        found, articles = self.index.read(searched)
        return Asked(question, alone, found, files, articles, {"retrieval": 1000 * (time.perf_counter() - started)})

    def answer(self, asked: Asked) -> Iterator[StatementEvent | Answer]:
        """Statements as each stands, then the answer, with what it leaves open asked for alone."""
        started = time.perf_counter()
        question = asked.standalone
        for event in self.answerer.stream(question.text, asked.retrieved, asked.articles):
            if not isinstance(event, Answer):
                yield event
                continue
            answer = replace(
                event, question=asked.question, standalone_question=question.text, assumption=question.assumption
            )
            for part in completed(answer, question.text, lambda alone: self.alone(alone, asked.files)):
                if isinstance(part, Answer):
                    timings = {**asked.timings, "answering": 1000 * (time.perf_counter() - started)}
                    part = replace(part, timings=timings)
                yield part

    def alone(self, question: str, files: Collection[str] | None) -> Answer:
        """The answer in the articles' own sentences to a question that stands alone, whichever answerer is set."""
        embedded = self.answerer.fallback or self.answerer
        with untraced():
            asked = self.retrieve(question, None, files)
            return answer_of(embedded.stream(asked.standalone.text, asked.retrieved, asked.articles))
