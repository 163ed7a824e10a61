"""Opens the record: the database and every repository on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.errors import BotError
from bot.ownership import prepare_data_dir
from config.settings import Settings

if TYPE_CHECKING:
    from handlers.editorial.ports import EditorialRecord
    from handlers.ports import (
        AnswerLedger,
        ChatSettingsStore,
        ContactBook,
        FeedbackLog,
        Inbox,
        PersonalRecords,
        RumorQueue,
        SubscriptionStore,
    )
    from knowledge_base.repository import FactCheckRepository, NarrativeRepository, Transactions
    from storage.database import Database

_Port = TypeVar("_Port")


@dataclass(frozen=True, slots=True)
class Record:
    """What is remembered, by port. Any number of processes may have one open; tests make one of fakes."""

    fact_checks: FactCheckRepository
    narratives: NarrativeRepository
    contacts: ContactBook
    answers: AnswerLedger
    rumors: RumorQueue
    feedback: FeedbackLog
    transactions: Transactions
    subscriptions: SubscriptionStore | None = None
    personal: PersonalRecords | None = None
    inbox: Inbox | None = None
    chat_settings: ChatSettingsStore | None = None
    editorial: EditorialRecord | None = None
    close: Callable[[], None] = lambda: None


def required(port: _Port | None) -> _Port:
    """Return a port a part of the process cannot do without.

    Raises:
        BotError: the record was put together without it.
    """
    if port is None:
        raise BotError("This Factline was put together without a part of its record; this is a bug.")
    return port


def open_record(settings: Settings) -> Record:
    """Open the database the settings name, migrating it to this version where needed.

    Raises:
        DataDirUnusable: the data folder cannot be made.
        StorageUnavailable: the database cannot be reached or written.
        DatabaseTooNew: a newer Factline wrote it.
    """
    return record_of(open_database(settings))


def record_of(database: Database) -> Record:
    """Return the repositories on `database`; closing the record closes it."""
    from storage.answers import SqlAnswerLedger
    from storage.chat_settings import SqlChatSettingsStore
    from storage.contacts import SqlContactBook
    from storage.editorial import sql_editorial
    from storage.fact_checks import SqlFactCheckRepository
    from storage.feedback import SqlFeedbackLog
    from storage.inbox import SqlInbox
    from storage.narratives import SqlNarrativeRepository
    from storage.personal_records import SqlPersonalRecords
    from storage.rumors import SqlRumorQueue
    from storage.subscriptions import SqlSubscriptionStore

    return Record(
        fact_checks=SqlFactCheckRepository(database),
        narratives=SqlNarrativeRepository(database),
        contacts=SqlContactBook(database),
        answers=SqlAnswerLedger(database),
        rumors=SqlRumorQueue(database),
        feedback=SqlFeedbackLog(database),
        transactions=database,
        subscriptions=SqlSubscriptionStore(database),
        personal=SqlPersonalRecords(database),
        inbox=SqlInbox(database),
        chat_settings=SqlChatSettingsStore(database),
        editorial=sql_editorial(database),
        close=database.close,
    )


def open_database(settings: Settings, address: str = "") -> Database:
    """Open `address`, or the database the settings name; raises as `open_record` does."""
    from storage.database import Database

    prepare_data_dir(settings.data_path)
    return Database.open(address or settings.database_address)
