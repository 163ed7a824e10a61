"""Payloads in the shape Discord documents them, with nothing the SDK does not read left out.

Ids are snowflakes as text. `Member`, `Guild` and `Channel` are the few facts a script needs to name; everything else
is filled in.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

BOT_ID = "900000000000000001"
APPLICATION_ID = "900000000000000002"
_counter = itertools.count(1_000_000_000_000_000_000)
NOW = "2026-01-02T03:04:05.000000+00:00"
MANAGE_GUILD = 1 << 5
EVERYDAY = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 16  # view, send, embed, history


def snowflake() -> str:
    """Return an id nobody has had."""
    return str(next(_counter))


@dataclass(frozen=True)
class Person:
    """Somebody who writes."""

    id: str = field(default_factory=snowflake)
    name: str = "ann"
    locale: str = "en-US"


@dataclass(frozen=True)
class Guild:
    """A server with one text channel; `installed` is false where only a user installed the app."""

    id: str = field(default_factory=snowflake)
    name: str = "Neighbours"
    channel_id: str = field(default_factory=snowflake)
    owner_id: str = field(default_factory=snowflake)
    locale: str = "en-US"
    installed: bool = True
    permissions: int = EVERYDAY


def user(person: Person) -> dict[str, Any]:
    return {"id": person.id, "username": person.name, "discriminator": "0", "global_name": person.name, "avatar": None}


def bot_user() -> dict[str, Any]:
    return {
        "id": BOT_ID,
        "username": "factline",
        "discriminator": "0",
        "global_name": None,
        "avatar": None,
        "bot": True,
        "mfa_enabled": False,
        "locale": "en-US",
        "verified": True,
        "email": None,
        "flags": 0,
    }


def application() -> dict[str, Any]:
    return {
        "id": APPLICATION_ID,
        "name": "factline",
        "icon": None,
        "description": "",
        "rpc_origins": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": user(Person(id="900000000000000009", name="owner")),
        "verify_key": "00",
        "team": None,
        "summary": "",
        "flags": 0,
        "install_params": None,
        "integration_types_config": {"0": {}, "1": {}},
    }


def member(person: Person, permissions: int = EVERYDAY) -> dict[str, Any]:
    return {
        "user": user(person),
        "nick": None,
        "avatar": None,
        "roles": [],
        "joined_at": NOW,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "permissions": str(permissions),
        "communication_disabled_until": None,
    }


def bot_member(guild: Guild) -> dict[str, Any]:
    return member(Person(id=BOT_ID, name="factline")) | {"user": bot_user(), "roles": [guild.id]}


def text_channel(guild: Guild) -> dict[str, Any]:
    return {
        "id": guild.channel_id,
        "type": 0,
        "guild_id": guild.id,
        "name": "general",
        "position": 0,
        "permission_overwrites": [],
        "topic": None,
        "nsfw": False,
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "parent_id": None,
        "permissions": str(EVERYDAY),
        "flags": 0,
    }


def dm_channel(person: Person, channel_id: str) -> dict[str, Any]:
    return {"id": channel_id, "type": 1, "last_message_id": None, "recipients": [user(person)], "flags": 0}


def bot_role(guild: Guild) -> dict[str, Any]:
    """The role Discord makes for the bot: it looks just like the bot when somebody types @."""
    return {
        "id": str(int(guild.id) + 1),
        "name": "factline",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 1,
        "permissions": "0",
        "managed": True,
        "mentionable": False,
        "flags": 0,
        "tags": {"bot_id": BOT_ID},
    }


def guild_create(guild: Guild) -> dict[str, Any]:
    everyone = {
        "id": guild.id,
        "name": "@everyone",
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "icon": None,
        "unicode_emoji": None,
        "position": 0,
        "permissions": str(guild.permissions),
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }
    return {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "splash": None,
        "discovery_splash": None,
        "owner_id": guild.owner_id,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "verification_level": 0,
        "default_message_notifications": 0,
        "explicit_content_filter": 0,
        "roles": [everyone, bot_role(guild)],
        "emojis": [],
        "stickers": [],
        "features": [],
        "mfa_level": 0,
        "application_id": None,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "vanity_url_code": None,
        "description": None,
        "banner": None,
        "premium_tier": 0,
        "preferred_locale": guild.locale,
        "public_updates_channel_id": None,
        "nsfw_level": 0,
        "premium_progress_bar_enabled": False,
        "safety_alerts_channel_id": None,
        "joined_at": NOW,
        "large": False,
        "unavailable": False,
        "member_count": 2,
        "voice_states": [],
        "members": [bot_member(guild)],
        "channels": [text_channel(guild)],
        "threads": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def message(
    author: dict[str, Any],
    channel_id: str,
    content: str,
    *,
    guild: Guild | None = None,
    reply_to: dict[str, Any] | None = None,
    forwarded: str | None = None,
    mentions_bot: bool = False,
    attachments: tuple[dict[str, Any], ...] = (),
    embeds: tuple[dict[str, Any], ...] = (),
) -> dict[str, Any]:
    """A message; `forwarded` is the text of a snapshot (the message's own content is then empty)."""
    made: dict[str, Any] = {
        "id": snowflake(),
        "channel_id": channel_id,
        "author": author,
        "content": content,
        "timestamp": NOW,
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [bot_user()] if mentions_bot else [],
        "mention_roles": [],
        "attachments": list(attachments),
        "embeds": list(embeds),
        "components": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
    }
    if guild is not None:
        made["guild_id"] = guild.id
    if reply_to is not None:
        made["type"] = 19
        made["message_reference"] = {"type": 0, "message_id": reply_to["id"], "channel_id": channel_id}
        made["referenced_message"] = reply_to
    if forwarded is not None:
        made["message_reference"] = {"type": 1, "message_id": snowflake(), "channel_id": snowflake()}
        made["message_snapshots"] = [
            {
                "message": {
                    "type": 0,
                    "content": forwarded,
                    "embeds": [],
                    "attachments": [],
                    "timestamp": NOW,
                    "edited_timestamp": None,
                    "flags": 0,
                    "mentions": [],
                    "mention_roles": [],
                    "components": [],
                }
            }
        ]
    return made


def interaction(
    kind: int,
    data: dict[str, Any],
    person: Person,
    *,
    guild: Guild | None = None,
    dm_channel_id: str = "",
    permissions: int = EVERYDAY,
    message: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """An interaction: kind 2 command, 3 component, 4 autocomplete, 5 modal."""
    made: dict[str, Any] = {
        "id": snowflake(),
        "application_id": APPLICATION_ID,
        "type": kind,
        "data": data,
        "token": f"interaction-token-{snowflake()}",
        "version": 1,
        "locale": person.locale,
        "entitlements": [],
        "attachment_size_limit": 10_000_000,
        "authorizing_integration_owners": {"0": guild.id} if guild and guild.installed else {"1": person.id},
        "context": 0 if guild else 1,
        "app_permissions": str(guild.permissions if guild else EVERYDAY),
    }
    if guild is not None:
        made |= {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "channel": text_channel(guild),
            "channel_id": guild.channel_id,
            "member": member(person, permissions),
        }
    else:
        made |= {"user": user(person), "channel": dm_channel(person, dm_channel_id), "channel_id": dm_channel_id}
    if message is not None:
        made["message"] = message
    return made
