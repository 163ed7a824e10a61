"""Reading bytes line by line in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

MAX_LINE_BYTES = 10 * 1024 * 1024
"""The longest line, CSV record or JSON record taken over: 10 MB, as README and `factline import --help` say."""

_SKIP_BYTES = 1 << 16
_BOM = b"\xef\xbb\xbf"


class ByteStream(Protocol):
    """What is read from: any open binary file."""

    def read(self, size: int = -1, /) -> bytes:
        """Return at most `size` bytes; b"" at the end."""
        ...

    def readline(self, size: int = -1, /) -> bytes:
        """Return one line, at most `size` bytes of it."""
        ...


@dataclass(frozen=True, slots=True)
class Line:
    """One line and, apart, what ended it; `number` counts from 1. `too_long` lines carry no content."""

    number: int
    content: bytes
    ended_by: bytes = b""
    too_long: bool = False


def read_lines(stream: ByteStream, *, max_bytes: int = MAX_LINE_BYTES) -> Iterator[Line]:
    """Yield the lines of `stream`, never holding more than `max_bytes` of one.

    Line ends are LF or CRLF; a byte order mark at the start is dropped.
    """
    number = 0
    while chunk := stream.readline(max_bytes + 2):
        number += 1
        if number == 1 and chunk.startswith(_BOM):
            chunk = chunk[len(_BOM) :]
        content = _without_line_end(chunk)
        if len(content) <= max_bytes:
            yield Line(number, content, chunk[len(content) :])
            continue
        while chunk and not chunk.endswith(b"\n"):
            chunk = stream.readline(_SKIP_BYTES)
        yield Line(number, b"", too_long=True)


def _without_line_end(chunk: bytes) -> bytes:
    if chunk.endswith(b"\r\n"):
        return chunk[:-2]
    return chunk[:-1] if chunk.endswith(b"\n") else chunk
