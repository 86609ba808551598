"""An assistant of a few lines for the page's tests: real Answers over real articles, with quotes that a test names."""

import threading
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Citation, Statement, StatementEvent, Unverified
from assistant.settings import Settings
from assistant.stages import Stage
from retrieval.articles import Article, Chunk, ScoredChunk, Skipped, read_folder
from retrieval.errors import DatelineError

SEEDS = Path(__file__).resolve().parent.parent / "seeds"
KASHIN = "000_02acd30f241aa87e.txt"


def article(file: str, text: str, title: str = "") -> Article:
    return Article(file=file, title=title or file, text=text, sha256="")


def chunk(of: Article, words: str) -> ScoredChunk:
    start = of.text.index(words)
    return ScoredChunk(Chunk(of.file, start, start + len(words), words, of.title), 1.0)


class FakeAssistant:
    """Answers a question with the quotes whose key occurs in it, and says nothing about the rest.

    `quotes` maps a word of the question to (file, words of the file) pairs. Words of the question ask for more: "partly" and
    "unverified" and "notice" for those parts of an answer, "elsewhere" for something near it, "fault" for an exception.
    """

    def __init__(
        self,
        articles: Sequence[Article],
        quotes: Mapping[str, Sequence[tuple[str, str]]],
        *,
        skipped: Sequence[Skipped] = (),
        settings: Settings | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.articles = {each.file: each for each in articles}
        self.skipped = tuple(skipped)
        self.quotes = quotes
        self.histories: list[list[Any]] = []
        self.limits: list[Collection[str] | None] = []
        """The files that each question was limited to."""
        self.gate = threading.Event()
        self.gate.set()
        """Cleared by a test to hold every answer back while passages are read."""
        self.between = threading.Event()
        self.between.set()
        """Cleared by a test to hold an answer after its first statement."""

    def stream(
        self,
        question: str,
        history: Sequence[Any] | None = None,
        *,
        files: Collection[str] | None = None,
        on_stage: Callable[[Stage], None] | None = None,
    ) -> Generator[StatementEvent | Answer, None, None]:
        stage = on_stage or (lambda _: None)
        stage(Stage("searching"))
        self.histories.append(list(history or []))
        self.limits.append(files)
        if len(question) > self.settings.max_question_chars:
            raise DatelineError(f"the question has {len(question):,} characters, at most 4,000 are read: shorten it")
        if "fault" in question:
            raise RuntimeError("secret of the inside")
        stage(Stage("reading", 8))
        self.gate.wait(30)
        standalone = question
        if history and question.lower().startswith("and "):
            standalone = f"{history[0]['content']} {question}"
        lowered = standalone.lower()
        citations, statements = [], []
        for number, (file, words) in enumerate(self._cited(lowered, files), start=1):
            stage(Stage("checking"))
            statement = Statement(words, (number,))
            citations.append(self._citation(number, file, words))
            statements.append(statement)
            yield StatementEvent(statement, (citations[-1],))
            self.between.wait(30)
        near = self._cited(lowered.replace("elsewhere", next(iter(self.quotes), "")), files)
        yield Answer(
            question=question,
            outcome=("partial" if "partly" in lowered else "answered") if statements else "not_in_articles",
            statements=tuple(statements),
            citations=tuple(citations),
            retrieved=tuple(self._found(files)),
            unverified=(Unverified("Kashin is the president.", "no quote says so"),) if "unverified" in lowered else (),
            missing=(MISSED,) if statements and "partly" in lowered else (),
            nearest=self._citation(0, *near[0]) if near and not statements else None,
            standalone_question=standalone,
            assumption="“he” is Vassily Kashin" if " he " in lowered else "",
            notice="The chat model could not be reached; the answer was extracted." if "notice" in lowered else "",
        )

    def suggestions(
        self,
        answer: Answer | None = None,
        *,
        asked: Collection[str] = (),
        files: Collection[str] | None = None,
        most: int = 3,
    ) -> Generator[str, None, None]:
        """A question about each subject that the answer is not about, `SUGGESTED` with the subject in it."""
        about = answer.question.lower() if answer else ""
        ready = [SUGGESTED.format(subject.title()) for subject in self.quotes if subject not in about]
        yield from [question for question in ready if question not in asked][:most]

    def refresh(self, *, progress: Callable[[str, int, int], None] | None = None) -> bool:
        return False

    def answerable(self, question: str, *, files: Collection[str] | None = None) -> bool:
        return bool(self._cited(question.lower(), files))

    def _cited(self, lowered: str, files: Collection[str] | None) -> list[tuple[str, str]]:
        wanted = [pair for word, pairs in self.quotes.items() if word in lowered for pair in pairs]
        return [pair for pair in dict.fromkeys(wanted) if files is None or pair[0] in files]

    def _citation(self, number: int, file: str, words: str) -> Citation:
        start = self.articles[file].text.index(words)
        return Citation(number, file, start, start + len(words), words, self.articles[file].title)

    def _found(self, files: Collection[str] | None) -> list[ScoredChunk]:
        read = [each for each in self.articles.values() if files is None or each.file in files]
        return [
            ScoredChunk(Chunk(each.file, 0, min(400, len(each.text)), each.text[:400], each.title), 0.5)
            for each in read
        ]


SUGGESTED = "What does {} say?"
MISSED = "the price of bananas"
ARMS = (
    "“Russia, of course, would like to receive all possible support, he agrees. "
    "But we understand that some things are possible and others are not”.",
    "“China has its own interests which obviously could suffer if it starts supplying Russia with lethal weapons.”",
)
RESTRAINT = "Ushakov also praised Xi’s “restraint” on the conflict in Ukraine"


def seeds_assistant(**options: Any) -> FakeAssistant:
    """Knows what Kashin says about arms and how Ushakov praised Xi."""
    quotes = {"kashin": [(KASHIN, words) for words in ARMS], "ushakov": [("004_f0604eb540a79818.txt", RESTRAINT)]}
    return FakeAssistant(read_folder(SEEDS).articles, quotes, **options)


@contextmanager
def running_page(assistant: Any, *, port: int | None = 0) -> Iterator[str]:
    """The page on a free loopback port, in a thread; gives its address."""
    from ui.server import PageServer, listening_socket

    servers: list[PageServer] = []
    failures: list[Exception] = []

    def run() -> None:
        # All of it in a thread of its own: Playwright keeps an event loop running in the test's.
        try:
            servers.append(PageServer(assistant, listener))
            servers[0].run(sockets=[listener])
        except Exception as error:
            failures.append(error)

    with listening_socket(port) as listener:
        thread = threading.Thread(target=run)
        thread.start()
        try:
            while thread.is_alive() and not (servers and servers[0].started):
                thread.join(0.02)
            if failures:
                raise failures[0]
            yield servers[0].address
        finally:
            for server in servers:
                server.should_exit = True
            thread.join(15)
        assert not thread.is_alive(), "the server did not end"
