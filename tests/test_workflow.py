"""What CI is promised to run: every Python and system that the README names, with actions that cannot change unseen."""

import re
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_every_action_is_pinned_by_its_commit_and_says_which_version_that_is() -> None:
    lines = [line for path in WORKFLOWS for line in path.read_text("utf-8").splitlines() if "uses:" in line]
    assert lines
    for line in lines:
        assert re.search(r"uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


def test_an_action_has_one_commit_throughout() -> None:
    text = "\n".join(path.read_text("utf-8") for path in WORKFLOWS)
    used = set(re.findall(r"uses: ([\w./-]+)@(\S+ # \S+)", text))
    assert len(used) == len({action for action, _ in used})


def test_the_unit_tests_run_on_every_python_and_system_that_the_readme_names() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert "with Python 3.11 to 3.13 and make, on Linux, Windows or macOS" in readme
    workflow: dict[str, Any] = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))
    matrix = workflow["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13"]
    assert {os.partition("-")[0] for os in matrix["os"]} == {"ubuntu", "windows", "macos"}


def test_workflows_may_only_read() -> None:
    for path in WORKFLOWS:
        workflow = yaml.safe_load(path.read_text("utf-8"))
        assert workflow["permissions"] == {"contents": "read"}
        assert all("timeout-minutes" in job for job in workflow["jobs"].values())
