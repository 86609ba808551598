"""SHA-256 sums beside exported weights, which are checked against them before every load."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def write_checksums(folder: Path, names: Iterable[str]) -> None:
    """The sums of these files of the folder in its SHA256SUMS, in the form of `sha256sum`."""
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")
