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
            yield parse_json_object(line.content, line.number)


def parse_json_object(content: bytes, line: int, *, unit: str = "line") -> ReadRecord | Rejection:
    """Return the object `content` spells, or the reason why it spells none."""
    reason = ""
    value: object = None
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        reason = NOT_UTF8
    except RecursionError:
        reason = TOO_DEEP
    except json.JSONDecodeError as error:
        reason = f"not valid JSON: {error.msg} at character {error.pos + 1}"
    except ValueError as error:
        reason = f"not valid JSON: {error}"
    if not reason and isinstance(value, dict):
        return ReadRecord(line, value, unit)
    return Rejection(line, reason or "not a JSON object", unit=unit)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
