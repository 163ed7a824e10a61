"""One-time tokens and sessions in SQL, by their digests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from handlers.editorial.ports import TokenPurpose
from storage.database import Database
from storage.tables import sessions, sign_in_tokens


class SqlSignIns:
    """`SignIns` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def issue(self, digest: str, editor_id: str, purpose: TokenPurpose, *, at: datetime, expires_at: datetime) -> None:
        """See the Protocol."""
        row = {"digest": digest, "editor_id": editor_id, "purpose": purpose.value, "expires_at": expires_at}
        with self._database.writing() as connection:
            connection.execute(delete(sign_in_tokens).where(sign_in_tokens.c.expires_at <= at))
            connection.execute(insert(sign_in_tokens).values(row))

    def redeem(self, digest: str, purpose: TokenPurpose, *, at: datetime) -> str | None:
        """See the Protocol."""
        columns = sign_in_tokens.c
        using = (
            delete(sign_in_tokens)
            .where(columns.digest == digest, columns.purpose == purpose.value, columns.expires_at > at)
            .returning(columns.editor_id)
        )
        with self._database.writing() as connection:
            editor_id: str | None = connection.execute(using).scalar()
        return editor_id

    def open_session(self, digest: str, editor_id: str, *, at: datetime, expires_at: datetime) -> None:
        """See the Protocol."""
        row = {"digest": digest, "editor_id": editor_id, "opened_at": at, "expires_at": expires_at}
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= at))
            connection.execute(insert(sessions).values(row))

    def session(self, digest: str, *, at: datetime) -> str | None:
        """See the Protocol."""
        query = select(sessions.c.editor_id).where(sessions.c.digest == digest, sessions.c.expires_at > at)
        with self._database.reading() as connection:
            editor_id: str | None = connection.execute(query).scalar()
        return editor_id

    def close_session(self, digest: str) -> None:
        """See the Protocol."""
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.digest == digest))

    def close_all(self, editor_id: str) -> int:
        """See the Protocol."""
        with self._database.writing() as connection:
            connection.execute(delete(sign_in_tokens).where(sign_in_tokens.c.editor_id == editor_id))
            return connection.execute(delete(sessions).where(sessions.c.editor_id == editor_id)).rowcount
