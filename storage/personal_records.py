"""Everything kept about one person that no other repository shows, in SQL."""

from __future__ import annotations

from sqlalchemy import select

from handlers.ports import StoredTip
from knowledge_base.rules import storable_text
from storage.database import Database
from storage.tables import tips


class SqlPersonalRecords:
    """`PersonalRecords` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tips_of(self, contact_id: str) -> list[StoredTip]:
        """See the Protocol."""
        query = (
            select(tips.c.rumor_id, tips.c.text, tips.c.sent_at, tips.c.notify)
            .where(tips.c.contact_id == storable_text(contact_id))
            .order_by(tips.c.sent_at, tips.c.rumor_id)
        )
        with self._database.reading() as connection:
            return [StoredTip(*row) for row in connection.execute(query)]
