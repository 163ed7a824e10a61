"""How fast we may send. Telegram says per chat when it is too fast; one busy chat never slows another.

PTB's own AIORateLimiter stops every request of the bot while one chat has to wait, and counts typing signs as
messages; with it one flooded group would silence everybody (telegram/ext/_aioratelimiter.py, 22.8).
"""

from __future__ import annotations

import asyncio
import random
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

import structlog
from aiolimiter import AsyncLimiter
from telegram.error import RetryAfter
from telegram.ext import BaseRateLimiter

GROUP_PER_MINUTE = 20  # telegram.constants.FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP
MAX_RETRIES = 4
MAX_WAIT_S = 300.0  # a chat told to wait longer is given up for this message
_MAX_CHATS = 5000
_UNPACED = frozenset(
    {"sendChatAction", "answerCallbackQuery", "answerInlineQuery", "getChatMember", "setMessageReaction"}
)

_log = structlog.get_logger(__name__)

Call = Callable[..., Coroutine[Any, Any, Any]]


class ChatRateLimiter(BaseRateLimiter[int]):
    """20 messages a minute to a group; after a 429 the chat it was about waits as long as it was told, then retries.

    There is no overall limit here: the 30 a second of Telegram's FAQ are for bulk notifications. Whoever sends those
    (the delivery worker) paces itself; answers to people who wrote are only slowed where Telegram says so.
    """

    def __init__(self, max_retries: int = MAX_RETRIES, group_per_minute: int = GROUP_PER_MINUTE) -> None:
        self._tries = max_retries
        self._group_per_minute = group_per_minute
        self._groups: OrderedDict[object, AsyncLimiter] = OrderedDict()
        self._paused_until: dict[object, float] = {}

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def process_request(  # noqa: PLR0917 - the base class calls it so
        self,
        callback: Call,
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Any:
        """Send when the chat's turn has come; see `telegram.ext.BaseRateLimiter`.

        Raises:
            RetryAfter: the chat is still closed after all tries, or for longer than is worth waiting.
        """
        if endpoint in _UNPACED:
            return await callback(*args, **kwargs)
        chat = data.get("chat_id")
        tries = self._tries if rate_limit_args is None else rate_limit_args
        for attempt in range(tries + 1):
            await self._wait_for(chat)
            try:
                if _is_group(chat):
                    async with self._group(chat):
                        return await callback(*args, **kwargs)
                return await callback(*args, **kwargs)
            except RetryAfter as exc:
                wait_s = exc._retry_after.total_seconds()
                if attempt == tries or wait_s > MAX_WAIT_S:
                    raise
                _log.info("told_to_wait", endpoint=endpoint, wait_s=wait_s)
                self._pause(chat, wait_s + random.uniform(0.05, 0.5))  # noqa: S311 - spreads the crowd, hides nothing
        raise AssertionError("unreachable")

    def _group(self, chat: object) -> AsyncLimiter:
        limiter = self._groups.setdefault(chat, AsyncLimiter(self._group_per_minute, 60))
        self._groups.move_to_end(chat)
        if len(self._groups) > _MAX_CHATS:
            self._groups.popitem(last=False)
        return limiter

    def _pause(self, chat: object, seconds: float) -> None:
        now = asyncio.get_running_loop().time()
        if len(self._paused_until) > _MAX_CHATS:
            self._paused_until = {each: until for each, until in self._paused_until.items() if until > now}
        self._paused_until[chat] = max(self._paused_until.get(chat, 0.0), now + seconds)

    async def _wait_for(self, chat: object) -> None:
        loop = asyncio.get_running_loop()
        while (left_s := self._paused_until.get(chat, 0.0) - loop.time()) > 0:
            await asyncio.sleep(left_s)
        self._paused_until.pop(chat, None)


def _is_group(chat: object) -> bool:
    return str(chat).startswith(("-", "@"))
