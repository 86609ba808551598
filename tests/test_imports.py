"""Imports point one way, and importing the front door loads nothing heavy."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "retrieval": set(),
    "assistant": {"retrieval"},
    "ui": {"assistant", "retrieval"},
    "evals": {"assistant", "retrieval"},
}
WORKSHOPS = ("evals.bench", "retrieval.training")
"""How the weights were made and how good it all is: beside the product, which runs without them."""
# The command line starts the page and the evals: it alone points back, inside the function that does it.
COMMANDS = {("assistant/cli.py", "ui"), ("assistant/cli.py", "evals")}
HEAVY = {
    "torch",
    "gradio",
    "chromadb",
    "onnxruntime",
    "tokenizers",
    "tiktoken",
    "numpy",
    "bm25s",
    "langchain",
    "langchain_core",
    "trafilatura",
}


def imported(path: Path) -> Iterator[tuple[str, bool]]:
    """(module that a file imports, whether at its top level); of `from a import b` both `a` and `a.b`, which may be one."""
    tree = ast.parse(path.read_text("utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                modules = [name.name for name in names]
            case ast.ImportFrom(module=str(module), names=names, level=0):
                modules = [module, *(f"{module}.{name.name}" for name in names)]
            case _:
                continue
        for module in modules:
            yield module, node in tree.body


def imports(package: str) -> Iterator[tuple[str, str, bool]]:
    """(file, package of ours that it imports, whether at its top level)."""
    for path in sorted((ROOT / package).rglob("*.py")):
        for module, top in imported(path):
            root = module.partition(".")[0]
            if root in MAY_IMPORT and root != package:
                yield path.relative_to(ROOT).as_posix(), root, top


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def in_workshop(module: str) -> bool:
    return f"{module}.".startswith(tuple(f"{workshop}." for workshop in WORKSHOPS))


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_point_one_way(package: str) -> None:
    found = list(imports(package))
    against = {(file, other) for file, other, _ in found if other not in MAY_IMPORT[package]}
    assert against <= COMMANDS
    assert not [(file, other) for file, other, top in found if top and (file, other) in COMMANDS]


def modules() -> dict[str, ast.Module]:
    """Every module of ours by its name, parsed; a package stands for its `__init__`."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(
            path.read_text("utf-8")
        )
        for package in MAY_IMPORT
        for path in (ROOT / package).rglob("*.py")
    }


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Imports inside functions and those for type checkers count, too: a circle that is hidden is one.

    Those of the command line close none, although they point back: nothing imports it.
    """
    trees = modules()
    graph: dict[str, set[str]] = {}
    for name, tree in trees.items():
        named = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = {f"{node.module}.{alias.name}" for alias in node.names}
                named |= parts | ({node.module} if parts - trees.keys() else set())
        graph[name] = named & trees.keys()
    circle: Sequence[str] = ()
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = error.args[1]
    assert not circle, " -> ".join(circle)


# One hands it on to the process that it starts, the other sets what Gradio reads while it is imported.
HAND_ON = {"retrieval.probe", "ui"}


def test_the_environment_is_read_in_the_settings_alone() -> None:
    reading = {
        name
        for name, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv") and not name.startswith("evals.")
    }
    assert reading == {"assistant.settings", *HAND_ON}


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_module_of_the_product_imports_a_workshop(package: str) -> None:
    assert all(ROOT.joinpath(*workshop.split(".")).is_dir() for workshop in WORKSHOPS)
    product = [path for path in (ROOT / package).rglob("*.py") if not in_workshop(module_name(path))]
    assert [(path.name, module) for path in product for module, _ in imported(path) if in_workshop(module)] == []


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_no_import_is_relative(package: str) -> None:
    for path in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: line {node.lineno}"


def loaded_by(code: str, **environment: str) -> set[str]:
    """Top-level modules that a fresh process has after some code."""
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*{{name.partition('.')[0] for name in sys.modules}})"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=60,
        check=True,
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "code",
    ["import assistant", "from assistant import Settings, Answer, DatelineError; Settings()", "import assistant.cli"],
)
def test_importing_the_front_door_loads_no_model_no_chroma_no_gradio(code: str) -> None:
    assert loaded_by(code) & HEAVY == set()


def test_answering_loads_no_gradio_and_no_provider(tmp_path: Path) -> None:
    (tmp_path / "news.txt").write_text("Kashin is an expert on China, the Kremlin said on Monday.")
    paths = {"DATELINE_CACHE": str(tmp_path / "cache"), "DATELINE_CORPUS": str(tmp_path)}
    loaded = loaded_by("from assistant import ask; assert ask('Who is Kashin?').citations", **paths)
    assert (
        loaded
        & {"gradio", "torch", "pandas", "langchain", "langchain_openai", "langchain_anthropic", "openai", "anthropic"}
        == set()
    )
    assert {"chromadb", "onnxruntime"} <= loaded
