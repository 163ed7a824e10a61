"""What Discord can do, as values. Imports no SDK."""

from __future__ import annotations

from bot.discord_adapter.render import MAX_TEXT
from bot.discord_adapter.views import MAX_BUTTONS
from handlers.messages import PlatformLimits


def limits_of(*, message_content: bool) -> PlatformLimits:
    """Return what Discord can do; it shows people's own messages only with the message-content intent."""
    return PlatformLimits(
        max_text_chars=MAX_TEXT,
        max_buttons=MAX_BUTTONS,
        can_edit=True,
        can_push=True,
        watch_note="" if message_content else "discord.watch_blind",
    )


DISCORD_LIMITS = limits_of(message_content=False)
