"""Updates on their way, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select, update

from handlers.ports import InboxItem, InboxState
from knowledge_base.rules import storable_text
from storage.database import Database
from storage.tables import inbox

_AT_ONCE = 500  # ids in one statement; SQLite allows 32,766 variables


class SqlInbox:
    """`Inbox` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def receive(self, platform: str, messages: Mapping[str, str], *, at: datetime) -> list[str]:
        """See the Protocol."""
        new: list[str] = []
        if not messages:
            return new
        with self._database.writing() as connection:
            for update_id, message in messages.items():
                row = {
                    "platform": storable_text(platform),
                    "update_id": storable_text(update_id),
                    "state": InboxState.RECEIVED.value,
                    "message": storable_text(message),
                    "replies": "",
                    "received_at": at,
                }
                inserting = self._database.insert_new(inbox).values(row).returning(inbox.c.update_id)
                if connection.execute(inserting).first() is not None:  # PostgreSQL's driver counts no inserted rows
                    new.append(update_id)
        return new

    def intend(self, platform: str, update_id: str, replies: str) -> bool:
        """See the Protocol."""
        changing = (
            update(inbox)
            .where(
                inbox.c.platform == platform,
                inbox.c.update_id == update_id,
                inbox.c.state == InboxState.RECEIVED.value,
            )
            .values(state=InboxState.REPLYING.value, replies=storable_text(replies))
        )
        with self._database.writing() as connection:
            return connection.execute(changing).rowcount == 1

    def done(self, platform: str, update_ids: Iterable[str]) -> None:
        """See the Protocol."""
        ids = list(update_ids)
        with self._database.writing() as connection:
            for start in range(0, len(ids), _AT_ONCE):
                changing = update(inbox).where(
                    inbox.c.platform == platform, inbox.c.update_id.in_(ids[start : start + _AT_ONCE])
                )
                connection.execute(changing.values(state=InboxState.ANSWERED.value, message="", replies=""))

    def pending(self, platform: str) -> list[InboxItem]:
        """See the Protocol."""
        query = (
            select(inbox)
            .where(inbox.c.platform == platform, inbox.c.state != InboxState.ANSWERED.value)
            .order_by(inbox.c.received_at, inbox.c.update_id)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            InboxItem(row.platform, row.update_id, InboxState(row.state), row.message, row.replies, row.received_at)
            for row in rows
        ]

    def prune(self, *, before: datetime) -> int:
        """See the Protocol."""
        dropping = delete(inbox).where(inbox.c.state == InboxState.ANSWERED.value, inbox.c.received_at < before)
        with self._database.writing() as connection:
            return connection.execute(dropping).rowcount
