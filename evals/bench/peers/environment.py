"""A virtual environment for each peer, under the cache: made once, and again where its pins change."""

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from evals.bench.peers.protocol import PeerError
from evals.bench.peers.roster import Peer

INSTALL_SECONDS = 1200.0
_KEYS = ("API_KEY", "TOKEN", "SECRET", "PASSWORD")
_OTHERS = ("PYTHON", "VIRTUAL_ENV", "DATELINE_", "GROUNDRAG_", "CAIRN_", "LANGCHAIN_", "LANGSMITH_")


def prepared(peer: Peer, cache: Path) -> Path:
    """The Python of a peer's environment under `cache`, installed if it is not there; this Python where it has no pins.

    Raises:
        PeerError: it cannot be made, or its requirements cannot be installed.
    """
    if not peer.pins:
        return Path(sys.executable)
    folder = _folder(peer, cache)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PeerError(f"cannot be given an environment: {error.strerror or error}") from None
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    # Written last: an environment half made is made again.
    installed = folder / "installed.txt"
    wanted = "\n".join(peer.pins) + "\n"
    with FileLock(folder / "lock"):
        if not (python.exists() and installed.exists() and installed.read_text("utf-8") == wanted):
            installed.unlink(missing_ok=True)
            # A pip of its own takes longer to install than some peers; where this Python has none, as in uv's, it is due.
            lent = find_spec("pip") is not None
            made = [sys.executable, "-m", "venv", "--clear", str(folder / "venv")]
            _run([*made, "--without-pip"] if lent else made, "cannot be given an environment")
            pip = [sys.executable, "-m", "pip", "--python", str(python)] if lent else [str(python), "-m", "pip"]
            quietly = ["--disable-pip-version-check", "--no-input", "--quiet"]
            _run([*pip, "install", *quietly, *peer.pins], "cannot be installed")
            installed.write_text(wanted, "utf-8")
    return python


def variables(peer: Peer, cache: Path, *, offline: bool = True) -> dict[str, str]:
    """The environment variables that a peer runs under: no key, no setting of its own or of Python's, models in the cache.

    A peer would ask a paid model, or answer by someone's own configuration, where these were found.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not any(key in name.upper() for key in _KEYS) and not name.startswith(_OTHERS)
    }
    models = str(_folder(peer, cache) / "models")
    return kept | {"HF_HOME": models, "FASTEMBED_CACHE_PATH": models} | ({"HF_HUB_OFFLINE": "1"} if offline else {})


def fetched(peer: Peer, cache: Path) -> Path:
    """What is there once the peer has had its try at downloading models."""
    return _folder(peer, cache) / "fetched.txt"


def _folder(peer: Peer, cache: Path) -> Path:
    return cache / "peers" / peer.name


def _run(command: Sequence[str], failed: str) -> None:
    """Run a command to its end; what it says is thrown away unless it fails."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerError(f"{failed}: {' '.join(str(error).split())[:200]}") from None
    if done.returncode:
        lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        # pip's reason is its last line that says ERROR; hints and warnings follow it.
        reason = next(
            (line for line in reversed(lines) if line.startswith("ERROR:")), (lines or ["no reason given"])[-1]
        )
        raise PeerError(f"{failed}: {reason.removeprefix('ERROR:').strip()[:200]}")
