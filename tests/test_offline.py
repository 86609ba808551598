"""No connection leaves this machine unless a provider is configured."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "What did Gabuev say about China?"
ARTICLE = "003_952f5f0153c31d6f.txt"

# Sees every look-up and connection that Python code makes, whoever makes it.
WATCHED = """
import sys
seen = []
def watch(event, arguments):
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        seen.append((event, str(arguments[0])))
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        seen.append((event, str(arguments[1][0])))
sys.addaudithook(watch)
from assistant import ask
answer = ask(sys.argv[1])
outside = [place for _, place in seen if place not in ("127.0.0.1", "::1", "localhost")]
print(len(answer.citations), outside)
"""


def namespace_without_network() -> list[str]:
    """The command that runs another one where there is no network but loopback; skips where that is not permitted."""
    unshare = shutil.which("unshare")
    for options in (["--net"], ["--map-root-user", "--net"]):
        if unshare and subprocess.run([unshare, *options, "true"], capture_output=True, check=False).returncode == 0:
            return [unshare, *options, "sh", "-c", 'ip link set lo up 2>/dev/null; exec "$@"', "sh"]
    pytest.skip("this machine lets nobody make a network namespace")


def run(command: list[str], cache: Path) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "DATELINE_CACHE": str(cache)}
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=150, check=False)


def test_no_connection_beyond_loopback_is_tried(tmp_path: Path) -> None:
    done = run([sys.executable, "-c", WATCHED, QUESTION], tmp_path)
    assert done.returncode == 0, done.stderr
    cited, outside = done.stdout.split(maxsplit=1)
    assert int(cited) > 0
    assert outside.strip() == "[]"


def test_index_and_answers_are_made_and_checked_with_the_network_cut(tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(
        f"- question: {QUESTION}\n  facts: [[safe and friendly neighbor]]\n  files: [{ARTICLE}]\n  must_pass: true\n"
        "- question: What is the population of Japan?\n  outcome: not_in_articles\n  must_pass: true\n"
    )
    command = [sys.executable, "-m", "assistant", "eval", str(cases), "--gate"]
    done = run([*namespace_without_network(), *command], tmp_path / "cache")
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
