"""Long polling: updates fetched as raw JSON, so that one malformed update cannot hold up the others."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.backoff import Backoff
from bot.errors import OperatorMistake

LONG_POLL_S = 30  # Telegram allows 50; proxies on the way rather cut at 60
BATCH = 100  # Bot API, getUpdates.limit
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "channel_post",
    "callback_query",
    "inline_query",
    "my_chat_member",
)
REFUSED = (
    "Telegram refuses the bot token in FACTLINE_TELEGRAM_TOKEN. Copy it again from @BotFather (/mybots, API Token); "
    "a token that was revoked there never works again."
)

_log = structlog.get_logger(__name__)

RawUpdate = dict[str, Any]


async def until_stopped(stop: asyncio.Event, work: Awaitable[Any]) -> Any | None:
    """Await `work`, but no longer than until `stop`; None where it was cut short.

    Raises:
        Exception: whatever `work` raises.
    """
    task = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for each in (task, stopping):
            each.cancel()
        await asyncio.gather(task, stopping, return_exceptions=True)


async def poll(
    request: BaseRequest,
    method_url: Callable[[str], str],
    accept: Callable[[list[RawUpdate]], Awaitable[None]],
    stop: asyncio.Event,
    *,
    long_poll_s: int = LONG_POLL_S,
    backoff: Backoff | None = None,
) -> None:
    """Fetch updates and hand them over until `stop`; an update counts as taken once `accept` returned.

    Args:
        request: the HTTP client, with one connection of its own.
        method_url: address of a Bot API method; holds the token, so it is never logged.
        accept: stores and queues updates; raises nothing that is not a bug.
        stop: set when it is time to end.
        long_poll_s: how long Telegram may hold a request open.
        backoff: the pauses after failures.

    Raises:
        OperatorMistake: Telegram refuses the token.
    """
    backoff = backoff or Backoff()
    offset = 0
    while not stop.is_set():
        query = {
            "offset": offset,
            "limit": BATCH,
            "timeout": long_poll_s,
            "allowed_updates": json.dumps(ALLOWED_UPDATES),
        }
        try:
            fetched = await until_stopped(
                stop, request.post(f"{method_url('getUpdates')}?{urlencode(query)}", read_timeout=long_poll_s + 10)
            )
        except (InvalidToken, Forbidden):
            raise OperatorMistake(REFUSED) from None  # PTB quotes the token
        except TelegramError as exc:
            await _pause_after(exc, backoff, stop)
            continue
        if fetched is None:
            return
        backoff.succeeded()
        updates = [each for each in fetched if isinstance(each, dict) and isinstance(each.get("update_id"), int)]
        if updates:
            await accept(updates)
            offset = max(each["update_id"] for each in updates) + 1
        elif fetched:  # nothing in it can be confirmed: asking again at once would only fetch it again
            _log.error("updates_without_id", count=len(fetched))
            await backoff.pause(stop)


async def _pause_after(exc: TelegramError, backoff: Backoff, stop: asyncio.Event) -> None:
    if isinstance(exc, Conflict):
        _log.error("other_poller", hint="another program uses this bot token, or a webhook is set; stop the other one")
    elif isinstance(exc, NetworkError):
        _log.warning("telegram_unreachable", error=type(exc).__name__)
    else:
        _log.warning("polling_failed", error=type(exc).__name__)
    at_least_s = exc._retry_after.total_seconds() if isinstance(exc, RetryAfter) else 0.0
    await backoff.pause(stop, at_least_s)
