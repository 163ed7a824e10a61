"""Every port of the newsroom on one database."""

from __future__ import annotations

from handlers.editorial.ports import EditorialRecord
from storage.audit import SqlAuditLog
from storage.database import Database
from storage.editorial_work import SqlDialogues, SqlProposals
from storage.editors import SqlEditorBook
from storage.rumor_desk import SqlRumorDesk
from storage.sign_ins import SqlSignIns


def sql_editorial(database: Database) -> EditorialRecord:
    """Return the newsroom's ports on `database`."""
    return EditorialRecord(
        editors=SqlEditorBook(database),
        audit=SqlAuditLog(database),
        sign_ins=SqlSignIns(database),
        rumors=SqlRumorDesk(database),
        proposals=SqlProposals(database),
        dialogues=SqlDialogues(database),
    )
