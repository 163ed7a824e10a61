"""Who works in the newsroom, in SQL."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, select, update

from handlers.editorial.ports import Editor, Identity, IdentityTaken, NameTaken
from handlers.permissions import Role
from knowledge_base.rules import storable, storable_text
from storage.column_types import key_of
from storage.database import Database
from storage.tables import editor_identities, editors, sessions, sign_in_tokens


class SqlEditorBook:
    """`EditorBook` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, editor_id: str, name: str, role: Role, *, at: datetime) -> Editor:
        """See the Protocol."""
        name = storable_text(name).strip()
        row = {
            "id": editor_id,
            "name": name,
            "name_key": _name_key(name),
            "role": role.value,
            "is_active": True,
            "added_at": at,
        }
        with self._database.writing() as connection:
            adding = self._database.insert_new(editors).values(row)
            if connection.execute(adding, execution_options={"preserve_rowcount": True}).rowcount != 1:
                raise NameTaken(name)
        return Editor(editor_id, name, role)

    def get(self, editor_id: str) -> Editor | None:
        """See the Protocol."""
        return self._one(select(editors).where(editors.c.id == storable_text(editor_id)))

    def named(self, name: str) -> Editor | None:
        """See the Protocol."""
        key = _name_key(storable_text(name).strip())
        return self._one(select(editors).where(editors.c.name_key == key)) if key else None

    def of_identity(self, identity: Identity) -> Editor | None:
        """See the Protocol."""
        query = (
            select(editors)
            .join(editor_identities, editor_identities.c.editor_id == editors.c.id)
            .where(*_this(storable(identity)), editors.c.is_active)
        )
        return self._one(query)

    def all(self) -> list[Editor]:
        """See the Protocol."""
        return self._load(select(editors).order_by(editors.c.name, editors.c.id))

    def set_role(self, editor_id: str, role: Role) -> None:
        """See the Protocol."""
        with self._database.writing() as connection:
            connection.execute(update(editors).where(editors.c.id == editor_id).values(role=role.value))

    def link(self, editor_id: str, identity: Identity, *, at: datetime) -> None:
        """See the Protocol."""
        identity = storable(identity)
        row = {"platform": identity.platform, "user_id": identity.user_id, "editor_id": editor_id, "linked_at": at}
        with self._database.writing() as connection:
            connection.execute(self._database.insert_new(editor_identities).values(row))
            owner = connection.execute(select(editor_identities.c.editor_id).where(*_this(identity))).scalar_one()
            if owner != editor_id:
                raise IdentityTaken(identity.platform)

    def unlink(self, identity: Identity) -> bool:
        """See the Protocol."""
        with self._database.writing() as connection:
            return connection.execute(delete(editor_identities).where(*_this(storable(identity)))).rowcount == 1

    def remove(self, editor_id: str) -> None:
        """See the Protocol."""
        with self._database.writing() as connection:
            for table in (editor_identities, sign_in_tokens, sessions):
                connection.execute(delete(table).where(table.c.editor_id == editor_id))
            ending = update(editors).where(editors.c.id == editor_id)
            connection.execute(ending.values(is_active=False, name_key=""))

    def _one(self, query: Select[Any]) -> Editor | None:
        return next(iter(self._load(query)), None)

    def _load(self, query: Select[Any]) -> list[Editor]:
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
            wanted = editor_identities.c.editor_id.in_([row.id for row in rows])
            order = (editor_identities.c.platform, editor_identities.c.user_id)
            linked = connection.execute(select(editor_identities).where(wanted).order_by(*order)).all()
        identities: dict[str, list[Identity]] = defaultdict(list)
        for row in linked:
            identities[row.editor_id].append(Identity(row.platform, row.user_id))
        return [_editor(row, identities[row.id]) for row in rows]


def _name_key(name: str) -> str:
    return key_of(name.casefold())


def _this(identity: Identity) -> tuple[Any, ...]:
    return editor_identities.c.platform == identity.platform, editor_identities.c.user_id == identity.user_id


def _editor(row: Row[Any], identities: list[Identity]) -> Editor:
    return Editor(row.id, row.name, Role(row.role), row.is_active, tuple(identities))
