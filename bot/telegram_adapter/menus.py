"""The command menu and the bot's description, in every language there is a catalog for."""

from __future__ import annotations

from typing import Any

import structlog
from telegram import BotCommand, BotCommandScopeAllChatAdministrators, BotCommandScopeAllGroupChats
from telegram.error import TelegramError
from telegram.ext import ExtBot

from handlers.guide import menu
from handlers.i18n import available_locales, translate

_IN_GROUPS = ("check", "why", "latest", "language", "privacy", "help")
_MAX_DESCRIPTION = 512  # Bot API, setMyDescription
_MAX_SHORT = 120  # Bot API, setMyShortDescription

_log = structlog.get_logger(__name__)


async def publish_menus(bot: ExtBot[Any], default_locale: str) -> None:
    """Tell Telegram the commands and descriptions; where that fails, the bot works all the same."""
    languages = {"": default_locale} | {tag.split("-")[0].lower(): tag for tag in reversed(available_locales())}
    try:
        for code, locale in languages.items():
            await _publish(bot, code, locale)
    except TelegramError as exc:
        _log.warning("menus_not_published", error=type(exc).__name__)


async def _publish(bot: ExtBot[Any], code: str, locale: str) -> None:
    everything = [BotCommand(name, words[:256]) for name, words in menu(locale)]
    in_groups = [command for command in everything if command.command in _IN_GROUPS]
    settings = BotCommand("settings", translate("menu.settings", locale)[:256])
    language = code or None
    await bot.set_my_commands(everything, language_code=language)
    await bot.set_my_commands(in_groups, BotCommandScopeAllGroupChats(), language_code=language)
    await bot.set_my_commands([*in_groups, settings], BotCommandScopeAllChatAdministrators(), language_code=language)
    await bot.set_my_description(translate("bot.description", locale)[:_MAX_DESCRIPTION], language_code=language)
    await bot.set_my_short_description(translate("bot.short", locale)[:_MAX_SHORT], language_code=language)
