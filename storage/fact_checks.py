"""The record of fact-checks in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from knowledge_base.errors import FactCheckNotFound, InvalidFactCheck, RevisionConflict, StorageUnavailable
from knowledge_base.history import canonical_snapshot, digest, from_snapshot
from knowledge_base.models import Change, FactCheck, Revision, Status
from knowledge_base.repository import FactCheckFilter, FactCheckPage
from knowledge_base.rules import is_storable, is_storable_json, problems_of, searchable, storable, storable_text
from storage.column_types import joint_key, key_of
from storage.database import Database
from storage.listing import MAX_PAGE, cursor_after, narrowed
from storage.tables import changes, fact_check_tags, fact_checks, revisions

_BATCH = 500  # ids in one query; SQLite before 3.32 took 999 parameters

_current = select(revisions.c.snapshot).join(
    fact_checks, (fact_checks.c.id == revisions.c.fact_check_id) & (fact_checks.c.revision == revisions.c.revision)
)


class _Head(NamedTuple):
    revision: int
    digest: str


_NOTHING_YET = _Head(0, "")


class SqlFactCheckRepository:
    """`FactCheckRepository` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, fact_check: FactCheck, *, editor: str, reason: str, at: datetime) -> FactCheck:
        """See the Protocol."""
        return self.save_many([fact_check], editor=editor, reason=reason, at=at)[0]

    def save_many(self, fact_checks: Sequence[FactCheck], *, editor: str, reason: str, at: datetime) -> list[FactCheck]:
        """See the Protocol. A record may occur more than once, each time on the revision before."""
        for each in fact_checks:
            if problems := problems_of(each):
                raise InvalidFactCheck(*problems)
        editor, reason = storable_text(editor), storable_text(reason)
        with self._database.writing() as connection:
            self._database.order_changes(connection)
            heads = _heads(connection, [each.id for each in fact_checks])
            known = set(heads)
            saved, sealed = [], []
            for each in fact_checks:
                head = heads.get(each.id, _NOTHING_YET)
                if each.revision != head.revision:
                    raise RevisionConflict(each.id, each.revision, head.revision)
                record = replace(each, revision=head.revision + 1)
                snapshot = canonical_snapshot(record)
                if not is_storable_json(snapshot):
                    record = storable(record)
                    snapshot = canonical_snapshot(record)
                row = _revision_row(record, snapshot, editor=editor, reason=reason, at=at, previous=head.digest)
                heads[each.id] = _Head(record.revision, row["digest"])
                saved.append(record)
                sealed.append(row)
            _write(connection, saved, sealed, known)
        return saved

    def get(self, fact_check_id: str) -> FactCheck:
        """See the Protocol."""
        found = self.get_many([fact_check_id])
        if fact_check_id not in found:
            raise FactCheckNotFound(fact_check_id)
        return found[fact_check_id]

    def get_many(self, fact_check_ids: Iterable[str]) -> dict[str, FactCheck]:
        """See the Protocol."""
        wanted = [each for each in dict.fromkeys(fact_check_ids) if is_storable(each)]
        found: dict[str, FactCheck] = {}
        for start in range(0, len(wanted), _BATCH):
            for each in self._load(_current.where(fact_checks.c.id.in_(wanted[start : start + _BATCH]))):
                found[each.id] = each
        return {each: found[each] for each in wanted if each in found}

    def find(self, *, publisher: str, url: str = "", external_id: str = "") -> FactCheck | None:
        """See the Protocol."""
        column, value = (fact_checks.c.url_key, url) if url else (fact_checks.c.external_key, external_id)
        key = joint_key(storable_text(publisher), storable_text(value))
        if not key:
            return None
        return next(iter(self._load(_current.where(column == key).order_by(fact_checks.c.id).limit(1))), None)

    def page(self, wanted: FactCheckFilter, *, limit: int = 50, cursor: str = "") -> FactCheckPage:
        """See the Protocol."""
        limit = max(1, min(limit, MAX_PAGE))
        items = self._load(narrowed(_current, wanted, cursor, in_sqlite=self._database.is_sqlite).limit(limit + 1))
        has_more = len(items) > limit
        items = items[:limit]
        return FactCheckPage(tuple(items), cursor_after(items[-1]) if has_more else "")

    def iterate(self, status: Status | None = Status.PUBLISHED) -> Iterator[FactCheck]:
        """See the Protocol."""
        batch = _current.order_by(fact_checks.c.id).limit(_BATCH)
        if status is not None:
            batch = batch.where(fact_checks.c.status == status.value)
        items = self._load(batch)
        while items:
            yield from items
            items = self._load(batch.where(fact_checks.c.id > items[-1].id)) if len(items) == _BATCH else []

    def count(self, status: Status | None = Status.PUBLISHED) -> int:
        """See the Protocol."""
        query = select(func.count()).select_from(fact_checks)
        if status is not None:
            query = query.where(fact_checks.c.status == status.value)
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one()

    def revisions(self, fact_check_id: str) -> list[Revision]:
        """See the Protocol."""
        if not is_storable(fact_check_id):
            return []
        query = select(revisions).where(revisions.c.fact_check_id == fact_check_id).order_by(revisions.c.revision)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [Revision(**{**row, "snapshot": _decoded(row["snapshot"])}) for row in rows]

    def changes_since(self, seq: int, limit: int = 500) -> list[Change]:
        """See the Protocol."""
        query = select(changes).where(changes.c.seq > seq).order_by(changes.c.seq).limit(max(1, limit))
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        return [Change(row.seq, row.fact_check_id, row.revision, Status(row.status)) for row in rows]

    def last_seq(self) -> int:
        """See the Protocol."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(changes.c.seq))).scalar() or 0

    def _load(self, query: Select[Any]) -> list[FactCheck]:
        with self._database.reading() as connection:
            snapshots = connection.execute(query).scalars().all()
        return [_decoded(each) for each in snapshots]


def _decoded(snapshot: str) -> FactCheck:
    try:
        return from_snapshot(snapshot)
    except ValueError as exc:
        raise StorageUnavailable("a stored fact-check is damaged. Restore a backup (factline restore).") from exc


def _heads(connection: Connection, ids: Sequence[str]) -> dict[str, _Head]:
    heads = {}
    query = select(revisions.c.fact_check_id, revisions.c.revision, revisions.c.digest).join(
        fact_checks, (fact_checks.c.id == revisions.c.fact_check_id) & (fact_checks.c.revision == revisions.c.revision)
    )
    for start in range(0, len(ids), _BATCH):
        for row in connection.execute(query.where(fact_checks.c.id.in_(ids[start : start + _BATCH]))):
            heads[row.fact_check_id] = _Head(row.revision, row.digest)
    return heads


def _revision_row(
    record: FactCheck, snapshot: str, *, editor: str, reason: str, at: datetime, previous: str
) -> dict[str, Any]:
    row: dict[str, Any] = {
        "fact_check_id": record.id,
        "revision": record.revision,
        "snapshot": snapshot,
        "editor": editor,
        "reason": reason,
        "saved_at": at,
        "previous_digest": previous,
    }
    return {**row, "digest": digest(**row)}


def _write(connection: Connection, saved: Sequence[FactCheck], sealed: list[dict[str, Any]], known: set[str]) -> None:
    newest = {each.id: each for each in saved}
    added = [_state_row(each) for each in newest.values() if each.id not in known]
    changed = [_state_row(each) for each in newest.values() if each.id in known]
    tags = [tag for each in newest.values() for tag in _tag_rows(each)]
    if added:
        connection.execute(insert(fact_checks), added)
    if changed:
        updating = update(fact_checks).where(fact_checks.c.id == bindparam("its_id"))
        connection.execute(updating, [{**row, "its_id": row["id"]} for row in changed])
        clearing = delete(fact_check_tags).where(fact_check_tags.c.fact_check_id == bindparam("its_id"))
        connection.execute(clearing, [{"its_id": row["id"]} for row in changed])
    if tags:
        connection.execute(insert(fact_check_tags), tags)
    if sealed:
        connection.execute(insert(revisions), sealed)
        logged = [{"fact_check_id": each.id, "revision": each.revision, "status": each.status.value} for each in saved]
        connection.execute(insert(changes), logged)


def _state_row(record: FactCheck) -> dict[str, Any]:
    return {
        "id": record.id,
        "revision": record.revision,
        "status": record.status.value,
        "verdict": record.verdict.value if record.verdict else "",
        "publisher": key_of(record.publisher),
        "url_key": joint_key(record.publisher, record.url),
        "external_key": joint_key(record.publisher, record.external_id),
        "published_on": record.published_on.isoformat() if record.published_on else "",
        "narrative_id": key_of(record.narrative_id),
        "search_text": searchable(record),
    }


def _tag_rows(record: FactCheck) -> Iterator[dict[str, str]]:
    for kind, values in (("topic", record.topics), ("locale", tuple(record.texts))):
        for value in dict.fromkeys(map(key_of, values)):
            yield {"kind": kind, "value": value, "fact_check_id": record.id}
