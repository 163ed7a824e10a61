"""How often somebody may ask: token buckets, bounded in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from enum import Enum, auto

MAX_KEYS = 50_000  # about 10 MB; the bucket unused for longest goes first, and it is full by then


class Allowance(Enum):
    """What a bucket says."""

    ALLOWED = auto()
    REFUSED_FIRST = auto()  # the first refusal since the bucket last had something: say so politely
    REFUSED = auto()


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled_at_s: float
    told: bool = False


class TokenBuckets:
    """One bucket per key: `per_minute` tokens a minute, at most `burst` at once. Thread-safe.

    Args:
        per_minute: how fast a bucket fills, > 0.
        burst: how much it holds, >= 1; half a minute's worth where not given.
        clock: seconds, monotonic.
    """

    def __init__(self, per_minute: float, clock: Callable[[], float], burst: float | None = None) -> None:
        self._per_second = per_minute / 60
        self._burst = max(1.0, per_minute / 2 if burst is None else burst)
        self._clock = clock
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: Hashable) -> Allowance:
        """Take one token of `key`; a refusal takes nothing."""
        now = self._clock()
        with self._lock:
            bucket = self._buckets.setdefault(key, _Bucket(self._burst, now))
            self._buckets.move_to_end(key)
            if len(self._buckets) > MAX_KEYS:
                self._buckets.popitem(last=False)
            elapsed_s = max(0.0, now - bucket.filled_at_s)  # a clock that jumps back takes nothing away
            bucket.tokens = min(self._burst, bucket.tokens + elapsed_s * self._per_second)
            bucket.filled_at_s = now
            if bucket.tokens >= 1:
                bucket.tokens -= 1
                if bucket.tokens >= self._burst / 2:
                    bucket.told = False  # calm again: the next flood gets its own notice
                return Allowance.ALLOWED
            if bucket.told:
                return Allowance.REFUSED
            bucket.told = True
            return Allowance.REFUSED_FIRST
