"""The real dispatcher over a `World`'s conversation, for adapter tests."""

from __future__ import annotations

import asyncio
from concurrent.futures import Executor
from itertools import count

from prometheus_client import CollectorRegistry

from bot.dispatch import Dispatcher
from bot.metrics import Metrics
from bot.notices import CatalogNotices
from bot.rates import TokenBuckets
from tests.fakes.conversation import World


def dispatcher_of(world: World, executor: Executor, rate_per_minute: int) -> Dispatcher:
    """Return one that belongs to the running loop; error ids are e1, e2, ..."""
    loop = asyncio.get_running_loop()
    numbers = count(1)
    return Dispatcher(
        conversation=world.conversation,
        executor=executor,
        notices=CatalogNotices("en"),
        metrics=Metrics(CollectorRegistry()),
        user_rate=TokenBuckets(rate_per_minute, loop.time),
        chat_rate=TokenBuckets(rate_per_minute, loop.time),
        clock=loop.time,
        new_error_id=lambda: f"e{next(numbers)}",
    )
