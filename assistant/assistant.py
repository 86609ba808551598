"""The front door: question and history in, verified statements and an `Answer` out."""

import asyncio
from collections.abc import AsyncGenerator, Collection, Generator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from assistant.answer import Answer, StatementEvent
from assistant.answerer import Answerer, answer_of
from assistant.models import Models
from assistant.road import Road
from assistant.settings import Settings
from assistant.stages import OnStage, heard
from assistant.threads import in_thread
from retrieval.articles import Article, Skipped
from retrieval.errors import DatelineError
from retrieval.tracing import traced

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.runnables import Runnable

    from assistant.explanation import Explanation
    from retrieval.encoder import Embedder
    from retrieval.scan import Progress
    from retrieval.searchable import OpenIndex


class Assistant:
    """Answers questions about one folder of articles. Safe to share between threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        index: "OpenIndex",
        embeddings: "Embedder",
        answerer: Answerer,
        rewriter: "BaseChatModel | None" = None,
        models: Models | None = None,
    ) -> None:
        self.settings = settings
        self.index = index
        self.embeddings = embeddings
        self.models = models
        self.road = Road(settings, index, embeddings, answerer, rewriter)

    @classmethod
    def from_settings(cls, settings: Settings | None = None, *, progress: "Progress | None" = None) -> Self:
        """Bring the index up to date and load the models that the settings name.

        Raises:
            DatelineError: the folder, the index or a provider cannot be used.
        """
        settings = settings or Settings()
        models = Models.open(settings)
        index = models.index(settings.corpus, cache=settings.cache, chroma_url=settings.chroma_url, progress=progress)
        return cls._over(index, settings, models)

    @classmethod
    def _over(cls, index: "OpenIndex", settings: Settings, models: Models) -> Self:
        try:
            return cls(
                settings,
                index=index,
                embeddings=models.embeddings,
                answerer=models.answerer(index),
                rewriter=models.chat,
                models=models,
            )
        except BaseException:
            index.close()
            raise

    def joined(self, folder: Path, *, cache: Path, progress: "Progress | None" = None) -> Self:
        """An assistant that reads a second folder, too, with the same models; where both have a file of one name, this one's.

        Only the second folder's index, kept in `cache`, is opened; closing the new assistant closes that one alone.

        Raises:
            DatelineError: the folder holds no article or cannot be read, its index cannot be used, or this assistant was put
                together by hand, without `models`.
        """
        from retrieval.union import IndexUnion

        if self.models is None:
            raise DatelineError("this assistant cannot be joined with a folder: make it with Assistant.from_settings")
        second = self.models.index(folder, cache=cache, progress=progress)
        return self._over(IndexUnion(self.index, second), self.settings, self.models)

    def refresh(self, *, progress: "Progress | None" = None) -> bool:
        """Take in what has changed in the folder (of a joined assistant, the second one); True when something had.

        Questions go on meanwhile, each on one state of the articles.

        Raises:
            DatelineError: no article is left, or the index cannot be used; then all is as it was.
        """
        changed = self.index.refresh(progress)
        if changed and self.models is not None:
            self.road.answerer = self.models.answerer(self.index)
        return changed

    @property
    def answerer(self) -> Answerer:
        """What answers its questions."""
        return self.road.answerer

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
        return answer_of(self.stream(question, history, files=files))

    def stream(
        self,
        question: str,
        history: Sequence[Any] | None = None,
        *,
        files: Collection[str] | None = None,
        on_stage: OnStage | None = None,
    ) -> Generator[StatementEvent | Answer, None, None]:
        """Statements as each stands, then the whole answer; `on_stage` is told what happens meanwhile."""
        return heard(self.road.events(question, history, files), on_stage)

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
        self,
        question: str,
        history: Sequence[Any] | None = None,
        *,
        files: Collection[str] | None = None,
        on_stage: OnStage | None = None,
    ) -> AsyncGenerator[StatementEvent | Answer, None]:
        """`stream` in a thread, beside the event loop; each statement is there as soon as it stands.

        `on_stage` is called in that thread.
        """
        return in_thread(self.stream(question, history, files=files, on_stage=on_stage))

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

        return answer_chain(self.road)

    def answerable(self, question: str, *, files: Collection[str] | None = None) -> bool:
        """Whether the articles' own sentences answer a question, not only in part; no chat model is asked."""
        return self.road.alone(question, files).outcome == "answered"

    def suggestions(
        self,
        answer: Answer | None = None,
        *,
        asked: Collection[str] = (),
        files: Collection[str] | None = None,
        most: int = 3,
    ) -> Generator[str, None, None]:
        """Questions that may be asked next, after `answer` or to begin with, none of them among those `asked` already.

        Each is yielded as soon as the articles' own sentences are found to answer it; no chat model is asked.
        """
        from assistant.suggestions import suggested

        articles = self.articles
        if files:
            articles = {file: article for file, article in articles.items() if file in files}
        return suggested(lambda question: self.road.alone(question, files), articles, answer, asked=asked, most=most)

    def close(self) -> None:
        """Let go of the index; another process may then open it."""
        self.index.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
