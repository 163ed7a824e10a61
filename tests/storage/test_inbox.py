"""The inbox and the chat settings, in SQL and in memory, against one contract."""

import pytest

from storage.chat_settings import SqlChatSettingsStore
from storage.database import Database
from storage.inbox import SqlInbox
from tests.contracts.inbox import ChatSettingsContract, InboxContract
from tests.fakes.memory_inbox import MemoryChatSettingsStore, MemoryInbox


@pytest.fixture
def sqlite_database(tmp_path):
    opened = Database.open(f"sqlite:///{tmp_path / 'factline.db'}")
    yield opened
    opened.close()


class TestSqlInbox(InboxContract):
    @pytest.fixture
    def inbox(self, sqlite_database):
        return SqlInbox(sqlite_database)


class TestMemoryInbox(InboxContract):
    @pytest.fixture
    def inbox(self):
        return MemoryInbox()


class TestSqlChatSettings(ChatSettingsContract):
    @pytest.fixture
    def settings(self, sqlite_database):
        return SqlChatSettingsStore(sqlite_database)


class TestMemoryChatSettings(ChatSettingsContract):
    @pytest.fixture
    def settings(self):
        return MemoryChatSettingsStore()
