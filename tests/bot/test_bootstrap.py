"""The composition root with fakes: everything but the database and the engines is real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.bootstrap import Factline, bootstrap
from bot.parts import Part
from bot.record import Record
from bot.terminal_adapter import TERMINAL_LIMITS
from config.settings import Settings
from handlers.messages import IncomingMessage, ReplyKind
from knowledge_base.models import FactCheck, FactCheckText, Status, Verdict
from retrieval.interface import IndexState, Outcome, SearchResult
from tests.fakes.memory import (
    MemoryAnswerLedger,
    MemoryContactBook,
    MemoryDatabase,
    MemoryFactCheckRepository,
    MemoryFeedbackLog,
    MemoryNarrativeRepository,
    MemoryRumorQueue,
)
from tests.fakes.searcher import FakeSearcher, found, match_of
from web.app import create_app

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


@dataclass
class FakeIndexer:
    current: IndexState = field(default_factory=lambda: IndexState(0, 0, 0))
    events: list[str] = field(default_factory=list)

    def start(self) -> None:
        self.events.append("start")

    def catch_up(self, timeout_s: float | None = None) -> bool:
        return True

    def notify(self) -> None:
        self.events.append("notify")

    def state(self) -> IndexState:
        return self.current

    def close(self) -> None:
        self.events.append("close")


class FakeRetrieval:
    def __init__(self) -> None:
        self.searcher = FakeSearcher()
        self.indexer = FakeIndexer()

    def close(self) -> None:
        self.indexer.close()


def memory_record() -> Record:
    database = MemoryDatabase()
    return Record(
        fact_checks=MemoryFactCheckRepository(database),
        narratives=MemoryNarrativeRepository(database),
        contacts=MemoryContactBook(database),
        answers=MemoryAnswerLedger(database),
        rumors=MemoryRumorQueue(database),
        feedback=MemoryFeedbackLog(database),
        transactions=database,
    )


class World:
    def __init__(self, folder: Path, **settings: Any) -> None:
        self.retrieval = FakeRetrieval()
        self.record = memory_record()
        ids = iter(range(10**6))
        self.settings = Settings(data_dir=folder, **settings)
        self.factline: Factline = bootstrap(
            self.settings,
            record=self.record,
            retrieval=self.retrieval,  # type: ignore[arg-type]
            clock=FixedClock(),
            new_id=lambda: f"{next(ids):026d}",
            monotonic=lambda: 0.0,
        )

    def publish(self) -> FactCheck:
        texts = {"en": FactCheckText("The tower is orange", "The tower is grey", "The photo was edited.")}
        fact_check = FactCheck(
            "0" * 26, texts, "Gazette", Verdict.FALSE, status=Status.PUBLISHED, url="https://example.org"
        )
        return self.record.fact_checks.save(fact_check, editor="e", reason="r", at=NOW)

    def metric(self, name: str, **labels: str) -> float | None:
        return self.factline.metrics.registry.get_sample_value(name, labels)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path, starter=False)
    yield made
    made.factline.close()


def ask(text: str) -> IncomingMessage:
    return IncomingMessage(platform="terminal", chat_id="c", user_id="u", update_id="1", text=text)


async def test_a_forward_comes_back_as_a_sourced_correction(world):
    fact_check = world.publish()
    world.retrieval.searcher.answers("orange tower!", found([match_of(fact_check, "orange tower!")]))
    (reply,) = await world.factline.dispatcher.answer(ask("orange tower!"), TERMINAL_LIMITS)
    assert reply.kind is ReplyKind.CORRECTION
    assert "The tower is grey" in reply.blocks[0].text
    assert any(block.url == "https://example.org" for block in reply.blocks)
    assert [(shown.fact_check_id, shown.revision) for shown in reply.shown] == [(fact_check.id, 1)]


async def test_searches_are_counted_with_what_was_down(world):
    down = SearchResult(Outcome.UNAVAILABLE, legs_down=("dense", "lexical"), timings_ms={"total": 3.0})
    world.retrieval.searcher.otherwise = down
    (reply,) = await world.factline.dispatcher.answer(ask("anything"), TERMINAL_LIMITS)
    assert reply.kind is ReplyKind.UNAVAILABLE
    assert world.metric("factline_searches_total", outcome="unavailable") == 1
    assert world.metric("factline_leg_down_total", leg="dense") == 1
    assert world.metric("factline_outcomes_total", platform="terminal", outcome="unavailable") == 1


def test_the_index_is_followed_and_measured(world):
    assert world.retrieval.indexer.events == ["start"]
    world.retrieval.indexer.current = IndexState(applied_seq=3, record_seq=8, documents=2, building=True)
    assert world.metric("factline_index_lag") == 5
    assert world.metric("factline_index_documents") == 2
    assert world.metric("factline_index_building") == 1


@pytest.mark.parametrize(
    ("state", "ready"),
    [
        (IndexState(0, 0, 0), True),  # an empty store answers "nobody has checked this"
        (IndexState(0, 60, 0, building=True, progress=0.25), False),
        (IndexState(0, 60, 12, building=True, progress=0.5), True),  # words answer while it is built
        (IndexState(60, 60, 106), True),
    ],
)
def test_it_is_ready_once_something_can_be_found(world, state, ready):
    world.retrieval.indexer.current = state
    reason = world.factline.ready()
    assert (reason == "") is ready
    if not ready:
        assert "25%" in reason


async def test_the_web_app_hangs_on_the_same_services(world):
    fact_check = world.publish()
    world.retrieval.searcher.answers("orange tower!", found([match_of(fact_check, "orange tower!")]))
    app = create_app(world.factline.web_services("http://127.0.0.1:8080"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8080") as client:
        checked = await client.post("/api/v1/check", json={"text": "orange tower!"})
        page = await client.get(f"/fact-checks/{fact_check.id}")
    assert checked.json()["matches"][0]["fact_check_id"] == fact_check.id
    assert page.status_code == 200
    assert world.metric("factline_searches_total", outcome="match") == 1


def test_the_starter_pack_is_loaded_into_an_empty_record_only(tmp_path):
    first = World(tmp_path)
    assert first.record.fact_checks.count() == 60
    seq = first.record.fact_checks.last_seq()
    retrieval = FakeRetrieval()
    again = bootstrap(first.settings, record=first.record, retrieval=retrieval)  # type: ignore[arg-type]
    assert first.record.fact_checks.last_seq() == seq
    again.close()
    first.factline.close()


def test_the_starter_pack_is_never_loaded_over_somebodys_store(world, tmp_path):
    world.publish()
    settings = Settings(data_dir=tmp_path, starter=True)
    bootstrap(settings, record=world.record, retrieval=FakeRetrieval()).close()  # type: ignore[arg-type]
    assert world.record.fact_checks.count(None) == 1


def test_closing_lets_go_of_the_index(world):
    world.factline.close()
    assert world.retrieval.indexer.events == ["start", "close"]


def test_a_start_that_fails_lets_go_of_everything(tmp_path):
    retrieval = FakeRetrieval()
    closed: list[str] = []

    def fail() -> None:
        raise OSError("no room")

    retrieval.indexer.start = fail  # type: ignore[method-assign]
    record = memory_record()
    record = Record(
        **{name: getattr(record, name) for name in record.__slots__} | {"close": lambda: closed.append("record")}
    )
    with pytest.raises(OSError, match="no room"):
        bootstrap(Settings(data_dir=tmp_path, starter=False), record=record, retrieval=retrieval)  # type: ignore[arg-type]
    assert closed == ["record"]
    assert retrieval.indexer.events == ["close"]


def test_without_tokens_there_are_no_adapters(world):
    assert world.factline.adapters(frozenset(Part)) == []
