"""The line to Telegram: its clients, the first call, and calls repeated until Telegram can be reached."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from bot.backoff import Backoff
from bot.errors import OperatorMistake
from bot.telegram_adapter.inbound import Me
from bot.telegram_adapter.pace import ChatRateLimiter
from bot.telegram_adapter.polling import REFUSED

_CONNECTIONS = 24  # httpcore looks at every one of them for every request: 64 took a tenth of all time in a flood
READ_TIMEOUT_S = 15.0  # after it, a request counts as accepted: see outbound.Fate.UNKNOWN

_log = structlog.get_logger(__name__)


def make_bot(token: str, api_url: str) -> ExtBot[Any]:
    """Return the Bot API client, not yet connected; the Bot API server is at `api_url`."""
    root = api_url.rstrip("/")
    request = HTTPXRequest(
        connection_pool_size=_CONNECTIONS,
        connect_timeout=5.0,
        read_timeout=READ_TIMEOUT_S,
        write_timeout=15.0,
        pool_timeout=10.0,
    )
    return ExtBot(
        token,
        base_url=f"{root}/bot",
        base_file_url=f"{root}/file/bot",
        request=request,
        get_updates_request=HTTPXRequest(connection_pool_size=1),
        rate_limiter=ChatRateLimiter(),
    )


def make_polling_request() -> HTTPXRequest:
    """Return the HTTP client for long polling, apart from that of the answers."""
    return HTTPXRequest(connection_pool_size=2, connect_timeout=10.0, pool_timeout=5.0)


async def introduce(bot: ExtBot[Any], stop: asyncio.Event) -> Me | None:
    """Ask Telegram who we are, for as long as it takes; None where asked to stop meanwhile.

    Raises:
        OperatorMistake: it does not know the token.
    """
    if await insist(bot.initialize, stop) is None:
        return None
    return Me(bot.id, bot.username)


async def insist(call: Any, stop: asyncio.Event) -> object | None:
    """Call until Telegram can be reached; None where asked to stop meanwhile.

    Raises:
        OperatorMistake: Telegram answers, and refuses.
    """
    backoff = Backoff()
    while not stop.is_set():
        try:
            await call()
        except InvalidToken:
            raise OperatorMistake(REFUSED) from None  # PTB quotes the token
        except RetryAfter as exc:
            await backoff.pause(stop, exc._retry_after.total_seconds())
        except NetworkError as exc:
            if isinstance(exc, BadRequest):  # a network error by PTB's family tree only
                raise OperatorMistake(f"Telegram refuses the bot's settings: {exc.message}") from None
            _log.warning("telegram_unreachable", error=type(exc).__name__)
            await backoff.pause(stop)
        except TelegramError as exc:
            raise OperatorMistake(f"Telegram refuses the bot's settings: {exc.message}") from None
        else:
            return True
    return None


async def shut_down(bot: ExtBot[Any]) -> None:
    """Close the connections; raises nothing."""
    try:
        await bot.shutdown()
    except Exception as exc:  # noqa: BLE001 - we are leaving anyway
        _log.warning("telegram_shutdown_failed", error=type(exc).__name__)
