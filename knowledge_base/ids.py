"""ULIDs: ids that sort by the time they were made (https://github.com/ulid/spec)."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_RANDOM_BITS = 80
_RANDOM_BYTES = _RANDOM_BITS // 8
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")


def new_ulid(now: datetime, randomness: bytes) -> str:
    """Return the ULID of a moment and ten random bytes.

    Args:
        now: aware; kept to the millisecond.
        randomness: exactly 10 bytes.

    Raises:
        ValueError: `now` is naive or before 1970, or there are not exactly ten bytes.
    """
    if now.tzinfo is None:
        raise ValueError("a ULID needs an aware datetime")
    if len(randomness) != _RANDOM_BYTES:
        raise ValueError(f"a ULID needs {_RANDOM_BYTES} random bytes, got {len(randomness)}")
    milliseconds = int(now.timestamp() * 1000)
    if milliseconds < 0:
        raise ValueError("a ULID cannot lie before 1970")
    return _encode((milliseconds << _RANDOM_BITS) | int.from_bytes(randomness, "big"))


def is_ulid(text: str) -> bool:
    """Whether `text` is a ULID in its one canonical (upper-case) spelling."""
    return _ULID.fullmatch(text) is not None


class MonotonicUlids:
    """Makes ULIDs that strictly grow, also within one millisecond and when the clock steps back.

    Thread-safe. Call it like the `new_id` other parts ask for.
    """

    def __init__(self, clock: Callable[[], datetime], randomness: Callable[[int], bytes]) -> None:
        self._clock = clock
        self._randomness = randomness
        self._lock = threading.Lock()
        self._last = 0

    def __call__(self) -> str:
        """Return the next id."""
        with self._lock:
            fresh = _decode(new_ulid(self._clock(), self._randomness(_RANDOM_BYTES)))
            same_or_earlier = (fresh >> _RANDOM_BITS) <= (self._last >> _RANDOM_BITS)
            self._last = self._last + 1 if same_or_earlier else fresh
            return _encode(self._last)


def _encode(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def _decode(ulid: str) -> int:
    number = 0
    for character in ulid:
        number = (number << 5) | _ALPHABET.index(character)
    return number
