"""The real adapter, dispatcher and conversation on memory, beside a fake Discord: what adapter tests talk to."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from bot.chat_scope import InheritingChatSettings
from bot.discord_adapter.adapter import DiscordAdapter, DiscordOptions
from bot.discord_adapter.limits import limits_of
from bot.dispatch import Dispatcher
from tests.fakes.conversation import World
from tests.fakes.discord.server import DiscordServer
from tests.fakes.dispatching import dispatcher_of
from tests.fakes.memory_inbox import MemoryChatSettingsStore, MemoryInbox


class Running:
    """One Factline on Discord. `world` is its memory; it survives `restart`."""

    def __init__(self, server: DiscordServer, world: World, **options: Any) -> None:
        self.server = server
        self.world = world
        self.inbox = MemoryInbox()
        self.chat_settings = MemoryChatSettingsStore()
        self.options = options
        scoped = InheritingChatSettings(self.chat_settings)
        world.conversation._services = replace(world.conversation._services, chat_settings=scoped)
        self.executor = ThreadPoolExecutor(4, thread_name_prefix="answer")
        self.rate_per_minute = 6000
        self.task: asyncio.Task[None] | None = None
        self.stop = asyncio.Event()

    def adapter(self) -> DiscordAdapter:
        given = {"token": self.server.token, "api_url": self.server.api_url, "gateway_url": self.server.gateway_url}
        options = DiscordOptions(**(given | self.options))
        limits = limits_of(message_content=options.message_content)
        return DiscordAdapter(
            options,
            inbox=self.inbox,
            chat_settings=self.chat_settings,
            looking=lambda words, locale: self.world.conversation.browse(words, locale, limits),
            clock=self.world,
        )

    def dispatcher(self) -> Dispatcher:
        return dispatcher_of(self.world, self.executor, self.rate_per_minute)

    def begin(self) -> asyncio.Task[None]:
        """Start without waiting for Discord."""
        self.stop = asyncio.Event()
        self.task = asyncio.create_task(self.adapter().run(self.dispatcher(), self.stop))
        return self.task

    async def start(self) -> Running:
        identified = self.server.identified
        self.server.commands.clear()
        task = self.begin()
        await self.server.until(lambda: (self.server.identified > identified and self.server.commands) or task.done())
        if task.done():
            task.result()
        return self

    async def end(self) -> None:
        """Stop as SIGTERM does."""
        self.stop.set()
        await self.task

    async def crash(self) -> None:
        """Stop as `kill -9` does: nothing is finished, nothing is said."""
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.task


@contextlib.asynccontextmanager
async def running(server: DiscordServer, world: World, **options: Any) -> AsyncIterator[Running]:
    """Run the adapter while inside."""
    factline = await Running(server, world, **options).start()
    try:
        yield factline
    finally:
        if not factline.task.done():
            await factline.end()
        factline.executor.shutdown()
