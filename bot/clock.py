"""Time and ids as they are outside of tests."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from knowledge_base.ids import MonotonicUlids


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the present, aware, UTC."""
        return datetime.now(UTC)


def system_ids() -> Callable[[], str]:
    """Return a maker of ids that strictly grow."""
    return MonotonicUlids(SystemClock().now, secrets.token_bytes)
