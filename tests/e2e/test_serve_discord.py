"""`factline serve` as a process, with the real model and the starter pack, talking to a fake Discord."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from knowledge_base.starter.loading import examples
from tests.fakes.discord_server import DiscordServer, Guild, Person, Talk
from tests.fakes.processes import Server, environment, eventually, run

pytestmark = pytest.mark.slow
DEADLINE_S = 120


def settings(server: DiscordServer, **more: str) -> dict[str, str]:
    addresses = {"FACTLINE_DISCORD_API_URL": server.api_url, "FACTLINE_DISCORD_GATEWAY_URL": server.gateway_url}
    return addresses | {"FACTLINE_DISCORD_TOKEN": server.token, "FACTLINE_LOG_LEVEL": "debug"} | more


@contextlib.asynccontextmanager
async def serving(server: DiscordServer, folder: Path, models_dir: Path) -> AsyncIterator[Server]:
    env = environment(folder / "data", models_dir, **settings(server))
    process = await asyncio.to_thread(Server, "--only", "discord,web", env=env, cwd=folder)
    try:
        server.commands.clear()
        identified = server.identified
        await server.until(lambda: server.identified > identified and server.commands, DEADLINE_S)
        await asyncio.to_thread(_until_indexed, process)
        yield process
    finally:
        if process.process.poll() is None:
            await asyncio.to_thread(process.kill)


async def test_a_served_bot_answers_the_starter_rumors_on_discord_and_logs_nothing_of_it(tmp_path, models_dir):
    async with DiscordServer() as server, serving(server, tmp_path, models_dir) as process:
        guild = await server.add_guild(Guild())
        for text, locale in examples()[:4]:
            person = Person(locale=locale)
            ann, member = Talk(server, person), Talk(server, person, guild)
            await ann.say("", forwarded=text)
            direct = await ann.answer(timeout_s=DEADLINE_S)
            await member.slash("check", text=text)
            private = await member.answer(timeout_s=DEADLINE_S)
            assert direct.text().splitlines()[0] == private.text().splitlines()[0]
            assert direct.text().startswith("**")
            assert private.ephemeral
            assert [each.waited_s < server.acknowledge_within_s for each in server.sent if each.kind == "defer"]
            assert not await asyncio.to_thread(_is_logged, process, text)
        await ann.slash("mydata")
        assert (await ann.answer(timeout_s=DEADLINE_S)).body["files"] == ["factline-mydata.json"]
        assert await asyncio.to_thread(process.stop) == 0
        assert not await asyncio.to_thread(_is_logged, process, server.token)
        assert not await asyncio.to_thread(_is_logged, process, "interaction-token")
        assert server.pings == []


async def test_what_a_killed_process_had_received_is_answered_after_the_restart(tmp_path, models_dir):
    async with DiscordServer() as server:
        async with serving(server, tmp_path, models_dir) as process:
            text, _ = examples()[0]
            for _ in range(5):
                await Talk(server).say(text)
            # The typing sign is shown once the message is stored.
            await server.until(lambda: len([s for s in server.sent if s.kind == "typing"]) == 5, DEADLINE_S)
            await asyncio.to_thread(process.kill)
        async with serving(server, tmp_path, models_dir):
            answered = await server.until(lambda: _answered(server, 5), DEADLINE_S)
            assert len(answered) == 5


async def test_a_refused_token_ends_the_process_with_one_plain_line(tmp_path, models_dir):
    async with DiscordServer() as server:
        given = settings(server, FACTLINE_DISCORD_TOKEN="wrong.token.here", FACTLINE_LOG_LEVEL="info")
        env = environment(tmp_path / "data", models_dir, **given)
        ended = await asyncio.to_thread(run, "serve", "--only", "discord", env=env, cwd=tmp_path)
        assert ended.returncode == 3
        assert "Discord refuses the bot token in FACTLINE_DISCORD_TOKEN" in ended.stderr
        assert "Traceback" not in ended.stderr
        assert "wrong.token.here" not in ended.stderr + ended.stdout


def _until_indexed(process: Server) -> None:
    with process.client() as client:
        eventually(lambda: client.get("/readyz").status_code == 200, "the index is built")


def _is_logged(process: Server, words: str) -> bool:
    return words in process.log_path.read_text(encoding="utf-8")


def _answered(server: DiscordServer, count: int) -> list[str]:
    asked = {s.body["message_reference"]["message_id"] for s in server.sent if s.kind == "message"}
    return sorted(asked) if len(asked) >= count else []
