"""What `/why` in a group goes by: the last decision, without any words."""

from __future__ import annotations

import threading
from collections import OrderedDict

from handlers.group_policy import Silence

_MAX_CHATS = 10_000  # about 2 MB


class GroupLog:
    """Why each group's last unasked message met silence (None: it was answered). Thread-safe, in memory."""

    def __init__(self) -> None:
        self._last: OrderedDict[tuple[str, str], Silence | None] = OrderedDict()
        self._lock = threading.Lock()
        self.speaking = threading.Lock()  # two forwards at once must not both be answered

    def note(self, platform: str, chat_id: str, silence: Silence | None) -> None:
        """Remember the outcome of the last one."""
        with self._lock:
            self._last[platform, chat_id] = silence
            self._last.move_to_end((platform, chat_id))
            if len(self._last) > _MAX_CHATS:
                self._last.popitem(last=False)

    def last(self, platform: str, chat_id: str) -> tuple[bool, Silence | None]:
        """Return whether there was one, and why it met silence."""
        with self._lock:
            key = (platform, chat_id)
            return key in self._last, self._last.get(key)
