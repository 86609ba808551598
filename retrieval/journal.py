"""Vectors of an unfinished build, so that an interrupted one goes on where it was."""

import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.vectors import Vector

_KEY = 16  # bytes of a chunk's id


class Journal:
    """A file that only grows: the vector length, then id, checksum and vector of one chunk after the other.

    A record torn by a crash fails its checksum; it and what follows are cut off.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> "dict[str, Vector]":
        """What former builds left."""
        import numpy

        try:
            raw = self._path.read_bytes()
        except OSError:
            return {}
        found: dict[str, Vector] = {}
        length = struct.unpack_from("<I", raw)[0] if len(raw) >= 4 else 0
        size = _KEY + 4 + 4 * length
        end = 4
        while length and end + size <= len(raw):
            key, vector = raw[end : end + _KEY], raw[end + _KEY + 4 : end + size]
            if struct.unpack_from("<I", raw, end + _KEY)[0] != zlib.crc32(key + vector):
                break
            found[key.hex()] = numpy.frombuffer(vector, dtype="<f4").astype(numpy.float32)
            end += size
        if not found:
            self._path.unlink(missing_ok=True)
        elif end < len(raw):
            with open(self._path, "r+b") as file:
                file.truncate(end)
        return found

    def append(self, vectors: "Mapping[str, Vector]") -> None:
        """Add vectors of one length."""
        with open(self._path, "ab") as file:
            for key, vector in vectors.items():
                if file.tell() == 0:
                    file.write(struct.pack("<I", len(vector)))
                record = bytes.fromhex(key), vector.astype("<f4").tobytes()
                file.write(record[0] + struct.pack("<I", zlib.crc32(b"".join(record))) + record[1])
