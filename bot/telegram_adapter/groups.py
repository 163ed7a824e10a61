"""Groups: who is an admin, being added, kicked or blocked, and a group that becomes a supergroup."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from telegram import ChatMember, ChatMemberUpdated
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.telegram_adapter.inbound import PLATFORM, Received
from handlers.messages import ActionName, ChatKind
from handlers.ports import ChatSettingsStore, ContactBook
from knowledge_base.errors import StorageUnavailable

_ADMINS = {ChatMember.ADMINISTRATOR, ChatMember.OWNER}
_AWAY = {ChatMember.BANNED, ChatMember.LEFT}
_KNOWN_FOR_S = 30.0  # somebody who is no admin any more loses the settings this fast
_ADMIN_COMMANDS = {"settings"}
_MAX_KNOWN = 2_000

_log = structlog.get_logger(__name__)


class Groups:
    """What Telegram tells about chats. Belongs to one event loop.

    Args:
        bot: the Bot API client.
        chat_settings: what groups chose.
        contacts: who may be written to; a group among them.
    """

    def __init__(self, bot: ExtBot[Any], chat_settings: ChatSettingsStore, contacts: ContactBook) -> None:
        self._bot = bot
        self._contacts = contacts
        self._chat_settings = chat_settings
        self._admins: OrderedDict[tuple[str, str], tuple[float, bool]] = OrderedDict()

    async def with_rights(self, received: Received) -> Received:
        """Return the message with `is_admin` filled in, where what it asks for needs that; else as it is."""
        message = received.message
        if message.chat_kind is ChatKind.PRIVATE or not _needs_admin(received):
            return received
        return replace(
            received, message=replace(message, is_admin=await self._is_admin(message.chat_id, message.user_id))
        )

    async def membership_changed(self, change: ChatMemberUpdated) -> None:
        """Note that we were added, kicked or blocked. Nobody is greeted."""
        status = change.new_chat_member.status
        is_private = change.chat.type == ChatType.PRIVATE
        if status in _AWAY:
            _log.info("blocked" if is_private else "left_group")
            if not is_private:
                await self._stored(self._chat_settings.forget, str(change.chat.id))
        elif change.old_chat_member.status in _AWAY:
            _log.info("unblocked" if is_private else "joined_group")

    async def moved(self, old_chat_id: str, new_chat_id: str) -> None:
        """Take what a group chose, and what it was shown, along to its new id."""
        _log.info("group_moved")
        await self._stored(self._chat_settings.move, old_chat_id, new_chat_id)
        await self._stored(self._contacts.move_chat, old_chat_id, new_chat_id)

    async def _stored(self, write: Callable[..., object], *chat_ids: str) -> None:
        try:
            await asyncio.to_thread(write, PLATFORM, *chat_ids)
        except StorageUnavailable:
            _log.error("chat_settings_unavailable")

    async def _is_admin(self, chat_id: str, user_id: str) -> bool:
        if user_id == chat_id:  # written in the name of the group itself: only admins can
            return True
        now = asyncio.get_running_loop().time()
        known = self._admins.get((chat_id, user_id))
        if known is not None and now - known[0] < _KNOWN_FOR_S:
            return known[1]
        try:
            member = await self._bot.get_chat_member(int(chat_id), int(user_id))
        except (TelegramError, ValueError):
            return False
        is_admin = member.status in _ADMINS
        self._admins[chat_id, user_id] = (now, is_admin)
        if len(self._admins) > _MAX_KNOWN:
            self._admins.popitem(last=False)
        return is_admin


def _needs_admin(received: Received) -> bool:
    message = received.message
    if message.command in _ADMIN_COMMANDS:
        return True
    action = message.action
    return (
        action is not None
        and action.name is ActionName.COMMAND
        and action.argument.split(" ", maxsplit=1)[0] in _ADMIN_COMMANDS
    )
