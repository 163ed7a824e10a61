"""What people on Discord do, and what they read: the real adapter and SDK against the fake Discord."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from retrieval.interface import MatchKind
from tests.fakes.conversation import ANTIBIOTICS, World
from tests.fakes.discord.factline import Running, running
from tests.fakes.discord_server import DiscordServer, Guild, Person, Talk
from tests.fakes.searcher import found, match_of

pytestmark = pytest.mark.slow

RUMOR = "Leftover antibiotics cure the flu"
VAGUE = "antibiotics and flu"
NEW = "The moon is made of plywood"


@pytest.fixture
def world() -> World:
    world = World(ANTIBIOTICS)
    stored = world.stored()
    world.searcher.answers(RUMOR, found([match_of(stored, RUMOR)]))
    world.searcher.answers(VAGUE, found([match_of(stored, VAGUE, kind=MatchKind.POSSIBLE)]))
    return world


@pytest.fixture
async def server() -> AsyncIterator[DiscordServer]:
    async with DiscordServer() as running_server:
        yield running_server


@pytest.fixture
async def factline(server: DiscordServer, world: World) -> AsyncIterator[Running]:
    async with running(server, world) as factline:
        yield factline


@pytest.fixture
def ann(factline: Running, server: DiscordServer) -> Talk:
    return Talk(server)


@pytest.fixture
async def guild(factline: Running, server: DiscordServer) -> Guild:
    return await server.add_guild(Guild())


async def test_a_forward_in_a_direct_message_gets_the_verdict_first(ann: Talk):
    asked = await ann.say("", forwarded=RUMOR)
    said = await ann.answer()
    assert said.text().startswith("**❌ False. Fact: Flu is viral; antibiotics act only on bacteria**")
    assert said.message["message_reference"]["message_id"] == asked["id"]


async def test_a_slash_command_in_a_server_is_acknowledged_and_answered_in_private(server, guild):
    ann = Talk(server, guild=guild)
    await ann.slash("check", text=RUMOR)
    said = await ann.answer()
    deferred = next(each for each in server.sent if each.kind == "defer")
    assert deferred.ephemeral
    assert said.kind == "edit"
    assert "Flu is viral" in said.text()
    assert "You asked about\n" + RUMOR in said.text()


async def test_apps_fact_check_answers_in_private_and_posts_publicly_on_demand(server, guild):
    bob, ann = Talk(server, Person(name="bob"), guild), Talk(server, guild=guild)
    rumor = await bob.say(RUMOR)
    await ann.context_menu(rumor)
    said = await ann.answer()
    assert said.ephemeral
    await ann.press(said.message, "Post it here for everyone")
    posted = await ann.answer()
    assert not posted.ephemeral
    assert "Flu is viral" in posted.text()
    assert "You asked about" not in posted.text()


async def test_did_you_mean_and_consent_lead_to_the_queue_without_any_memory(server, factline, guild, world):
    ann = Talk(server, guild=guild)
    await ann.slash("check", text=VAGUE)
    await ann.press((await ann.answer()).message, "No, something else")
    asked = await ann.answer()
    assert "You asked about\nantibiotics and flu" in asked.text()
    await factline.end()
    await factline.start()
    await ann.press(asked.message, "Yes, send it")
    said = await ann.answer()
    assert said.kind == "edit"
    assert "Sent to the fact-checkers" in said.text()
    assert world.database.tables["rumors"]


async def test_a_button_in_a_direct_message_finds_the_words_it_was_about(ann: Talk, world: World):
    await ann.say(NEW)
    await ann.press((await ann.answer()).message, "Yes, send it")
    assert "Sent to the fact-checkers" in (await ann.answer()).text()
    (rumor,) = world.database.tables["rumors"].values()
    assert rumor.text == NEW
