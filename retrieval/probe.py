"""Opens a Chroma folder of doubtful health in a child process: opening a torn one can crash whoever does it."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from retrieval.vectors import Vectors

_SAMPLE = 50
_SECONDS = 60


def survives(folder: Path, name: str, ids: Sequence[str]) -> bool:
    """Whether a child process opens the collection, counts as many records as `ids` and finds sampled ones.

    A crash, an error and a hang of the child all mean no.
    """
    package = Path(__file__).resolve().parent.parent
    path = os.pathsep.join(filter(None, [str(package), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-P", "-m", "retrieval.probe", str(folder), name]
    try:
        child = subprocess.run(
            command,
            input=json.dumps(list(ids)).encode(),
            env={**os.environ, "PYTHONPATH": path},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return child.returncode == 0


def main() -> int:
    folder, name = sys.argv[1:]
    ids = json.load(sys.stdin)
    vectors = Vectors.in_folder(Path(folder), name)
    healthy = len(vectors) == len(ids) and not vectors.lost(ids, sample=_SAMPLE)
    vectors.close()
    return 0 if healthy else 1


if __name__ == "__main__":
    sys.exit(main())
