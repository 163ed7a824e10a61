"""The ports through which everybody reads and writes the record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from knowledge_base.models import Change, FactCheck, Narrative, Revision, Status, Verdict


@dataclass(frozen=True, slots=True)
class FactCheckFilter:
    """Which fact-checks to list; an unset field does not restrict. `text` is a plain substring search."""

    status: Status | None = Status.PUBLISHED
    verdict: Verdict | None = None
    locale: str = ""
    publisher: str = ""
    topic: str = ""
    narrative_id: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class FactCheckPage:
    """One page of a listing, newest first; `next_cursor` is "" on the last one."""

    items: tuple[FactCheck, ...]
    next_cursor: str = ""


class Transactions(Protocol):
    """Joins writes of several repositories of one database."""

    def transaction(self) -> AbstractContextManager[None]:
        """Open a write transaction; repository calls on this thread inside it join it.

        Commits on leaving, rolls back on an exception. Nested calls join the outer one.
        """
        ...


class FactCheckRepository(Protocol):
    """The record of fact-checks: current state, append-only history, change log.

    Thread-safe; calls block. Every write stores the record, its revision and its change-log line in one
    transaction. Returned records are always the committed state. Raises `StorageUnavailable` where the engine
    fails.
    """

    def save(self, fact_check: FactCheck, *, editor: str, reason: str, at: datetime) -> FactCheck:
        """Store `fact_check` as the next revision and return it with its new revision number.

        Raises:
            RevisionConflict: `fact_check.revision` is not the stored one (0 for a new record).
            InvalidFactCheck: it has no text, no claim or no publisher.
        """
        ...

    def save_many(self, fact_checks: Sequence[FactCheck], *, editor: str, reason: str, at: datetime) -> list[FactCheck]:
        """Store several in one transaction, all or none; for imports. Order is kept."""
        ...

    def get(self, fact_check_id: str) -> FactCheck:
        """Return the current state.

        Raises:
            FactCheckNotFound: no such id.
        """
        ...

    def get_many(self, fact_check_ids: Iterable[str]) -> dict[str, FactCheck]:
        """Return the current state of those that exist, by id."""
        ...

    def find(self, *, publisher: str, url: str = "", external_id: str = "") -> FactCheck | None:
        """Return the fact-check an import calls the same: by url where given, else by external id."""
        ...

    def page(self, wanted: FactCheckFilter, *, limit: int = 50, cursor: str = "") -> FactCheckPage:
        """Return one page, newest publication first (undated last), then newest id first."""
        ...

    def iterate(self, status: Status | None = Status.PUBLISHED) -> Iterator[FactCheck]:
        """Yield all, in order of id, in bounded memory and without holding a transaction open between batches."""
        ...

    def count(self, status: Status | None = Status.PUBLISHED) -> int:
        """Return how many there are."""
        ...

    def revisions(self, fact_check_id: str) -> list[Revision]:
        """Return the whole history, oldest first; empty for an unknown id."""
        ...

    def changes_since(self, seq: int, limit: int = 500) -> list[Change]:
        """Return the change-log lines after `seq`, oldest first. A line is never visible before its record."""
        ...

    def last_seq(self) -> int:
        """Return the newest sequence number; 0 where nothing was ever saved."""
        ...


class NarrativeRepository(Protocol):
    """The storylines. Thread-safe."""

    def put(self, narrative: Narrative) -> None:
        """Store or replace one."""
        ...

    def get(self, narrative_id: str) -> Narrative | None:
        """Return one, or None."""
        ...

    def all(self) -> list[Narrative]:
        """Return all, by id."""
        ...

    def version(self) -> int:
        """Return a number that grows with every `put`, so an index knows when to read them again."""
        ...
