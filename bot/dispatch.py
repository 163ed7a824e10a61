"""One message in, its replies out, whatever happens: hop 2 of every forwarded message.

Duplicate update ids, rates, the jump from the event loop onto worker threads, and the one place of the
conversation where an error of ours becomes an apology.
"""

from __future__ import annotations

import asyncio
import threading
import traceback
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Protocol, TypeVar

import structlog

from bot.metrics import Metrics
from bot.rates import Allowance, TokenBuckets
from handlers.check_claim import CheckResult
from handlers.messages import ChatKind, IncomingMessage, PlatformLimits, Reply

REMEMBERED_UPDATES = 20_000  # a webhook is redelivered for a day at worst; memory, about 3 MB, bounds it here
MAX_WAITING = 500  # beyond this a reply would come minutes late: say "busy" at once instead

_T = TypeVar("_T")
_log = structlog.get_logger(__name__)


class Talking(Protocol):
    """What of `handlers.conversation.Conversation` is used here. Blocking and thread-safe."""

    def handle(self, message: IncomingMessage, limits: PlatformLimits) -> list[Reply]:
        """Answer a message."""
        ...

    def check(self, text: str, locale: str = "", urls: tuple[str, ...] = ()) -> CheckResult:
        """Match a text, storing nothing."""
        ...


class Notices(Protocol):
    """The sentences dispatch says itself, in the words of the catalogs."""

    def too_fast(self, message: IncomingMessage) -> Reply:
        """Ask to slow down."""
        ...

    def busy(self, message: IncomingMessage) -> Reply:
        """Ask to try again later."""
        ...

    def apology(self, message: IncomingMessage, error_id: str) -> Reply:
        """Say that something broke on our side, with the id it is logged under."""
        ...


class Dispatcher:
    """Answers messages of every platform. One per process; belongs to one event loop.

    Args:
        conversation: what answers.
        executor: the bounded pool the blocking work runs on.
        notices: the sentences said here.
        metrics: where answers are counted.
        user_rate: bucket per person.
        chat_rate: bucket per chat.
        clock: seconds, monotonic.
        new_error_id: makes the id that joins an apology to its log line.
    """

    def __init__(
        self,
        *,
        conversation: Talking,
        executor: Executor,
        notices: Notices,
        metrics: Metrics,
        user_rate: TokenBuckets,
        chat_rate: TokenBuckets,
        clock: Callable[[], float],
        new_error_id: Callable[[], str],
    ) -> None:
        self._conversation = conversation
        self._executor = executor
        self._notices = notices
        self._metrics = metrics
        self._user_rate = user_rate
        self._chat_rate = chat_rate
        self._clock = clock
        self._new_error_id = new_error_id
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._seen_lock = threading.Lock()
        self._waiting = 0

    async def answer(self, message: IncomingMessage, limits: PlatformLimits) -> list[Reply]:
        """Return the replies to send, in order; empty for silence. Never raises but for cancellation.

        An update id is answered once; a repetition gets silence. Someone over the rate is told once, then
        gets silence until it is less; in a group only whoever spoke to us is told.
        """
        started = self._clock()
        if self._is_repetition(message):
            self._metrics.dropped(message.platform, "duplicate")
            return []
        allowance = self._allowance(message)
        if allowance is not Allowance.ALLOWED:
            self._metrics.dropped(message.platform, "rate")
            told = allowance is Allowance.REFUSED_FIRST and is_addressed(message)
            return [self._notices.too_fast(message)] if told else []
        if self._waiting >= MAX_WAITING:
            self._metrics.dropped(message.platform, "busy")
            return [self._notices.busy(message)] if is_addressed(message) else []
        self._waiting += 1
        try:
            replies = await self._on_thread(partial(self._conversation.handle, message, limits))
        except Exception as exc:  # noqa: BLE001 - the one place a fault of ours becomes an apology
            return self._apologise(message, exc)
        finally:
            self._waiting -= 1
        self._metrics.answered(message.platform, replies, self._clock() - started)
        return replies

    async def check(self, text: str, locale: str = "") -> CheckResult:
        """Match a text for the API: stores nothing, limits nothing.

        Raises:
            Exception: whatever the conversation raises; the API turns it into its own answer.
        """
        return await self._on_thread(partial(self._conversation.check, text, locale))

    async def _on_thread(self, work: Callable[[], _T]) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work)

    def _is_repetition(self, message: IncomingMessage) -> bool:
        if not message.update_id:
            return False
        key = (message.platform, message.update_id)
        with self._seen_lock:
            if key in self._seen:
                self._seen.move_to_end(key)
                return True
            self._seen[key] = None
            if len(self._seen) > REMEMBERED_UPDATES:
                self._seen.popitem(last=False)
        return False

    def _allowance(self, message: IncomingMessage) -> Allowance:
        # What a group says among itself must not use up the answers of those who ask.
        overheard = not is_addressed(message)
        user = self._user_rate.take((message.platform, message.user_id, overheard))
        if user is not Allowance.ALLOWED:
            return user
        return self._chat_rate.take((message.platform, message.chat_id, overheard))

    def _apologise(self, message: IncomingMessage, exc: Exception) -> list[Reply]:
        error_id = self._new_error_id()
        self._metrics.fault(message.platform)
        # Frames and type only: an exception's own words may quote the message.
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(exc.__traceback__)]
        _log.error("message_failed", error_id=error_id, error=type(exc).__qualname__, frames=frames[-12:])
        return [self._notices.apology(message, error_id)] if is_addressed(message) else []


def is_addressed(message: IncomingMessage) -> bool:
    """Whether somebody spoke to us, rather than among themselves where we happen to be."""
    return (
        message.chat_kind is ChatKind.PRIVATE
        or bool(message.command)
        or message.action is not None
        or message.is_mention
    )
