"""The readers by format, and from what they yield to fact-checks."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from knowledge_base.exchange.claimreview_reading import find_reviews, has_reviews, to_exchange_record
from knowledge_base.exchange.csv_format import read_csv
from knowledge_base.exchange.errors import RecordRejected, UnreadableFile
from knowledge_base.exchange.html_page import read_page
from knowledge_base.exchange.json_document import read_json_document
from knowledge_base.exchange.jsonl import ReadRecord, read_jsonl
from knowledge_base.exchange.opening import OpenedFile, PeekableStream, tell_format
from knowledge_base.exchange.records import ParsedRecord, parse_record
from knowledge_base.exchange.report import Rejection, Skipped

Reader = Callable[[PeekableStream], Iterator[ReadRecord | Rejection]]

NO_REVIEW = Skipped("no_claimreview")


@dataclass(frozen=True, slots=True)
class ReadFactCheck:
    """A fact-check and where in the file it stood."""

    line: int
    unit: str
    parsed: ParsedRecord


def read_claimreview(stream: PeekableStream) -> Iterator[ReadRecord | Rejection]:
    """Yield the JSON-LD of a web page or of a JSON document."""
    beginning = stream.peek(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    yield from read_page(stream) if beginning.startswith(b"<") else read_json_document(stream)


_READERS: dict[str, Reader] = {
    "jsonl": read_jsonl,
    "csv": read_csv,
    "claimreview": read_claimreview,
}
"""A further format is one more line here (and, where its beginning tells it, one in `opening.tell_format`)."""

FORMATS = tuple(_READERS)
"""Names of the formats that can be imported."""


def resolve_format(file_format: str, opened: OpenedFile) -> str:
    """Return the format to read in.

    Raises:
        UnreadableFile: no such format, or the file is empty.
    """
    if file_format != "auto" and file_format not in _READERS:
        raise UnreadableFile(f"no format {file_format!r}; there are auto, {', '.join(FORMATS)}")
    told = tell_format(opened)
    return told if file_format == "auto" else file_format


def read_opened(
    opened: OpenedFile, file_format: str, default_publisher: str, default_locale: str
) -> Iterator[ReadFactCheck | Rejection | Skipped]:
    """Yield every record as a fact-check or the reason why it is none."""
    last_line, unit = 0, "line"
    try:
        for item in _READERS[file_format](opened.stream):
            last_line, unit = item.line, item.unit
            if isinstance(item, Rejection):
                yield item
                continue
            records = _records_in(item.values)
            if not records:
                yield NO_REVIEW
            for record in records:
                try:
                    parsed = parse_record(record, default_publisher=default_publisher, default_locale=default_locale)
                except RecordRejected as rejected:
                    yield Rejection(item.line, rejected.reason, rejected.record_id, item.unit)
                else:
                    yield ReadFactCheck(item.line, item.unit, parsed)
    except (EOFError, zlib.error) as error:
        yield Rejection(last_line + 1, f"the compressed file ends too early or is damaged: {error}", "", unit)


def _records_in(values: Mapping[str, object]) -> list[Mapping[str, object]]:
    """Return the exchange records an element of a file holds: itself, or the ClaimReviews in it."""
    if not has_reviews(values):
        return [values]
    return [to_exchange_record(review) for review in find_reviews(values)]
