"""Errors of the knowledge base.

KnowledgeBaseError
├── FactCheckNotFound      no such id
├── RevisionConflict       somebody saved a newer revision meanwhile
├── InvalidFactCheck       a record breaks a rule; `problems` says which
├── DatabaseTooNew         written by a newer Factline; refused, never touched
└── StorageUnavailable     the database cannot be reached, is read-only, locked or full
"""

from __future__ import annotations


class KnowledgeBaseError(Exception):
    """Root of every error this package and the implementations of its Protocols raise."""


class FactCheckNotFound(KnowledgeBaseError):
    """No fact-check has this id.

    Attributes:
        fact_check_id: the id that was asked for.
    """

    def __init__(self, fact_check_id: str) -> None:
        super().__init__(f"no fact-check has the id {fact_check_id!r}")
        self.fact_check_id = fact_check_id


class RevisionConflict(KnowledgeBaseError):
    """The stored revision is not the one the change was made on; nothing was written.

    Attributes:
        fact_check_id: the record.
        expected: the revision the caller started from (0: "does not exist yet").
        found: the revision in the store.
    """

    def __init__(self, fact_check_id: str, expected: int, found: int) -> None:
        super().__init__(f"{fact_check_id}: expected revision {expected}, the store has {found}")
        self.fact_check_id = fact_check_id
        self.expected = expected
        self.found = found


class InvalidFactCheck(KnowledgeBaseError):
    """A record breaks a rule of the model.

    Attributes:
        problems: one plain sentence each, never empty.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class DatabaseTooNew(KnowledgeBaseError):
    """The database was written by a newer Factline; it was not touched.

    Attributes:
        found: the migration the database is at.
        known: the newest migration this Factline knows.
    """

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"the database is at migration {found!r}, which this Factline (newest: {known!r}) does not know: "
            "it was written by a newer version. Nothing was touched. Install that version again, "
            "or point FACTLINE_DATA_DIR / FACTLINE_DATABASE_URL at another database."
        )
        self.found = found
        self.known = known


class StorageUnavailable(KnowledgeBaseError):
    """The database cannot be used right now (unreachable, locked, read-only, disk full).

    Attributes:
        reason: what the engine said, in words fit for an operator; carries no secret.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
