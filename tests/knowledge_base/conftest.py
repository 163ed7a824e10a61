"""A store and an importer small enough to see through."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from knowledge_base.exchange.importing import import_file
from knowledge_base.exchange.report import ImportReport
from knowledge_base.ids import new_ulid
from knowledge_base.models import FactCheck
from tests.fakes.memory import MemoryFactCheckRepository, MemoryNarrativeRepository

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Store(MemoryFactCheckRepository):
    """The shared fake, counting its transactions."""

    def __init__(self) -> None:
        super().__init__()
        self.saves = 0

    def save_many(self, fact_checks, **options):
        saved = super().save_many(fact_checks, **options)
        self.saves += 1
        return saved

    def only(self) -> FactCheck:
        (record,) = self.iterate(None)
        return record


def counting_ids() -> Callable[[], str]:
    numbers = iter(range(1, 1_000_000_000))
    return lambda: new_ulid(NOW, next(numbers).to_bytes(10, "big"))


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def empty_store() -> Callable[[], Store]:
    return Store


@pytest.fixture
def narratives() -> MemoryNarrativeRepository:
    return MemoryNarrativeRepository()


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
