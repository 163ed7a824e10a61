"""The real adapter, dispatcher and conversation on memory, beside a fake Telegram: what adapter tests talk to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from bot.dispatch import Dispatcher
from bot.telegram_adapter.adapter import TELEGRAM_LIMITS, TelegramAdapter, TelegramOptions
from tests.fakes.conversation import World
from tests.fakes.dispatching import dispatcher_of
from tests.fakes.memory_inbox import MemoryChatSettingsStore, MemoryInbox
from tests.fakes.telegram.server import TelegramServer

QUIET_S = 0.15


class Running:
    """One Factline on Telegram. `world` is its memory; it survives `restart`."""

    def __init__(self, server: TelegramServer, world: World, **options: Any) -> None:
        self.server = server
        self.world = world
        self.inbox = MemoryInbox()
        self.chat_settings = MemoryChatSettingsStore()
        self.options = {"quiet_s": QUIET_S, "max_hold_s": 3 * QUIET_S} | options
        world.conversation._services = _with_settings(world, self.chat_settings)
        self.executor = ThreadPoolExecutor(4, thread_name_prefix="answer")
        self.rate_per_minute = 6000
        self.task: asyncio.Task[None] | None = None
        self.stop = asyncio.Event()
        self.adapter = self._adapter()

    def _adapter(self) -> TelegramAdapter:
        options = TelegramOptions(token=self.server.token, api_url=self.server.url, **self.options)
        return TelegramAdapter(
            options,
            inbox=self.inbox,
            chat_settings=self.chat_settings,
            contacts=self.world.contacts,
            looking=lambda words, locale: self.world.conversation.browse(words, locale, TELEGRAM_LIMITS),
            clock=self.world,
        )

    def dispatcher(self) -> Dispatcher:
        return dispatcher_of(self.world, self.executor, self.rate_per_minute)

    async def start(self) -> Running:
        self.stop = asyncio.Event()
        self.adapter = self._adapter()
        polls = self.server.polls
        self.task = asyncio.create_task(self.adapter.run(self.dispatcher(), self.stop))
        if not self.options.get("webhook_url"):
            await self.server.until(lambda: self.server.polls > polls or self.task.done())
        return self

    async def end(self) -> None:
        """Stop as SIGTERM does."""
        self.stop.set()
        await self.task

    async def crash(self) -> None:
        """Stop as `kill -9` does: nothing is finished, nothing is said."""
        live = self.adapter._live
        tasks = [*live._lanes._running, *live._tasks, self.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _with_settings(world: World, store: MemoryChatSettingsStore) -> Any:
    from dataclasses import replace

    return replace(world.conversation._services, chat_settings=store)


@contextlib.asynccontextmanager
async def running(server: TelegramServer, world: World, **options: Any) -> AsyncIterator[Running]:
    """Run the adapter while inside."""
    factline = await Running(server, world, **options).start()
    try:
        yield factline
    finally:
        if not factline.task.done():
            await factline.end()
        factline.executor.shutdown()
