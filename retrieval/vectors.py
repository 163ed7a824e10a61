"""A content-addressed store of vectors on disk: what was embedded once is never embedded again.

Two files: `vectors.f32` holds rows of float32, `keys.bin` one 24-byte record a row (16 bytes of SHA-256 over the
text, 4 bytes CRC-32 of the row, 4 bytes CRC-32 of these 20). A row is written before its key, and keys only ever
append, so a process killed at any point leaves at most a row without a key (overwritten next time) or a torn key
(cut off next time). Several processes may share it: appends take a file lock and first read what others appended.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import struct
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_RECORD = struct.Struct("<16sII")


def key_of(text: str) -> bytes:
    """Return the 16-byte key of a text; any str, lone surrogates too."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]


class VectorCache:
    """Vectors of one model by text.

    Thread-safe. A row whose checksum is wrong counts as absent and is embedded again.

    Args:
        folder: of this model alone; created.
        dimension: length of a vector.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._row_bytes = 4 * dimension
        self._dimension = dimension
        self._keys = os.open(folder / "keys.bin", os.O_RDWR | os.O_CREAT, 0o644)
        self._rows = os.open(folder / "vectors.f32", os.O_RDWR | os.O_CREAT, 0o644)
        self._by_key: dict[bytes, tuple[int, int]] = {}
        self._records = 0
        self._lock = threading.RLock()
        self._closed = False
        with self._lock, self._exclusive():
            self._read_new_keys(repair=True)

    def __len__(self) -> int:
        """Number of distinct texts held."""
        return len(self._by_key)

    def get(self, keys: Sequence[bytes]) -> tuple[NDArray[np.bool_], Vectors]:
        """Return which of `keys` are held, and their vectors `(n, dimension)`; zeros where not."""
        found = np.zeros(len(keys), dtype=np.bool_)
        size = self._row_bytes
        block = bytearray(len(keys) * size)
        for at, key in enumerate(keys):
            place = self._by_key.get(key)
            if place is None:
                continue
            # Read, not memory-mapped: a file somebody truncates must not kill the process.
            row = os.pread(self._rows, size, place[0] * size)
            if zlib.crc32(row) == place[1]:
                block[at * size : (at + 1) * size] = row
                found[at] = True
        vectors = np.frombuffer(block, dtype="<f4").reshape(len(keys), self._dimension)
        return found, vectors

    def get_or_embed(self, texts: Sequence[str], embed: Callable[[Sequence[str]], Vectors]) -> Vectors:
        """Return the vectors of `texts`, calling `embed` once for those not held and keeping the result."""
        keys = [key_of(text) for text in texts]
        found, vectors = self.get(keys)
        missing: dict[bytes, list[int]] = {}
        for at, key in enumerate(keys):
            if not found[at]:
                missing.setdefault(key, []).append(at)
        if missing:
            fresh = embed([texts[places[0]] for places in missing.values()])
            self._append(list(missing), fresh)
            for row, places in zip(fresh, missing.values(), strict=True):
                vectors[places] = row
        return vectors

    def close(self) -> None:
        """Release the files; idempotent."""
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._keys)
                os.close(self._rows)

    def _append(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        with self._lock, self._exclusive():
            self._read_new_keys(repair=True)
            first = self._records
            block = np.ascontiguousarray(vectors, dtype="<f4").tobytes()
            size = self._row_bytes
            records = bytearray()
            for at, key in enumerate(keys):
                checksum = zlib.crc32(block[at * size : (at + 1) * size])
                records += _record(key, checksum)
            _write_all(self._rows, block, first * size)
            _write_all(self._keys, bytes(records), first * _RECORD.size)
            self._read_new_keys(repair=False)

    def _read_new_keys(self, *, repair: bool) -> None:
        """Take in the records appended since; with `repair` (lock held) cut off what no valid record follows."""
        while chunk := os.pread(self._keys, _RECORD.size * 65536, self._records * _RECORD.size):
            taken = 0
            for at in range(0, len(chunk) - _RECORD.size + 1, _RECORD.size):
                key, checksum, own = _RECORD.unpack_from(chunk, at)
                if zlib.crc32(chunk[at : at + 20]) != own:
                    break
                self._by_key[key] = (self._records, checksum)
                self._records += 1
                taken += 1
            if taken < 65536:
                break
        if repair and os.fstat(self._keys).st_size != self._records * _RECORD.size:
            os.ftruncate(self._keys, self._records * _RECORD.size)

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        fcntl.flock(self._keys, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._keys, fcntl.LOCK_UN)


def _record(key: bytes, checksum: int) -> bytes:
    head = struct.pack("<16sI", key, checksum)
    return head + struct.pack("<I", zlib.crc32(head))


def _write_all(file: int, block: bytes, offset: int) -> None:
    view = memoryview(block)
    while view:
        written = os.pwrite(file, view, offset)
        view = view[written:]
        offset += written
