"""JSON Lines: one record a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from knowledge_base.exchange.lines import MAX_LINE_BYTES, ByteStream, read_lines
from knowledge_base.exchange.report import Rejection

TOO_LONG = f"longer than {MAX_LINE_BYTES // (1024 * 1024)} MB"
NOT_UTF8 = "not valid UTF-8: save the file as UTF-8"
TOO_DEEP = "nested too deeply"


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record as it stands in the file, where it stands, and how that is counted ("line" or "record")."""

    line: int
    values: Mapping[str, object]
    unit: str = "line"


def read_jsonl(stream: ByteStream) -> Iterator[ReadRecord | Rejection]:
    """Yield every line as a record or the reason why it is none; blank lines are skipped. Memory stays flat."""
    for line in read_lines(stream):
        if line.too_long:
            yield Rejection(line.number, TOO_LONG)
        elif line.content.strip():
            yield _read(line.number, line.content)


def _read(number: int, content: bytes) -> ReadRecord | Rejection:
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        return Rejection(number, NOT_UTF8)
    except RecursionError:
        return Rejection(number, TOO_DEEP)
    except json.JSONDecodeError as error:
        return Rejection(number, f"not valid JSON: {error.msg} at character {error.pos + 1}")
    except ValueError as error:
        return Rejection(number, f"not valid JSON: {error}")
    if not isinstance(value, dict):
        return Rejection(number, "not a JSON object")
    return ReadRecord(number, value)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
