"""How a reply will look on each platform, for the console: made by the adapters' own rendering."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from handlers.messages import Reply

if TYPE_CHECKING:
    from web.services import PlatformPreview

_BETWEEN = "\n\n\u2014\u2014\u2014\n\n"  # where one reply takes several messages


def previews() -> tuple[PlatformPreview, ...]:
    """Return a preview a platform."""
    from bot.discord_adapter.limits import limits_of
    from bot.telegram_adapter.adapter import TELEGRAM_LIMITS
    from web.services import PlatformPreview

    return (
        PlatformPreview("Telegram", TELEGRAM_LIMITS, telegram_text),
        PlatformPreview("Discord", limits_of(message_content=True), discord_text),
    )


def telegram_text(reply: Reply) -> str:
    """Return a reply as Telegram will show it, with its buttons."""
    from bot.telegram_adapter.render import parts_of

    return _BETWEEN.join(part.plain for part in parts_of(reply)) + _buttons(reply)


def discord_text(reply: Reply) -> str:
    """Return a reply as Discord will show it, with its buttons; Discord's own marks are left out."""
    from bot.discord_adapter.render import Dress, parts_of

    bodies = (part.attempts[0] for part in parts_of(reply, Dress()))
    return _BETWEEN.join("\n\n".join(_lines(body)) for body in bodies) + _buttons(reply)


def _lines(body: Mapping[str, Any]) -> Iterator[str]:
    if body.get("content"):
        yield body["content"]
    for embed in body.get("embeds", ()):
        yield from (embed[name] for name in ("title", "description") if embed.get(name))
        yield from (f"{field['name']}\n{field['value']}" for field in embed.get("fields", ()))
        if embed.get("footer", {}).get("text"):
            yield embed["footer"]["text"]


def _buttons(reply: Reply) -> str:
    rows = ["  ".join(f"[ {button.label} ]" for button in row) for row in reply.buttons]
    return "\n\n" + "\n".join(rows) if rows else ""
