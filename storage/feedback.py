"""Presses of "not what I meant" in SQL."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select

from handlers.ports import NotMeant
from knowledge_base.rules import storable_text
from storage.contacts import is_known
from storage.database import Database
from storage.tables import feedback


class SqlFeedbackLog:
    """`FeedbackLog` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def not_meant(self, *, contact_id: str, fact_check_id: str, text: str, at: datetime) -> None:
        """See the Protocol."""
        with self._database.writing() as connection:
            if not is_known(connection, contact_id):
                return
            press = {
                "contact_id": contact_id,
                "fact_check_id": storable_text(fact_check_id),
                "day": at.astimezone(UTC).date().isoformat(),
                "text": storable_text(text),
                "pressed_at": at,
            }
            connection.execute(self._database.insert_new(feedback).values(press))

    def of_contact(self, contact_id: str) -> list[NotMeant]:
        """See the Protocol."""
        columns = feedback.c
        query = (
            select(columns.contact_id, columns.fact_check_id, columns.text, columns.pressed_at)
            .where(columns.contact_id == storable_text(contact_id))
            .order_by(columns.pressed_at, columns.fact_check_id)
        )
        with self._database.reading() as connection:
            return [NotMeant(*row) for row in connection.execute(query)]
