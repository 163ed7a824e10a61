"""A Factline on memory beside a fake Discord, and the rumors it knows."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from retrieval.interface import MatchKind
from tests.fakes.conversation import ANTIBIOTICS, World
from tests.fakes.discord.factline import Running, running
from tests.fakes.discord_server import DiscordServer, Guild, Talk
from tests.fakes.searcher import found, match_of

RUMOR = "Leftover antibiotics cure the flu"
VAGUE = "antibiotics and flu"


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
    async with running(server, world, resend_every_s=0.05) as factline:
        yield factline


@pytest.fixture
def ann(factline: Running, server: DiscordServer) -> Talk:
    return Talk(server)


@pytest.fixture
async def guild(factline: Running, server: DiscordServer) -> Guild:
    return await server.add_guild(Guild())
