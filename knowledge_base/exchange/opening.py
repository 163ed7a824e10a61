"""Opening what is to be imported: a path or a stream, plain or gzipped, and telling its format."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from knowledge_base.exchange.errors import UnreadableFile
from knowledge_base.exchange.lines import ByteStream

_BUFFER_BYTES = 1 << 16
_GZIP_MAGIC = b"\x1f\x8b"
_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".html": "claimreview",
    ".htm": "claimreview",
    ".jsonld": "claimreview",
}


class _CountingRaw(io.RawIOBase):
    """Counts the bytes read from another stream, which it does not close."""

    def __init__(self, inner: BinaryIO) -> None:
        super().__init__()
        self._inner = inner
        self.bytes_done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._inner.read(len(buffer))
        buffer[: len(chunk)] = chunk
        self.bytes_done += len(chunk)
        return len(chunk)


class PeekableStream(ByteStream, Protocol):
    """A byte stream that can be looked into without reading on."""

    def peek(self, size: int = 0, /) -> bytes:
        """Return bytes that come next, at least one unless at the end."""
        ...


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """An import opened for reading. `bytes_total` is None where the size is not known beforehand."""

    stream: PeekableStream
    suffix: str
    bytes_total: int | None
    _raw: _CountingRaw

    @property
    def bytes_done(self) -> int:
        """How many bytes of the file itself (compressed, where it is) were read."""
        return self._raw.bytes_done


@contextmanager
def open_for_import(path_or_stream: Path | str | BinaryIO) -> Iterator[OpenedFile]:
    """Open it; a stream handed in stays open afterwards.

    Raises:
        UnreadableFile: it cannot be opened, or is a folder.
    """
    if not isinstance(path_or_stream, Path | str):
        yield _opened(path_or_stream, "", None)
        return
    path = Path(path_or_stream)
    try:
        file = path.open("rb")
    except OSError as error:
        raise UnreadableFile(f"{path.name} cannot be read: {(error.strerror or str(error)).lower()}") from error
    with file:
        yield _opened(file, path.suffix.lower(), path.stat().st_size)


def _opened(file: BinaryIO, suffix: str, size: int | None) -> OpenedFile:
    raw = _CountingRaw(file)
    plain = io.BufferedReader(raw, _BUFFER_BYTES)
    if plain.peek(2)[:2] != _GZIP_MAGIC:
        return OpenedFile(plain, suffix, size, raw)
    unpacked = io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=plain)), _BUFFER_BYTES)
    return OpenedFile(unpacked, "", size, raw)


def tell_format(opened: OpenedFile) -> str:
    """Return "jsonl", "csv" or "claimreview", by the beginning of the content and else by the file's name.

    Raises:
        UnreadableFile: the file is empty or is a compressed file that is damaged from the start.
    """
    try:
        head = opened.stream.peek(_BUFFER_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    except (OSError, EOFError) as error:
        raise UnreadableFile(f"the compressed file is damaged: {error}") from error
    if not head:
        raise UnreadableFile("the file is empty")
    if opened.suffix in _BY_SUFFIX:
        return _BY_SUFFIX[opened.suffix]
    if head[:1] in {b"<", b"["}:
        return "claimreview"
    return _tell_json(head) if head[:1] == b"{" else "csv"


def _tell_json(head: bytes) -> str:
    """JSON Lines when the first line is an object by itself and no ClaimReview, or another object follows it."""
    first, _, rest = head.partition(b"\n")
    another_follows = rest.lstrip()[:1] == b"{"
    marked = any(mark in first for mark in (b'"@type"', b'"@context"', b'"@graph"', b'"dataFeedElement"'))
    try:
        json.loads(first)
    except (ValueError, RecursionError):
        # Cut off by the buffer, the first line of an indented document, or a damaged line.
        return "jsonl" if not marked and (another_follows or b'"claim"' in first) else "claimreview"
    return "claimreview" if marked and not another_follows else "jsonl"
