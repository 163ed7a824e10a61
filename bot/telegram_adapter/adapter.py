"""Factline on Telegram: the adapter's life. What an update means is in `inbound`, what is sent in `outbound`."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import structlog
from fastapi import FastAPI
from telegram import Update
from telegram.ext import ExtBot

from bot.adapter import Answering
from bot.dispatch import is_addressed
from bot.inbox import Reception, intended_replies
from bot.stored import from_stored, to_stored
from bot.telegram_adapter.answering import Answerer
from bot.telegram_adapter.burst import MAX_HOLD_S, QUIET_S, Lanes
from bot.telegram_adapter.connection import insist, introduce, make_bot, make_polling_request, shut_down
from bot.telegram_adapter.groups import Groups
from bot.telegram_adapter.inbound import PLATFORM, Me, Received, read
from bot.telegram_adapter.inline import InlineAnswerer, Looking
from bot.telegram_adapter.menus import publish_menus
from bot.telegram_adapter.outbound import Sender
from bot.telegram_adapter.polling import ALLOWED_UPDATES, RawUpdate, poll
from bot.telegram_adapter.render import MAX_BUTTONS, MAX_TEXT
from bot.telegram_adapter.webhook import add_webhook_route
from handlers.messages import PlatformLimits
from handlers.ports import ChatSettingsStore, Clock, ContactBook, Inbox, InboxItem, InboxState

TELEGRAM_LIMITS = PlatformLimits(
    max_text_chars=MAX_TEXT, max_buttons=MAX_BUTTONS, can_edit=True, can_push=True, can_share=True
)
GRACE_S = 6.0  # of the process's 10: web server and database want the rest
_TIDY_EVERY_S = 3600.0
_RESEND_EVERY_S = 5.0
_TYPES_BELOW = 12  # with more under way the signs would only hold up the answers
_TYPING_LASTS_S = 4.0  # Telegram shows it for five
_MAX_TYPED = 5_000
MAX_UNDER_WAY = 300  # below the dispatcher's own limit, from which on it answers "busy"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TelegramOptions:
    """Where Telegram is and how it reaches us. `webhook_url` "" for long polling; `secret` guards the webhook."""

    token: str
    api_url: str = "https://api.telegram.org"
    webhook_url: str = ""
    webhook_secret: str = ""
    quiet_s: float = QUIET_S
    max_hold_s: float = MAX_HOLD_S

    @property
    def webhook_path(self) -> str:
        """The route Telegram posts to."""
        return urlsplit(self.webhook_url).path.rstrip("/") or "/telegram"

    @property
    def webhook_address(self) -> str:
        """Where Telegram is told to post: the address set, with the route where it names none."""
        parts = urlsplit(self.webhook_url)
        return parts._replace(path=self.webhook_path).geturl()


class TelegramAdapter:
    """One bot account. Implements `bot.adapter.Adapter`.

    Args:
        options: where and how.
        inbox: where updates are kept until they are answered.
        chat_settings: what groups chose.
        contacts: who may be written to.
        looking: finds fact-checks for inline queries.
        clock: the time.
        default_locale: language of menus where nothing else says.
    """

    name = PLATFORM
    limits = TELEGRAM_LIMITS

    def __init__(
        self,
        options: TelegramOptions,
        *,
        inbox: Inbox,
        chat_settings: ChatSettingsStore,
        contacts: ContactBook,
        looking: Looking,
        clock: Clock,
        default_locale: str = "en",
    ) -> None:
        os.environ.setdefault("PTB_TIMEDELTA", "true")  # PTB warns each time it reads a retry_after otherwise
        for talkative in ("httpx", "httpcore", "telegram"):  # they log addresses with the token, or message bodies
            logging.getLogger(talkative).setLevel(logging.WARNING)
        self._options = options
        self._clock = clock
        self._default_locale = default_locale
        self._reception = Reception(inbox, PLATFORM, clock.now)
        self._chat_settings = chat_settings
        self._contacts = contacts
        self._looking = looking
        self._live: _Live | None = None

    def add_routes(self, app: FastAPI) -> None:
        """Mount the webhook route, where a webhook is used; before the web server starts."""
        if not self._options.webhook_url:
            return

        async def accept(updates: list[RawUpdate]) -> bool:
            live = self._live
            if live is None or live.stopping or live.is_full:
                return False
            await live.accept(updates)
            return True

        add_webhook_route(app, self._options.webhook_path, self._options.webhook_secret, accept)

    async def run(self, dispatcher: Answering, stop: asyncio.Event) -> None:
        """Receive and send until `stop`; see `bot.adapter.Adapter`.

        Raises:
            OperatorMistake: Telegram refuses the token, or the webhook's address.
        """
        bot = make_bot(self._options.token, self._options.api_url)
        try:
            me = await introduce(bot, stop)
            if me is None:
                return
            live = _Live(self, bot, me, dispatcher)
            self._live = live
            try:
                await live.run(stop)
            finally:
                self._live = None
                await live.close()
        finally:
            await shut_down(bot)


class _Live:
    """The adapter while it runs: everything that belongs to one event loop."""

    def __init__(self, adapter: TelegramAdapter, bot: ExtBot[Any], me: Me, dispatcher: Answering) -> None:
        options = adapter._options
        self._options = options
        self._adapter = adapter
        self._bot = bot
        self._me = me
        self._reception = adapter._reception
        self._clock = adapter._clock
        self._groups = Groups(bot, adapter._chat_settings, adapter._contacts)
        self._sender = Sender(bot)
        self._sender.can_inline = bool(bot.bot.supports_inline_queries)
        self._answerer = Answerer(dispatcher, self._sender, self._reception, self._groups, TELEGRAM_LIMITS)
        self._lanes = Lanes(self._answerer.answer, quiet_s=options.quiet_s, max_hold_s=options.max_hold_s)
        self._inline = InlineAnswerer(bot, adapter._looking, me)
        self._tasks: set[asyncio.Task[None]] = set()
        self._typed: OrderedDict[tuple[str, str], float] = OrderedDict()
        self.stopping = False

    @property
    def is_full(self) -> bool:
        """Whether so much is under way that Telegram had better keep the next updates a moment longer."""
        return self._lanes.under_way >= MAX_UNDER_WAY

    async def run(self, stop: asyncio.Event) -> None:
        self._spawn(publish_menus(self._bot, self._adapter._default_locale))
        self._spawn(self._tidy(stop))
        await self._resume()
        self._spawn(self._resend(stop))
        if self._options.webhook_url:
            await self._listen(stop)
        else:
            await self._poll(stop)

    async def accept(self, raws: list[RawUpdate]) -> None:
        """Store updates, then queue those that are new. Raises nothing."""
        conversation: dict[str, Received] = {}
        for raw in raws:
            update = self._parse(raw)
            if update is not None:
                await self._sort(update, conversation)
        # What a group says among itself is never stored.
        stored = {key: to_stored(each) for key, each in conversation.items() if is_addressed(each.message)}
        new = set(await self._reception.receive(stored))
        for key, received in conversation.items():
            if key in stored and key not in new:
                continue
            if self._lanes.put(received):
                self._answerer.expect(received)
            else:
                await self._reception.done(key)
                continue
            if self._shows_typing(received):
                self._spawn(self._sender.show_typing(received.message.chat_id, received.message.thread_id))

    async def accept_when_free(self, raws: list[RawUpdate]) -> None:
        """Wait while too much is under way, then `accept`."""
        while self.is_full:
            await asyncio.sleep(0.05)
        await self.accept(raws)

    async def close(self) -> None:
        """Finish what is under way."""
        self.stopping = True
        if not await self._lanes.close(GRACE_S):
            _log.warning("answers_cut_short", hint="they are sent after the restart")
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _parse(self, raw: RawUpdate) -> Update | None:
        try:
            return Update.de_json(raw, self._bot)
        except Exception as exc:  # noqa: BLE001 - whatever a malformed update trips over, the next one is waiting
            _log.warning("malformed_update", update_id=raw.get("update_id"), error=type(exc).__name__)
            return None

    async def _sort(self, update: Update, conversation: dict[str, Received]) -> None:
        try:
            if update.inline_query is not None:
                self._spawn(self._inline.answer(update.inline_query))
            elif update.my_chat_member is not None:
                self._spawn(self._groups.membership_changed(update.my_chat_member))
            elif update.message is not None and update.message.migrate_to_chat_id:
                await self._groups.moved(str(update.message.chat.id), str(update.message.migrate_to_chat_id))
            else:
                received = read(update, self._me, self._clock.now())
                if received is not None and self._is_of_interest(received, conversation):
                    conversation[received.message.update_id] = received
        except Exception as exc:  # noqa: BLE001 - see _parse
            _log.warning("unreadable_update", update_id=update.update_id, error=type(exc).__name__)

    def _is_of_interest(self, received: Received, together: dict[str, Received]) -> bool:
        message = received.message
        if message.is_edit:
            came_along = ((each.message.chat_id, each.message.message_id) for each in together.values())
            return (message.chat_id, message.message_id) in came_along or self._answerer.awaits_edit(received)
        # Of what a group says among itself, only forwards can ever be answered (watch mode).
        return is_addressed(received.message) or received.message.is_forward

    def _shows_typing(self, received: Received) -> bool:
        if not is_addressed(received.message) or received.pressed or received.message.is_edit:
            return False
        if self._lanes.under_way > _TYPES_BELOW:
            return False
        key, now = (received.message.chat_id, received.message.thread_id), asyncio.get_running_loop().time()
        if now - self._typed.get(key, float("-inf")) < _TYPING_LASTS_S:
            return False
        self._typed[key] = now
        self._typed.move_to_end(key)
        if len(self._typed) > _MAX_TYPED:
            self._typed.popitem(last=False)
        return True

    async def _resume(self) -> None:
        """Take up what an earlier process left: decided replies are sent, messages answered."""
        for item in await self._reception.left_over():
            try:
                await self._take_up(item)
            except ValueError:
                _log.warning("inbox_unreadable", update_id=item.update_id)
                await self._reception.done(item.update_id)

    async def _take_up(self, item: InboxItem) -> None:
        received = from_stored(Received, item.message)
        if item.state is InboxState.REPLYING:
            self._answerer.send_later(received, intended_replies(item))
        else:
            self._lanes.put(received)

    async def _poll(self, stop: asyncio.Event) -> None:
        await insist(lambda: self._bot.delete_webhook(drop_pending_updates=False), stop)
        request = make_polling_request()
        await request.initialize()
        try:
            await poll(request, self._method_url, self.accept_when_free, stop)
        finally:
            await request.shutdown()

    async def _listen(self, stop: asyncio.Event) -> None:
        options = self._options

        async def announce() -> None:
            await self._bot.set_webhook(
                options.webhook_address, secret_token=options.webhook_secret, allowed_updates=list(ALLOWED_UPDATES)
            )

        await insist(announce, stop)
        await stop.wait()

    def _method_url(self, method: str) -> str:
        return f"{self._bot.base_url}/{method}"

    async def _tidy(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            forgotten = await self._reception.tidy()
            if forgotten:
                _log.info("inbox_tidied", forgotten=forgotten)
            await _sleep(stop, _TIDY_EVERY_S)

    async def _resend(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._answerer.resend()
            await _sleep(stop, _RESEND_EVERY_S)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("task_failed", error=type(task.exception()).__name__)


async def _sleep(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
