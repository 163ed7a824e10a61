"""From the messages of one breath to their answers: dispatch, bursts, edits, double taps, what is sent later."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, replace

import structlog

from bot.adapter import Answering
from bot.dispatch import is_addressed
from bot.inbox import Reception
from bot.telegram_adapter.groups import Groups
from bot.telegram_adapter.inbound import Received, merge_album, merge_cut
from bot.telegram_adapter.outbound import Fate, Sender, Sent
from handlers.messages import PlatformLimits, Reply, ReplyKind

_REMEMBERED_ANSWERS = 10_000  # an edit minutes later still finds its answer; about 3 MB
_MAX_LATER = 5_000
_OUTAGE_AFTER = 3  # that many in a row cannot be sent: it is not the chats
_SAME_PRESS_S = 2.0  # a double tap is one press

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Answered:
    """What an asker's message was answered with; its words only as a hash."""

    message_ids: tuple[int, ...]
    text_hash: bytes
    is_rechecked: bool = False


class Answerer:
    """Answers breaths. Belongs to one event loop.

    Args:
        dispatcher: decides what is said.
        sender: says it.
        reception: remembers both until it is done.
        groups: knows admins and moved chats.
        limits: what the platform can do.
    """

    def __init__(
        self,
        dispatcher: Answering,
        sender: Sender,
        reception: Reception,
        groups: Groups,
        limits: PlatformLimits,
    ) -> None:
        self._dispatcher = dispatcher
        self._sender = sender
        self._reception = reception
        self._groups = groups
        self._limits = limits
        self._answered: OrderedDict[tuple[str, str], _Answered] = OrderedDict()
        self._presses: OrderedDict[tuple[str, str, int, str], float] = OrderedDict()
        self._shown: OrderedDict[tuple[str, str, str], float] = OrderedDict()
        self._expected: set[tuple[str, str]] = set()
        self._later: deque[tuple[Received, list[Reply]]] = deque()

    async def answer(self, breath: list[Received]) -> None:
        """Answer messages somebody sent in one breath. Raises nothing but cancellation."""
        try:
            await self._answer(breath)
        finally:
            self._expected.difference_update(_key(received) for received in breath if not received.message.is_edit)

    async def _answer(self, breath: list[Received]) -> None:
        pieces, merged = _joined(breath)
        has_subject = any(not each.is_comment for each in pieces)
        for received in pieces:
            others = merged.get(received.message.update_id, ())
            try:
                if received.callback_id:
                    await self._answer_press(received)
                elif received.message.is_edit:
                    await self._answer_edit(received)
                else:
                    is_aside = received.is_aside or (received.is_comment and has_subject)
                    await self._answer_message(received, others, is_aside=is_aside)
            except Exception as exc:  # noqa: BLE001 - the lane must go on; the update stays in the inbox
                _log.error("answer_failed", error=type(exc).__qualname__, update_id=received.message.update_id)

    def expect(self, received: Received) -> None:
        """Note that a message is on its way to `answer`: it may be edited before its answer is out."""
        if not received.callback_id and not received.message.is_edit:
            self._expected.add(_key(received))

    def awaits_edit(self, received: Received) -> bool:
        """Whether an edit of this message is looked at: once, and only where the message is answered."""
        answered = self._answered.get(_key(received))
        return _key(received) in self._expected or (answered is not None and not answered.is_rechecked)

    def send_later(self, received: Received, replies: list[Reply]) -> None:
        """Queue decided replies for `resend`."""
        if len(self._later) < _MAX_LATER:
            self._later.append((received, replies))

    async def resend(self) -> None:
        """Send what could not be sent before, each once; a closed chat holds up no other, an outage ends the round."""
        failures = 0
        for _ in range(len(self._later)):
            received, replies = self._later.popleft()
            sent = await self._sender.send(received, replies)
            if sent.fate is not Fate.LATER:
                failures = 0
                await self._reception.done(received.message.update_id)
                continue
            self._later.append((received, replies))
            failures += 1
            if failures >= _OUTAGE_AFTER:
                return

    async def _answer_message(self, received: Received, others: tuple[str, ...], *, is_aside: bool) -> None:
        received = await self._groups.with_rights(received)
        replies = await self._dispatcher.answer(received.message, self._limits)
        if is_aside:
            replies = [reply for reply in replies if reply.kind is ReplyKind.CORRECTION]
        replies = [reply for reply in replies if not self._was_just_shown(received, reply)]
        await self._deliver(received, replies, others)

    async def _answer_press(self, received: Received) -> None:
        if self._is_double_tap(received):
            await self._sender.acknowledge(received.callback_id)
            await self._reception.done(received.message.update_id)
            return
        received = await self._groups.with_rights(received)
        replies = await self._dispatcher.answer(received.message, self._limits)
        alert = next((reply.alert for reply in replies if reply.alert), "")
        acknowledging = asyncio.ensure_future(self._sender.acknowledge(received.callback_id, alert))
        await self._deliver(received, replies, ())
        await acknowledging

    async def _answer_edit(self, received: Received) -> None:
        answered = self._answered.get(_key(received))
        text_hash = _hash(received.message.text)
        if answered is None or answered.is_rechecked or answered.text_hash == text_hash:
            await self._reception.done(received.message.update_id)
            return
        answered.is_rechecked = True
        replies = await self._dispatcher.answer(received.message, self._limits)
        if replies and answered.message_ids:
            # The answer stands where the old one stood; buttons under it are the new ones.
            pressed = replace(received, pressed=answered.message_ids[0])
            replies = [replace(replies[0], replaces=True), *replies[1:]]
            await self._deliver(pressed, replies, (), remember=False)
        else:
            await self._deliver(received, replies, ())

    async def _deliver(
        self, received: Received, replies: list[Reply], others: tuple[str, ...], *, remember: bool = True
    ) -> None:
        update_id = received.message.update_id
        if not replies:
            await self._reception.done(update_id, *others)
            return
        if is_addressed(received.message):
            await self._reception.intend(update_id, replies, others)
        sent = await self._sender.send(received, replies)
        await self._settle(received, replies, sent)
        if remember and not received.callback_id and sent.message_ids:
            self._remember(received, sent)

    async def _settle(self, received: Received, replies: list[Reply], sent: Sent) -> None:
        message = received.message
        if sent.moved_to:
            await self._groups.moved(message.chat_id, str(sent.moved_to))
        if sent.fate is Fate.LATER:
            self.send_later(received, replies)
            return
        await self._reception.done(message.update_id)

    def _remember(self, received: Received, sent: Sent) -> None:
        message = received.message
        self._answered[message.chat_id, message.message_id] = _Answered(sent.message_ids, _hash(message.text))
        if len(self._answered) > _REMEMBERED_ANSWERS:
            self._answered.popitem(last=False)

    def _is_double_tap(self, received: Received) -> bool:
        message = received.message
        wire = message.action.encode() if message.action is not None else ""
        key, now = (message.chat_id, message.user_id, received.pressed, wire), time.monotonic()
        last = self._presses.pop(key, float("-inf"))
        self._presses[key] = now
        if len(self._presses) > 2_000:
            self._presses.popitem(last=False)
        return now - last < _SAME_PRESS_S

    def _was_just_shown(self, received: Received, reply: Reply) -> bool:
        """Whether this very answer was sent after the message arrived: the same rumor forwarded from several chats."""
        if reply.kind is not ReplyKind.CORRECTION or not reply.shown:
            return False
        message, now = received.message, asyncio.get_running_loop().time()
        shown = ",".join(f"{each.fact_check_id}/{each.revision}" for each in reply.shown)
        key = (message.chat_id, message.user_id, shown)
        if received.arrived_s < self._shown.get(key, float("-inf")):
            return True
        self._shown[key] = now
        self._shown.move_to_end(key)
        if len(self._shown) > 5_000:
            self._shown.popitem(last=False)
        return False


def _joined(breath: list[Received]) -> tuple[list[Received], dict[str, tuple[str, ...]]]:
    """Return the breath with its albums merged, and which other updates each message stands for."""
    albums: dict[str, list[Received]] = {}
    for received in breath:
        if received.album:
            albums.setdefault(received.album, []).append(received)
    pieces: list[Received] = []
    merged: dict[str, tuple[str, ...]] = {}
    for received in breath:
        parts = albums.get(received.album, [])
        if received.album and received is not parts[0]:
            continue
        if pieces and pieces[-1].is_cut and _goes_on(received):
            pieces[-1] = merge_cut(pieces[-1], received)
            merged[pieces[-1].message.update_id] += (received.message.update_id,)
            continue
        piece = merge_album(parts) if len(parts) > 1 else received
        ids = [part.message.update_id for part in parts]
        merged[piece.message.update_id] = tuple(each for each in ids if each != piece.message.update_id)
        pieces.append(piece)
    return pieces, merged


def _key(received: Received) -> tuple[str, str]:
    return received.message.chat_id, received.message.message_id


def _goes_on(received: Received) -> bool:
    """Whether it can be the rest of a text that was cut: plain words of the same person."""
    message = received.message
    return bool(message.text) and not (message.is_forward or message.command or message.unsupported or received.album)


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
