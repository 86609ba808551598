"""The chain: question and history in, verified statements and an `Answer` out."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Callable, Collection, Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, Self

from assistant.answer import Answer, StatementEvent
from assistant.checking import checked
from assistant.followups import Standalone, conversation, rewritten, standalone
from assistant.settings import Settings
from assistant.threads import in_thread
from assistant.trail import StoodAlone
from retrieval.articles import Article, ScoredChunk, Skipped
from retrieval.errors import DatelineError
from retrieval.search import search
from retrieval.tracing import note, traced

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from assistant.explanation import Explanation
    from retrieval.encoder import Embedder, Encoder
    from retrieval.evidence.model import Reader
    from retrieval.index import Index

Progress = Callable[[str, int, int], None]


class Answerer(Protocol):
    """Answers a question that stands alone from retrieved chunks: statements as they stand, then the answer."""

    def stream(
        self, question: str, retrieved: Sequence[ScoredChunk], articles: Mapping[str, Article]
    ) -> Iterator[StatementEvent | Answer]: ...


@dataclass(frozen=True, slots=True)
class Asked:
    """What goes through the chain: a question as typed, as searched, and what the search brought up."""

    question: str
    standalone: Standalone
    retrieved: tuple[ScoredChunk, ...]
    timings: Mapping[str, float]


class Assistant:
    """Answers questions about one folder of articles. Safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        index: "Index",
        embeddings: "Embedder",
        answerer: Answerer,
        rewriter: "BaseChatModel | None" = None,
    ) -> None:
        self.settings = settings
        self.index = index
        self.embeddings = embeddings
        self.answerer = answerer
        self.rewriter = rewriter

    @classmethod
    def from_settings(cls, settings: Settings | None = None, *, progress: Progress | None = None) -> Self:
        """Bring the index up to date and load the models that the settings name.

        Raises:
            DatelineError: the folder, the index or a provider cannot be used.
        """
        from retrieval.encoder import Encoder, encoder_fingerprint
        from retrieval.evidence.opening import open_reader
        from retrieval.index import Index

        settings = settings or Settings()
        model = _chat_model(settings.model, settings.model_url)
        with ThreadPoolExecutor(1) as pool:
            opening = pool.submit(Encoder, threads=settings.threads)
            reading = pool.submit(open_reader, settings.reranker, threads=settings.threads)
            import_module("chromadb")  # the slowest import of all: the models load beside it
            encoder, reader = opening.result(), reading.result()
        embeddings: Embedder = encoder
        embedder = encoder_fingerprint()
        if settings.embeddings:
            from retrieval.embeddings import open_embeddings

            embeddings, embedder = open_embeddings(settings.embeddings)
        index = Index.open(
            settings.corpus,
            cache=settings.cache,
            embeddings=embeddings,
            embedder=embedder,
            chunk_tokens=settings.chunk_tokens,
            chroma_url=settings.chroma_url,
            max_bytes=settings.max_file_bytes,
            progress=progress,
        )
        try:
            answerer = _answerer(model, index, encoder, reader, settings)
            return cls(settings, index=index, embeddings=embeddings, answerer=answerer, rewriter=model)
        except BaseException:
            index.close()
            raise

    @property
    def articles(self) -> Mapping[str, Article]:
        """The articles by file."""
        return self.index.articles

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """Files that were not read, and why."""
        return self.index.skipped

    def ask(
        self, question: str, history: Sequence[Any] | None = None, *, files: Collection[str] | None = None
    ) -> Answer:
        """Answer a question; `history` holds the conversation before it, `files` limits where to look.

        Raises:
            DatelineError: the question is empty or too long, a file is unknown, or a chat model failed.
        """
        for event in self.stream(question, history, files=files):
            if isinstance(event, Answer):
                return event
        raise AssertionError("an answerer ended without an answer")

    def stream(
        self, question: str, history: Sequence[Any] | None = None, *, files: Collection[str] | None = None
    ) -> Generator[StatementEvent | Answer, None, None]:
        """Statements as each stands, then the whole answer."""
        yield from self._answer(self._retrieve(question, history, files))

    def batch(
        self,
        questions: Sequence[str | Mapping[str, Any]],
        *,
        return_exceptions: bool = False,
        max_concurrency: int | None = None,
    ) -> list[Answer]:
        """Answers in the order of the questions, `max_concurrency` at a time; a question is what the chain takes.

        The first error is raised and the other answers are lost, as in LangChain; with `return_exceptions` an error
        stands in its answer's place and the others are kept.
        """
        answers: list[Answer] = self.chain.batch(
            list(questions), {"max_concurrency": max_concurrency}, return_exceptions=return_exceptions
        )
        return answers

    async def aask(
        self, question: str, history: Sequence[Any] | None = None, *, files: Collection[str] | None = None
    ) -> Answer:
        """`ask` in a thread, beside the event loop."""
        return await asyncio.to_thread(self.ask, question, history, files=files)

    def astream(
        self, question: str, history: Sequence[Any] | None = None, *, files: Collection[str] | None = None
    ) -> AsyncGenerator[StatementEvent | Answer, None]:
        """`stream` in a thread, beside the event loop; each statement is there as soon as it stands."""
        return in_thread(self.stream(question, history, files=files))

    async def abatch(
        self,
        questions: Sequence[str | Mapping[str, Any]],
        *,
        return_exceptions: bool = False,
        max_concurrency: int | None = None,
    ) -> list[Answer]:
        """`batch` in threads, beside the event loop."""
        return await asyncio.to_thread(
            self.batch, questions, return_exceptions=return_exceptions, max_concurrency=max_concurrency
        )

    def explain(
        self, question: str, history: Sequence[Any] | None = None, *, files: Collection[str] | None = None
    ) -> "Explanation":
        """The answer, and stage by stage how it came about: what was searched, found, scored, chosen, removed, and why."""
        from assistant.explanation import explained

        with traced() as trace:
            for event in self.stream(question, history, files=files):
                trace.add(event)
        return explained(trace)

    @cached_property
    def chain(self) -> "Runnable[Any, Any]":
        """The same road as a LangChain Runnable: takes a question, or a dict of question, history and files.

        `invoke`, `batch`, `ainvoke` and `abatch` give the `Answer`; `stream` and `astream` give `StatementEvent`s, then it.
        """
        from assistant.chain import answer_chain

        return answer_chain(self)

    def close(self) -> None:
        """Let go of the index; another process may then open it."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _retrieve(self, question: str, history: Sequence[Any] | None, files: Collection[str] | None) -> Asked:
        started = time.perf_counter()
        question = checked(question, longest=self.settings.max_question_chars)
        for name, given in (("history", history), ("files", files)):
            if isinstance(given, str | bytes | Mapping):
                raise DatelineError(f"{name} is a {type(given).__name__}: expected a list")
        unknown = [file for file in files or () if file not in self.articles]
        if unknown:
            raise DatelineError(
                f"no article {unknown[0]!r} in {str(self.settings.corpus)!r}: name files as the citations do"
            )
        # What a follow-up takes over from the conversation may be as long as people's messages are.
        turns = conversation(history)
        alone = rewritten(question, turns, self.rewriter) if self.rewriter else standalone(question, turns)
        alone = replace(alone, text=alone.text[: self.settings.max_question_chars])
        note(StoodAlone, question, alone, len(turns))
        found = tuple(search(self.index, self.embeddings, alone.text, self.settings.retrieved, files=files))
        return Asked(question, alone, found, {"retrieval": 1000 * (time.perf_counter() - started)})

    def _answer(self, asked: Asked) -> Iterator[StatementEvent | Answer]:
        started = time.perf_counter()
        for event in self.answerer.stream(asked.standalone.text, asked.retrieved, self.articles):
            if isinstance(event, Answer):
                timings = {**asked.timings, "answering": 1000 * (time.perf_counter() - started)}
                event = replace(
                    event,
                    question=asked.question,
                    standalone_question=asked.standalone.text,
                    assumption=asked.standalone.assumption,
                    timings=timings,
                )
            yield event


def _chat_model(name: str, url: str) -> "BaseChatModel | None":
    if not name:
        if url:
            raise DatelineError("model_url is set and model is not: name the model, such as openai:qwen3")
        return None
    from assistant.composed import ComposedAnswerer

    return ComposedAnswerer.model_named(name, url)


def _answerer(
    model: "BaseChatModel | None", index: "Index", encoder: "Encoder", reader: "Reader", settings: Settings
) -> Answerer:
    from assistant.extractive import ExtractiveAnswerer
    from retrieval.evidence.opening import open_scorer

    scorer = open_scorer((chunk.text for chunk in index.chunks), encoder=encoder, reader=reader)
    extractive = ExtractiveAnswerer(scorer)
    if model is None:
        return extractive
    from assistant.composed import ComposedAnswerer
    from assistant.provider import Deadlines

    deadlines = Deadlines(settings.first_token_seconds, settings.total_seconds)
    return ComposedAnswerer(
        model,
        bearing=extractive.bearing,
        scorer=scorer,
        fallback=extractive,
        deadlines=deadlines,
        prompt_tokens=settings.prompt_tokens,
    )


_shared: dict[str, Assistant] = {}
_sharing = threading.Lock()


def ask(question: str, history: Sequence[Any] | None = None, *, settings: Settings | None = None) -> Answer:
    """Answer a question about the articles in `seeds/`, or about those that `settings` or the environment name.

    The first call opens the index and the models; later calls with the same settings use them again.
    """
    settings = settings or Settings()
    key = settings.model_dump_json()
    with _sharing:
        assistant = _shared.get(key)
        if assistant is None:
            assistant = _shared[key] = Assistant.from_settings(settings)
    return assistant.ask(question, history)
