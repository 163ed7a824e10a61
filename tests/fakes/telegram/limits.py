"""Telegram's flood limits (numbers: constants.FloodLimit of python-telegram-bot); off unless a test wants them."""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any

from tests.fakes.telegram.markup import BadRequest, Json

_COUNTED = {"sendmessage", "sendphoto", "senddocument", "editmessagetext"}


class FloodLimits:
    """30 messages a second overall, 20 a minute to one group, `per_chat` a second to one private chat."""

    def __init__(self, clock: Callable[[], float], *, overall: int = 30, group: int = 20, per_chat: int = 4) -> None:
        self._clock = clock
        self._overall, self._group, self._per_chat = overall, group, per_chat
        self._sends: dict[Any, deque[float]] = defaultdict(deque)
        self.refused = 0

    def admit(self, method: str, params: Json, chats: dict[int, Any]) -> None:
        """Count a request.

        Raises:
            BadRequest: 429 with retry_after.
        """
        if method.lower() not in _COUNTED or not str(params.get("chat_id", "")).lstrip("-").isdigit():
            return
        now, chat_id = self._clock(), int(params["chat_id"])
        windows = [("all", 1.0, self._overall)]
        windows.append((chat_id, 60.0, self._group) if chat_id < 0 else (chat_id, 1.0, self._per_chat))
        for key, length_s, most in windows:
            times = self._sends[key]
            while times and times[0] <= now - length_s:
                times.popleft()
            if len(times) >= most:
                self.refused += 1
                wait_s = max(1, math.ceil(times[0] + length_s - now))
                raise BadRequest(f"Too Many Requests: retry after {wait_s}", 429, retry_after=wait_s)
        for key, _, _ in windows:
            self._sends[key].append(now)
