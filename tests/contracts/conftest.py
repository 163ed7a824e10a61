"""Each contract runs on every implementation: in memory, on SQLite, on PostgreSQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import text

from storage.answers import SqlAnswerLedger
from storage.chat_settings import SqlChatSettingsStore
from storage.contacts import SqlContactBook
from storage.database import Database
from storage.editorial import sql_editorial
from storage.fact_checks import SqlFactCheckRepository
from storage.feedback import SqlFeedbackLog
from storage.inbox import SqlInbox
from storage.narratives import SqlNarrativeRepository
from storage.personal_records import SqlPersonalRecords
from storage.rumors import SqlRumorQueue
from storage.subscriptions import SqlSubscriptionStore
from storage.tables import metadata
from tests.fakes import memory, memory_inbox
from tests.fakes.memory_editorial import memory_editorial
from tests.fakes.postgres import running_server, server_programs

ENGINES = ["memory", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@dataclass(frozen=True)
class Ports:
    """Every port on one database."""

    transactions: Any
    fact_checks: Any
    narratives: Any
    contacts: Any
    answers: Any
    rumors: Any
    feedback: Any
    subscriptions: Any
    personal: Any
    editorial: Any
    inbox: Any
    chat_settings: Any


@pytest.fixture(scope="session")
def postgres_address():
    programs = server_programs()
    if programs is None:
        pytest.skip("PostgreSQL NOT TESTED: its server programs (initdb, pg_ctl) are not installed")
    with running_server(programs) as address:
        yield address


@pytest.fixture(scope="session")
def _postgres_database(postgres_address):
    database = Database.open(postgres_address)
    yield database
    database.close()


@pytest.fixture
def postgres_database(_postgres_database):
    with _postgres_database.writing() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY CASCADE"))
    return _postgres_database


@pytest.fixture
def sqlite_database(tmp_path):
    database = Database.open(f"sqlite:///{tmp_path}/factline.db")
    yield database
    database.close()


@pytest.fixture(params=ENGINES)
def ports(request):
    if request.param == "memory":
        return _memory_ports()
    return _sql_ports(request.getfixturevalue(f"{request.param}_database"))


@pytest.fixture(params=ENGINES[1:])
def database(request):
    return request.getfixturevalue(f"{request.param}_database")


def _memory_ports():
    shared = memory.MemoryDatabase()
    return Ports(
        transactions=shared,
        fact_checks=memory.MemoryFactCheckRepository(shared),
        narratives=memory.MemoryNarrativeRepository(shared),
        contacts=memory.MemoryContactBook(shared),
        answers=memory.MemoryAnswerLedger(shared),
        rumors=memory.MemoryRumorQueue(shared),
        feedback=memory.MemoryFeedbackLog(shared),
        subscriptions=memory.MemorySubscriptionStore(shared),
        personal=memory.MemoryPersonalRecords(shared),
        editorial=memory_editorial(shared),
        inbox=memory_inbox.MemoryInbox(),
        chat_settings=memory_inbox.MemoryChatSettingsStore(),
    )


def _sql_ports(database):
    return Ports(
        transactions=database,
        fact_checks=SqlFactCheckRepository(database),
        narratives=SqlNarrativeRepository(database),
        contacts=SqlContactBook(database),
        answers=SqlAnswerLedger(database),
        rumors=SqlRumorQueue(database),
        feedback=SqlFeedbackLog(database),
        subscriptions=SqlSubscriptionStore(database),
        personal=SqlPersonalRecords(database),
        editorial=sql_editorial(database),
        inbox=SqlInbox(database),
        chat_settings=SqlChatSettingsStore(database),
    )
