"""The last hop, second half: replies are sent, edited and saved from refusal. Never silent where words can still go."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import httpx
import structlog
from telegram import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.telegram_adapter.inbound import Received
from bot.telegram_adapter.render import MAX_TEXT, Part, keyboard_of, parts_of, utf16_length
from handlers.messages import Reply

_RETRY_PAUSES_S = (0.5, 2.0, 5.0)  # for a request that did not arrive; then the inbox keeps the answer for later
_MAX_ALERT_CHARS = 200  # Bot API, answerCallbackQuery.text

_log = structlog.get_logger(__name__)


class Fate(Enum):
    """What became of a message."""

    SENT = auto()
    UNKNOWN = auto()  # accepted or not, nobody knows: sending again might say it twice
    GONE = auto()  # the chat does not take messages from us any more
    FAILED = auto()  # refused for good
    LATER = auto()  # Telegram cannot be reached: worth another try much later


@dataclass(frozen=True, slots=True)
class Sent:
    """A reply on its way: what became of it, and the ids of its messages (last one carries the buttons)."""

    fate: Fate
    message_ids: tuple[int, ...] = ()
    moved_to: int = 0  # the chat's new id, where it became a supergroup meanwhile


class Sender:
    """Sends replies. Belongs to one event loop.

    Args:
        bot: the Bot API client, with its rate limiter.
    """

    def __init__(self, bot: ExtBot[Any]) -> None:
        self._bot = bot
        self.can_inline = False

    async def send(self, received: Received, replies: list[Reply]) -> Sent:
        """Send `replies` as the answer to `received`, in order; stops at the first that cannot be sent."""
        chat_id = int(received.message.chat_id)
        thread_id = int(received.message.thread_id) if received.message.thread_id else None
        ids: tuple[int, ...] = ()
        moved_to = 0
        fate = Fate.SENT
        for reply in replies:
            if reply.replaces and received.pressed:
                outcome = await self._replace(chat_id, thread_id, received, reply)
            else:
                outcome = await self._send_reply(chat_id, thread_id, received.reply_to, reply)
            ids += outcome.message_ids
            moved_to = outcome.moved_to or moved_to
            chat_id = outcome.moved_to or chat_id
            if outcome.fate is not Fate.SENT:
                fate = outcome.fate
            if fate in {Fate.GONE, Fate.LATER}:
                break
        return Sent(fate, ids, moved_to)

    async def edit(self, chat_id: int, message_id: int, reply: Reply) -> bool:
        """Put `reply` in the place of an earlier one; False where that message cannot be edited any more."""
        parts = parts_of(reply)
        if len(parts) != 1:
            return False
        for text, markup, mode in self._attempts(parts[0], reply):
            try:
                await self._patiently(
                    self._bot.edit_message_text,
                    text=text,
                    chat_id=chat_id,
                    message_id=message_id,
                    parse_mode=mode,
                    reply_markup=markup,
                    link_preview_options=_preview(parts[0]),
                )
            except BadRequest as exc:
                if "not modified" in exc.message.lower():
                    return True
                if _is_about_message(exc):
                    return False
                _log.warning("edit_refused", reason=_reason(exc))
            except TelegramError as exc:
                _log.warning("edit_failed", error=type(exc).__name__)
                return True  # neither repeated nor sent anew: it may have arrived
            else:
                return True
        return False

    async def acknowledge(self, callback_id: str, alert: str = "") -> None:
        """End the waiting sign on a pressed button; a query that is too old is nobody's loss."""
        with contextlib.suppress(TelegramError):
            await self._bot.answer_callback_query(callback_id, text=alert[:_MAX_ALERT_CHARS] or None)

    async def show_typing(self, chat_id: str, thread_id: str) -> None:
        """Show that an answer is being written; where that fails, the answer will do."""
        with contextlib.suppress(TelegramError):
            await self._bot.send_chat_action(
                int(chat_id), ChatAction.TYPING, message_thread_id=int(thread_id) if thread_id else None
            )

    async def _replace(self, chat_id: int, thread_id: int | None, received: Received, reply: Reply) -> Sent:
        if await self.edit(chat_id, received.pressed, reply):
            return Sent(Fate.SENT, (received.pressed,))
        return await self._send_reply(chat_id, thread_id, received.reply_to, reply)

    async def _send_reply(self, chat_id: int, thread_id: int | None, reply_to: int, reply: Reply) -> Sent:
        parts = parts_of(reply)
        ids: list[int] = []
        moved_to = 0
        fate = Fate.SENT
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            outcome = await self._send_part(chat_id, thread_id, reply_to, part, reply if last else None)
            ids += outcome.message_ids
            if outcome.moved_to:
                chat_id = moved_to = outcome.moved_to
            if outcome.fate is not Fate.SENT:
                fate = outcome.fate
                break
        if reply.document is not None and fate is Fate.SENT:
            fate = await self._send_document(chat_id, thread_id, reply.document)
        return Sent(fate, tuple(ids), moved_to)

    async def _send_part(
        self, chat_id: int, thread_id: int | None, reply_to: int, part: Part, with_buttons: Reply | None
    ) -> Sent:
        moved_to = 0
        quotes = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None
        attempts = self._attempts(part, with_buttons)
        while attempts:
            text, markup, mode = attempts[0]
            try:
                sent = await self._patiently(
                    self._bot.send_message,
                    chat_id=chat_id,
                    text=text,
                    parse_mode=mode,
                    reply_markup=markup,
                    message_thread_id=thread_id,
                    reply_parameters=quotes,
                    link_preview_options=_preview(part),
                )
            except ChatMigrated as exc:
                if moved_to:
                    return Sent(Fate.FAILED)
                chat_id = moved_to = exc.new_chat_id
                quotes = None  # message ids do not move along
            except BadRequest as exc:
                _log.warning("send_refused", reason=_reason(exc))
                if "chat not found" in exc.message.lower():
                    return Sent(Fate.GONE)
                if "thread not found" in exc.message.lower() and thread_id is not None:
                    thread_id = None  # the topic was deleted: the general one still reaches them
                else:
                    attempts = attempts[1:]
            except TelegramError as exc:
                return Sent(_fate_of(exc))
            else:
                return Sent(Fate.SENT, (sent.message_id,), moved_to)
        return Sent(Fate.FAILED)

    def _attempts(
        self, part: Part, with_buttons: Reply | None
    ) -> list[tuple[str, InlineKeyboardMarkup | None, str | None]]:
        """Return what to try, best first: as meant; plain; plain without links on buttons; nothing but words."""
        markup = keyboard_of(with_buttons, can_inline=self.can_inline) if with_buttons is not None else None
        plain = part.plain if utf16_length(part.plain) <= MAX_TEXT else part.plain[: MAX_TEXT // 2]
        attempts: list[tuple[str, InlineKeyboardMarkup | None, str | None]] = [
            (part.html, markup, ParseMode.HTML),
            (plain, markup, None),
        ]
        if with_buttons is not None and markup is not None:
            modest = keyboard_of(with_buttons, can_inline=False, with_links=False)
            attempts += [(part.html, modest, ParseMode.HTML), (plain, None, None)]
        return attempts

    async def _send_document(self, chat_id: int, thread_id: int | None, document: tuple[str, str]) -> Fate:
        name, content = document
        try:
            await self._patiently(
                self._bot.send_document,
                chat_id=chat_id,
                document=content.encode(),
                filename=name,
                message_thread_id=thread_id,
            )
        except (BadRequest, ChatMigrated) as exc:
            _log.warning("document_refused", reason=_reason(exc))
            return Fate.FAILED
        except TelegramError as exc:
            return _fate_of(exc)
        return Fate.SENT

    async def _patiently(self, call: Any, **arguments: Any) -> Any:
        """Call; again after a pause where the request most likely did not arrive.

        Raises:
            TelegramError: the last one.
        """
        pauses = list(_RETRY_PAUSES_S)
        while True:
            try:
                return await call(**arguments)
            except (BadRequest, Forbidden, ChatMigrated, RetryAfter):
                raise
            except NetworkError as exc:
                if not pauses or not _did_not_arrive(exc):
                    raise
                _log.info("send_again", error=type(exc).__name__, cause=type(exc.__cause__).__name__)
                await asyncio.sleep(pauses.pop(0))


def _did_not_arrive(exc: NetworkError) -> bool:
    """Whether a request most likely was not acted on, so that sending it again says nothing twice.

    An answer that never came (a read timeout) most likely belongs to a message that was accepted. A connection refused,
    a line cut, a gateway's 5xx most likely belong to one that was not. The Bot API has no way to ask.
    """
    return not isinstance(exc.__cause__, httpx.ReadTimeout)


def _fate_of(exc: TelegramError) -> Fate:
    if isinstance(exc, Forbidden):
        _log.info("chat_gone", reason=_reason(exc))
        return Fate.GONE
    if isinstance(exc, RetryAfter):
        return Fate.LATER
    if isinstance(exc, NetworkError) and _did_not_arrive(exc):
        return Fate.LATER
    _log.warning("send_unknown", error=type(exc).__name__, cause=type(exc.__cause__).__name__)
    return Fate.UNKNOWN


def _is_about_message(exc: BadRequest) -> bool:
    words = exc.message.lower()
    return any(hint in words for hint in ("can't be edited", "message to edit not found", "message_id_invalid"))


def _reason(exc: TelegramError) -> str:
    """Return Telegram's words without anything quoted from the message: `can't parse entities` ends at the colon."""
    return exc.message.split('"')[0][:120]


def _preview(part: Part) -> LinkPreviewOptions:
    if not part.preview:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=part.preview, prefer_small_media=True)
