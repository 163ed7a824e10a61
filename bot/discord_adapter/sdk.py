"""What discord.py is told once: where Discord is, how long to wait between tries, what not to log."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

import discord
import structlog
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.backoff import Backoff

_LOUD = {
    "discord": logging.WARNING,
    "discord.http": logging.ERROR,  # at WARNING it logs addresses that hold interactions' tokens
    "discord.webhook.async_": logging.ERROR,
    "discord.client": logging.CRITICAL,  # a traceback for every try to reconnect; we log a line ourselves
    "discord.shard": logging.CRITICAL,
}

_log = structlog.get_logger(__name__)


def point_sdk(api_url: str, gateway_url: str) -> None:
    """Set the addresses the SDK uses, for the whole process; discord.py has no setting of its own for them."""
    Route.BASE = api_url.rstrip("/")
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)
    discord.client.ExponentialBackoff = _Patience  # type: ignore[attr-defined,assignment]
    discord.shard.ExponentialBackoff = _Patience  # type: ignore[attr-defined,assignment]
    for name, level in _LOUD.items():
        logging.getLogger(name).setLevel(level)


def new_client(*, message_content: bool, shards: int) -> discord.Client:
    """Return a client that asks for the fewest intents, keeps no messages and no members, and notifies nobody.

    Args:
        message_content: also ask for what people write among themselves.
        shards: 1 for one connection, more for that many, 0 for as many as Discord recommends.
    """
    options: dict[str, Any] = {
        "intents": discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=message_content),
        "allowed_mentions": discord.AllowedMentions.none(),
        "max_messages": None,
        "member_cache_flags": discord.MemberCacheFlags.none(),
        "chunk_guilds_at_startup": False,
    }
    client: discord.Client
    if shards == 1:
        client = discord.Client(**options)
    else:
        client = discord.AutoShardedClient(shard_count=shards or None, **options)
    _guard_parsers(client)
    return client


def _guard_parsers(client: discord.Client) -> None:
    """Keep one malformed event from ending the connection: the SDK lets its error out of the reading loop."""
    parsers = client._connection.parsers
    for name, parse in list(parsers.items()):
        parsers[name] = _guarded(name, parse)


def _guarded(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def guarded(data: Any) -> None:
        try:
            parse(data)
        except Exception as exc:  # noqa: BLE001 - whatever a malformed event trips over, the next one is waiting
            _log.warning("malformed_event", name=name, error=type(exc).__name__)

    return guarded


class _Patience:
    """Stands in for `discord.backoff.ExponentialBackoff`, whose pauses grow to 17 minutes."""

    def __init__(self, *_: Any, **__: Any) -> None:
        self._backoff = Backoff()
        self._last = float("-inf")

    def delay(self) -> float:
        """Return the next pause in seconds; short again after a quiet while."""
        now = time.monotonic()
        if now - self._last > 300:
            self._backoff.succeeded()
        self._last = now
        return self._backoff.next_s()
