"""Writing the fact-checks out: JSON Lines, CSV or a ClaimReview feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TextIO

from knowledge_base.exchange.claimreview import CONTEXT, NAMESPACE, to_feed_item
from knowledge_base.exchange.csv_format import CsvWriter
from knowledge_base.exchange.errors import ExchangeError
from knowledge_base.exchange.writing import to_record
from knowledge_base.models import FactCheck, Status
from knowledge_base.repository import FactCheckRepository

_FEED_START = {"@context": [CONTEXT, NAMESPACE], "@type": "DataFeed", "dataFeedElement": []}


def export(
    repository: FactCheckRepository, file_format: str, out: TextIO, *, status: Status | None = Status.PUBLISHED
) -> int:
    """Write the fact-checks in order of id and return how many; memory stays flat.

    Importing the file (with `publish`) into an empty store and exporting again gives the same bytes.

    Args:
        repository: where from.
        file_format: "jsonl", "csv" or "claimreview".
        out: text written as UTF-8; open files with newline="" so that line ends stay as they are.
        status: which ones; None for all, each with its status.

    Raises:
        ExchangeError: no such format.
    """
    if file_format not in _WRITERS:
        raise ExchangeError(f"no format {file_format!r}; there are {', '.join(_WRITERS)}")
    return _WRITERS[file_format](repository.iterate(status), out)


def _write_jsonl(fact_checks: Iterator[FactCheck], out: TextIO) -> int:
    count = 0
    for fact_check in fact_checks:
        out.write(_json(to_record(fact_check)) + "\n")
        count += 1
    return count


def _write_csv(fact_checks: Iterator[FactCheck], out: TextIO) -> int:
    count = 0
    writer = CsvWriter(out)
    for fact_check in fact_checks:
        writer.write(to_record(fact_check))
        count += 1
    return count


def _write_claimreview(fact_checks: Iterator[FactCheck], out: TextIO) -> int:
    """Write a schema.org DataFeed, the shape of Data Commons' ClaimReview feed, one element a line."""
    count = 0
    out.write(_json(_FEED_START).removesuffix("]}"))
    for fact_check in fact_checks:
        element = {"@type": "DataFeedItem", "item": [to_feed_item(fact_check)]}
        out.write((",\n" if count else "\n") + _json(element))
        count += 1
    out.write("\n]}\n")
    return count


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


_WRITERS: dict[str, Callable[[Iterator[FactCheck], TextIO], int]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "claimreview": _write_claimreview,
}
