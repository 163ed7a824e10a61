"""The audit log's entries: sealed when written, proven later. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import UTC, datetime

from handlers.editorial.ports import AuditEntry
from knowledge_base.sealing import broken_links, digest_of


def sealed(entry: AuditEntry) -> AuditEntry:
    """Return `entry` with its digest."""
    return replace(entry, digest=digest_of(_fields(entry)))


def new_entry(
    previous: AuditEntry | None,
    *,
    at: datetime,
    editor_id: str,
    act: str,
    subject: str,
    before: str,
    after: str,
    note: str,
) -> AuditEntry:
    """Return the entry that follows `previous` (None: the first)."""
    return sealed(
        AuditEntry(
            seq=previous.seq + 1 if previous else 1,
            at=at,
            editor_id=editor_id,
            act=act,
            subject=subject,
            before=before,
            after=after,
            note=note,
            previous_digest=previous.digest if previous else "",
            digest="",
        )
    )


def verify_audit(entries: Iterable[AuditEntry], *, previous: str = "", first: int = 1) -> list[str]:
    """Return what is wrong with consecutive entries; see `knowledge_base.sealing.broken_links`."""
    return broken_links((_fields(entry) for entry in entries), previous=previous, first=first)


def _fields(entry: AuditEntry) -> dict[str, str | int]:
    return {**asdict(entry), "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds")}
