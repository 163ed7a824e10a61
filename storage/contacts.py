"""Contacts in SQL: the only place with an address."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, select, update

from handlers.messages import Asker, ChatKind
from handlers.ports import Contact
from knowledge_base.rules import is_storable, storable, storable_text
from storage.column_types import joint_key
from storage.database import Database
from storage.tables import contacts, tips


def random_id() -> str:
    """Return an id that says nothing about the person or the time."""
    return uuid4().hex


def is_known(connection: Connection, contact_id: str) -> bool:
    """Whether the contact exists; on PostgreSQL it then stays until the transaction ends."""
    if not is_storable(contact_id):
        return False
    query = select(contacts.c.id).where(contacts.c.id == contact_id)
    return connection.execute(query.with_for_update(read=True, key_share=True)).first() is not None


class SqlContactBook:
    """`ContactBook` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, *, new_id: Callable[[], str] = random_id) -> None:
        self._database = database
        self._new_id = new_id

    def find(self, asker: Asker) -> Contact | None:
        """See the Protocol."""
        with self._database.reading() as connection:
            return _find(connection, storable(asker))

    def ensure(self, asker: Asker, *, at: datetime) -> Contact:
        """See the Protocol."""
        asker = storable(asker)
        found = self.find(asker)
        if found is not None and found.asker == asker:
            return found
        row = _row(asker)
        added = {**row, "id": self._new_id(), "locale": "", "zone": "", "created_at": at}
        with self._database.writing() as connection:
            connection.execute(self._database.insert_new(contacts).values(added))
            connection.execute(update(contacts).where(contacts.c.address_key == row["address_key"]).values(row))
            stored = _find(connection, asker)
        assert stored is not None  # noqa: S101 - written in this very transaction
        return stored

    def set_locale(self, contact_id: str, locale: str) -> None:
        """See the Protocol."""
        with self._database.writing() as connection:
            changing = update(contacts).where(contacts.c.id == storable_text(contact_id))
            connection.execute(changing.values(locale=storable_text(locale)))

    def forget(self, contact_id: str) -> bool:
        """See the Protocol."""
        with self._database.writing() as connection:
            contact_id = storable_text(contact_id)
            connection.execute(update(tips).where(tips.c.contact_id == contact_id).values(notify=False))
            deleted = connection.execute(delete(contacts).where(contacts.c.id == contact_id))
            return deleted.rowcount == 1  # the foreign keys did the rest

    def move_chat(self, platform: str, old_chat_id: str, new_chat_id: str) -> int:
        """See the Protocol."""
        if not is_storable(platform + old_chat_id + new_chat_id) or old_chat_id == new_chat_id:
            return 0
        moved = 0
        there = select(contacts).where(contacts.c.platform == platform, contacts.c.chat_id == old_chat_id)
        with self._database.writing() as connection:
            for contact in [_contact(row) for row in connection.execute(there).all()]:
                new = _row(replace(contact.asker, chat_id=new_chat_id))
                taken = select(contacts.c.id).where(contacts.c.address_key == new["address_key"])
                if connection.execute(taken).first() is None:
                    connection.execute(update(contacts).where(contacts.c.id == contact.id).values(new))
                    moved += 1
        return moved


def _address_key(asker: Asker) -> str:
    # The closing mark keeps the key from being "" for an asker without a user (a channel).
    return joint_key(asker.platform, asker.chat_id, asker.user_id, "contact")


def _find(connection: Connection, asker: Asker) -> Contact | None:
    query = select(contacts).where(contacts.c.address_key == _address_key(asker))
    row = connection.execute(query).first()
    return None if row is None else _contact(row)


def _row(asker: Asker) -> dict[str, Any]:
    return {
        "address_key": _address_key(asker),
        "platform": asker.platform,
        "chat_id": asker.chat_id,
        "user_id": asker.user_id,
        "chat_kind": asker.chat_kind.value,
        "thread_id": asker.thread_id,
        "extra": json.dumps(asker.extra, ensure_ascii=False),
    }


def _contact(row: Row[Any]) -> Contact:
    asker = Asker(
        platform=row.platform,
        chat_id=row.chat_id,
        user_id=row.user_id,
        chat_kind=ChatKind(row.chat_kind),
        thread_id=row.thread_id,
        extra=tuple((name, value) for name, value in json.loads(row.extra)),
    )
    return Contact(id=row.id, asker=asker, locale=row.locale, zone=row.zone)
