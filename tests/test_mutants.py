"""The tool that makes faults to see whether the tests catch them: it finds their places, makes them in copies, tells who caught them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from mutants import Bench, Mutant, Outcome, UnusableError, read_list, working_folder


def mutant(text: str, becomes: str = "return 3", *, package: str = "sums") -> Mutant:
    return Mutant(1, "sums are wrong", package, text, becomes, ("tests",))


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A checkout of one package and its test."""
    if not shutil.which("git"):
        pytest.skip("what belongs to a checkout is told by git")
    for name, code in {
        "sums/adding.py": "def two():\n    return 2\n",
        "sums/more/taking.py": "def none():\n    return 0\n",
        "tests/test_sums.py": "from sums.adding import two\n\ndef test_two():\n    assert two() == 2\n",
        ".gitignore": "ignored/\n",
        "ignored/test_large.py": "assert False\n",
    }.items():
        path = tmp_path / "checkout" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    subprocess.run(["git", "init", "--quiet", str(tmp_path / "checkout")], check=True)
    return tmp_path / "checkout"


def test_a_text_is_found_in_whichever_module_of_its_package_holds_it(tree: Path) -> None:
    assert mutant("return 2").file(tree) == tree / "sums" / "adding.py"
    assert mutant("return 0").file(tree) == tree / "sums" / "more" / "taking.py"
    assert mutant("ignored", package=".gitignore").file(tree) == tree / ".gitignore"


@pytest.mark.parametrize(
    ("text", "package", "told"),
    [
        ("return 7", "sums", "mutant 1 (sums are wrong): 'return 7' does not stand in sums"),
        ("return ", "sums", "mutant 1 (sums are wrong): 'return' stands 2 times in sums"),
        ("return 2", "gone", "mutant 1 (sums are wrong): 'return 2' does not stand in gone"),
    ],
)
def test_a_text_that_is_gone_or_stands_twice_is_one_line(tree: Path, text: str, package: str, told: str) -> None:
    with pytest.raises(UnusableError) as caught:
        mutant(text, package=package).file(tree)
    assert str(caught.value) == told


@pytest.mark.install  # starts pytest itself, twice
def test_a_fault_is_made_and_caught_in_a_copy(tree: Path) -> None:
    with working_folder() as folder:
        caught = Bench(tree, folder).tried(mutant("return 2"), ("tests/test_sums.py",))
    assert caught.failed == "tests/test_sums.py::test_two"
    assert (tree / "sums" / "adding.py").read_text() == "def two():\n    return 2\n"
    assert not folder.exists()


def test_tests_that_fail_anyway_catch_nothing(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mutants.outcome_of", lambda tests, tree: Outcome("tests::test_two", 0.1))
    with working_folder() as folder, pytest.raises(UnusableError, match="fails without a fault: tests::test_two"):
        Bench(tree, folder).tried(mutant("return 2"), ("tests",))


def test_every_entry_of_the_list_is_whole(tmp_path: Path) -> None:
    shipped = read_list()
    assert [one.number for one in shipped] == list(range(1, len(shipped) + 1))
    assert {one.package for one in shipped} >= {"assistant", "evals", "retrieval", "ui"}
    (tmp_path / "list.yaml").write_text("- {fault: none, package: ui, text: a, becomes: a, tests: [tests]}")
    with pytest.raises(UnusableError, match="mutant 1: expected becomes, fault, package, tests, text, and a text that"):
        read_list(tmp_path / "list.yaml")
