"""The queue as the newsroom works on it, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, exists, func, insert, literal, select, update

from handlers.editorial.ports import EVERYTHING, QueuedRumor, QueueFilter, RumorStatus, Wording
from knowledge_base.rules import storable_text
from storage.database import Database
from storage.rumors import OPEN, count_again
from storage.tables import contacts, rumor_wordings, rumors, tips

_MAX_WORDINGS = 500


class SqlRumorDesk:
    """`RumorDesk` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self, wanted: QueueFilter = EVERYTHING, *, most: int = 500) -> list[QueuedRumor]:
        """See the Protocol."""
        chosen = self._narrowed(select(rumors), wanted)
        columns = rumors.c
        found: dict[str, QueuedRumor] = {}
        orders = (  # each one way only, as its index is
            (columns.askers.desc(), columns.id.desc()),
            (columns.first_seen, columns.id),
            (columns.last_seen.desc(), columns.id.desc()),
        )
        for order in orders:
            found |= {each.id: each for each in self._load(chosen.order_by(*order).limit(most))}
            if len(found) < most:  # that was all of them
                break
        return list(found.values())

    def count_waiting(self, wanted: QueueFilter = EVERYTHING) -> int:
        """See the Protocol."""
        query = self._narrowed(select(func.count()).select_from(rumors), wanted)
        with self._database.reading() as connection:
            count: int = connection.execute(query).scalar_one()
        return count

    def _narrowed(self, query: Select[Any], wanted: QueueFilter) -> Select[Any]:
        query = query.where(rumors.c.status == OPEN)
        if wanted.assignee:
            query = query.where(rumors.c.assignee == storable_text(wanted.assignee))
        if wanted.only_unassigned:
            query = query.where(rumors.c.assignee == "")
        if sought := storable_text(wanted.text).strip():
            # Not LIKE: nothing to escape.
            position = func.instr if self._database.is_sqlite else func.strpos
            query = query.where(position(func.lower(rumors.c.text), func.lower(sought)) > 0)
        return query

    def closed(self, *, limit: int = 50) -> list[QueuedRumor]:
        """See the Protocol."""
        ended = rumors.c.status.in_([RumorStatus.ANSWERED.value, RumorStatus.DISMISSED.value])
        newest = (rumors.c.closed_at.desc(), rumors.c.id.desc())
        return self._load(select(rumors).where(ended).order_by(*newest).limit(limit))

    def get(self, rumor_id: str) -> QueuedRumor | None:
        """See the Protocol."""
        return next(iter(self._load(select(rumors).where(rumors.c.id == storable_text(rumor_id)))), None)

    def wordings(self, rumor_id: str, *, limit: int = 50) -> list[Wording]:
        """See the Protocol."""
        query = (
            select(tips.c.id, tips.c.text, tips.c.sent_at, contacts.c.platform, contacts.c.chat_kind)
            .outerjoin(contacts, contacts.c.id == tips.c.contact_id)
            .where(tips.c.rumor_id == storable_text(rumor_id))
            .order_by(tips.c.sent_at.desc(), tips.c.id.desc())
            .limit(min(limit, _MAX_WORDINGS))
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [Wording(row.id, row.text, row.sent_at, row.platform or "", row.chat_kind or "") for row in rows]

    def assign(self, rumor_id: str, editor_id: str) -> bool:
        """See the Protocol."""
        return self._change(rumor_id, assignee=storable_text(editor_id))

    def note_draft(self, rumor_id: str, fact_check_id: str) -> bool:
        """See the Protocol."""
        return self._change(rumor_id, outcome=storable_text(fact_check_id))

    def of_draft(self, fact_check_id: str) -> list[QueuedRumor]:
        """See the Protocol."""
        written = (rumors.c.status == OPEN, rumors.c.outcome == storable_text(fact_check_id))
        return self._load(select(rumors).where(*written).order_by(rumors.c.first_seen, rumors.c.id))

    def close(self, rumor_id: str, status: RumorStatus, outcome: str, *, at: datetime) -> bool:
        """See the Protocol."""
        return self._change(rumor_id, status=status.value, outcome=storable_text(outcome), closed_at=at)

    def merge(self, rumor_id: str, into: str, *, at: datetime) -> bool:
        """See the Protocol."""
        with self._database.writing() as connection:
            both = [each for each in sorted({rumor_id, into}) if _lock_open(connection, each)]
            if len(both) < 2:
                return False
            _join_tips_of_the_same_people(connection, rumor_id, into)
            connection.execute(update(tips).where(tips.c.rumor_id == rumor_id).values(rumor_id=into))
            ending = {"status": RumorStatus.MERGED.value, "outcome": into, "closed_at": at}
            merged = connection.execute(select(rumors).where(rumors.c.id == rumor_id)).one()
            connection.execute(update(rumors).where(rumors.c.id == rumor_id).values(ending))
            moving = update(rumor_wordings).where(rumor_wordings.c.rumor_id == rumor_id)
            connection.execute(moving.values(rumor_id=into))
            _point(connection, merged.fingerprint, into, unless_pointed=True)
            seen = rumors.c
            connection.execute(
                update(rumors)
                .where(seen.id == into, seen.first_seen > merged.first_seen)
                .values(first_seen=merged.first_seen)
            )
            connection.execute(
                update(rumors)
                .where(seen.id == into, seen.last_seen < merged.last_seen)
                .values(last_seen=merged.last_seen)
            )
            count_again(connection, into)
        return True

    def split(self, rumor_id: str, tip_ids: Sequence[int], *, new_id: str) -> bool:
        """See the Protocol."""
        with self._database.writing() as connection:
            if not _lock_open(connection, rumor_id):
                return False
            of_rumor = select(tips).where(tips.c.rumor_id == rumor_id).order_by(tips.c.sent_at, tips.c.id)
            rows = connection.execute(of_rumor).all()
            going = [row for row in rows if row.id in set(tip_ids)]
            staying = [row for row in rows if row.id not in set(tip_ids)]
            if not going or not staying:
                return False
            source = connection.execute(select(rumors).where(rumors.c.id == rumor_id)).one()
            new = {
                "id": new_id,
                "fingerprint": f"split:{new_id}",  # its wordings point to it by themselves
                "status": OPEN,
                "text": going[0].text,
                "locale": source.locale,
                "first_seen": going[0].sent_at,
                "last_seen": going[-1].sent_at,
            }
            connection.execute(insert(rumors).values(new))
            connection.execute(update(tips).where(tips.c.id.in_([row.id for row in going])).values(rumor_id=new_id))
            for fingerprint in {row.fingerprint for row in going} - {row.fingerprint for row in staying} - {""}:
                _point(connection, fingerprint, new_id)
            for each in (rumor_id, new_id):
                count_again(connection, each)
        return True

    def _load(self, query: Any) -> list[QueuedRumor]:
        with self._database.reading() as connection:
            return [_queued(row) for row in connection.execute(query)]

    def _change(self, rumor_id: str, **values: Any) -> bool:
        this = (rumors.c.id == storable_text(rumor_id), rumors.c.status == OPEN)
        with self._database.writing() as connection:
            return connection.execute(update(rumors).where(*this).values(values)).rowcount == 1


def _queued(row: Row[Any]) -> QueuedRumor:
    assigned = row.status == OPEN and row.assignee
    return QueuedRumor(
        id=row.id,
        text=row.text,
        locale=row.locale,
        status=RumorStatus.ASSIGNED if assigned else RumorStatus(row.status),
        askers=row.askers,
        chats=row.chats,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        assignee=row.assignee,
        outcome=row.outcome,
        closed_at=row.closed_at,
    )


def _lock_open(connection: Connection, rumor_id: str) -> bool:
    query = select(rumors.c.id).where(rumors.c.id == storable_text(rumor_id), rumors.c.status == OPEN)
    return connection.execute(query.with_for_update()).first() is not None


def _join_tips_of_the_same_people(connection: Connection, rumor_id: str, into: str) -> None:
    """Drop a person's second tip, keeping its promise on the first."""
    other = tips.alias("other")
    both = exists(select(literal(1)).where(other.c.rumor_id == into, other.c.contact_id == tips.c.contact_id))
    doubled = connection.execute(
        select(tips.c.id, tips.c.contact_id, tips.c.notify).where(tips.c.rumor_id == rumor_id, both)
    )
    for row in doubled.all():
        if row.notify:
            kept = (tips.c.rumor_id == into, tips.c.contact_id == row.contact_id)
            connection.execute(update(tips).where(*kept).values(notify=True))
        connection.execute(delete(tips).where(tips.c.id == row.id))


def _point(connection: Connection, fingerprint: str, rumor_id: str, *, unless_pointed: bool = False) -> None:
    this = rumor_wordings.c.fingerprint == fingerprint
    if connection.execute(select(rumor_wordings.c.rumor_id).where(this)).first() is None:
        connection.execute(insert(rumor_wordings).values(fingerprint=fingerprint, rumor_id=rumor_id))
    elif not unless_pointed:
        connection.execute(update(rumor_wordings).where(this).values(rumor_id=rumor_id))
