"""How long things take, each beside its limit: `make bench`; `python -m evals.bench.times --write` keeps the figures.

No test fails on a time: what a machine is busy with besides would decide it.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from assistant.answer import StatementEvent
from assistant.assistant import Assistant
from assistant.settings import Settings
from evals.bench.page_times import page_times

RESULTS = Path(__file__).resolve().parent.parent / "results" / "benchmarks.json"
QUESTIONS = (
    "What did Kashin say about arms deliveries?",
    "What did Gabuev say about China?",
    "How long is Xi Jinping's visit to Russia?",
    "What is the population of Japan?",
    "Who praised Xi's restraint?",
)
DICTATED = "Kashin said that the Chinese are holding back for now [1]. The risk would be too great for Beijing, Kashin believes [1]."


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Seconds that something took each time, and the limit for their median."""

    name: str
    limit: float
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def ratio(self) -> float:
        """The share of the limit that is used: above 1 it is broken."""
        return self.median / self.limit


def timed(action: Callable[[], object], times: int) -> tuple[float, ...]:
    """How long each of several runs of an action took."""
    seconds = []
    for _ in range(times):
        started = perf_counter()
        action()
        seconds.append(perf_counter() - started)
    return tuple(seconds)


def benchmarks(settings: Settings) -> Iterator[Benchmark]:
    """Build and open the index of `settings.corpus`, ask in this process, from the shell and, where there is a Chromium, on
    the page; wants an empty cache."""
    started = perf_counter()
    Assistant.from_settings(settings).close()
    yield Benchmark("first start, index built", 10.0, (perf_counter() - started,))
    yield Benchmark("index opened again", 0.5, timed(lambda: Assistant.from_settings(settings).close(), 5))
    with Assistant.from_settings(settings) as assistant:
        for question in QUESTIONS:
            assistant.ask(question)  # what is read once is read
        each = [timed(partial(assistant.ask, question), 5) for question in QUESTIONS]
        yield Benchmark("question, in process", 0.1, tuple(chain.from_iterable(each)))
        written = tuple(beyond_the_model(assistant) for _ in range(20))
        yield Benchmark("first statement, beyond a chat model's time", 0.1, written)
    environment = {**os.environ, "DATELINE_CACHE": str(settings.cache)}
    command = [sys.executable, "-m", "assistant", "ask", QUESTIONS[0]]

    def from_the_shell() -> None:
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)

    from_the_shell()
    yield Benchmark("question, from the shell", 2.0, timed(from_the_shell, 5))
    answered = [question for question in QUESTIONS if "Japan" not in question]
    if times := page_times(answered, environment):
        yield Benchmark("page, until a question can be asked", 2.0, times.usable)
        yield Benchmark("page, first statement after Enter", 0.3, times.first_statement)


def beyond_the_model(assistant: Assistant) -> float:
    """Seconds from a question to its first statement, less those that a chat model takes to write the statement.

    The model is one that writes a word every 20 ms, as hosted ones do. A statement is known to be whole when the next begins.
    """
    from langchain_core.language_models import SimpleChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.outputs import ChatGenerationChunk

    from assistant.composed import ComposedAnswerer
    from assistant.extractive import ExtractiveAnswerer

    class Dictating(SimpleChatModel):
        """Writes `DICTATED` word by word, and notes how long the first statement took."""

        seconds: float = 0.0

        @property
        def _llm_type(self) -> str:
            return "dictating"

        def _call(self, messages: list[BaseMessage], *_: Any, **__: Any) -> str:
            return DICTATED

        def _stream(self, messages: list[BaseMessage], *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
            started = perf_counter()
            whole = False
            for word in DICTATED.split(" "):
                sleep(0.02)
                if whole and not self.seconds:
                    self.seconds = perf_counter() - started
                whole = word.endswith("].")
                yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))

    extractive, model = assistant.answerer, Dictating()
    assert isinstance(extractive, ExtractiveAnswerer)
    answerer = ComposedAnswerer(model, bearing=extractive.bearing, scorer=extractive.scorer)
    composed = Assistant(assistant.settings, index=assistant.index, embeddings=assistant.embeddings, answerer=answerer)
    started = perf_counter()
    first = next(composed.stream(QUESTIONS[0]))
    taken = perf_counter() - started
    if not isinstance(first, StatementEvent):
        raise AssertionError(f"no statement came first: {first}")
    return taken - model.seconds


def table(measured: list[Benchmark]) -> Table:
    """Medians with their spread beside their limits."""
    shown = Table(box=SIMPLE_HEAD)
    shown.add_column("what", no_wrap=True)
    for heading in ("runs", "median", "lowest", "highest", "limit", "of limit"):
        shown.add_column(heading, justify="right", no_wrap=True)
    for one in measured:
        cells = [f"{1000 * second:,.0f} ms" for second in (one.median, min(one.seconds), max(one.seconds), one.limit)]
        style = "red" if one.ratio > 1 else ""
        shown.add_row(one.name, str(len(one.seconds)), *cells, f"{one.ratio:.0%}", style=style)
    return shown


def write(measured: list[Benchmark], path: Path = RESULTS) -> None:
    """The figures as JSON, in milliseconds."""
    rows = [
        {
            "name": one.name,
            "runs": len(one.seconds),
            "median_ms": round(1000 * one.median, 1),
            "lowest_ms": round(1000 * min(one.seconds), 1),
            "highest_ms": round(1000 * max(one.seconds), 1),
            "limit_ms": 1000 * one.limit,
            "of_limit": round(one.ratio, 3),
        }
        for one in measured
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    run = {"command": "python -m evals.bench.times --write", "cores": os.cpu_count(), "benchmarks": rows}
    path.write_text(json.dumps(run, indent=1) + "\n", "utf-8")


def main() -> None:
    """Measure with the embedded models in a cache of its own, print the table, write it where `--write` says so."""
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as cache:
        measured = list(benchmarks(Settings(cache=cache, model="", embeddings="", chroma_url="")))
    console.print(table(measured))
    console.print(f"on {os.cpu_count()} cores, with whatever else they were doing", highlight=False)
    if "--write" in sys.argv[1:]:
        write(measured)
        console.print(f"written to {RESULTS}", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    main()
