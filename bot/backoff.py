"""Growing pauses with jitter, so that a thousand bots do not knock together when a platform comes back."""

from __future__ import annotations

import asyncio
import random

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0


class Backoff:
    """How long to wait before the next try.

    Args:
        first_s: the first pause.
        longest_s: no pause is longer.
    """

    def __init__(self, first_s: float = FIRST_PAUSE_S, longest_s: float = LONGEST_PAUSE_S) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._failures = 0

    def succeeded(self) -> None:
        """Begin again with the shortest pause."""
        self._failures = 0

    def next_s(self) -> float:
        """Return the next pause: doubled each time up to the longest, then between half and all of it."""
        whole_s = min(self._longest_s, self._first_s * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return float(whole_s) * random.uniform(0.5, 1.0)  # noqa: S311 - spreads the crowd, hides nothing

    async def pause(self, stop: asyncio.Event, at_least_s: float = 0.0) -> None:
        """Sleep, unless asked to stop."""
        try:
            await asyncio.wait_for(stop.wait(), max(self.next_s(), at_least_s))
        except TimeoutError:
            return
