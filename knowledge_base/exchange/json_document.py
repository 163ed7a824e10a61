"""One large JSON document, element by element, in flat memory.

A list, or an object whose long list sits under one of `STREAMED` (a Data Commons feed has 100,000 elements), is cut
into its elements by counting brackets, and each is parsed by itself. A streaming parser stops at the first byte it
dislikes; here a damaged, oversized or too deeply nested element costs itself alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge_base.exchange.jsonl import TOO_LONG, ReadRecord, parse_json_object
from knowledge_base.exchange.lines import MAX_LINE_BYTES, ByteStream
from knowledge_base.exchange.report import Rejection

STREAMED = frozenset({b'"@graph"', b'"dataFeedElement"', b'"itemListElement"'})
"""Keys of the outermost object whose list is read element by element."""

TRUNCATED = "the file ends in the middle of this record"

_CHUNK_BYTES = 1 << 16
_OUTSIDE = re.compile(rb'["{}\[\]]')
_INSIDE_STRING = re.compile(rb'["\\]')
_LONGEST_KEY = 100


def read_json_document(stream: ByteStream) -> Iterator[ReadRecord | Rejection]:
    """Yield every element that is an object or a list as a record; `null` elements are nothing and are passed over.

    `line` counts elements from 1. The outermost object itself comes last, where it holds more than the lists.
    """
    cutter = _Cutter()
    number = 0
    while chunk := stream.read(_CHUNK_BYTES):
        for piece in cutter.feed(chunk):
            number += 1
            yield _parse(number, piece)
    rest = cutter.finish()
    if rest is not None and (number == 0 or b"claimReviewed" in rest):
        yield _parse(number + 1, rest)
    if cutter.is_open:
        yield Rejection(number + 1, TRUNCATED, unit="record")


def _parse(number: int, piece: bytes) -> ReadRecord | Rejection:
    if len(piece) > MAX_LINE_BYTES:
        return Rejection(number, TOO_LONG, unit="record")
    return parse_json_object(b'{"@graph":' + piece + b"}" if piece[:1] == b"[" else piece, number, unit="record")


class _Cutter:
    """Follows strings and brackets through chunks and cuts out what lies at the streamed depth."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False
        self._piece = bytearray()
        self._rest = bytearray()
        self._key = bytearray()
        self._streamed_depth = 0  # brackets open around the elements; 0 while not in a streamed list
        self._started = False

    @property
    def is_open(self) -> bool:
        """Whether the document ended before its brackets did."""
        return self._depth > 0 or self._in_string

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield the elements that end in this chunk."""
        if not self._started:
            self._started = True
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
        position = 0
        while position < len(chunk):
            position, finished = self._step(chunk, position)
            if finished:
                yield bytes(self._piece)
                self._piece.clear()

    def finish(self) -> bytes | None:
        """Return the outermost object without its streamed lists, or None where there was none or it is cut off."""
        return bytes(self._rest) if self._rest and not self.is_open else None

    def _step(self, chunk: bytes, position: int) -> tuple[int, bool]:
        if self._in_string:
            return self._step_in_string(chunk, position), False
        found = _OUTSIDE.search(chunk, position)
        if found is None:
            self._keep(chunk, position, len(chunk))
            return len(chunk), False
        self._keep(chunk, position, found.start())
        mark = found.group()
        if mark == b'"':
            self._in_string = True
            self._key.clear()
            self._keep(chunk, found.start(), found.end())
        elif mark in b"{[":
            self._open(mark)
        else:
            return found.end(), self._close(mark)
        return found.end(), False

    def _step_in_string(self, chunk: bytes, position: int) -> int:
        if self._escaped:
            self._escaped = False
            self._keep(chunk, position, position + 1)
            return position + 1
        found = _INSIDE_STRING.search(chunk, position)
        end = found.end() if found else len(chunk)
        self._keep(chunk, position, end)
        if found and found.group() == b'"':
            self._in_string = False
        elif found:
            self._escaped = True
        return end

    def _open(self, mark: bytes) -> None:
        is_list = mark == b"["
        if self._depth == 0 and is_list:
            self._streamed_depth = 1
        elif self._depth == 1 and not self._streamed_depth and is_list and bytes(self._key) in STREAMED:
            self._rest += mark
            self._streamed_depth = 2
        else:
            self._keep(mark, 0, 1, opening=True)
        self._depth += 1

    def _close(self, mark: bytes) -> bool:
        self._depth = max(0, self._depth - 1)
        if self._streamed_depth and self._depth < self._streamed_depth:
            if self._streamed_depth == 2:
                self._rest += mark
            self._streamed_depth = 0
            return False
        self._keep(mark, 0, 1, opening=True)
        return bool(self._streamed_depth) and self._depth == self._streamed_depth

    def _keep(self, chunk: bytes, start: int, end: int, *, opening: bool = False) -> None:
        """Add bytes to the element or the outermost object they belong to; past the limit one byte marks "too long"."""
        in_element = self._streamed_depth and (opening or self._depth > self._streamed_depth)
        if self._streamed_depth and not in_element:
            return  # commas, blanks and scalars between elements
        if not self._streamed_depth and self._depth == 1 and self._in_string and len(self._key) < _LONGEST_KEY:
            self._key += chunk[start:end]
        target = self._piece if in_element else self._rest
        if self._depth == 0 and not opening:
            return
        room = MAX_LINE_BYTES + 1 - len(target)
        target += chunk[start : min(end, start + room)] if room > 0 else b""
