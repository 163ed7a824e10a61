"""A store and an importer small enough to see through."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from knowledge_base.errors import FactCheckNotFound, InvalidFactCheck, RevisionConflict
from knowledge_base.exchange.importing import import_file
from knowledge_base.exchange.report import ImportReport
from knowledge_base.ids import new_ulid
from knowledge_base.models import FactCheck, Narrative, Revision, Status
from knowledge_base.rules import problems_of

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class ListStore:
    """The part of FactCheckRepository exchange uses, on a dict."""

    def __init__(self) -> None:
        self.records: dict[str, FactCheck] = {}
        self.history: dict[str, list[Revision]] = {}
        self.saves = 0

    def save_many(self, fact_checks: Sequence[FactCheck], *, editor: str, reason: str, at: datetime) -> list[FactCheck]:
        for fact_check in fact_checks:
            if problems := problems_of(fact_check):
                raise InvalidFactCheck(*problems)
            stored = self.records.get(fact_check.id)
            if fact_check.revision != (stored.revision if stored else 0):
                raise RevisionConflict(fact_check.id, fact_check.revision, stored.revision if stored else 0)
        self.saves += 1
        saved = [replace(fact_check, revision=fact_check.revision + 1) for fact_check in fact_checks]
        for fact_check in saved:
            self.records[fact_check.id] = fact_check
            entry = Revision(fact_check.id, fact_check.revision, fact_check, editor, reason, at, "", "")
            self.history.setdefault(fact_check.id, []).append(entry)
        return saved

    def save(self, fact_check: FactCheck, *, editor: str, reason: str, at: datetime) -> FactCheck:
        return self.save_many([fact_check], editor=editor, reason=reason, at=at)[0]

    def get(self, fact_check_id: str) -> FactCheck:
        if fact_check_id not in self.records:
            raise FactCheckNotFound(fact_check_id)
        return self.records[fact_check_id]

    def get_many(self, fact_check_ids: Iterable[str]) -> dict[str, FactCheck]:
        return {each: self.records[each] for each in fact_check_ids if each in self.records}

    def find(self, *, publisher: str, url: str = "", external_id: str = "") -> FactCheck | None:
        for record in self.records.values():
            if record.publisher == publisher and (record.url == url if url else record.external_id == external_id):
                return record
        return None

    def iterate(self, status: Status | None = Status.PUBLISHED) -> Iterator[FactCheck]:
        return (self.records[key] for key in sorted(self.records) if status in {None, self.records[key].status})

    def count(self, status: Status | None = Status.PUBLISHED) -> int:
        return sum(1 for _ in self.iterate(status))

    def revisions(self, fact_check_id: str) -> list[Revision]:
        return self.history.get(fact_check_id, [])

    def only(self) -> FactCheck:
        (record,) = self.records.values()
        return record


class NarrativeList:
    """NarrativeRepository's `put`, `get` and `all`."""

    def __init__(self) -> None:
        self.by_id: dict[str, Narrative] = {}

    def put(self, narrative: Narrative) -> None:
        self.by_id[narrative.id] = narrative

    def get(self, narrative_id: str) -> Narrative | None:
        return self.by_id.get(narrative_id)

    def all(self) -> list[Narrative]:
        return [self.by_id[key] for key in sorted(self.by_id)]


def counting_ids() -> Callable[[], str]:
    numbers = iter(range(1, 1_000_000_000))
    return lambda: new_ulid(NOW, next(numbers).to_bytes(10, "big"))


@pytest.fixture
def store() -> ListStore:
    return ListStore()


@pytest.fixture
def empty_store() -> Callable[[], ListStore]:
    return ListStore


@pytest.fixture
def narratives() -> NarrativeList:
    return NarrativeList()


@pytest.fixture
def new_id() -> Callable[[], str]:
    return counting_ids()


@pytest.fixture
def take_over(new_id: Callable[[], str]) -> Callable[..., ImportReport]:
    """Import bytes, or records written as JSON Lines."""

    def run(store: Any, content: Any, **options: Any) -> ImportReport:
        if not isinstance(content, bytes):
            content = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in content).encode()
        settings = {"publish": True, "editor": "tester", "now": NOW, "new_id": new_id, **options}
        return import_file(io.BytesIO(content), repository=store, **settings)

    return run
