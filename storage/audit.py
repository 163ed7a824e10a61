"""What the newsroom did, in SQL: rows are only ever added."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import Connection, insert, select

from handlers.editorial.auditing import new_entry
from handlers.editorial.ports import AuditEntry
from knowledge_base.rules import storable_text
from storage.database import Database
from storage.tables import audit_log


class SqlAuditLog:
    """`AuditLog` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self, *, at: datetime, editor_id: str, act: str, subject: str, before: str = "", after: str = "", note: str = ""
    ) -> AuditEntry:
        """See the Protocol."""
        with self._database.writing() as connection:
            # The lock of the change log, which most of these transactions hold anyway: one lock cannot deadlock.
            self._database.order_changes(connection)
            entry = new_entry(
                _last(connection),
                at=at,
                editor_id=storable_text(editor_id),
                act=act,
                subject=storable_text(subject),
                before=storable_text(before),
                after=storable_text(after),
                note=storable_text(note),
            )
            connection.execute(insert(audit_log).values(asdict(entry)))
        return entry

    def entries(self, *, after_seq: int = 0, limit: int = 500) -> list[AuditEntry]:
        """See the Protocol."""
        query = select(audit_log).where(audit_log.c.seq > after_seq).order_by(audit_log.c.seq).limit(max(1, limit))
        with self._database.reading() as connection:
            return [AuditEntry(**row) for row in connection.execute(query).mappings()]

    def latest(self, *, limit: int = 100) -> list[AuditEntry]:
        """See the Protocol."""
        query = select(audit_log).order_by(audit_log.c.seq.desc()).limit(max(1, limit))
        with self._database.reading() as connection:
            return [AuditEntry(**row) for row in connection.execute(query).mappings()]

    def of_subject(self, subject: str) -> list[AuditEntry]:
        """See the Protocol."""
        query = select(audit_log).where(audit_log.c.subject == storable_text(subject)).order_by(audit_log.c.seq)
        with self._database.reading() as connection:
            return [AuditEntry(**row) for row in connection.execute(query).mappings()]


def _last(connection: Connection) -> AuditEntry | None:
    row = connection.execute(select(audit_log).order_by(audit_log.c.seq.desc()).limit(1)).mappings().first()
    return AuditEntry(**row) if row else None
