"""Factline on Discord: the adapter's life. What a message means is in `inbound`, what is sent in `outbound`."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

import discord
import structlog

from bot.adapter import Answering
from bot.backoff import Backoff
from bot.discord_adapter.answering import Answerer, is_kept, sleep_until
from bot.discord_adapter.commands import Commands, Looking
from bot.discord_adapter.inbound import (
    PLATFORM,
    Received,
    Words,
    read_command,
    read_message,
    read_press,
    read_target,
)
from bot.discord_adapter.interactions import UNREACHABLE, acknowledge, asked_words
from bot.discord_adapter.limits import limits_of
from bot.discord_adapter.outbound import Sender, as_channel_message
from bot.discord_adapter.sdk import new_client, point_sdk
from bot.errors import OperatorMistake
from bot.inbox import Reception, intended_replies
from bot.stored import from_stored, to_stored
from handlers.ports import ChatSettingsStore, Clock, Inbox, InboxItem, InboxState

GRACE_S = 6.0  # of the process's 10: web server and database want the rest
REFUSED = (
    "Discord refuses the bot token in FACTLINE_DISCORD_TOKEN. Copy it again from the developer portal "
    "(your application, Bot, Reset Token); a token that was reset there never works again."
)
NO_CONTENT = (
    "FACTLINE_DISCORD_MESSAGE_CONTENT is true, and Discord does not allow this bot to read messages: switch on "
    "Message Content Intent in the developer portal (your application, Bot), or unset it."
)
_TIDY_EVERY_S = 3600.0
_PUBLISH_AGAIN_S = 60.0

_Interaction = discord.Interaction[Any]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DiscordOptions:
    """Where Discord is and how to connect.

    Attributes:
        token: the bot's.
        api_url: root of the REST interface, up to and with its version.
        gateway_url: the gateway, ws:// or wss://.
        message_content: ask for the privileged intent to read what people write among themselves.
        shards: 1 for one connection, more for that many, 0 for as many as Discord recommends.
        resend_every_s: how often what could not be sent is tried again.
    """

    token: str
    api_url: str = "https://discord.com/api/v10"
    gateway_url: str = "wss://gateway.discord.gg"
    message_content: bool = False
    shards: int = 1
    resend_every_s: float = 5.0


class DiscordAdapter:
    """One bot account. Implements `bot.adapter.Adapter`.

    Args:
        options: where and how.
        inbox: where messages are kept until they are answered.
        chat_settings: what servers chose.
        looking: finds fact-checks while somebody types.
        clock: the time.
    """

    name = PLATFORM

    def __init__(
        self,
        options: DiscordOptions,
        *,
        inbox: Inbox,
        chat_settings: ChatSettingsStore,
        looking: Looking,
        clock: Clock,
    ) -> None:
        self._options = options
        self._clock = clock
        self._reception = Reception(inbox, PLATFORM, clock.now)
        self._chat_settings = chat_settings
        self._looking = looking
        self.limits = limits_of(message_content=options.message_content)

    async def run(self, dispatcher: Answering, stop: asyncio.Event) -> None:
        """Receive and send until `stop`; see `bot.adapter.Adapter`.

        Raises:
            OperatorMistake: Discord refuses the token, or the intents.
        """
        point_sdk(self._options.api_url, self._options.gateway_url)
        backoff = Backoff()
        while not stop.is_set():
            live = _Live(self, dispatcher)
            try:
                if await _finished(live.log_in(), stop):
                    await live.run(stop)
            except UNREACHABLE as exc:
                _log.warning("discord_unreachable", error=type(exc).__name__)
            except discord.HTTPException as exc:
                if exc.status < 500 and exc.status != 429:
                    raise OperatorMistake(f"Discord refuses to let the bot in (HTTP {exc.status}).") from exc
                _log.warning("discord_unreachable", status=exc.status)
            finally:
                await live.close()
            if not stop.is_set():
                await backoff.pause(stop)


class _Live:
    """The adapter while it runs: everything that belongs to one event loop and one connection."""

    def __init__(self, adapter: DiscordAdapter, dispatcher: Answering) -> None:
        options = adapter._options
        self._options = options
        self._reception = adapter._reception
        self._clock = adapter._clock
        self._chat_settings = adapter._chat_settings
        self._client = new_client(message_content=options.message_content, shards=options.shards)
        self._commands = Commands(self._client, self, adapter._looking)
        self._sender = Sender(self._client)
        self._revoked = asyncio.Event()
        self._answerer = Answerer(
            dispatcher, self._sender, self._reception, adapter.limits, self._fetch, on_revoked=self._revoked.set
        )
        self._answers: set[asyncio.Task[None]] = set()
        self._chores: set[asyncio.Task[None]] = set()
        self._connecting: asyncio.Task[None] | None = None
        self._stopping = False
        for event in (
            self.on_message,
            self.on_interaction,
            self.on_guild_remove,
            self.on_disconnect,
            self.on_resumed,
            self.on_ready,
            self.on_error,
        ):
            self._client.event(event)

    async def log_in(self) -> None:
        """Ask Discord who we are.

        Raises:
            OperatorMistake: it does not know the token.
            discord.HTTPException: it cannot answer now.
        """
        try:
            await self._client.login(self._options.token)
        except discord.LoginFailure as exc:
            raise OperatorMistake(REFUSED) from exc

    async def run(self, stop: asyncio.Event) -> None:
        """Serve the connection until `stop`.

        Raises:
            OperatorMistake: Discord closed it for good.
        """
        self._chore(self._publish(stop))
        self._chore(self._tidy(stop))
        self._chore(self._resend(stop))
        await self._resume()
        self._connecting = asyncio.create_task(self._client.connect(), name="discord gateway")
        waiting = [asyncio.create_task(stop.wait()), asyncio.create_task(self._revoked.wait())]
        try:
            await asyncio.wait([self._connecting, *waiting], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        if self._revoked.is_set():
            raise OperatorMistake(REFUSED)
        if self._connecting.done():
            _judge(self._connecting)

    async def close(self) -> None:
        """Finish what is under way, then leave."""
        self._stopping = True
        if self._answers:
            _, late = await asyncio.wait(self._answers, timeout=GRACE_S)
            if late:
                _log.warning("answers_cut_short", count=len(late), hint="they are sent after the restart")
        for task in [*self._answers, *self._chores]:
            task.cancel()
        await asyncio.gather(*self._answers, *self._chores, return_exceptions=True)
        try:
            await self._client.close()
        except Exception as exc:  # noqa: BLE001 - we are leaving anyway
            _log.warning("discord_close_failed", error=type(exc).__name__)
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.gather(self._connecting, return_exceptions=True)

    # -- what Discord tells ------------------------------------------------------------------------------------

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote something."""
        me = self._client.user
        received = read_message(message, me, self._clock.now()) if me is not None else None
        if received is None or (not is_kept(received) and not self._is_watched(received)):
            return
        update_id = received.message.update_id
        if is_kept(received):
            if not await self._reception.receive({update_id: to_stored(received)}):
                return
            self._chore(self._sender.show_typing(received.channel_id))
        self._answer(received)

    async def on_interaction(self, interaction: _Interaction) -> None:
        """Somebody pressed a button; commands come through the command tree."""
        if interaction.type is discord.InteractionType.component:
            received = read_press(interaction, self._clock.now())
            if received is not None:
                await self._take(interaction, received)

    async def command(
        self, interaction: _Interaction, name: str, text: str = "", *, whole_server: bool = False
    ) -> None:
        """Somebody called a command."""
        received = read_command(interaction, name, text, self._clock.now(), whole_server=whole_server)
        await self._take(interaction, received)

    async def target(self, interaction: _Interaction, message: discord.Message) -> None:
        """Somebody chose Apps > Fact-check on a message."""
        await self._take(interaction, read_target(interaction, message, self._clock.now()))

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """We were removed from a server: what it chose is nobody's any more."""
        _log.info("left_server")
        ids = [str(guild.id), *(f"{guild.id}/{channel.id}" for channel in guild.channels)]
        for chat_id in ids:
            await asyncio.to_thread(self._chat_settings.forget, PLATFORM, chat_id)

    async def on_disconnect(self) -> None:
        """The gateway is gone; the SDK resumes it."""
        _log.info("discord_disconnected")

    async def on_resumed(self) -> None:
        """The gateway is back, and what happened meanwhile follows."""
        _log.info("discord_resumed")

    async def on_ready(self) -> None:
        """A new session of the gateway began."""
        _log.info("discord_ready", servers=len(self._client.guilds))

    async def on_error(self, event: str, *_: Any, **__: Any) -> None:
        """Reading one event failed; the next one is waiting."""
        kind, _value, trace = sys.exc_info()
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        _log.error("event_failed", name=event, error=kind.__name__ if kind else "", frames=frames[-6:])

    # -- from there to the answer ------------------------------------------------------------------------------

    async def _take(self, interaction: _Interaction, received: Received) -> None:
        """Acknowledge at once, store at the same time, then answer."""
        update_id = received.message.update_id
        acknowledged, new = await asyncio.gather(
            acknowledge(interaction, received), self._reception.receive({update_id: to_stored(received)})
        )
        if not new:
            return
        if not acknowledged:
            if received.is_private or received.is_posting:
                await self._reception.done(update_id)
                return
            received = as_channel_message(received)
        self._answer(received)

    def _answer(self, received: Received) -> None:
        if self._stopping:
            return  # it is in the inbox, and answered after the restart
        task = asyncio.get_running_loop().create_task(self._answerer.answer(received))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    def _is_watched(self, received: Received) -> bool:
        return self._options.message_content and received.message.is_forward

    async def _fetch(self, received: Received) -> Words:
        return await asked_words(self._client, received)

    async def _resume(self) -> None:
        """Take up what an earlier process left: decided replies are sent, messages answered."""
        for item in await self._reception.left_over():
            try:
                self._take_up(item)
            except ValueError:
                _log.warning("inbox_unreadable", update_id=item.update_id)
                await self._reception.done(item.update_id)

    def _take_up(self, item: InboxItem) -> None:
        received = from_stored(Received, item.message)
        if item.state is InboxState.REPLYING:
            self._answerer.send_later(received, intended_replies(item))
        else:
            self._answer(received)

    # -- chores ------------------------------------------------------------------------------------------------

    async def _publish(self, stop: asyncio.Event) -> None:
        """Upload the commands; where that fails, those Discord has from before work all the same."""
        while not stop.is_set():
            try:
                await self._commands.publish()
            except (discord.HTTPException, discord.app_commands.AppCommandError, *UNREACHABLE) as exc:
                _log.warning("commands_not_published", error=type(exc).__name__)
                await sleep_until(stop, _PUBLISH_AGAIN_S)
            else:
                self._sender.commands = self._commands.ids
                return

    async def _tidy(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            forgotten = await self._reception.tidy()
            if forgotten:
                _log.info("inbox_tidied", forgotten=forgotten)
            await sleep_until(stop, _TIDY_EVERY_S)

    async def _resend(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self._answerer.resend()
            await sleep_until(stop, self._options.resend_every_s)

    def _chore(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._chores.discard(task)
        if not task.cancelled() and task.exception() is not None:
            _log.error("chore_failed", error=type(task.exception()).__name__)


async def _finished(work: Coroutine[Any, Any, None], stop: asyncio.Event) -> bool:
    """Do `work`, but no longer than until `stop`; False where it was cut short.

    Raises:
        Exception: whatever `work` raises.
    """
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
        return working.done()
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


def _judge(connecting: asyncio.Task[None]) -> None:
    """Say what ended the connection.

    Raises:
        OperatorMistake: Discord will not let us in again as we are.
    """
    try:
        connecting.result()
    except discord.PrivilegedIntentsRequired as exc:
        raise OperatorMistake(NO_CONTENT) from exc
    except discord.ConnectionClosed as exc:
        if exc.code == 4004:
            raise OperatorMistake(REFUSED) from exc
        if exc.code in {4010, 4011, 4012, 4013, 4014}:
            raise OperatorMistake(f"Discord closed the connection for good (code {exc.code}).") from exc
        _log.warning("discord_disconnected", code=exc.code)
