"""/settings: what a group's admins choose. Typed or pressed, it is the same words: "settings watch"."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.errors import UserMistake
from handlers.frame import Frame
from handlers.group_policy import GroupMode, is_zone
from handlers.i18n import available_locales, catalog_for, language_name
from handlers.messages import Action, ActionName, Block, BlockRole, Button, Reply, ReplyKind
from handlers.ports import ChatSettings
from handlers.turn import Services, Turn
from handlers.watching import settings_of
from handlers.wording import one_line

MIN_GAP_MIN = 10  # the product's promise: at most one unasked reply in ten minutes
MAX_GAP_MIN = 24 * 60
_GAPS = (10, 30, 60)
_HOURS = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*-\s*(\d{1,2})(?::(\d{2}))?")
_MODE_KEYS = {
    GroupMode.WATCH: ("settings.mode.watch", "settings.button.watch"),
    GroupMode.ON_MENTION: ("settings.mode.mention", "settings.button.mention"),
    GroupMode.OFF: ("settings.mode.off", "settings.button.off"),
}
_MODES = {"off": GroupMode.OFF, "mention": GroupMode.ON_MENTION, "watch": GroupMode.WATCH}


def chat_settings(services: Services, turn: Turn) -> list[Reply]:
    """Show a group's settings, or change one of them; for admins only."""
    frame = turn.frame()
    if turn.is_private:
        return [frame.notice("settings.private")]
    store = services.chat_settings
    if store is None:
        return [frame.notice("settings.unavailable")]
    if not turn.message.is_admin:
        alert = frame.say("settings.admins_only")
        # A press by somebody else is answered to them alone, without a word in the group.
        return (
            [frame.reply(ReplyKind.NOTICE, [], alert=alert)]
            if turn.is_pressed
            else [frame.notice("settings.admins_only")]
        )
    settings = settings_of(services, turn)
    wanted = turn.message.text.strip()
    if wanted:
        settings = changed(settings, wanted)
        store.put(settings)
        frame = replace(frame, locale=catalog_for(settings.locale) or frame.locale)
    return [_panel(settings, frame, replaces=turn.is_pressed)]


def changed(settings: ChatSettings, words: str) -> ChatSettings:
    """Return settings with what `words` ask for.

    One of: "watch", "mention", "off", "gap 30", "quiet 22-7", "quiet none", "zone Asia/Taipei", "language zh-TW".

    Raises:
        UserMistake: the words name no setting or no possible value.
    """
    name, _, value = words.lower().partition(" ")
    value = value.strip()
    if name in _MODES and not value:
        return replace(settings, mode=_MODES[name])
    if name == "gap" and value.isascii() and value.isdigit():
        return replace(settings, min_gap_min=max(MIN_GAP_MIN, min(MAX_GAP_MIN, int(value[:6]))))
    if name == "quiet":
        hours = (0, 0) if value in {"none", "off"} else _hours(value)
        if hours is not None:
            return replace(settings, quiet_from_min=hours[0], quiet_until_min=hours[1])
    if name == "zone":
        zone = words.rsplit(maxsplit=1)[-1]
        if is_zone(zone):
            return replace(settings, zone=zone)
        raise UserMistake("settings.zone_unknown", zone=one_line(zone)[:40])
    if name == "language":
        if value == "auto":
            return replace(settings, locale="")
        locale = catalog_for(value[:20])
        if locale is not None:
            return replace(settings, locale=locale)
        raise UserMistake("language.unknown", language=one_line(value)[:30])
    raise UserMistake("settings.unknown")


def _hours(value: str) -> tuple[int, int] | None:
    found = _HOURS.fullmatch(value)
    if found is None:
        return None
    first, first_min, last, last_min = (int(part or 0) for part in found.groups())
    if max(first, last) > 24 or max(first_min, last_min) > 59:
        return None
    return (first * 60 + first_min) % 1440, (last * 60 + last_min) % 1440


def _panel(settings: ChatSettings, frame: Frame, *, replaces: bool) -> Reply:
    lines = [frame.say(_MODE_KEYS[settings.mode][0])]
    if settings.mode is GroupMode.WATCH:
        lines += [frame.say("settings.gap", n=settings.min_gap_min), _quiet_line(settings, frame)]
    language = language_name(settings.locale, in_locale=frame.locale) if settings.locale else ""
    lines.append(frame.say("settings.language", language=language) if language else frame.say("settings.language_auto"))
    blocks = [Block(BlockRole.TEXT, "\n".join(lines), frame.say("settings.title"))]
    if settings.mode is GroupMode.WATCH and frame.limits.watch_note:
        blocks.append(Block(BlockRole.NOTE, frame.say(frame.limits.watch_note)))
    modes = [
        _choice(frame.say(key), f"settings {mode}", chosen=settings.mode is mode)
        for mode, (_, key) in _MODE_KEYS.items()
    ]
    rows = [modes]
    if settings.mode is GroupMode.WATCH:
        rows.append(
            [
                _choice(
                    frame.say("settings.button.gap", n=gap), f"settings gap {gap}", chosen=settings.min_gap_min == gap
                )
                for gap in _GAPS
            ]
        )
        is_quiet = settings.quiet_from_min != settings.quiet_until_min
        rows.append(
            [
                _choice(frame.say("settings.button.quiet"), "settings quiet 22-7", chosen=is_quiet),
                _choice(frame.say("settings.button.no_quiet"), "settings quiet none", chosen=not is_quiet),
            ]
        )
    rows.append(
        [
            _choice(language_name(tag, in_locale=tag), f"settings language {tag}", chosen=settings.locale == tag)
            for tag in available_locales()
        ]
    )
    return frame.reply(ReplyKind.COMMAND, blocks, *rows, replaces=replaces)


def _quiet_line(settings: ChatSettings, frame: Frame) -> str:
    if settings.quiet_from_min == settings.quiet_until_min:
        return frame.say("settings.no_quiet")
    first, last = (
        f"{minute // 60:02}:{minute % 60:02}" for minute in (settings.quiet_from_min, settings.quiet_until_min)
    )
    return frame.say("settings.quiet", first=first, last=last, zone=settings.zone or "UTC")


def _choice(label: str, words: str, *, chosen: bool) -> Button:
    return Button(f"✓ {label}" if chosen else label, Action(ActionName.COMMAND, words))
