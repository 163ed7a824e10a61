"""What every `Inbox` and `ChatSettingsStore` does."""

from datetime import UTC, datetime, timedelta

import pytest

from handlers.group_policy import GroupMode
from handlers.ports import ChatSettings, InboxState

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def inbox(ports):
    return ports.inbox


@pytest.fixture
def settings(ports):
    return ports.chat_settings


class TestInbox:
    def test_update_is_new_once(self, inbox):
        assert inbox.receive("telegram", {"1": "a", "2": "b"}, at=NOW) == ["1", "2"]
        assert inbox.receive("telegram", {"2": "b", "3": "c"}, at=NOW) == ["3"]
        assert inbox.receive("telegram", {}, at=NOW) == []

    def test_platforms_number_their_updates_alone(self, inbox):
        inbox.receive("telegram", {"1": "a"}, at=NOW)
        assert inbox.receive("discord", {"1": "a"}, at=NOW) == ["1"]

    def test_pending_is_what_nobody_answered_oldest_first(self, inbox):
        inbox.receive("telegram", {"2": "b"}, at=NOW)
        inbox.receive("telegram", {"1": "a"}, at=NOW + timedelta(seconds=1))
        inbox.receive("discord", {"9": "z"}, at=NOW)
        assert [(i.update_id, i.state, i.message, i.replies) for i in inbox.pending("telegram")] == [
            ("2", InboxState.RECEIVED, "b", ""),
            ("1", InboxState.RECEIVED, "a", ""),
        ]

    def test_replies_are_intended_once(self, inbox):
        inbox.receive("telegram", {"1": "a"}, at=NOW)
        assert inbox.intend("telegram", "1", "yes")
        assert not inbox.intend("telegram", "1", "no")
        assert not inbox.intend("telegram", "unknown", "no")
        (item,) = inbox.pending("telegram")
        assert (item.state, item.replies, item.received_at) == (InboxState.REPLYING, "yes", NOW)

    def test_answered_update_keeps_nothing_but_its_id(self, inbox):
        inbox.receive("telegram", {"1": "private words"}, at=NOW)
        inbox.done("telegram", ["1", "unknown"])
        assert inbox.pending("telegram") == []
        assert inbox.receive("telegram", {"1": "private words"}, at=NOW) == []
        assert not inbox.intend("telegram", "1", "again")

    def test_only_old_answered_updates_are_forgotten(self, inbox):
        inbox.receive("telegram", {"1": "a", "2": "b"}, at=NOW)
        inbox.done("telegram", ["1"])
        assert inbox.prune(before=NOW) == 0
        assert inbox.prune(before=NOW + timedelta(seconds=1)) == 1
        assert [i.update_id for i in inbox.pending("telegram")] == ["2"]

    def test_any_text_comes_back_as_it_was(self, inbox):
        hostile = "'; DROP TABLE inbox; -- 檸檬🍋 \n{}"
        inbox.receive("telegram", {hostile: hostile}, at=NOW)
        assert inbox.pending("telegram")[0].message == hostile


class TestChatSettings:
    def test_chat_nobody_set_up_has_the_defaults(self, settings):
        assert settings.get("telegram", "-1") == ChatSettings("telegram", "-1")

    def test_what_was_chosen_is_kept_and_replaced(self, settings):
        chosen = ChatSettings("telegram", "-1", GroupMode.WATCH, "zh-TW", "Asia/Taipei", 1320, 420, 30)
        settings.put(ChatSettings("telegram", "-1", GroupMode.OFF))
        settings.put(chosen)
        assert settings.get("telegram", "-1") == chosen
        assert settings.get("telegram", "-2").mode is GroupMode.ON_MENTION

    def test_unasked_replies_are_remembered_for_a_day(self, settings):
        settings.note_unasked("telegram", "-1", ["f1"], at=NOW - timedelta(hours=25))
        settings.note_unasked("telegram", "-1", ["f2"], at=NOW - timedelta(hours=3))
        settings.note_unasked("telegram", "-1", ["f3", "f3"], at=NOW)
        since = NOW - timedelta(days=2)
        assert [u.fact_check_id for u in settings.unasked("telegram", "-1", since=since)] == ["f2", "f3"]
        assert [u.said_at for u in settings.unasked("telegram", "-1", since=NOW)] == [NOW]
        assert settings.unasked("telegram", "-2", since=since) == []

    def test_saying_it_again_moves_its_time(self, settings):
        settings.note_unasked("telegram", "-1", ["f1"], at=NOW - timedelta(hours=1))
        settings.note_unasked("telegram", "-1", ["f1"], at=NOW)
        assert [u.said_at for u in settings.unasked("telegram", "-1", since=NOW - timedelta(days=1))] == [NOW]

    def test_group_that_moves_takes_everything_along(self, settings):
        settings.put(ChatSettings("telegram", "-1", GroupMode.WATCH))
        settings.note_unasked("telegram", "-1", ["f1"], at=NOW)
        for _ in range(2):
            settings.move("telegram", "-1", "-1001")
        assert settings.get("telegram", "-1001").mode is GroupMode.WATCH
        assert [u.fact_check_id for u in settings.unasked("telegram", "-1001", since=NOW)] == ["f1"]
        assert settings.get("telegram", "-1").mode is GroupMode.ON_MENTION

    def test_moving_never_overwrites_what_the_new_chat_chose(self, settings):
        settings.put(ChatSettings("telegram", "-1", GroupMode.WATCH))
        settings.put(ChatSettings("telegram", "-1001", GroupMode.OFF))
        settings.move("telegram", "-1", "-1001")
        assert settings.get("telegram", "-1001").mode is GroupMode.OFF

    def test_forgotten_chat_is_as_new(self, settings):
        settings.put(ChatSettings("telegram", "-1", GroupMode.WATCH))
        settings.note_unasked("telegram", "-1", ["f1"], at=NOW)
        for _ in range(2):
            settings.forget("telegram", "-1")
        assert settings.get("telegram", "-1") == ChatSettings("telegram", "-1")
        assert settings.unasked("telegram", "-1", since=NOW) == []
