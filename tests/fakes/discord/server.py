"""Discord's REST API and gateway on loopback, strict where the real ones are strict.

Rejected like the real one: a missing or wrong token (401), a second first answer to an interaction (400, 40060), an
unknown interaction or one first answered later than `acknowledge_within_s` (404, 10062), texts over 2,000 and embeds
over their limits (400, 50035), more than five buttons a row or five rows, custom ids over 100 or used twice, empty
messages (50006). Every ping that a message would have made is noted in `pings`.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.discord import payloads
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.limits import PING, Refused, check, readable, walk
from tests.fakes.discord.payloads import APPLICATION_ID, BOT_ID, Guild, Person

TOKEN = "fake.discord.token"
_EPHEMERAL = 1 << 6


@dataclass
class Fault:
    """What the next matching REST call gets instead: `status` with `retry_after`, or a dropped connection (0)."""

    method: str
    path: str
    status: int
    retry_after: float = 0.0
    after_accepting: bool = False
    is_global: bool = False


@dataclass
class Sent:
    """One thing the bot did, in order: what the transcript is made of."""

    kind: str  # message, edit, defer, answer, autocomplete, modal, typing, update, followup, delete
    channel_id: str
    body: dict[str, Any] = field(default_factory=dict)
    message: dict[str, Any] | None = None
    interaction_id: str = ""
    ephemeral: bool = False
    waited_s: float = 0.0

    def text(self) -> str:
        """The words a person reads: content, embeds, Components v2 texts, button labels."""
        return readable(self.message or self.body)


class DiscordServer(Gateway):
    """REST and gateway in one; `async with DiscordServer() as server`.

    Attributes:
        sent: everything the bot did, oldest first.
        commands: the application commands as last uploaded.
        pings: mentions that would have notified somebody.
        late: interactions first answered too late.
        refused: paths asked for with a token that is none; Discord bans an address after 10,000 in ten minutes.
        identified, resumed: how often a gateway session was begun and taken up again.
    """

    def __init__(self, token: str = TOKEN, *, acknowledge_within_s: float = 3.0) -> None:
        super().__init__(token)
        self.acknowledge_within_s = acknowledge_within_s
        self.sent: list[Sent] = []
        self.commands: list[dict[str, Any]] = []
        self.messages: dict[str, dict[str, Any]] = {}
        self.pings: list[str] = []
        self.refused: list[str] = []
        self.late = 0
        self.faults: list[Fault] = []
        self.closed_channels: set[str] = set()
        self._dms: dict[str, str] = {}
        self._people: dict[str, Person] = {}
        self._interactions: dict[str, dict[str, Any]] = {}
        self._changed = asyncio.Condition()
        self._runner: web.AppRunner | None = None
        self.port = 0

    # -- life ------------------------------------------------------------------------------------------------

    async def __aenter__(self) -> DiscordServer:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.down()

    async def start(self, port: int = 0) -> None:
        """Listen; the same port again after `down` is an outage that ended."""
        app = web.Application(client_max_size=16 << 20)
        app.router.add_get("/gw", self._gateway)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest)
        app.router.add_post("/control/{what}", self._control)
        app.router.add_get("/control/transcript", self._transcript)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def down(self) -> None:
        """Stop listening and drop every socket; what happens meanwhile waits for a resume."""
        await self.drop(1006)
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v10"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gw"

    # -- waiting ---------------------------------------------------------------------------------------------

    async def until(self, condition: Any, timeout_s: float = 30.0) -> Any:
        """Wait until `condition()` is true and return its value."""
        async with self._changed:
            async with asyncio.timeout(timeout_s):
                while not (value := condition()):
                    await self._changed.wait()
                return value

    async def ready(self) -> None:
        """Wait until a bot is connected and has uploaded its commands."""
        await self.until(lambda: self._sockets and self._sessions)

    async def _note(self, sent: Sent | None = None) -> None:
        if sent is not None:
            self.sent.append(sent)
        await self.changed()

    async def changed(self) -> None:
        """Wake whoever waits in `until`."""
        async with self._changed:
            self._changed.notify_all()

    # -- events ----------------------------------------------------------------------------------------------

    async def add_guild(self, guild: Guild) -> Guild:
        """The bot is a member of this server."""
        self.guilds.append(guild)
        if self._sockets:
            await self.dispatch("GUILD_CREATE", payloads.guild_create(guild))
        return guild

    async def dm(self, person: Person) -> str:
        """Return the channel of a direct conversation."""
        self._people[person.id] = person
        if person.id not in self._dms:
            self._dms[person.id] = payloads.snowflake()
            channel = payloads.dm_channel(person, self._dms[person.id])
            await self.dispatch("CHANNEL_CREATE", channel)
        return self._dms[person.id]

    async def say(self, person: Person, text: str, *, guild: Guild | None = None, **more: Any) -> dict[str, Any]:
        """A person writes; content is empty where the app may not read it (no message-content intent)."""
        channel_id = guild.channel_id if guild else await self.dm(person)
        made = payloads.message(payloads.user(person), channel_id, text, guild=guild, **more)
        if guild:
            made["member"] = {k: v for k, v in payloads.member(person).items() if k != "user"}
        self.messages[made["id"]] = made
        seen = self._as_seen(made)
        if self.intents & (1 << 9 if guild else 1 << 12):
            await self.dispatch("MESSAGE_CREATE", seen)
        return made

    def _as_seen(self, made: dict[str, Any]) -> dict[str, Any]:
        """Hide what an app without the message-content intent may not read: in it, and in what it replies to."""
        if self.intents & (1 << 15) or not made.get("guild_id") or made["author"]["id"] == BOT_ID:
            return made
        seen = made
        if not made["mentions"]:
            seen = made | {"content": "", "embeds": [], "attachments": [], "message_snapshots": []}
        quoted = made.get("referenced_message")
        if quoted and quoted["author"]["id"] != BOT_ID and not quoted["mentions"]:
            seen = seen | {"referenced_message": quoted | {"content": "", "embeds": [], "attachments": []}}
        return seen

    async def revoke(self) -> None:
        """Reset the token: the gateway closes, and REST knows it no more."""
        self.revoked = True
        await self.drop(4004)

    def expire(self) -> None:
        """Let every interaction token run out."""
        for known in self._interactions.values():
            known["expired"] = True

    async def interact(self, made: dict[str, Any]) -> str:
        """An interaction happens; returns its id."""
        self._interactions[made["id"]] = {"payload": made, "at": time.monotonic(), "answered": False, "original": None}
        self._interactions[made["token"]] = self._interactions[made["id"]]
        await self.dispatch("INTERACTION_CREATE", made)
        return str(made["id"])

    # -- REST ------------------------------------------------------------------------------------------------

    async def _rest(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        fault = next((f for f in self.faults if f.method == request.method and re.fullmatch(f.path, path)), None)
        if fault:
            self.faults.remove(fault)
            if fault.after_accepting:
                await self._route(request, path)
            if fault.status == 0:
                if request.transport:
                    request.transport.close()
                return web.Response()
            body = {"message": "fault", "code": 0}
            if fault.status == 429:
                body = {
                    "message": "You are being rate limited.",
                    "retry_after": fault.retry_after,
                    "global": fault.is_global,
                }
            return _json(body, fault.status, {"Retry-After": str(fault.retry_after), "Via": "1.1 fake"})
        open_to_all = path.startswith(("interactions/", "webhooks/"))
        if not open_to_all and (self.revoked or request.headers.get("Authorization") != f"Bot {self.token}"):
            self.refused.append(path)
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        return await self._route(request, path)

    async def _route(self, request: web.Request, path: str) -> web.Response:
        body = await _body(request)
        for method, pattern, handler in self._routes():
            found = re.fullmatch(pattern, path)
            if found and method == request.method:
                try:
                    return _json(*await handler(body, *found.groups()))
                except Refused as refused:
                    return _json({"message": str(refused), "code": refused.code}, refused.status)
        return _json({"message": "404: Not Found", "code": 0}, 404)

    def _routes(self) -> list[tuple[str, str, Any]]:
        return [
            ("GET", "users/@me", self._me),
            ("GET", "oauth2/applications/@me", self._application),
            ("GET", "applications/@me", self._application),
            ("GET", "gateway/bot", self._gateway_bot),
            ("PUT", r"applications/\d+/commands", self._put_commands),
            ("GET", r"applications/\d+/commands", self._get_commands),
            ("POST", "users/@me/channels", self._open_dm),
            ("POST", r"channels/(\d+)/messages", self._post_message),
            ("GET", r"channels/(\d+)/messages/(\d+)", self._get_message),
            ("PATCH", r"channels/(\d+)/messages/(\d+)", self._edit_message),
            ("DELETE", r"channels/(\d+)/messages/(\d+)", self._delete_message),
            ("POST", r"channels/(\d+)/typing", self._typing),
            ("PUT", r"channels/(\d+)/messages/(\d+)/reactions/.*/@me", self._react),
            ("POST", r"interactions/(\d+)/([\w-]+)/callback", self._callback),
            ("POST", r"webhooks/\d+/([\w-]+)", self._followup),
            ("GET", r"webhooks/\d+/([\w-]+)/messages/@original", self._original),
            ("PATCH", r"webhooks/\d+/([\w-]+)/messages/(@original|\d+)", self._edit_original),
            ("DELETE", r"webhooks/\d+/([\w-]+)/messages/(@original|\d+)", self._delete_original),
        ]

    async def _me(self, _: Any) -> tuple[Any, int]:
        return payloads.bot_user(), 200

    async def _application(self, _: Any) -> tuple[Any, int]:
        return payloads.application(), 200

    async def _gateway_bot(self, _: Any) -> tuple[Any, int]:
        limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
        return {"url": self.gateway_url, "shards": 1, "session_start_limit": limit}, 200

    async def _put_commands(self, body: Any) -> tuple[Any, int]:
        self.commands = [
            {
                "id": payloads.snowflake(),
                "application_id": APPLICATION_ID,
                "version": "1",
                "description": "",
                "default_member_permissions": None,
                "dm_permission": True,
                "nsfw": False,
            }
            | command
            for command in body
        ]
        await self._note()
        return self.commands, 200

    async def _get_commands(self, _: Any) -> tuple[Any, int]:
        return self.commands, 200

    async def _open_dm(self, body: Any) -> tuple[Any, int]:
        person = self._people.get(body["recipient_id"], Person(id=body["recipient_id"]))
        return payloads.dm_channel(person, await self.dm(person)), 200

    def _bot_message(self, body: dict[str, Any], channel_id: str) -> dict[str, Any]:
        check(body)
        guild = next((g for g in self.guilds if g.channel_id == channel_id), None)
        made = payloads.message(payloads.bot_user(), channel_id, body.get("content") or "", guild=guild)
        made["embeds"] = [{"type": "rich"} | embed for embed in body.get("embeds") or []]
        made["components"] = body.get("components") or []
        made["flags"] = body.get("flags") or 0
        reference = body.get("message_reference")
        if reference:
            made["type"] = 19
            made["message_reference"] = reference
            made["referenced_message"] = self.messages.get(str(reference["message_id"]))
        self.messages[made["id"]] = made
        self._note_pings(body)
        return made

    def _note_pings(self, body: dict[str, Any]) -> None:
        allowed = body.get("allowed_mentions")
        may_ping = allowed is None or allowed.get("parse") or allowed.get("users") or allowed.get("roles")
        texts = [body.get("content") or ""] + [
            c["content"] for c in walk(body.get("components") or []) if c.get("type") == 10
        ]
        if may_ping:
            self.pings += [found.group(0) for text in texts for found in PING.finditer(text)]

    async def _post_message(self, body: Any, channel_id: str) -> tuple[Any, int]:
        if channel_id in self.closed_channels:
            raise Refused("Missing Access", 50001, 403)
        nonce = body.get("nonce")
        if nonce and len(str(nonce)) > 25:
            raise Refused("Invalid Form Body: nonce too long", 50035, 400)
        if nonce and body.get("enforce_nonce"):
            same = next((s for s in self.sent if s.body.get("nonce") == nonce and s.channel_id == channel_id), None)
            if same:
                return same.message, 200
        made = self._bot_message(body, channel_id)
        await self._note(Sent("message", channel_id, body, made))
        return made, 200

    async def _get_message(self, _: Any, _channel_id: str, message_id: str) -> tuple[Any, int]:
        if message_id not in self.messages:
            raise Refused("Unknown Message", 10008, 404)
        return self._as_seen(self.messages[message_id]), 200

    async def _edit_message(self, body: Any, channel_id: str, message_id: str) -> tuple[Any, int]:
        made = self._edited(body, message_id)
        await self._note(Sent("edit", channel_id, body, made))
        return made, 200

    def _edited(self, body: Any, message_id: str) -> dict[str, Any]:
        made = self.messages.get(message_id)
        if made is None:
            raise Refused("Unknown Message", 10008, 404)
        if made["author"]["id"] != BOT_ID:
            raise Refused("Cannot edit a message authored by another user", 50005, 403)
        made |= {key: body[key] for key in ("content", "embeds", "components") if body.get(key) is not None}
        check(made)
        self._note_pings(body)
        return made

    async def _delete_message(self, _: Any, channel_id: str, message_id: str) -> tuple[Any, int]:
        await self._note(Sent("delete", channel_id, {}, self.messages.pop(message_id, None)))
        return None, 204

    async def _typing(self, _: Any, channel_id: str) -> tuple[Any, int]:
        await self._note(Sent("typing", channel_id))
        return None, 204

    async def _react(self, _: Any, channel_id: str, _message_id: str) -> tuple[Any, int]:
        await self._note(Sent("reaction", channel_id))
        return None, 204

    def _known(self, key: str) -> dict[str, Any]:
        known = self._interactions.get(key)
        if known is None:
            raise Refused("Unknown interaction", 10062, 404)
        if known.get("expired"):
            raise Refused("Invalid Webhook Token", 50027, 401)
        return known

    async def _callback(self, body: Any, interaction_id: str, _token: str) -> tuple[Any, int]:
        known = self._known(interaction_id)
        waited_s = time.monotonic() - known["at"]
        if known["answered"]:
            raise Refused("Interaction has already been acknowledged.", 40060, 400)
        if waited_s > self.acknowledge_within_s:
            self.late += 1
            await self._note()
            raise Refused("Unknown interaction", 10062, 404)
        known["answered"] = True
        payload = known["payload"]
        data = body.get("data") or {}
        known["ephemeral"] = bool((data.get("flags") or 0) & _EPHEMERAL)
        kinds = {4: "answer", 5: "defer", 6: "defer_update", 7: "update", 8: "autocomplete", 9: "modal"}
        made = None
        if body["type"] == 4:
            made = self._bot_message(data, payload["channel_id"])
        elif body["type"] == 7:
            made = self._edited(data, payload["message"]["id"])
        elif body["type"] == 5:
            made = self._bot_message({"content": "…", "flags": data.get("flags") or 0}, payload["channel_id"])
        elif body["type"] == 6:
            made = self.messages.get(payload["message"]["id"])
        known["original"] = made
        sent = Sent(
            kinds[body["type"]], payload["channel_id"], data, made, interaction_id, known["ephemeral"], waited_s
        )
        await self._note(sent)
        answer: dict[str, Any] = {"interaction": {"id": interaction_id, "type": payload["type"]}}
        if made is not None:
            answer["interaction"] |= {"response_message_id": made["id"]}
            answer["resource"] = {"type": body["type"], "message": made}
        return answer, 200

    async def _followup(self, body: Any, token: str) -> tuple[Any, int]:
        known = self._known(token)
        if not known["answered"]:
            raise Refused("Unknown Webhook", 10015, 404)
        channel_id = known["payload"]["channel_id"]
        made = self._bot_message(body, channel_id)
        pressed = known["payload"].get("message")
        if pressed:
            made["type"] = 19
            made["message_reference"] = {"type": 0, "message_id": pressed["id"], "channel_id": channel_id}
        ephemeral = bool((body.get("flags") or 0) & _EPHEMERAL)
        await self._note(Sent("followup", channel_id, body, made, known["payload"]["id"], ephemeral))
        return made, 200

    async def _original(self, _: Any, token: str) -> tuple[Any, int]:
        return self._known(token)["original"], 200

    async def _edit_original(self, body: Any, token: str, which: str) -> tuple[Any, int]:
        known = self._known(token)
        original = known["original"] if which == "@original" else self.messages.get(which)
        if original is None:
            raise Refused("Unknown Message", 10008, 404)
        made = self._edited(body, original["id"])
        sent = Sent("edit", made["channel_id"], body, made, known["payload"]["id"], known.get("ephemeral", False))
        await self._note(sent)
        return made, 200

    async def _delete_original(self, _: Any, token: str, which: str) -> tuple[Any, int]:
        known = self._known(token)
        made = known["original"] if which == "@original" else self.messages.get(which)
        await self._note(Sent("delete", known["payload"]["channel_id"], {}, made, known["payload"]["id"]))
        return None, 204

    # -- control (for checks from another process) ---------------------------------------------------------------

    async def _control(self, request: web.Request) -> web.Response:
        asked = await request.json()
        what = request.match_info["what"]
        if what == "dispatch":
            await self.dispatch(asked["event"], asked["data"])
        elif what == "fault":
            self.faults.append(Fault(**asked))
        elif what == "drop":
            await self.drop(asked.get("code", 4000))
        return _json({}, 200)

    async def _transcript(self, _: web.Request) -> web.Response:
        return _json([{"kind": s.kind, "channel_id": s.channel_id, "text": s.text()} for s in self.sent], 200)


async def _body(request: web.Request) -> Any:
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        payload = form.get("payload_json") or "{}"
        body = json.loads(payload if isinstance(payload, str | bytes | bytearray) else payload.file.read())
        body["files"] = [part.filename for part in form.values() if hasattr(part, "filename")]
        return body
    text = await request.text()
    return json.loads(text) if text else {}


def _json(body: Any, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Discord's content type, to the letter: with a charset behind it the SDK would not parse the body."""
    if status == 204:
        return web.Response(status=204)
    raw = json.dumps(body).encode()
    return web.Response(body=raw, status=status, headers={"Content-Type": "application/json"} | (headers or {}))
