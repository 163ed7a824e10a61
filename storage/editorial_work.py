"""Work under way in the newsroom, in SQL: proposed corrections and guided conversations."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from handlers.editorial.ports import Dialogue, Proposal
from knowledge_base.errors import StorageUnavailable
from knowledge_base.history import canonical_snapshot, from_snapshot
from knowledge_base.rules import storable, storable_text
from storage.contacts import is_known
from storage.database import Database
from storage.tables import dialogues, proposals


class SqlProposals:
    """`Proposals` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, proposal: Proposal) -> None:
        """See the Protocol."""
        row = {
            "fact_check_id": proposal.fact_check_id,
            "snapshot": canonical_snapshot(storable(proposal.corrected)),
            "editor_id": proposal.editor_id,
            "reason": storable_text(proposal.reason),
            "proposed_at": proposal.proposed_at,
        }
        with self._database.writing() as connection:
            connection.execute(self._database.insert_new(proposals).values(row))
            connection.execute(update(proposals).where(proposals.c.fact_check_id == proposal.fact_check_id).values(row))

    def get(self, fact_check_id: str) -> Proposal | None:
        """See the Protocol."""
        query = select(proposals).where(proposals.c.fact_check_id == storable_text(fact_check_id))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return _proposal(row) if row else None

    def all(self) -> list[Proposal]:
        """See the Protocol."""
        query = select(proposals).order_by(proposals.c.proposed_at, proposals.c.fact_check_id)
        with self._database.reading() as connection:
            return [_proposal(row) for row in connection.execute(query)]

    def drop(self, fact_check_id: str) -> bool:
        """See the Protocol."""
        dropping = delete(proposals).where(proposals.c.fact_check_id == storable_text(fact_check_id))
        with self._database.writing() as connection:
            return connection.execute(dropping).rowcount == 1


def _proposal(row: Row[Any]) -> Proposal:
    try:
        corrected = from_snapshot(row.snapshot)
    except ValueError as exc:
        raise StorageUnavailable("a stored proposal is damaged. Restore a backup (factline restore).") from exc
    return Proposal(row.fact_check_id, corrected, row.editor_id, row.reason, row.proposed_at)


class SqlDialogues:
    """`Dialogues` on SQLite and PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, contact_id: str) -> Dialogue | None:
        """See the Protocol."""
        query = select(dialogues).where(dialogues.c.contact_id == storable_text(contact_id))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return Dialogue(row.kind, row.step, json.loads(row.said)) if row else None

    def put(self, contact_id: str, dialogue: Dialogue, *, at: datetime) -> None:
        """See the Protocol."""
        said = {storable_text(name): storable_text(text) for name, text in dialogue.said.items()}
        row = {
            "contact_id": contact_id,
            "kind": dialogue.kind,
            "step": dialogue.step,
            "said": json.dumps(said, ensure_ascii=False),
            "changed_at": at,
        }
        with self._database.writing() as connection:
            if not is_known(connection, contact_id):
                return
            connection.execute(self._database.insert_new(dialogues).values(row))
            connection.execute(update(dialogues).where(dialogues.c.contact_id == contact_id).values(row))

    def drop(self, contact_id: str) -> bool:
        """See the Protocol."""
        dropping = delete(dialogues).where(dialogues.c.contact_id == storable_text(contact_id))
        with self._database.writing() as connection:
            return connection.execute(dropping).rowcount == 1
