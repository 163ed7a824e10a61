"""The fake Discord, spoken to by the real SDK."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest
import yarl
from discord import app_commands

from tests.fakes.discord_server import DiscordServer, Fault, Guild, Talk

pytestmark = pytest.mark.slow


class EchoBot(discord.Client):
    """Says back what it reads, on every path a conversation uses."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True, dm_messages=True, guild_messages=True))
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @self.tree.command(description="Check")
        async def check(interaction: discord.Interaction, text: str) -> None:
            await interaction.response.defer(ephemeral=True)
            view = discord.ui.View(timeout=None)
            view.add_item(discord.ui.Button(label="Again", custom_id="again:1"))
            await interaction.followup.send(f"checked {text}", view=view, ephemeral=True)

        @check.autocomplete("text")
        async def complete(_: discord.Interaction, typed: str) -> list[app_commands.Choice[str]]:
            return [app_commands.Choice(name=typed.upper(), value=typed)]

        @self.tree.context_menu(name="Fact-check")
        async def menu(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"menu {message.content}")

        await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            texts = [message.content, *(one.content for one in message.message_snapshots)]
            await message.reply(f"heard {' '.join(filter(None, texts))} @everyone")

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await interaction.response.send_message(f"pressed {interaction.data['custom_id']}")


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running:
        monkeypatch.setattr(discord.http.Route, "BASE", running.api_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(running.gateway_url))
        bot = EchoBot()
        task = asyncio.create_task(bot.start(running.token))
        try:
            await running.ready()
            yield running
        finally:
            await bot.close()
            await task


async def test_slash_command_button_and_context_menu_reach_the_bot(server: DiscordServer) -> None:
    guild = await server.add_guild(Guild())
    ann = Talk(server, guild=guild)
    await ann.slash("check", text="lemon")
    said = await ann.answer()
    assert "checked lemon" in said.text()
    assert said.ephemeral
    await ann.press(said.message, "Again")
    assert (await ann.answer()).text() == "pressed again:1"
    target = await ann.say("a rumor")
    await ann.answer()
    await ann.context_menu(target)
    assert (await ann.answer()).text() == "menu a rumor"
    assert await ann.autocomplete("check", "text", "lem") == [{"name": "LEM", "value": "lem"}]


async def test_direct_messages_and_forwards_are_read_and_pings_are_noticed(server: DiscordServer) -> None:
    ann = Talk(server)
    await ann.say("is this true?")
    assert (await ann.answer()).text() == "heard is this true? @everyone"
    await ann.say("", forwarded="a forwarded rumor")
    assert "a forwarded rumor" in (await ann.answer()).text()
    assert server.pings == ["@everyone", "@everyone"]


async def test_a_dropped_gateway_is_resumed_and_misses_nothing(server: DiscordServer) -> None:
    ann = Talk(server)
    await ann.say("before")
    await ann.answer()
    await server.drop()
    await ann.say("while away")
    assert "while away" in (await ann.answer()).text()
    assert (server.identified, server.resumed) == (1, 1)


async def test_rate_limits_are_waited_out_by_the_sdk(server: DiscordServer) -> None:
    ann = Talk(server)
    server.faults.append(Fault("POST", r"channels/\d+/messages", 429, retry_after=0.01))
    await ann.say("busy?")
    assert "busy?" in (await ann.answer()).text()


async def test_an_unreadable_message_has_no_content_in_a_server(server: DiscordServer) -> None:
    guild = await server.add_guild(Guild())
    ann = Talk(server, guild=guild)
    await ann.say("private chatter")
    assert (await ann.answer()).text() == "heard  @everyone"
