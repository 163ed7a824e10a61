"""A fake platform as a process of its own, which plays updates and says when each was answered.

    python -m benchmarks.updates_fakes telegram|discord

First prints the settings that point Factline at it as a JSON line; then, for each JSON line on standard input
({"texts": [...], "count": n, "rate_per_s": r} or {"texts": [...], "count": n, "at_once": w}), plays that many updates,
each from another person, at a rate or with so many waiting for an answer, and prints what came of them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import time
from typing import Any

from tests.fakes.discord_server import DiscordServer, Guild
from tests.fakes.discord_server import Talk as DiscordTalk
from tests.fakes.telegram_server import Person, Room, TelegramServer, updates

_PATIENCE_S = 30.0
_SENDS = {"sendmessage", "sendphoto"}


class Telegram(TelegramServer):
    """Notes when each chat was first answered."""

    def __init__(self) -> None:
        super().__init__()
        self.sent_at: dict[int, float] = {}
        self.free: asyncio.Semaphore | None = None

    async def _record(self, method: str, params: Any, status: int, body: Any) -> None:
        del body
        chat = int(params.get("chat_id") or 0)
        if method.lower() in _SENDS and status == 200 and chat not in self.sent_at:
            self.sent_at[chat] = time.perf_counter()
            if self.free is not None:
                self.free.release()
        self.transcript.messages.clear()  # its memory is not what is measured

    def settings(self) -> dict[str, str]:
        return {"FACTLINE_TELEGRAM_API_URL": self.url, "FACTLINE_TELEGRAM_TOKEN": self.token}

    async def play(self, order: dict[str, Any], first: int) -> dict[str, Any]:
        count, texts = order["count"], order["texts"]
        pause_s = 1.0 / order["rate_per_s"] if "rate_per_s" in order else 0.0
        self.free = asyncio.Semaphore(order["at_once"]) if "at_once" in order else None
        pushed: dict[int, float] = {}
        began = time.perf_counter()
        for at in range(count):
            if self.free is not None:
                with contextlib.suppress(TimeoutError):  # one that is never answered must not stop the rest
                    await asyncio.wait_for(self.free.acquire(), 5.0)
            elif (early := began + at * pause_s - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            person = Person(first + at, f"P{first + at}")
            text = f"{texts[at % len(texts)]} {first + at}"
            pushed[person.id] = time.perf_counter()
            self.push({"message": updates.message(person, Room(person.id), first + at, text=text)})
        deadline = time.perf_counter() + _PATIENCE_S
        while time.perf_counter() < deadline and any(one not in self.sent_at for one in pushed):
            await asyncio.sleep(0.02)
        answered = {one: self.sent_at[one] for one in pushed if one in self.sent_at}
        return {
            "count": count,
            "lost": count - len(answered),
            "per_s": len(answered) / (max(answered.values(), default=began) - began) if answered else 0.0,
            "ms": [1000 * (at - pushed[one]) for one, at in answered.items()],
        }


class Discord(DiscordServer):
    """Notes how long each interaction waited to be acknowledged."""

    def settings(self) -> dict[str, str]:
        return {
            "FACTLINE_DISCORD_API_URL": self.api_url,
            "FACTLINE_DISCORD_GATEWAY_URL": self.gateway_url,
            "FACTLINE_DISCORD_TOKEN": self.token,
        }

    async def play(self, order: dict[str, Any], first: int) -> dict[str, Any]:
        await self.until(lambda: self.commands and self._sockets, 60)
        count, texts = order["count"], order["texts"]
        began, before = time.perf_counter(), len(self.sent)
        asked = []
        for at in range(count):
            if (early := began + at / order["rate_per_s"] - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            asked.append(
                await DiscordTalk(self, guild=self.guilds[0]).slash(
                    "check", text=f"{texts[at % len(texts)]} {first + at}"
                )
            )
        deadline = time.perf_counter() + _PATIENCE_S
        wanted = set(asked)

        def acknowledged() -> dict[str, float]:
            first_answers = [one for one in self.sent[before:] if one.kind in {"defer", "answer"}]
            return {one.interaction_id: one.waited_s for one in first_answers if one.interaction_id in wanted}

        while time.perf_counter() < deadline and len(acknowledged()) < count:
            await asyncio.sleep(0.05)
        waited = acknowledged()
        return {"count": count, "lost": count - len(waited), "per_s": 0.0, "ms": [1000 * s for s in waited.values()]}


async def _serve(server: Telegram | Discord) -> None:
    if isinstance(server, Discord):
        await server.add_guild(Guild())
    await server.start()
    print(json.dumps(server.settings()), flush=True)
    first = 1_000_000
    while line := await asyncio.to_thread(sys.stdin.readline):
        order = json.loads(line)
        print(json.dumps(await server.play(order, first)), flush=True)
        first += order["count"] + 1


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(Telegram() if sys.argv[1] == "telegram" else Discord()))
