"""Every update handled once: stored before the platform hears "received", kept until its answer is on its way.

    received  ->  replying  ->  answered
    (words kept)  (words and replies kept)  (id kept, for a day or two)

A process that dies before "replying" answers after the restart; one that dies after it sends the replies it had
decided on. Only what was being sent at the moment of a crash may be seen twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

import structlog

from bot.wire import replies_from_json, replies_to_json
from handlers.messages import Reply
from handlers.ports import Inbox, InboxItem
from knowledge_base.errors import StorageUnavailable

REMEMBERED = timedelta(days=2)  # Telegram keeps updates for 24 h, Discord events for minutes
STALE = timedelta(days=1)  # an answer later than this helps nobody any more

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


class Reception:
    """The inbox of one platform, from an event loop.

    A database that is down does not silence the bot: updates then count as new, and only memory guards against
    repetitions.

    Args:
        inbox: where updates are kept.
        platform: whose updates.
        now: the time, aware.
    """

    def __init__(self, inbox: Inbox, platform: str, now: Callable[[], datetime]) -> None:
        self._inbox = inbox
        self._platform = platform
        self._now = now

    async def receive(self, messages: Mapping[str, str]) -> list[str]:
        """Store updates (id to message) and return the ids nobody had received before, in order."""
        if not messages:
            return []

        def receive() -> list[str]:
            return self._inbox.receive(self._platform, messages, at=self._now())

        return await self._guarded(receive, list(messages))

    async def intend(self, update_id: str, replies: list[Reply], merged: Iterable[str] = ()) -> None:
        """Store the decided replies; `merged` updates are answered by the same ones and done with them."""
        wire, others = replies_to_json(replies).decode(), list(merged)

        def intend() -> None:
            self._inbox.intend(self._platform, update_id, wire)
            if others:
                self._inbox.done(self._platform, others)

        await self._guarded(intend, None)

    async def done(self, *update_ids: str) -> None:
        """Mark updates answered; their words are dropped."""
        if update_ids:
            await self._guarded(lambda: self._inbox.done(self._platform, update_ids), None)

    async def left_over(self) -> list[InboxItem]:
        """Return what an earlier process did not finish, oldest first; drops what is too old to be answered."""

        def left_over() -> list[InboxItem]:
            oldest = self._now() - STALE
            pending = self._inbox.pending(self._platform)
            stale = [item.update_id for item in pending if item.received_at < oldest]
            if stale:
                self._inbox.done(self._platform, stale)
            return [item for item in pending if item.received_at >= oldest]

        nothing: list[InboxItem] = []
        return await self._guarded(left_over, nothing)

    async def tidy(self) -> int:
        """Forget updates nobody can repeat any more; return how many."""
        return await self._guarded(lambda: self._inbox.prune(before=self._now() - REMEMBERED), 0)

    async def _guarded(self, work: Callable[[], _T], otherwise: _T) -> _T:
        try:
            return await asyncio.to_thread(work)
        except StorageUnavailable as exc:
            _log.error("inbox_unavailable", platform=self._platform, error=type(exc).__name__)
            return otherwise


def intended_replies(item: InboxItem) -> list[Reply]:
    """Return the replies an item was about to be answered with.

    Raises:
        ValueError: another version of Factline wrote them in a way this one does not read.
    """
    return replies_from_json(item.replies.encode())
