"""From what was received to its answer: the asker's words, dispatch, double taps, what is sent later."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.adapter import Answering
from bot.discord_adapter.inbound import Received, Words
from bot.discord_adapter.outbound import Fate, Sender, TokenRevoked
from bot.inbox import Reception
from handlers.i18n import translate
from handlers.messages import ActionName, ChatKind, PlatformLimits, Reply

_MAX_LATER = 5_000
_SAME_PRESS_S = 2.0  # a double tap is one press
_MAX_PRESSES = 2_000

Fetching = Callable[[Received], Awaitable[Words]]
"""Fetches the words of the asker's message a pressed button refers to."""

_log = structlog.get_logger(__name__)


class Answerer:
    """Answers one thing after another, many at once. Belongs to one event loop.

    Args:
        dispatcher: decides what is said.
        sender: says it.
        reception: remembers both until it is done.
        limits: what the platform can do.
        fetch: see `Fetching`.
        on_revoked: called where Discord does not know our token any more.
    """

    def __init__(
        self,
        dispatcher: Answering,
        sender: Sender,
        reception: Reception,
        limits: PlatformLimits,
        fetch: Fetching,
        *,
        on_revoked: Callable[[], None],
    ) -> None:
        self._dispatcher = dispatcher
        self._sender = sender
        self._reception = reception
        self._limits = limits
        self._fetch = fetch
        self._on_revoked = on_revoked
        self._presses: OrderedDict[tuple[str, str, str], float] = OrderedDict()
        self._later: deque[tuple[Received, list[Reply]]] = deque()

    async def answer(self, received: Received) -> None:
        """Answer; what fails stays in the inbox. Raises nothing but cancellation."""
        try:
            await self._answer(received)
        except TokenRevoked:
            self._on_revoked()
        except Exception as exc:  # noqa: BLE001 - the next one is waiting; this one stays in the inbox
            _log.error("answer_failed", error=type(exc).__qualname__, update_id=received.message.update_id)

    def send_later(self, received: Received, replies: list[Reply]) -> None:
        """Queue decided replies for `resend`."""
        if len(self._later) < _MAX_LATER:
            self._later.append((received, replies))

    async def resend(self) -> None:
        """Send what could not be sent before; stops at the first that still cannot."""
        while self._later:
            received, replies = self._later.popleft()
            try:
                fate = await self._sender.send(received, replies, note=self._note(received, replies))
            except TokenRevoked:
                self._on_revoked()
                return
            if fate is Fate.LATER:
                self._later.appendleft((received, replies))
                return
            await self._reception.done(received.message.update_id)

    async def _answer(self, received: Received) -> None:
        update_id = received.message.update_id
        if received.is_press and self._is_double_tap(received):
            await self._reception.done(update_id)
            return
        if received.asked_id and not received.message.quoted_text and _is_about_words(received):
            received = _with_words(received, await self._fetch(received))
        limits = replace(self._limits, can_push=received.can_push, pushes_apart=received.is_apart)
        replies = await self._dispatcher.answer(received.message, limits)
        if received.is_posting:
            replies = [_for_everybody(reply) for reply in replies]
        if not replies:
            await self._sender.finish_silently(received)
            await self._reception.done(update_id)
            return
        if is_kept(received):
            await self._reception.intend(update_id, replies)
        fate = await self._sender.send(received, replies, note=self._note(received, replies))
        if fate is Fate.LATER:
            self.send_later(received, replies)
            return
        await self._reception.done(update_id)

    def _note(self, received: Received, replies: list[Reply]) -> str:
        """Return what only Discord has to add: where its own ways are, what settings hold for."""
        if not replies:
            return ""
        locale = replies[0].locale
        if received.whole_server:
            return translate("discord.settings.server", locale)
        message = received.message
        if message.command == "help" or (message.command == "start" and not message.text):
            return translate("discord.help_hint", locale)
        return translate("discord.why_hint", locale) if message.command == "why" and not message.text else ""

    def _is_double_tap(self, received: Received) -> bool:
        message = received.message
        wire = message.action.encode() if message.action is not None else ""
        key, now = (message.user_id, message.message_id, wire), time.monotonic()
        last = self._presses.pop(key, float("-inf"))
        self._presses[key] = now
        if len(self._presses) > _MAX_PRESSES:
            self._presses.popitem(last=False)
        return now - last < _SAME_PRESS_S


def is_kept(received: Received) -> bool:
    """Whether its words may be stored: what people write among themselves may not."""
    message = received.message
    return message.chat_kind is ChatKind.PRIVATE or bool(
        message.command or message.action is not None or message.is_mention
    )


def _for_everybody(reply: Reply) -> Reply:
    """Return a correction without the button that speaks to whoever asked."""
    rows = (
        tuple(b for b in row if b.action is None or b.action.name is not ActionName.NOT_MEANT) for row in reply.buttons
    )
    return replace(reply, buttons=tuple(row for row in rows if row))


def _is_about_words(received: Received) -> bool:
    """Whether a pressed button has anything to do with what its asker had written."""
    action = received.message.action
    return action is not None and action.name not in {ActionName.COMMAND, ActionName.CONFIRM, ActionName.SHARE}


def _with_words(received: Received, words: Words) -> Received:
    message = replace(received.message, quoted_text=words.text, urls=words.urls)
    return replace(received, message=message, quote=words.text)


async def sleep_until(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, unless asked to stop."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
