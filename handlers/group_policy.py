"""When to speak in a group. Pure: the message, the group's choices and the time in, yes or a reason for no out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from handlers.messages import ChatKind, IncomingMessage

SAME_RUMOR_PAUSE = timedelta(days=1)  # the product's promise: never twice for the same rumor in a day
_MINUTES_A_DAY = 24 * 60


class GroupMode(StrEnum):
    """What a group's admins allow. Unasked replies (`WATCH`) need the admins' word first."""

    OFF = "off"  # only buttons and commands
    ON_MENTION = "mention"  # when somebody turns to the bot
    WATCH = "watch"  # also unasked, for a direct match only


class Silence(StrEnum):
    """Why nothing was said about a message nobody asked about."""

    QUIET_HOURS = "quiet_hours"
    TOO_SOON = "too_soon"  # an unasked reply was given less than the minimum gap ago
    SAID_TODAY = "said_today"  # the same rumor was answered here within a day
    NO_MATCH = "no_match"
    POSSIBLE = "possible"  # close to a fact-check, not close enough
    UNAVAILABLE = "unavailable"


def may_answer(message: IncomingMessage, mode: GroupMode = GroupMode.ON_MENTION) -> bool:
    """Whether a message is answered at all.

    Private chats always; elsewhere buttons and commands always, plain text only where the bot was mentioned or
    replied to (`is_mention`), and not where the mode is `OFF`.
    """
    if message.chat_kind is ChatKind.PRIVATE or message.action or message.command:
        return True
    return message.is_mention and mode is not GroupMode.OFF


def may_look(message: IncomingMessage, mode: GroupMode) -> bool:
    """Whether a message nobody asked about may be looked up: a forward in a group that is watched."""
    return (
        mode is GroupMode.WATCH
        and message.chat_kind is not ChatKind.PRIVATE
        and message.is_forward
        and not message.is_edit
    )


def in_quiet_hours(now: datetime, zone: str, from_min: int, until_min: int) -> bool:
    """Whether `now` lies in the quiet hours: [from, until) in minutes after midnight, equal for none."""
    local = now.astimezone(zone_of(zone))
    minute = local.hour * 60 + local.minute
    from_min, until_min = from_min % _MINUTES_A_DAY, until_min % _MINUTES_A_DAY
    if from_min == until_min:
        return False
    if from_min < until_min:
        return from_min <= minute < until_min
    return minute >= from_min or minute < until_min


def is_too_soon(now: datetime, said_at: Iterable[datetime], min_gap_min: int) -> bool:
    """Whether the last unasked reply was less than the minimum gap ago. A clock set back does not silence for ever."""
    gap = timedelta(minutes=min_gap_min)
    return any(timedelta(0) <= now - each < gap for each in said_at)


def zone_of(name: str) -> ZoneInfo:
    """Return the time zone of that name, UTC where there is none such."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return bool(name)
