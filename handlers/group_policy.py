"""When to speak in a group. Pure: the message and the group's mode in, yes or no out."""

from __future__ import annotations

from enum import StrEnum

from handlers.messages import ChatKind, IncomingMessage


class GroupMode(StrEnum):
    """What a group's admins allow. Unasked replies (`WATCH`) need the admins' word first."""

    OFF = "off"  # only buttons and commands
    ON_MENTION = "mention"  # when somebody turns to the bot
    WATCH = "watch"  # also unasked, for a direct match only


def may_answer(message: IncomingMessage, mode: GroupMode = GroupMode.ON_MENTION) -> bool:
    """Whether a message is answered at all.

    Private chats always; elsewhere buttons and commands always, plain text only where the bot was mentioned or
    replied to (`is_mention`), and not where the mode is `OFF`.
    """
    if message.chat_kind is ChatKind.PRIVATE or message.action or message.command:
        return True
    return message.is_mention and mode is not GroupMode.OFF
