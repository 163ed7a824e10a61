"""A faithful fake of Telegram's Bot API, over HTTP on loopback.

    async with TelegramServer() as server:
        ann = Talk(server)
        ann.forward("Lemon water cures cancer")
        print((await ann.answer())["text"])

As a process: `python -m tests.fakes.telegram_server --port 9000`; then POST /control/push {"update": {...}},
POST /control/fault {"method": "sendMessage", "code": 429, "retry_after": 1}, GET /control/transcript (JSON lines) and
GET /control/chat/<id> (as people read it).

What it does not do like the real one: it accepts webhooks on plain-http loopback addresses (a local Bot API server
does too), waits less between redeliveries, and counts text limits in UTF-16 code units everywhere (stricter).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from tests.fakes.telegram import updates
from tests.fakes.telegram.api import BOT, TOKEN
from tests.fakes.telegram.limits import FloodLimits
from tests.fakes.telegram.server import Fault, TelegramServer
from tests.fakes.telegram.talk import Talk
from tests.fakes.telegram.thread import TelegramThread
from tests.fakes.telegram.updates import Person, Room

__all__ = [
    "BOT",
    "TOKEN",
    "Fault",
    "FloodLimits",
    "Person",
    "Room",
    "Talk",
    "TelegramServer",
    "TelegramThread",
    "updates",
]


async def _serve(port: int, token: str) -> None:
    async with TelegramServer(token) as server:
        if port:
            await server.down()
            await server.start(port)
        print(f"FACTLINE_TELEGRAM_API_URL={server.url} FACTLINE_TELEGRAM_TOKEN={server.token}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="Fake Telegram Bot API")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", default=TOKEN)
    asked = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(asked.port, asked.token))


if __name__ == "__main__":
    main()
