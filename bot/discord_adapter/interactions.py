"""Interactions, both ends: acknowledged before anything else, and followed back to the words they are about."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import discord
import structlog

from bot.discord_adapter.inbound import Received, Words, asked_in

UNREACHABLE = (aiohttp.ClientError, OSError, TimeoutError, discord.RateLimited)
_ACKNOWLEDGED_ALREADY = 40060
_ACKNOWLEDGE_WITHIN_S = 2.8  # Discord: 3 s; a try that takes longer is lost either way
_MAX_HOPS = 3  # from a pressed button back to the asker's words

_log = structlog.get_logger(__name__)


async def acknowledge(interaction: discord.Interaction[Any], received: Received) -> bool:
    """Tell Discord that an answer follows; within 3 s, or the interaction is lost."""
    for is_last in (False, True):
        try:
            async with asyncio.timeout(_ACKNOWLEDGE_WITHIN_S):
                if received.is_press:
                    await interaction.response.defer()
                else:
                    await interaction.response.defer(ephemeral=received.is_private, thinking=True)
        except discord.InteractionResponded:
            return True
        except discord.HTTPException as exc:
            if exc.code == _ACKNOWLEDGED_ALREADY:
                return True
            _log.warning("notacknowledged", status=exc.status, code=exc.code)
            return False
        except UNREACHABLE as exc:
            if is_last:
                _log.warning("notacknowledged", error=type(exc).__name__)
                return False
        else:
            return True
    return False


async def asked_words(client: discord.Client, received: Received) -> Words:
    """Fetch the words of the asker's message a pressed button refers to; none where it is gone or hidden."""
    channel = client.get_partial_messageable(int(received.channel_id))
    message_id = int(received.asked_id)
    for _ in range(_MAX_HOPS):
        try:
            message = await channel.fetch_message(message_id)
        except (discord.HTTPException, *UNREACHABLE) as exc:
            _log.info("asked_not_found", error=type(exc).__name__)
            break
        words = asked_in(message)
        if words is not None:
            return words
        if message.reference is None or message.reference.message_id is None:
            break
        message_id = message.reference.message_id
    return Words("")
