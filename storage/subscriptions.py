"""Who wants the digest, in SQL."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import delete, select, update

from handlers.ports import ContactForgotten, Subscription
from knowledge_base.rules import storable_text
from storage.contacts import is_known
from storage.database import Database
from storage.tables import subscriptions


class SqlSubscriptionStore:
    """`SubscriptionStore` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def subscribe(self, contact_id: str, *, kind: str = "digest", topics: tuple[str, ...] = (), at: datetime) -> bool:
        """See the Protocol."""
        chosen = json.dumps([storable_text(topic) for topic in topics], ensure_ascii=False)
        key = {"contact_id": contact_id, "kind": kind}
        with self._database.writing() as connection:
            if not is_known(connection, contact_id):
                raise ContactForgotten(contact_id)
            adding = self._database.insert_new(subscriptions).values({**key, "topics": chosen, "subscribed_at": at})
            # Without the option PostgreSQL's driver has forgotten the count by now.
            is_new = connection.execute(adding, execution_options={"preserve_rowcount": True}).rowcount == 1
            this = (subscriptions.c[name] == value for name, value in key.items())
            connection.execute(update(subscriptions).where(*this).values(topics=chosen))
        return is_new

    def unsubscribe(self, contact_id: str, *, kind: str = "digest") -> bool:
        """See the Protocol."""
        columns = subscriptions.c
        dropping = delete(subscriptions).where(
            columns.contact_id == storable_text(contact_id), columns.kind == storable_text(kind)
        )
        with self._database.writing() as connection:
            return connection.execute(dropping).rowcount == 1

    def of_contact(self, contact_id: str) -> list[Subscription]:
        """See the Protocol."""
        columns = subscriptions.c
        query = select(subscriptions).where(columns.contact_id == storable_text(contact_id)).order_by(columns.kind)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [
            Subscription(row.contact_id, row.kind, tuple(json.loads(row.topics)), row.subscribed_at) for row in rows
        ]
