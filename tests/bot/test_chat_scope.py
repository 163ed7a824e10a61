"""Channels of a server: the server's settings until they have their own."""

from __future__ import annotations

from bot.chat_scope import InheritingChatSettings
from handlers.group_policy import GroupMode
from handlers.ports import ChatSettings
from tests.fakes.memory_inbox import MemoryChatSettingsStore


def test_a_channel_follows_its_server():
    store = InheritingChatSettings(MemoryChatSettingsStore())
    store.put(ChatSettings("discord", "1", GroupMode.WATCH, min_gap_min=30))
    assert store.get("discord", "1/2") == ChatSettings("discord", "1/2", GroupMode.WATCH, min_gap_min=30)


def test_a_channel_with_settings_of_its_own_keeps_them_also_where_they_are_the_defaults():
    store = InheritingChatSettings(MemoryChatSettingsStore())
    store.put(ChatSettings("discord", "1", GroupMode.WATCH))
    store.put(ChatSettings("discord", "1/2", GroupMode.ON_MENTION))
    assert store.get("discord", "1/2").mode is GroupMode.ON_MENTION
    assert store.get("discord", "1/3").mode is GroupMode.WATCH


def test_a_chat_without_parts_is_left_to_the_store():
    store = InheritingChatSettings(MemoryChatSettingsStore())
    assert store.get("telegram", "-100") == ChatSettings("telegram", "-100")
    store.put(ChatSettings("telegram", "-100", GroupMode.OFF))
    assert store.get("telegram", "-100") == ChatSettings("telegram", "-100", GroupMode.OFF)
    store.move("telegram", "-100", "-200")
    assert store.get("telegram", "-200").mode is GroupMode.OFF
    store.forget("telegram", "-200")
    assert store.get("telegram", "-200").mode is GroupMode.ON_MENTION
