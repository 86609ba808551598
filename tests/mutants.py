"""Whether the tests still catch what they caught: the faults of `mutants.yaml`, put into a copy of the code one at a time.

    .venv/bin/python tests/mutants.py                      # each fault against the tests that are expected to catch it
    .venv/bin/python tests/mutants.py --only 3 7           # some of them, by number
    .venv/bin/python tests/mutants.py --all-tests          # what these tests let through, against all tests
    .venv/bin/python tests/mutants.py --tree ../other      # another checkout, its code and its tests, under this Python
    .venv/bin/python tests/mutants.py --check              # only whether the texts and the tests are still there

Exit code 1 where a fault survives, 2 where that cannot be told: a text of the list is gone or stands twice, or tests fail
without a fault.
"""

import argparse
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_suffix(".yaml")
SECONDS, SECONDS_OF_ALL = 900.0, 3600.0
"""Tests that have not ended by then, some or all, have caught the fault: it keeps them waiting."""
_KEYS = frozenset({"fault", "package", "text", "becomes", "tests"})
_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
_ALL_PASSED, _SOME_FAILED, _BROKEN_OFF, _NONE_RAN = 0, 1, 2, 5  # pytest's exit codes


class UnusableError(Exception):
    """Why the list, or the tests without a fault, cannot be used: one line."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A fault that somebody could make, and who should notice."""

    number: int
    fault: str
    package: str
    """A package or one file. The text is looked for in all of it, so that code may move between its modules."""
    text: str
    becomes: str
    tests: tuple[str, ...]
    """Test files or node ids that are expected to catch it; others may, too."""

    def file(self, tree: Path) -> Path:
        """The file of a checkout that holds the text.

        Raises:
            UnusableError: none does, or it stands at several places.
        """
        place = tree / self.package
        paths = sorted(place.rglob("*.py")) if place.is_dir() else [place]
        found = [path for path in paths if path.is_file() for _ in range(path.read_text("utf-8").count(self.text))]
        if len(found) == 1:
            return found[0]
        where = f"stands {len(found)} times" if found else "does not stand"
        raise UnusableError(f"mutant {self.number} ({self.fault}): {self.text.strip()!r} {where} in {self.package}")

    def check_tests(self, tree: Path) -> None:
        """See that the tests are there, which pytest would say only after the ones before.

        Raises:
            UnusableError: one is not.
        """
        for test in self.tests:
            file, _, name = test.partition("::")
            if not (tree / file).is_file() or not re.search(
                rf"def {name or 'test_'}", (tree / file).read_text("utf-8")
            ):
                raise UnusableError(f"mutant {self.number} ({self.fault}): there is no {test}")

    def apply(self, tree: Path) -> None:
        """Put the fault into a checkout."""
        path = self.file(tree)
        path.write_text(path.read_text("utf-8").replace(self.text, self.becomes), "utf-8")
        # Python takes a compiled module for the source's own by time and size, which the fault may leave as they are.
        for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
            compiled.unlink()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of some tests: the first that failed, empty where all passed."""

    failed: str
    seconds: float


def read_list(path: Path = LIST) -> tuple[Mutant, ...]:
    """The mutants of a file, numbered from 1.

    Raises:
        UnusableError: it is no YAML, or an entry lacks something or changes nothing.
    """
    try:
        entries: Any = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise UnusableError(" ".join(str(error).split())) from None
    mutants = []
    for number, entry in enumerate(entries, start=1):
        if entry.keys() != _KEYS or entry["text"] == entry["becomes"] or not entry["tests"]:
            raise UnusableError(
                f"mutant {number}: expected {', '.join(sorted(_KEYS))}, and a text that becomes another"
            )
        mutants.append(Mutant(number, **{**entry, "tests": tuple(entry["tests"])}))
    return tuple(mutants)


def copied(tree: Path, copy: Path) -> Path:
    """A copy of a checkout as it is now, without what git ignores."""
    listed = subprocess.run(
        ["git", "-C", str(tree), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        check=True,
        capture_output=True,
    )
    for name in map(os.fsdecode, filter(None, listed.stdout.split(b"\0"))):
        if (tree / name).is_file():  # a file deleted and not yet committed is listed, too
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(tree / name, copy / name)
    return copy


def outcome_of(tests: Sequence[str], tree: Path) -> Outcome:
    """Run tests of a checkout until one fails; without any named, all of them.

    Raises:
        UnusableError: there are no such tests, or pytest itself fails.
    """
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-rfE", "--tb=no", "-p", "no:cacheprovider"]
    # Those that `make test` leaves to another command count as well, but for the ones that take a browser or a chat model.
    command += ["-m", "not models and not page"]
    command += ["--hypothesis-seed=0"]  # the same examples each time: a fault is not caught by luck
    command += ["--basetemp", str(tree.parent / f"{tree.name}-tests")]
    if importlib.util.find_spec("xdist"):
        command += ["-n", "0"]  # whatever the checkout's own options say: the first that fails is to end it
    # The tests start commands in processes of their own, and these must be of the copy, not of what is installed.
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    started, seconds = time.monotonic(), SECONDS if tests else SECONDS_OF_ALL
    with subprocess.Popen(
        [*command, *tests],
        cwd=tree,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as pytest:
        try:
            said, _ = pytest.communicate(timeout=seconds)
        except BaseException as error:
            # With all that the tests have started.
            os.killpg(pytest.pid, signal.SIGKILL)
            pytest.communicate()
            if isinstance(error, subprocess.TimeoutExpired):
                return Outcome(f"no end within {seconds:.0f} s", seconds)
            raise
    took = time.monotonic() - started
    failed = _FAILED.search(said)
    if pytest.returncode == _ALL_PASSED:
        return Outcome("", took)
    if pytest.returncode in (_SOME_FAILED, _BROKEN_OFF) and failed:
        return Outcome(failed[1], took)
    reason = "no test ran" if pytest.returncode == _NONE_RAN else " ".join(said.split())[-300:]
    raise UnusableError(f"{' '.join(tests) or 'all tests'} cannot be run: {reason}")


@contextmanager
def working_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        os.chmod(folder, 0o755)  # some tests become nobody for a while, and import from the copy meanwhile
        yield Path(folder)


class Bench:
    """Tries mutants of one checkout, each in a copy of its own, so that nothing is left of the one before."""

    def __init__(self, tree: Path, folder: Path) -> None:
        self._folder = folder
        self._clean = copied(tree, folder / "clean")
        self._passing: set[tuple[str, ...]] = set()

    def tried(self, mutant: Mutant, tests: tuple[str, ...]) -> Outcome:
        """What some tests make of a mutant; that they pass without it is seen to once.

        Raises:
            UnusableError: they do not, or cannot be run.
        """
        if tests not in self._passing:
            without = outcome_of(tests, self._clean)
            if without.failed:
                raise UnusableError(f"fails without a fault: {without.failed}")
            self._passing.add(tests)
        copy = shutil.copytree(self._clean, self._folder / f"mutant-{mutant.number}")
        try:
            mutant.apply(copy)
            return outcome_of(tests, copy)
        finally:
            for left in self._folder.glob(f"{copy.name}*"):
                shutil.rmtree(left, ignore_errors=True)


def main() -> int:
    """Try the mutants and print a table of them: 0 all caught, 1 some survived, 2 something could not be told."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, default=ROOT, help="the checkout whose code and tests are tried")
    parser.add_argument("--only", type=int, nargs="+", metavar="N", help="the mutants of these numbers")
    parser.add_argument("--all-tests", action="store_true", help="run all tests where the named ones catch nothing")
    parser.add_argument("--check", action="store_true", help="run nothing: see that the texts and the tests are there")
    options = parser.parse_args()
    # Told to stop, it would leave the copies and their tests behind.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        mutants = read_list()
    except UnusableError as error:
        parser.exit(2, f"{LIST.name}: {error}\n")
    if not options.tree.is_dir():
        parser.error(f"--tree {str(options.tree)!r} is no folder: name a checkout")
    if options.only:
        mutants = tuple(mutant for mutant in mutants if mutant.number in options.only)
        if len(mutants) < len(set(options.only)):
            parser.error(f"--only names a mutant that is not in {LIST.name}")
    stale = 0
    for mutant in mutants:
        try:
            mutant.file(options.tree)
            mutant.check_tests(options.tree)
        except UnusableError as error:
            print(error, file=sys.stderr)
            stale += 1
    if stale or options.check:
        return 2 if stale else 0
    results = dict.fromkeys(("caught", "survived", "unknown"), 0)
    _print_row("#", "package", "result", "s", "fault: the first test that fails")
    with working_folder() as folder:
        bench = Bench(options.tree, folder)
        for mutant in mutants:
            result, seconds, shown = _result(bench, mutant, all_tests=options.all_tests)
            results[result] += 1
            _print_row(str(mutant.number), mutant.package, result, f"{seconds:.0f}", f"{mutant.fault}: {shown}")
    print(", ".join(f"{count} {result}" for result, count in results.items()))
    return 2 if results["unknown"] else 1 if results["survived"] else 0


def _print_row(number: str, package: str, result: str, seconds: str, shown: str) -> None:
    print(f"{number:>3}  {package:<14}  {result:<8}  {seconds:>4}  {shown}", flush=True)  # each takes a while


def _result(bench: Bench, mutant: Mutant, *, all_tests: bool) -> tuple[str, float, str]:
    try:
        outcome = bench.tried(mutant, mutant.tests)
        if not outcome.failed and all_tests:
            outcome = bench.tried(mutant, ())
    except UnusableError as error:
        return "unknown", 0.0, str(error)
    return "caught" if outcome.failed else "survived", outcome.seconds, outcome.failed or "none"


if __name__ == "__main__":
    sys.exit(main())
