"""What an import tells about itself: on the way (`Progress`) and at the end (`ImportReport`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from knowledge_base.exchange.errors import RecordRejected

KEPT_REJECTIONS = 10_000
"""Rejections kept with their reasons; after that only the count goes on, so that 1 GB of rubbish fits in memory."""

_KEPT_NAMES = 200


@dataclass(frozen=True, slots=True)
class Rejection:
    """A record that was not taken over.

    `line` counts from 1. In a JSON document or a web page, where lines mean nothing, it counts records and
    `unit` is "record".
    """

    line: int
    reason: str
    id: str = ""
    unit: str = "line"

    def to_dict(self) -> dict[str, object]:
        """Return it as plain JSON values."""
        return {"line": self.line, "unit": self.unit, "id": self.id, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something in the file that is no fact-check and need not be one; counted under `name` in the warnings."""

    name: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is. `bytes_total` and `seconds_left` are None where the size is not known."""

    bytes_done: int
    bytes_total: int | None
    records: int
    records_per_s: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The end of an import, in numbers and reasons.

    `rejected` holds the first 10,000; `rejected_count` counts all. `ignored_fields` names fields the file has
    and Factline has no place for, with how many records carried them. `warnings` counts records taken over with
    something left open: "date_not_understood" (stored undated), "verdict_not_mapped" (only the publisher's own
    label is kept), "address_not_http" (an address other than http or https was left out),
    "language_not_understood" (stored without a language). Beside these, "no_claimreview" counts elements of a
    ClaimReview file that hold none, such as a feed's `"item": null`.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejection, ...] = ()
    rejected_count: int = 0
    ignored_fields: tuple[tuple[str, int], ...] = ()
    warnings: tuple[tuple[str, int], ...] = ()
    file_format: str = ""

    @property
    def stored(self) -> int:
        """How many records the store holds after this import that the file carried."""
        return self.added + self.updated + self.unchanged

    def to_dict(self) -> dict[str, object]:
        """Return it as plain JSON values, for `--json`."""
        return {
            "format": self.file_format,
            "added": self.added,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected_count": self.rejected_count,
            "rejected": [rejection.to_dict() for rejection in self.rejected],
            "ignored_fields": dict(self.ignored_fields),
            "warnings": dict(self.warnings),
        }


@dataclass(slots=True)
class Tally:
    """The report while it is being written."""

    file_format: str = ""
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected_count: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)

    @property
    def records(self) -> int:
        """How many records were dealt with so far."""
        return self.added + self.updated + self.unchanged + self.rejected_count

    def reject(self, rejection: Rejection) -> None:
        """Count one, and keep it while there is room."""
        self.rejected_count += 1
        if len(self.rejections) < KEPT_REJECTIONS:
            self.rejections.append(rejection)

    def reject_error(self, line: int, unit: str, error: RecordRejected) -> None:
        """Count a record that raised."""
        self.reject(Rejection(line, error.reason, error.record_id, unit))

    def note(self, ignored: Iterable[str], warnings: Iterable[str]) -> None:
        """Count what one record brought along that has no place, or stayed open."""
        for name in ignored:
            if name in self.ignored or len(self.ignored) < _KEPT_NAMES:
                self.ignored[name] += 1
        for name in warnings:
            self.warnings[name] += 1

    def report(self) -> ImportReport:
        """Return the report as of now."""
        return ImportReport(
            added=self.added,
            updated=self.updated,
            unchanged=self.unchanged,
            rejected=tuple(self.rejections),
            rejected_count=self.rejected_count,
            ignored_fields=tuple(self.ignored.most_common()),
            warnings=tuple(self.warnings.most_common()),
            file_format=self.file_format,
        )
