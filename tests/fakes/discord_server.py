"""A faithful fake of Discord: REST API and gateway as one real server on loopback.

    async with DiscordServer() as server:
        guild = await server.add_guild(Guild())
        await server.ready()                      # a bot connected to server.api_url and server.gateway_url
        ann = Talk(server, guild=guild)
        await ann.slash("check", text="Lemon water cures cancer")
        print((await ann.answer()).text())

As a process: `python -m tests.fakes.discord_server --port 9001`; then POST /control/dispatch {"event", "data"},
POST /control/fault, POST /control/drop, and GET /control/transcript.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from tests.fakes.discord import payloads
from tests.fakes.discord.payloads import Guild, Person
from tests.fakes.discord.server import TOKEN, DiscordServer, Fault, Sent, readable
from tests.fakes.discord.talk import Talk

__all__ = ["TOKEN", "DiscordServer", "Fault", "Guild", "Person", "Sent", "Talk", "payloads", "readable"]


async def _serve(port: int) -> None:
    server = DiscordServer()
    await server.add_guild(Guild())
    await server.start(port)
    settings = {
        "FACTLINE_DISCORD_API_URL": server.api_url,
        "FACTLINE_DISCORD_GATEWAY_URL": server.gateway_url,
        "FACTLINE_DISCORD_TOKEN": server.token,
    }
    print(" ".join(f"{name}={value}" for name, value in settings.items()), flush=True)
    await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Fake Discord")
    parser.add_argument("--port", type=int, default=0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
