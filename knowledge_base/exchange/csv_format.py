"""CSV: the exchange record as a row. Lists and several languages sit in a cell as JSON.

Spreadsheets run a cell that begins like a formula. On the way out such a cell gets an apostrophe in front (as OWASP's
"CSV Injection" advises), and so does one that already looks neutralised; on the way in exactly that apostrophe goes.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import TextIO

from knowledge_base.exchange.errors import UnreadableFile
from knowledge_base.exchange.fields import FIELDS, TEXT_FIELDS, field_of
from knowledge_base.exchange.jsonl import NOT_UTF8, TOO_LONG, ReadRecord
from knowledge_base.exchange.lines import MAX_LINE_BYTES, ByteStream, Line, read_lines
from knowledge_base.exchange.report import Rejection

_LISTS = ("wordings", "claim_urls", "sources", "topics")
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NEUTRALISED = re.compile(r"'(?='*[=+\-@\t\r\n＝＋－＠])")
_DELIMITERS = (",", ";", "\t")
_UNCLOSED = "a quote that is never closed, or text after a closed one"


class CsvWriter:
    """Writes records as rows under a header of every field, every cell quoted."""

    def __init__(self, out: TextIO) -> None:
        self._rows = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        self._rows.writerow(FIELDS)

    def write(self, record: Mapping[str, object]) -> None:
        """Write one row."""
        self._rows.writerow([neutralise(cell) for cell in _cells(record)])


def neutralise(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    """Undo `neutralise`, exactly."""
    return cell[1:] if _NEUTRALISED.match(cell) else cell


def _cells(record: Mapping[str, object]) -> Iterator[str]:
    # A plain text that begins with a brace could be read back as several languages: then the mapping is written.
    texts = [record.get(field, "") for field in TEXT_FIELDS]
    ambiguous = any(isinstance(text, str) and text.lstrip().startswith("{") for text in texts)
    for field in FIELDS:
        value = record.get(field, "")
        if ambiguous and field in TEXT_FIELDS and isinstance(value, str) and value:
            value = {record.get("lang", "und"): value}
        yield value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_csv(stream: ByteStream) -> Iterator[ReadRecord | Rejection]:
    """Yield every row as a record or the reason why it is none; `line` is where the row begins.

    The first row names the fields. A row with a broken quote costs that line alone, not the rest of the file.

    Raises:
        UnreadableFile: the first row names no "claim".
    """
    rows = _Rows(read_lines(stream))
    header: list[str] = []
    for row in rows:
        if isinstance(row, Rejection):
            if not header:
                raise UnreadableFile(f"the first line, which should name the fields, is {row.reason}")
            yield row
            continue
        number, cells = row
        if not header:
            header = [cell.strip() for cell in cells]
            if "claim" not in {field_of(name) for name in header}:
                raise UnreadableFile('the first line names no column "claim"')
            rows.columns = len(header)
            continue
        if not any(cells):
            continue
        named = zip(header, cells, strict=False)
        yield ReadRecord(number, {name: _value(name, restore(cell)) for name, cell in named if name and cell})


def _value(name: str, cell: str) -> object:
    field = field_of(name)
    if field in TEXT_FIELDS and cell.lstrip().startswith("{"):
        parsed = _json_or_none(cell)
        return parsed if isinstance(parsed, dict) else cell
    if field in _LISTS:
        parsed = _json_or_none(cell) if cell.lstrip().startswith("[") else None
        return parsed if isinstance(parsed, list) else cell.splitlines()
    return cell


def _json_or_none(cell: str) -> object:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return None


class _Rows:
    """Joins lines into rows. Yields (line, cells) or a rejection; keeps at most one record's lines in memory.

    A row whose quotes do not come out right is given up after its first line, and the lines after it are read
    again as rows of their own.
    """

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: list[Line] = []
        self._delimiter = ""
        self.columns = 0

    def __iter__(self) -> Iterator[tuple[int, list[str]] | Rejection]:
        while (first := self._next()) is not None:
            if first.too_long:
                yield Rejection(first.number, TOO_LONG)
            elif first.content.strip():
                yield self._row(first)

    def _next(self) -> Line | None:
        return self._again.pop() if self._again else next(self._lines, None)

    def _row(self, first: Line) -> tuple[int, list[str]] | Rejection:
        taken = [first]
        size = len(first.content)
        quotes = first.content.count(b'"')
        while quotes % 2:
            line = self._next()
            if line is None or line.too_long or size + len(line.content) > MAX_LINE_BYTES:
                if line is not None:
                    taken.append(line)
                return self._give_up(taken, _UNCLOSED)
            taken.append(line)
            size += len(line.content) + 1
            quotes += line.content.count(b'"')
        return self._cells(taken)

    def _cells(self, taken: list[Line]) -> tuple[int, list[str]] | Rejection:
        try:
            text = b"".join(line.content + line.ended_by for line in taken).decode("utf-8")
        except UnicodeDecodeError:
            return self._give_up(taken, NOT_UTF8)
        if not self._delimiter:
            self._delimiter = max(_DELIMITERS, key=text.count)
        if len(text) > csv.field_size_limit():
            csv.field_size_limit(MAX_LINE_BYTES)  # only ever raised; its default of 128 KB is less than a line may have
        try:
            (cells,) = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True)
        except (csv.Error, ValueError):
            return self._give_up(taken, _UNCLOSED)
        if self.columns and len(cells) > self.columns:
            return self._give_up(taken, f"{len(cells)} cells, but the first line names {self.columns}")
        return taken[0].number, cells

    def _give_up(self, taken: list[Line], reason: str) -> Rejection:
        self._again.extend(reversed(taken[1:]))
        return Rejection(taken[0].number, reason)
