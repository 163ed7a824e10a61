"""Lanes: what one person says in one chat is answered in order, and what they say in one breath together.

The first message of a burst is answered at once. What follows right behind it, the parts of an album, and a few words
that most likely speak about the next message ("is this true?") wait for a moment of quiet.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import replace

import structlog

from bot.telegram_adapter.inbound import Received

QUIET_S = 0.6  # the promise is an answer "within a second of quiet"; apps send a burst's messages within 0.3 s
MAX_HOLD_S = 3.0  # somebody who never pauses is answered all the same
MAX_TOGETHER = 30  # and in portions
MAX_IN_LANE = 200  # more than that waiting from one person in one chat is a flood: the oldest stay, the rest is dropped

_log = structlog.get_logger(__name__)

Handle = Callable[[list[Received]], Awaitable[None]]


class Lanes:
    """One lane per (chat, person) while somebody talks; lanes run side by side. Belongs to one event loop.

    Args:
        handle: answers the messages of one breath; never raises but for cancellation.
        quiet_s: how long a pause ends a burst.
        max_hold_s: how long a message waits at most.
    """

    def __init__(self, handle: Handle, *, quiet_s: float = QUIET_S, max_hold_s: float = MAX_HOLD_S) -> None:
        self._handle = handle
        self._quiet_s = quiet_s
        self._max_hold_s = max_hold_s
        self._lanes: dict[Hashable, _Lane] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._closing = False
        self._under_way = 0

    def put(self, received: Received) -> bool:
        """Take a message in; False where the lane is full and it was dropped."""
        message = received.message
        # A press answers for itself: it neither waits for a burst nor holds one up.
        key = (message.chat_id, message.user_id, received.pressed > 0)
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane()
            task = asyncio.get_running_loop().create_task(self._run(key, lane))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        if len(lane.waiting) >= MAX_IN_LANE:
            _log.warning("lane_full", dropped=1)
            return False
        now = asyncio.get_running_loop().time()
        follows = now - lane.last_arrival_s < self._quiet_s
        is_aside = follows and received.is_comment and lane.has_subject
        lane.has_subject = (follows and lane.has_subject) or not (received.is_comment or _stands_alone(received))
        lane.last_arrival_s = now
        lane.waiting.append((replace(received, arrived_s=now, is_aside=is_aside), follows))
        lane.arrived.set()
        self._under_way += 1
        return True

    async def close(self, timeout_s: float) -> bool:
        """Answer what is waiting without holding it any longer; False where that took too long."""
        self._closing = True
        for lane in self._lanes.values():
            lane.arrived.set()
        if not self._running:
            return True
        _, late = await asyncio.wait(self._running, timeout=timeout_s)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return not late

    @property
    def count(self) -> int:
        """How many lanes there are."""
        return len(self._lanes)

    @property
    def under_way(self) -> int:
        """How many messages were taken in and not answered yet."""
        return self._under_way

    async def _run(self, key: Hashable, lane: _Lane) -> None:
        try:
            while lane.waiting or not self._closing:
                if not lane.waiting and not await self._hears_more(lane):
                    return
                if lane.waiting:
                    await self._hold(lane)
                    await self._answer(self._breath(lane))
        finally:
            self._under_way -= len(lane.waiting)
            if self._lanes.get(key) is lane:
                del self._lanes[key]

    async def _answer(self, breath: list[Received]) -> None:
        try:
            await self._handle(breath)
        finally:
            self._under_way -= len(breath)

    async def _hears_more(self, lane: _Lane) -> bool:
        """Wait out the rest of the quiet second after the last message; whether something came."""
        left_s = lane.last_arrival_s + self._quiet_s - asyncio.get_running_loop().time()
        await lane.wait(left_s)
        return bool(lane.waiting) and not self._closing

    async def _hold(self, lane: _Lane) -> None:
        """Wait until the burst is over, where the next message should not be answered at once."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        while not self._closing and len(lane.waiting) < MAX_TOGETHER and lane.should_hold():
            now = loop.time()
            left_s = min(lane.last_arrival_s + self._quiet_s, started + self._max_hold_s) - now
            if left_s <= 0 or not await lane.wait(left_s):
                return

    def _breath(self, lane: _Lane) -> list[Received]:
        first, _ = lane.waiting.popleft()
        taken = [first]
        while (
            lane.waiting
            and len(taken) < MAX_TOGETHER
            and not _stands_alone(taken[-1])
            and not _stands_alone(lane.waiting[0][0])
        ):
            taken.append(lane.waiting.popleft()[0])
        return taken


class _Lane:
    def __init__(self) -> None:
        self.waiting: deque[tuple[Received, bool]] = deque()
        self.arrived = asyncio.Event()
        self.last_arrival_s = float("-inf")
        self.has_subject = False

    def should_hold(self) -> bool:
        first, follows = self.waiting[0]
        if any(_stands_alone(received) for received, _ in self.waiting):
            return False
        return follows or bool(first.album) or first.is_comment or first.is_cut

    async def wait(self, seconds: float) -> bool:
        """Return whether something arrived within `seconds`."""
        self.arrived.clear()
        if seconds <= 0:
            return False
        try:
            await asyncio.wait_for(self.arrived.wait(), seconds)
        except TimeoutError:
            return False
        return True


def _stands_alone(received: Received) -> bool:
    message = received.message
    return bool(message.command) or message.action is not None or message.is_edit
