"""Settings of a part of a chat: a Discord channel uses its server's until it has its own.

A chat id with a slash names a part: "server/channel". Everything else is left to the store underneath.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from handlers.ports import ChatSettings, ChatSettingsStore, UnaskedReply

_CHOSEN = "UTC"  # the zone of settings that say the same as none: it means the same, and shows that somebody chose


class InheritingChatSettings:
    """Implements `ChatSettingsStore` on another one.

    Args:
        store: where choices are kept.
    """

    def __init__(self, store: ChatSettingsStore) -> None:
        self._store = store

    def get(self, platform: str, chat_id: str) -> ChatSettings:
        """Return a chat's own settings, else those of the chat it is a part of, else the defaults."""
        own = self._store.get(platform, chat_id)
        whole, slash, _ = chat_id.partition("/")
        if not slash or own != ChatSettings(platform, chat_id):
            return own
        return replace(self._store.get(platform, whole), chat_id=chat_id)

    def put(self, settings: ChatSettings) -> None:
        """Store a chat's own settings; also those that say the same as none, where it is a part of another."""
        if "/" in settings.chat_id and not settings.zone:
            settings = replace(settings, zone=_CHOSEN)
        self._store.put(settings)

    def note_unasked(self, platform: str, chat_id: str, fact_check_ids: Iterable[str], *, at: datetime) -> None:
        """See the Protocol."""
        self._store.note_unasked(platform, chat_id, fact_check_ids, at=at)

    def unasked(self, platform: str, chat_id: str, *, since: datetime) -> list[UnaskedReply]:
        """See the Protocol."""
        return self._store.unasked(platform, chat_id, since=since)

    def move(self, platform: str, old_chat_id: str, new_chat_id: str) -> None:
        """See the Protocol."""
        self._store.move(platform, old_chat_id, new_chat_id)

    def forget(self, platform: str, chat_id: str) -> None:
        """See the Protocol."""
        self._store.forget(platform, chat_id)
