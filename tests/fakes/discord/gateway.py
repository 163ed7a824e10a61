"""The fake's gateway: sessions by shard, what happened to them, and every way a connection ends."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.fakes.discord import payloads
from tests.fakes.discord.payloads import APPLICATION_ID, Guild


@dataclass
class Session:
    """One connection of the gateway, with what happened since it began."""

    id: str
    shard: int
    shards: int
    socket: web.WebSocketResponse | None
    seq: int = 0
    backlog: deque[dict[str, Any]] = field(default_factory=lambda: deque(maxlen=10_000))

    def hears(self, guild_id: str | None) -> bool:
        """Whether events of this server (None: a direct conversation) come here."""
        return (int(guild_id) >> 22) % self.shards == self.shard if guild_id else self.shard == 0


class Gateway:
    """Tells bots what happens; an event nobody is connected for waits for the resume."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.guilds: list[Guild] = []
        self.identified = 0
        self.resumed = 0
        self.intents = 0
        self.revoked = False
        self.allows_message_content = True
        self._sockets: set[web.WebSocketResponse] = set()
        self._sessions: dict[str, Session] = {}

    @property
    def gateway_url(self) -> str:
        """Where it listens."""
        raise NotImplementedError

    async def changed(self) -> None:
        """Something happened."""
        raise NotImplementedError

    async def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Send an event to the shard it belongs to, or keep it for that shard's resume."""
        for session in list(self._sessions.values()):
            if session.hears(data.get("guild_id")):
                await self._dispatch_to(session, event, data)

    async def _dispatch_to(self, session: Session, event: str, data: dict[str, Any]) -> None:
        session.seq += 1
        frame = {"op": 0, "t": event, "s": session.seq, "d": data}
        session.backlog.append(frame)
        if session.socket is not None and not session.socket.closed:
            await session.socket.send_str(json.dumps(frame))

    async def drop(self, code: int = 4000) -> None:
        """Close the gateway socket as an unreliable network does."""
        for socket in list(self._sockets):
            if code == 1006 and socket._req is not None and socket._req.transport:
                socket._req.transport.abort()
            else:
                await socket.close(code=code)
        self._sockets.clear()
        for session in self._sessions.values():
            session.socket = None

    async def invalidate(self) -> None:
        """Tell the client that its session is gone (op 9, not resumable)."""
        self._sessions.clear()
        for socket in list(self._sockets):
            await socket.send_str(json.dumps({"op": 9, "d": False}))

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=None)
        await socket.prepare(request)
        await socket.send_str(json.dumps({"op": 10, "d": {"heartbeat_interval": 15_000}, "s": None, "t": None}))
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                break
            asked = json.loads(frame.data)
            if asked["op"] == 1:
                await socket.send_str(json.dumps({"op": 11}))
            elif asked["op"] == 2:
                await self._identify(socket, asked["d"])
            elif asked["op"] == 6:
                await self._resume(socket, asked["d"])
        self._sockets.discard(socket)
        return socket

    async def _identify(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        if asked["token"] != self.token or self.revoked:
            await socket.close(code=4004, message=b"Authentication failed.")
            return
        if asked["intents"] & 1 << 15 and not self.allows_message_content:
            await socket.close(code=4014, message=b"Disallowed intent(s).")
            return
        self.intents = asked["intents"]
        self.identified += 1
        shard, shards = asked.get("shard") or (0, 1)
        for other in [key for key, each in self._sessions.items() if each.shard == shard or each.shards != shards]:
            del self._sessions[other]
        session = Session(f"session-{self.identified}", shard, shards, socket)
        self._sessions[session.id] = session
        self._sockets.add(socket)
        guilds = [guild for guild in self.guilds if guild.installed and session.hears(guild.id)]
        ready = {
            "v": 10,
            "user": payloads.bot_user(),
            "session_id": session.id,
            "resume_gateway_url": self.gateway_url,
            "guilds": [{"id": guild.id, "unavailable": True} for guild in guilds],
            "application": {"id": APPLICATION_ID, "flags": 0},
            "shard": [shard, shards],
            "private_channels": [],
        }
        await self._dispatch_to(session, "READY", ready)
        for guild in guilds:
            await self._dispatch_to(session, "GUILD_CREATE", payloads.guild_create(guild))
        await self.changed()

    async def _resume(self, socket: web.WebSocketResponse, asked: dict[str, Any]) -> None:
        if asked["token"] != self.token or self.revoked:
            await socket.close(code=4004, message=b"Authentication failed.")
            return
        session = self._sessions.get(asked["session_id"])
        if session is None:
            await socket.send_str(json.dumps({"op": 9, "d": False}))
            return
        self.resumed += 1
        self._sockets.add(socket)
        session.socket = socket
        for frame in [frame for frame in session.backlog if frame["s"] > (asked["seq"] or 0)]:
            await socket.send_str(json.dumps(frame))
        session.seq += 1
        await socket.send_str(json.dumps({"op": 0, "t": "RESUMED", "s": session.seq, "d": {}}))
        await self.changed()
