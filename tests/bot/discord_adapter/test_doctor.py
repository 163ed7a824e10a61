"""What an operator is told about the bot on Discord."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.discord_adapter.doctor import PERMISSIONS, examine_discord
from bot.findings import Finding, Level
from tests.fakes.discord_server import DiscordServer, payloads


async def findings(server: DiscordServer, token: str = "", *, message_content: bool = False) -> list[Finding]:
    def examine() -> Iterator[Finding]:
        return examine_discord(token or server.token, server.api_url, message_content=message_content)

    return await asyncio.to_thread(lambda: list(examine()))


async def test_a_working_token_gives_both_install_links(server):
    found = await findings(server)
    assert {each.level for each in found} == {Level.OK}
    links = [urlsplit(each.says.split(": ", 1)[1]) for each in found[:2]]
    asked = [parse_qs(link.query) for link in links]
    assert [each["client_id"] for each in asked] == [[payloads.APPLICATION_ID]] * 2
    assert asked[0]["scope"] == ["bot applications.commands"]
    assert asked[1]["integration_type"] == ["1"]
    assert server.token not in str(found)


def test_the_permissions_asked_for_are_the_few_it_needs():
    needed = discord.Permissions(
        view_channel=True, send_messages=True, send_messages_in_threads=True, embed_links=True, attach_files=True,
        read_message_history=True,
    )  # fmt: skip
    assert needed.value == PERMISSIONS


async def test_a_refused_token_fails_and_is_not_shown(server):
    (found,) = await findings(server, "wrong")
    assert (found.level, "wrong" in str(found)) == (Level.FAIL, False)


@pytest.mark.parametrize(("flags", "level"), [(0, Level.FAIL), (1 << 18, Level.OK), (1 << 19, Level.OK)])
async def test_reading_messages_needs_discords_permission(server, monkeypatch, flags, level):
    made = payloads.application()
    monkeypatch.setattr(payloads, "application", lambda: made | {"flags": flags})
    found = await findings(server, message_content=True)
    assert found[-1].level is level


async def test_an_unreachable_discord_is_a_warning(server):
    await server.down()
    (found,) = await findings(server)
    assert found.level is Level.WARN
