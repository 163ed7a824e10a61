"""The storylines in SQL."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from sqlalchemy import delete, func, insert, select

from knowledge_base.errors import StorageUnavailable
from knowledge_base.history import canonical_json
from knowledge_base.models import Attribution, Narrative, Technique
from knowledge_base.rules import is_storable, storable
from storage.database import Database
from storage.tables import narratives


class SqlNarrativeRepository:
    """`NarrativeRepository` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, narrative: Narrative) -> None:
        """See the Protocol."""
        narrative = storable(narrative)
        with self._database.writing() as connection:
            self._database.order_changes(connection)  # two at once must not get the same version
            version = (connection.execute(select(func.max(narratives.c.version))).scalar() or 0) + 1
            connection.execute(delete(narratives).where(narratives.c.id == narrative.id))
            row = {"id": narrative.id, "document": _document(narrative), "version": version}
            connection.execute(insert(narratives).values(row))

    def get(self, narrative_id: str) -> Narrative | None:
        """See the Protocol."""
        if not is_storable(narrative_id):
            return None
        with self._database.reading() as connection:
            query = select(narratives.c.document).where(narratives.c.id == narrative_id)
            document = connection.execute(query).scalar()
        return None if document is None else _from_document(document)

    def all(self) -> list[Narrative]:
        """See the Protocol."""
        with self._database.reading() as connection:
            documents = connection.execute(select(narratives.c.document).order_by(narratives.c.id)).scalars().all()
        return [_from_document(each) for each in documents]

    def version(self) -> int:
        """See the Protocol."""
        with self._database.reading() as connection:
            return connection.execute(select(func.max(narratives.c.version))).scalar() or 0


def _document(narrative: Narrative) -> str:
    # Mappings become lists of pairs: canonical JSON sorts keys, and their order is the editors'.
    written: dict[str, Any] = {
        "id": narrative.id,
        "attributions": [asdict(each) for each in narrative.attributions],
    }
    for name in ("titles", "descriptions", "notes"):
        written[name] = [list(pair) for pair in getattr(narrative, name).items()]
    return canonical_json(written)


def _from_document(document: str) -> Narrative:
    try:
        written = json.loads(document)
        return Narrative(
            id=written["id"],
            attributions=tuple(_attribution(each) for each in written["attributions"]),
            **{name: dict(written[name]) for name in ("titles", "descriptions", "notes")},
        )
    except (ValueError, KeyError, TypeError) as exc:
        raise StorageUnavailable("a stored narrative is damaged. Restore a backup (factline restore).") from exc


def _attribution(written: dict[str, Any]) -> Attribution:
    techniques = tuple(Technique(**each) for each in written["techniques"])
    return Attribution(**{**written, "aliases": tuple(written["aliases"]), "techniques": techniques})
