"""The command `dateline`: ask, index, chat, eval, doctor."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from assistant.settings import Settings
from retrieval.errors import DatelineError, one_line

if TYPE_CHECKING:
    from assistant.answer import Answer, Citation
    from assistant.assistant import Assistant
    from retrieval.scan import Progress

app = typer.Typer(
    name="dateline",
    help="Ask a folder of news articles a question; every statement of the answer points at the exact words in a file.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
out = Console(highlight=False, soft_wrap=True)
notes = Console(stderr=True, highlight=False, soft_wrap=True)

_MOST_INPUT_BYTES = 64_000_000  # of standard input: enough to say how long a question was, and /dev/zero ends

# A str, not a Path: Path("") is the folder one stands in.
Corpus = Annotated[
    str | None, typer.Option("--corpus", help="Folder of .txt, .md and .html files.", show_default="seeds/")
]


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="What you want to know; - reads it from standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole answer as JSON.")] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Print too how it came about, stage by stage.")] = False,
    file: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Look in this article only, named as citations do; may be repeated."),
    ] = None,
    corpus: Corpus = None,
    model: Annotated[
        str | None,
        typer.Option(help="Any init_chat_model name, such as anthropic:…; without it, answers are extracted."),
    ] = None,
) -> None:
    """Answer one question."""
    from assistant.checking import checked

    settings = _settings(corpus=corpus, model=model)
    if question == "-":
        question = sys.stdin.buffer.read(_MOST_INPUT_BYTES).decode("utf-8", "replace")
    checked(question, longest=settings.max_question_chars)  # before anything is loaded for it
    with _opened(settings) as assistant:
        explanation = assistant.explain(question, files=file) if explain else None
        answer = explanation.answer if explanation else assistant.ask(question, files=file)
    if as_json:
        sys.stdout.write((explanation or answer).to_json() + "\n")
        return
    _print(answer)
    if explanation:
        out.print()
        out.print(Text(explanation.text))


@app.command()
def index(
    folder: Annotated[str | None, typer.Argument(help="Folder of articles.", show_default="seeds/")] = None,
) -> None:
    """Bring the index of a folder up to date."""
    with _opened(_settings(corpus=folder)) as assistant:
        articles, chunks = (
            _counted(len(assistant.articles), "article"),
            _counted(len(assistant.index.chunks), "chunk"),
        )
        are = "is" if len(assistant.articles) == 1 else "are"
        out.print(f"{articles} in {chunks} {are} indexed from {assistant.settings.corpus}", markup=False)
        for skipped in assistant.skipped:
            out.print(f"skipped {skipped.file}: {skipped.reason}", markup=False)


@app.command()
def chat(
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.", show_default="the first free from 7860")
    ] = None,
    corpus: Corpus = None,
    model: Annotated[str | None, typer.Option(help="Any init_chat_model name.")] = None,
) -> None:
    """Open the chat page on this machine."""
    from ui import serve

    with _opened(_settings(corpus=corpus, model=model)) as assistant:
        serve(assistant, port=port)


@app.command("eval")
def evaluate(
    cases: Annotated[
        Path | None, typer.Argument(help="Case file, or a folder of them.", show_default="evals/cases")
    ] = None,
    corpus: Corpus = None,
    model: Annotated[str | None, typer.Option(help="Any init_chat_model name.")] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Exit 1 below a floor or worse than the baseline.")] = False,
    part: Annotated[str | None, typer.Option(help="Ask one part only: test or tuning.")] = None,
    baseline: Annotated[
        Path | None, typer.Option(help="Run to compare with.", show_default="baseline.json beside the cases")
    ] = None,
    save_baseline: Annotated[bool, typer.Option("--save-baseline", help="Make this run the baseline.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the report as one HTML file.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write it as Markdown, for a pull request.")] = None,
    junit: Annotated[Path | None, typer.Option(help="Write it as JUnit XML.")] = None,
    json_path: Annotated[Path | None, typer.Option("--json", help="Write the whole run as JSON.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="Another run's JSON, set beside this one in the HTML report.")
    ] = None,
    judge: Annotated[str | None, typer.Option(help="Chat model that gives an opinion; no part of the gate.")] = None,
    draft: Annotated[
        Path | None, typer.Option(help="Instead of asking: print cases proposed from a folder of articles.")
    ] = None,
    from_feedback: Annotated[
        Path | None, typer.Option(help="Instead of asking: print cases proposed from the page's thumbs down.")
    ] = None,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema of a case file.")] = False,
) -> None:
    """Check answers against hand-written facts. Exit 0: done, or the gate passed; 1: gate missed; 2: could not run."""
    from evals import command

    if schema:
        sys.stdout.write(command.schema())
    elif draft is not None or from_feedback is not None:
        sys.stdout.write(command.drafts(draft, from_feedback))
    else:
        outputs = command.Outputs(html=html, markdown=markdown, junit=junit, json=json_path)
        options = command.Options(
            cases=cases,
            part=part,
            gate=gate,
            baseline=baseline,
            save_baseline=save_baseline,
            against=against,
            judge=judge or "",
            outputs=outputs,
        )
        raise typer.Exit(command.main(_settings(corpus=corpus, model=model), options))


@app.command()
def doctor(corpus: Corpus = None) -> None:
    """Say what is installed, what the index holds and whether it is sound; exit 1 when something needs you."""
    from assistant.doctor import findings

    fine = True
    for finding in findings(_settings(corpus=corpus)):
        fine &= finding.fine
        style = "" if finding.fine else "bold red"
        out.print(Text.assemble((f"{finding.label:<12} ", "bold"), (finding.text, style)))
    raise typer.Exit(0 if fine else 1)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _settings(**values: Any) -> Settings:
    return Settings(**{name: value for name, value in values.items() if value is not None})


@contextmanager
def _opened(settings: Settings) -> Iterator["Assistant"]:
    from assistant.assistant import Assistant

    try:
        with _progress() as progress:
            assistant = Assistant.from_settings(settings, progress=progress)
        with assistant:
            yield assistant
    except KeyboardInterrupt:
        notes.print("dateline: interrupted; the index is as it was, what was embedded so far is kept for the next time")
        raise typer.Exit(130) from None


@contextmanager
def _progress() -> Iterator["Progress | None"]:
    """A progress bar on the terminal, shown once there is something to wait for."""
    if not notes.is_terminal:
        yield None
        return
    from rich.progress import Progress, TaskID

    bar = Progress(console=notes, transient=True)
    tasks: dict[str, TaskID] = {}

    def advance(stage: str, done: int, total: int) -> None:
        if not tasks:
            bar.start()
        if stage not in tasks:
            tasks[stage] = bar.add_task(stage, total=total)
        bar.update(tasks[stage], completed=done, total=total)

    try:
        yield advance
    finally:
        if tasks:
            bar.stop()


def _print(answer: "Answer") -> None:
    from assistant.answer import ASSUMED, MISSING, NEAREST, PARTIAL, SEARCHED_AS

    for label, words in ((SEARCHED_AS, answer.searched_as), (ASSUMED, answer.assumption)):
        if words:
            out.print(Text(f"{label}: {words}", style="dim"))
    out.print(Text(answer.text))
    if answer.citations:
        out.print()
    for citation in answer.citations:
        _print_citation(f"[{citation.number}] {citation.file}", citation)
    if answer.nearest:
        out.print()
        out.print(Text(f"{NEAREST}:", style="dim"))
        _print_citation(answer.nearest.file, answer.nearest)
    if answer.outcome == "partial":
        out.print()
        lacking = f"{MISSING}: {'; '.join(answer.missing)}" if answer.missing else PARTIAL
        out.print(Text(lacking, style="yellow"))
    _print_unverified(answer)
    if answer.notice:
        notes.print(Text(answer.notice, style="yellow"))


def _print_citation(label: str, citation: "Citation") -> None:
    """Where a quote stands, and under it the quote on one line."""
    out.print(Text.assemble((label, "bold"), (f" {citation.start}–{citation.end}", "dim")))
    before, marked, after = (re.sub(r"\s+", " ", part) for part in citation.highlighted)
    out.print(Text.assemble(("    " + before, "italic"), (marked, "bold italic"), (after, "italic")))


def _print_unverified(answer: "Answer") -> None:
    """The statements that were removed, a line each."""
    from assistant.answer import UNVERIFIED

    if answer.unverified:
        out.print()
        out.print(Text(f"{UNVERIFIED} ({len(answer.unverified)}):", style="dim"))
    for removed in answer.unverified:
        line = f"{removed.text} ({removed.reason})"
        out.print(Text("  " + " ".join(line.split()), style="dim"), soft_wrap=False, no_wrap=True, overflow="ellipsis")


def main() -> None:
    """Run the command line; a `DatelineError` is one line on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show a character shows "?"
    try:
        app(prog_name="dateline")
    except DatelineError as error:
        notes.print(Text(f"dateline: {one_line(error)}"))
        sys.exit(2)


if __name__ == "__main__":
    main()
