"""What is installed from a wheel is what runs from a checkout. Run by `make test-install`."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.install

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("assistant", "evals", "retrieval", "seeds", "ui")
NEVER_RUN = ("evals/bench/", "retrieval/training/", "ui/page.png")
"""The workshops, and a picture for README."""


def files(*folders: str) -> set[str]:
    """The files of a checkout, as they are named in a wheel."""
    found = {path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()}
    names = {path.relative_to(ROOT).as_posix() for path in found if "__pycache__" not in path.parts}
    return {name for name in names if not name.startswith(NEVER_RUN)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of the wheel, built in a copy: setuptools leaves folders behind, and takes up those it finds."""
    copy, made = tmp_path_factory.mktemp("checkout"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(made)]
    subprocess.run([sys.executable, "-m", "pip", "wheel", *options, str(copy)], check=True, timeout=150)
    with zipfile.ZipFile(next(made.glob("*.whl"))) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_module_of_the_product_and_no_workshop(wheel: set[str]) -> None:
    modules = {file for file in files(*PACKAGES) if file.endswith(".py")}
    assert len(modules) > 100
    assert {file for file in wheel if file.endswith(".py")} == modules
    assert not [file for file in wheel if file.startswith(NEVER_RUN)]


def test_the_wheel_holds_what_the_page_is_made_of(wheel: set[str]) -> None:
    assert "ui/strict.js" in files("ui")
    assert files("ui") - wheel == set()


def test_the_wheel_holds_the_data_that_the_packages_read(wheel: set[str]) -> None:
    data = files("seeds", "retrieval/weights", "evals/cases", "evals/pairs", "evals/report", "evals/results")
    assert {file for file in data if not file.endswith("results/quality.md")} - wheel == set()  # a page for readers
