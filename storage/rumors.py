"""The queue of unchecked claims in SQL."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from handlers.ports import ContactForgotten, Rumor
from knowledge_base.rules import storable_text
from storage.column_types import key_of
from storage.contacts import is_known, random_id
from storage.database import Database
from storage.tables import contacts, rumor_wordings, rumors, tips

OPEN = "open"


class SqlRumorQueue:
    """`RumorQueue` on SQLite and PostgreSQL."""

    def __init__(self, database: Database, *, new_id: Callable[[], str] = random_id) -> None:
        self._database = database
        self._new_id = new_id

    def add_tip(
        self, *, contact_id: str, text: str, fingerprint: str, locale: str, at: datetime, notify: bool
    ) -> Rumor:
        """See the Protocol."""
        key, text, locale = key_of(storable_text(fingerprint)), storable_text(text), storable_text(locale)
        with self._database.writing() as connection:
            if not is_known(connection, contact_id):
                raise ContactForgotten(contact_id)
            rumor_id = _open_rumor(connection, key)
            if rumor_id is None:
                new = {"id": self._new_id(), "fingerprint": key, "status": OPEN, "text": text, "locale": locale}
                connection.execute(self._database.insert_new(rumors).values({**new, "first_seen": at, "last_seen": at}))
                rumor_id = connection.execute(
                    select(rumors.c.id).where(rumors.c.fingerprint == key, rumors.c.status == OPEN)
                ).scalar_one()
            this = rumors.c.id == rumor_id
            connection.execute(update(rumors).where(this, rumors.c.first_seen > at).values(first_seen=at))
            connection.execute(update(rumors).where(this, rumors.c.last_seen < at).values(last_seen=at))
            tip = {"rumor_id": rumor_id, "contact_id": contact_id, "text": text, "notify": notify, "sent_at": at}
            connection.execute(self._database.insert_new(tips).values({**tip, "fingerprint": key}))
            if notify:
                _set_notify(connection, rumor_id, contact_id, notify=True)
            return count_again(connection, rumor_id)

    def set_notify(self, rumor_id: str, contact_id: str, notify: bool) -> bool:
        """See the Protocol."""
        with self._database.writing() as connection:
            return _set_notify(connection, storable_text(rumor_id), storable_text(contact_id), notify=notify)

    def find(self, fingerprint: str) -> Rumor | None:
        """See the Protocol."""
        with self._database.reading() as connection:
            rumor_id = _open_rumor(connection, key_of(storable_text(fingerprint)))
            return _counted(connection, rumor_id) if rumor_id else None


def _set_notify(connection: Connection, rumor_id: str, contact_id: str, *, notify: bool) -> bool:
    this = (tips.c.rumor_id == rumor_id, tips.c.contact_id == contact_id)
    return connection.execute(update(tips).where(*this).values(notify=notify)).rowcount == 1


def _open_rumor(connection: Connection, fingerprint: str) -> str | None:
    """Return the rumor that tips of this wording belong to; what the newsroom merged or split off comes first."""
    moved = (
        select(rumors.c.id)
        .join(rumor_wordings, rumor_wordings.c.rumor_id == rumors.c.id)
        .where(rumor_wordings.c.fingerprint == fingerprint, rumors.c.status == OPEN)
    )
    own = select(rumors.c.id).where(rumors.c.fingerprint == fingerprint, rumors.c.status == OPEN)
    found: str | None = connection.execute(moved).scalar() or connection.execute(own).scalar()
    return found


def count_again(connection: Connection, rumor_id: str) -> Rumor:
    """Write down how many ask for a rumor, and return it."""
    rumor = _counted(connection, rumor_id)
    this = rumors.c.id == rumor_id
    connection.execute(update(rumors).where(this).values(askers=rumor.askers, chats=rumor.chats))
    return rumor


def _counted(connection: Connection, rumor_id: str) -> Rumor:
    # One asker may write from several chats, and several from one chat; a forgotten one counts by its tip.
    nobody = func.coalesce(tips.c.contact_id, "") == ""
    asked = (
        select(contacts.c.platform, contacts.c.user_id, contacts.c.chat_id)
        .join(tips, tips.c.contact_id == contacts.c.id)
        .where(tips.c.rumor_id == rumor_id)
    )
    askers = asked.with_only_columns(contacts.c.platform, contacts.c.user_id).distinct().subquery()
    chats = asked.with_only_columns(contacts.c.platform, contacts.c.chat_id).distinct().subquery()
    query = select(
        rumors.c.id,
        rumors.c.text,
        rumors.c.locale,
        rumors.c.first_seen,
        rumors.c.last_seen,
        select(func.count()).select_from(askers).scalar_subquery().label("known_askers"),
        select(func.count()).select_from(chats).scalar_subquery().label("known_chats"),
        select(func.count()).where(tips.c.rumor_id == rumor_id, nobody).scalar_subquery().label("forgotten"),
    ).where(rumors.c.id == rumor_id)
    row = connection.execute(query).one()
    return Rumor(
        id=row.id,
        text=row.text,
        locale=row.locale,
        askers=row.known_askers + row.forgotten,
        chats=row.known_chats + row.forgotten,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
    )
