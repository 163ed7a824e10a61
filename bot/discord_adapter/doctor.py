"""What `factline doctor` says about the Discord bot: whether its token works, its install links, what is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import httpx

from bot.findings import Finding, Level

_SUBJECT = "discord"
_TIMEOUT_S = 5.0
_AUTHORIZE = "https://discord.com/oauth2/authorize"
# View channels, send messages, embed links, attach files, read message history, send messages in threads.
PERMISSIONS = 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 38
_MESSAGE_CONTENT = 1 << 18 | 1 << 19  # application flags: the intent is allowed, to verified bots and to small ones


def server_link(application_id: str) -> str:
    """Return the page where an admin adds the bot to a server."""
    asked = {"client_id": application_id, "scope": "bot applications.commands", "permissions": PERMISSIONS}
    return f"{_AUTHORIZE}?{urlencode(asked)}"


def person_link(application_id: str) -> str:
    """Return the page where somebody adds the bot to their own account, to use it everywhere."""
    asked = {"client_id": application_id, "scope": "applications.commands", "integration_type": 1}
    return f"{_AUTHORIZE}?{urlencode(asked)}"


def examine_discord(token: str, api_url: str, *, message_content: bool) -> Iterator[Finding]:
    """Ask Discord who the bot is; changes nothing. The token is in no finding."""
    try:
        answer = httpx.get(
            f"{api_url.rstrip('/')}/applications/@me", headers={"Authorization": f"Bot {token}"}, timeout=_TIMEOUT_S
        )
        me = answer.json()
        application_id = str(me["id"]) if answer.status_code == 200 else ""
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as exc:
        yield Finding(
            Level.WARN,
            _SUBJECT,
            f"{api_url} does not answer as Discord ({type(exc).__name__})",
            "Check the network, or FACTLINE_DISCORD_API_URL. A running Factline goes on trying.",
        )
        return
    if answer.status_code == 401:
        yield Finding(
            Level.FAIL,
            _SUBJECT,
            "Discord refuses the token in FACTLINE_DISCORD_TOKEN",
            "In the developer portal: your application, Bot, Reset Token.",
        )
        return
    if not application_id:
        yield Finding(Level.WARN, _SUBJECT, f"Discord answers HTTP {answer.status_code}", "Try again later.")
        return
    yield Finding(Level.OK, _SUBJECT, f"add it to a server: {server_link(application_id)}")
    if "1" in (me.get("integration_types_config") or {}):
        yield Finding(Level.OK, _SUBJECT, f"use it everywhere yourself: {person_link(application_id)}")
    else:
        yield Finding(
            Level.WARN,
            _SUBJECT,
            "people cannot add it to their own account",
            "In the developer portal: your application, Installation, tick User Install.",
        )
    yield from _reading(allowed=bool(int(me.get("flags") or 0) & _MESSAGE_CONTENT), wanted=message_content)


def _reading(*, allowed: bool, wanted: bool) -> Iterator[Finding]:
    if wanted and not allowed:
        yield Finding(
            Level.FAIL,
            _SUBJECT,
            "FACTLINE_DISCORD_MESSAGE_CONTENT is true, and Discord does not allow this bot to read messages",
            "In the developer portal: your application, Bot, switch on Message Content Intent; or unset it.",
        )
    elif not wanted:
        yield Finding(Level.OK, _SUBJECT, "messages people write among themselves are not read: nothing is watched")
