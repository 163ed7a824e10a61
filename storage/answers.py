"""Who was shown what, in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from handlers.messages import Shown
from handlers.ports import Answer
from knowledge_base.rules import storable_text
from storage.contacts import is_known
from storage.database import Database
from storage.tables import answers


class SqlAnswerLedger:
    """`AnswerLedger` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, contact_id: str, shown: Iterable[Shown], *, at: datetime) -> None:
        """See the Protocol."""
        # In one order, so that two recordings for the same contact cannot wait for each other.
        rows = sorted({(storable_text(each.fact_check_id), each.revision) for each in shown})
        if not rows:
            return
        with self._database.writing() as connection:
            if not is_known(connection, contact_id):
                return
            for fact_check_id, revision in rows:
                row = {"contact_id": contact_id, "fact_check_id": fact_check_id, "revision": revision}
                connection.execute(self._database.insert_new(answers).values({**row, "shown_at": at}))
                connection.execute(
                    update(answers)
                    .where(*(answers.c[name] == value for name, value in row.items()))
                    .values(shown_at=at)
                )

    def of_contact(self, contact_id: str) -> list[Answer]:
        """See the Protocol."""
        return self._select(answers.c.contact_id == storable_text(contact_id))

    def shown_to(self, fact_check_id: str) -> list[Answer]:
        """See the Protocol."""
        return self._select(answers.c.fact_check_id == storable_text(fact_check_id))

    def _select(self, which: ColumnElement[bool]) -> list[Answer]:
        columns = (answers.c.contact_id, answers.c.fact_check_id, answers.c.revision)
        query = select(*columns, answers.c.shown_at).where(which).order_by(answers.c.shown_at, *columns)
        with self._database.reading() as connection:
            return [Answer(*row) for row in connection.execute(query)]
