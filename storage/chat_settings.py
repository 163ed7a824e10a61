"""What groups chose, and what was said there unasked, in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import Delete, Table, delete, insert, select, update

from handlers.group_policy import GroupMode
from handlers.ports import ChatSettings, UnaskedReply
from knowledge_base.rules import storable
from storage.database import Database
from storage.tables import chat_settings, unasked_replies

_KEPT = timedelta(days=1)


class SqlChatSettingsStore:
    """`ChatSettingsStore` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, platform: str, chat_id: str) -> ChatSettings:
        """See the Protocol."""
        query = select(chat_settings).where(chat_settings.c.platform == platform, chat_settings.c.chat_id == chat_id)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        if row is None:
            return ChatSettings(platform, chat_id)
        chosen = dict(row._mapping)
        return ChatSettings(**{**chosen, "mode": GroupMode(chosen["mode"])})

    def put(self, settings: ChatSettings) -> None:
        """See the Protocol."""
        settings = storable(settings)
        with self._database.writing() as connection:
            connection.execute(_of(chat_settings, settings.platform, settings.chat_id))
            connection.execute(insert(chat_settings).values({**asdict(settings), "mode": settings.mode.value}))

    def note_unasked(self, platform: str, chat_id: str, fact_check_ids: Iterable[str], *, at: datetime) -> None:
        """See the Protocol."""
        with self._database.writing() as connection:
            for fact_check_id in dict.fromkeys(fact_check_ids):
                mine = unasked_replies.c.fact_check_id == fact_check_id
                connection.execute(_of(unasked_replies, platform, chat_id).where(mine))
                row = {"platform": platform, "chat_id": chat_id, "fact_check_id": fact_check_id, "said_at": at}
                connection.execute(insert(unasked_replies).values(row))
            old = unasked_replies.c.said_at < at - _KEPT
            connection.execute(_of(unasked_replies, platform, chat_id).where(old))

    def unasked(self, platform: str, chat_id: str, *, since: datetime) -> list[UnaskedReply]:
        """See the Protocol."""
        query = (
            select(unasked_replies.c.fact_check_id, unasked_replies.c.said_at)
            .where(
                unasked_replies.c.platform == platform,
                unasked_replies.c.chat_id == chat_id,
                unasked_replies.c.said_at >= since,
            )
            .order_by(unasked_replies.c.said_at, unasked_replies.c.fact_check_id)
        )
        with self._database.reading() as connection:
            return [UnaskedReply(*row) for row in connection.execute(query)]

    def move(self, platform: str, old_chat_id: str, new_chat_id: str) -> None:
        """See the Protocol."""
        if old_chat_id == new_chat_id:
            return
        with self._database.writing() as connection:
            for table in (chat_settings, unasked_replies):
                taken = select(table.c.chat_id).where(table.c.platform == platform, table.c.chat_id == new_chat_id)
                if connection.execute(taken).first() is None:
                    moving = update(table).where(table.c.platform == platform, table.c.chat_id == old_chat_id)
                    connection.execute(moving.values(chat_id=new_chat_id))
                connection.execute(_of(table, platform, old_chat_id))

    def forget(self, platform: str, chat_id: str) -> None:
        """See the Protocol."""
        with self._database.writing() as connection:
            for table in (chat_settings, unasked_replies):
                connection.execute(_of(table, platform, chat_id))


def _of(table: Table, platform: str, chat_id: str) -> Delete:
    return delete(table).where(table.c.platform == platform, table.c.chat_id == chat_id)
