"""Every command of the README does what it says, and ARCHITECTURE.md names every room."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
# Need a provider, a package registry or another program; what they rely on is tested elsewhere, `dateline chat` in
# tests/test_cli.py.
OUTSIDE = (
    "uv ",
    ".venv/bin/dateline chat",
    ".venv/bin/python -m pip",
    "ANTHROPIC_API_KEY=",
    "OPENAI_API_KEY=",
    "DATELINE_MODEL=",
    "DATELINE_RERANKER=",
    "chroma run",
    "DATELINE_CHROMA_URL=",
)
# Would run these very tests again, or take minutes: only what they would do is checked. CI runs those that gate.
LONG = (
    "make test",
    "make test-install",
    "make test-thorough",
    "make test-page",
    "make test-models",
    "make lint",
    "make eval",
    "make bench",
    "make bench-quality",
    "make clean",
)

pytestmark = pytest.mark.skipif(
    sys.platform == "win32" or not shutil.which("make"), reason="the README's sh blocks want make"
)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    lines = [line for block in blocks("sh") for line in block.splitlines() if line.strip()]
    return list(dict.fromkeys(line for line in lines if not line.startswith(OUTSIDE)))


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """As after `make test`: a VENV for make that is already installed, its bin on the PATH, a cache of its own."""
    venv = tmp_path_factory.mktemp("venv")
    programs = Path(sys.executable).parent
    (venv / "bin").symlink_to(programs)
    for stamp in (".run", ".dev", ".browser"):
        (venv / stamp).touch()
    return {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "MAKEFLAGS": f"VENV={venv}",
        "DATELINE_CACHE": str(tmp_path_factory.mktemp("readme-cache")),
        "COLUMNS": "120",
    }


def shell(command: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return run(["bash", "-c", command], environment)


def run(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=170, check=False)


def test_the_readme_begins_with_the_two_commands() -> None:
    assert blocks("sh")[0] == "make chat\nmake test\n"


PAGE = "http://127.0.0.1:7900"
"""Where the README's page runs; in the tests it has another port."""


@pytest.mark.install
@pytest.mark.parametrize("command", [c for c in commands() if "chat" not in c and PAGE not in c and c not in LONG])
def test_a_command_of_the_readme_works(command: str, environment: dict[str, str]) -> None:
    done = shell(command, environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert "pip install" not in done.stdout


@pytest.mark.install
@pytest.mark.parametrize("command", [c for c in commands() if c in LONG])
def test_a_long_command_of_the_readme_exists(command: str, environment: dict[str, str]) -> None:
    done = shell(command.replace("make", "make -n"), environment)
    assert (done.returncode, done.stderr) == (0, "")


@contextmanager
def chatting(command: str, environment: dict[str, str]) -> Iterator[str]:
    """The address that a command which opens the page prints; the page is there meanwhile."""
    with subprocess.Popen(
        ["bash", "-c", command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as chat:
        assert chat.stdout is not None
        patience = threading.Timer(100, lambda: os.killpg(chat.pid, signal.SIGKILL))
        patience.start()
        try:
            line = chat.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert address, line
            yield address.group()
        finally:
            patience.cancel()
            os.killpg(chat.pid, signal.SIGTERM)
            chat.communicate(timeout=30)


@pytest.mark.install
@pytest.mark.parametrize("command", [c for c in commands() if "chat" in c])
def test_chat_prints_the_address_of_the_page(command: str, environment: dict[str, str]) -> None:
    with chatting(command.replace("--port 7900", ""), environment):  # another program may have that port
        pass


@pytest.mark.install
def test_a_program_that_asks_a_running_page_works(environment: dict[str, str]) -> None:
    (code,) = (block for block in blocks("python") if PAGE in block)
    with chatting("dateline chat", environment) as address:
        asked = run([sys.executable, "-c", code.replace(PAGE, address)], environment)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "answered" in asked.stdout
    assert "{'statement': " in asked.stdout


@pytest.mark.install
def test_the_command_that_asks_a_running_page_works(environment: dict[str, str]) -> None:
    (command,) = (command for command in commands() if PAGE in command)
    with chatting("dateline chat", environment) as address:
        fetched = shell(command.replace(PAGE, address), environment)
    assert (fetched.returncode, fetched.stderr) == (0, "")
    assert "event: complete" in fetched.stdout
    assert "Kashin" in fetched.stdout


@pytest.mark.install
def test_what_the_readme_prints_is_what_is_printed(environment: dict[str, str]) -> None:
    (shown,) = blocks("text")
    done = shell('make ask Q="What did Kashin say about arms deliveries?"', environment)
    assert done.stdout == shown


def test_the_figures_of_the_readme_are_the_committed_results() -> None:
    from evals.bench.readme import figures
    from evals.case_files import CASES, load
    from evals.command import BASELINE
    from evals.record import read_record

    floors = load(CASES, ROOT / "seeds").floors
    assert figures(read_record(BASELINE), floors) in README


def test_the_error_rates_of_the_readme_are_the_committed_result() -> None:
    from evals.bench.readme import verification
    from evals.verification import kept

    assert verification(kept()) in README


def test_the_scoreboard_of_the_readme_is_the_committed_result() -> None:
    from evals.bench.readme import scoreboard
    from evals.quality import kept_tables

    assert scoreboard(kept_tables()["peers"]) in README


def test_the_tables_of_benchmarks_as_markdown_are_the_committed_results() -> None:
    from evals.bench.results import page
    from evals.quality import RESULTS

    assert RESULTS.with_suffix(".md").read_text("utf-8") == page()


def test_the_case_file_of_the_readme_loads(tmp_path: Path) -> None:
    from evals.case_files import load

    (tmp_path / "cases.yaml").write_text(blocks("yaml")[0], "utf-8")
    assert len(load(tmp_path / "cases.yaml", ROOT / "seeds").cases) == 2


@pytest.mark.install
def test_the_python_of_the_readme_runs(environment: dict[str, str]) -> None:
    printed = ""
    for code in (block for block in blocks("python") if PAGE not in block):
        done = run([sys.executable, "-c", code], environment)
        assert (done.returncode, done.stderr) == (0, "")
        printed += done.stdout
    assert "Kashin" in printed


@pytest.mark.install
@pytest.mark.parametrize("question", ["What's “this” $$x?", 'Who said "no" \\ `id`?'])
def test_make_ask_hands_a_question_over_as_it_is(question: str, environment: dict[str, str]) -> None:
    done = run(["make", "ask", f"Q={question}"], environment)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_settings_table_is_whole() -> None:
    from assistant import Settings

    named = set(re.findall(r"^\| `DATELINE_(\w+)`", README, re.MULTILINE))
    assert named == {name.upper() for name in Settings.model_fields}


def test_the_architecture_names_every_module() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    packages = [
        path.parent for name in ("retrieval", "assistant", "ui", "evals") for path in (ROOT / name).rglob("__init__.py")
    ]
    for package in packages:
        if package.is_relative_to(ROOT / "retrieval" / "training"):
            continue  # one line of the table of retrieval stands for it
        for path in package.glob("[!_]*.py"):
            assert re.search(rf"^\|.*`{path.stem}`.*\|.*\|$", text, re.MULTILINE), (
                f"{path.relative_to(ROOT)} has no line"
            )


def test_every_module_that_is_named_as_a_command_can_be_run() -> None:
    packages = ("assistant", "evals", "retrieval", "ui")
    texts = [
        path for package in packages for path in (ROOT / package).rglob("*") if path.suffix in (".py", ".md", ".html")
    ]
    # Results keep the command that made them as it was called then.
    texts = [path for path in texts if path.parent != ROOT / "evals" / "results"] + [
        *ROOT.glob("*.md"),
        ROOT / "Makefile",
    ]
    named = {
        (module, path.relative_to(ROOT).as_posix())
        for path in texts
        for module in re.findall(rf"python -m ((?:{'|'.join(packages)})(?:\.\w+)*)", path.read_text("utf-8"))
    }
    assert len(named) > 10
    for module, where in sorted(named):
        place = ROOT.joinpath(*module.split("."))
        if not (place / "__main__.py").is_file():
            assert place.with_suffix(".py").is_file(), f"{where} names {module}, which does not exist"
            assert '__name__ == "__main__"' in place.with_suffix(".py").read_text("utf-8"), (
                f"{module} does nothing ({where})"
            )
