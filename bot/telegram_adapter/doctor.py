"""What `factline doctor` says about the Telegram bot: whether its token works, what is left to do with @BotFather."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from bot.findings import Finding, Level

_SUBJECT = "telegram"
_TIMEOUT_S = 5.0


def examine_telegram(token: str, api_url: str) -> Iterator[Finding]:
    """Ask Telegram who the bot is; changes nothing. The token is in no finding."""
    try:
        answer = httpx.get(f"{api_url.rstrip('/')}/bot{token}/getMe", timeout=_TIMEOUT_S).json()
        me = answer["result"] if answer["ok"] else None
        username = str(me["username"]) if me else ""
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError) as exc:
        yield Finding(
            Level.WARN,
            _SUBJECT,
            f"{api_url} does not answer as a Bot API server ({type(exc).__name__})",
            "Check the network, or FACTLINE_TELEGRAM_API_URL. A running Factline goes on trying.",
        )
        return
    if me is None:
        yield Finding(
            Level.FAIL,
            _SUBJECT,
            "Telegram refuses the token in FACTLINE_TELEGRAM_TOKEN",
            "Copy it again from @BotFather: /mybots, the bot, API Token.",
        )
        return
    yield Finding(Level.OK, _SUBJECT, f"the bot is @{username}: https://t.me/{username}")
    yield Finding(Level.OK, _SUBJECT, f"add it to a group: https://t.me/{username}?startgroup=check")
    if not me.get("supports_inline_queries"):
        yield Finding(
            Level.WARN,
            _SUBJECT,
            "inline mode is off: corrections are shared as text to copy",
            "Send /setinline to @BotFather, choose the bot, and give a placeholder such as: words of a rumor",
        )
    if not me.get("can_read_all_group_messages"):
        yield Finding(
            Level.OK,
            _SUBJECT,
            "privacy mode is on: groups that want watching must make the bot an admin "
            "(or send /setprivacy to @BotFather, and add it again)",
        )
