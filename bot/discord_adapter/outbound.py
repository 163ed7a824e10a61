"""The last hop, second half: replies are sent, edited and saved from refusal. Never silent where words can still go."""

from __future__ import annotations

import asyncio
import json
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

import aiohttp
import discord
import structlog
from discord.http import Route

from bot.discord_adapter.inbound import Received
from bot.discord_adapter.render import EPHEMERAL, Dress, Part, no_mentions, parts_of
from handlers.messages import ActionName, Reply

_TYPING_EVERY_S = 5.0  # Discord shows the sign for ten seconds
_MAX_TYPING = 1_000
_ANSWER_WITHIN_S = 60.0  # Discord's own rate limits waited out; a line that is silent longer is dead
_RETRY_PAUSES_S = (0.5, 2.0, 5.0)  # beside those of the SDK; then the inbox keeps it
_GONE_CODES = {10003, 50001, 50007, 50278}  # unknown channel, no access, no direct messages, no server in common
_TOKEN_CODES = {10015, 10062, 50027}  # unknown webhook, unknown interaction, invalid webhook token
_UNKNOWN_MESSAGE = 10008

_log = structlog.get_logger(__name__)


class TokenRevoked(Exception):
    """Discord does not know the bot's token any more."""


class Fate(Enum):
    """What became of a reply."""

    SENT = auto()
    UNKNOWN = auto()  # accepted or not, nobody knows: sending again might say it twice
    GONE = auto()  # nothing can be written there (any more)
    FAILED = auto()  # refused for good
    LATER = auto()  # Discord cannot be reached: worth another try much later


class _Refused(Exception):
    def __init__(self, fate: Fate, code: int = 0) -> None:
        super().__init__(fate.name)
        self.fate = fate
        self.code = code


@dataclass(slots=True)
class _Way:
    """Where the next message of an answer goes."""

    received: Received
    is_first: bool = True


class Sender:
    """Sends replies. Belongs to one event loop.

    Args:
        client: the connection, for its HTTP side with Discord's rate limits.
    """

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._typing: OrderedDict[str, float] = OrderedDict()
        self.commands: Mapping[str, str] = {}

    async def send(self, received: Received, replies: list[Reply], *, note: str = "") -> Fate:
        """Send `replies` as the answer to `received`, in order; stops at the first that cannot be sent.

        Raises:
            TokenRevoked: Discord does not know the bot's token any more.
        """
        way = _Way(received)
        dress = Dress(
            quote="" if received.reply_to else received.quote,
            may_embed=received.may_embed,
            can_post=received.can_post,
            whole_server=received.whole_server,
            as_code=_is_to_copy(received),
            commands=self.commands,
            note=note,
        )
        fate = Fate.SENT
        for number, reply in enumerate(replies):
            try:
                await self._send_reply(way, reply, dress, number)
            except _Refused as refused:
                fate = refused.fate
                if fate in {Fate.GONE, Fate.LATER}:
                    break
        if not replies:
            await self.finish_silently(received)
        return fate

    async def finish_silently(self, received: Received) -> None:
        """Take back the "thinking" sign of a command that gets no answer."""
        if received.token and not received.is_press:
            await self._quietly(self._webhook("DELETE", received, "/messages/@original"))

    async def show_typing(self, channel_id: str) -> None:
        """Show that an answer is being written, no oftener than it is seen; where that fails, the answer will do."""
        now = time.monotonic()
        if now - self._typing.get(channel_id, float("-inf")) < _TYPING_EVERY_S:
            return
        self._typing[channel_id] = now
        self._typing.move_to_end(channel_id)
        if len(self._typing) > _MAX_TYPING:
            self._typing.popitem(last=False)
        await self._quietly(self._request(Route("POST", "/channels/{channel_id}/typing", channel_id=channel_id)))

    async def _send_reply(self, way: _Way, reply: Reply, dress: Dress, number: int) -> None:
        received = way.received
        parts = parts_of(reply, dress)
        if not parts and reply.alert:
            parts = [Part(({"content": reply.alert, "embeds": [], "components": []},))]
        for part_number, part in enumerate(parts):
            in_place = received.is_press and received.can_edit and reply.replaces and part_number == 0
            nonce = f"{received.message.update_id}.{number}.{part_number}"[-25:]
            is_last = part_number == len(parts) - 1
            file = reply.document if is_last else None
            await self._send_part(way, part, in_place=in_place, nonce=nonce, file=file)

    async def _send_part(
        self, way: _Way, part: Part, *, in_place: bool, nonce: str, file: tuple[str, str] | None
    ) -> None:
        refused = _Refused(Fate.FAILED)
        for attempt in part.attempts:
            try:
                await self._deliver(way, attempt, in_place=in_place, nonce=nonce, file=file)
            except _Refused as exc:
                refused = exc
                if exc.code == _UNKNOWN_MESSAGE and in_place:
                    await self._send_part(way, part, in_place=False, nonce=nonce, file=file)
                    return
                if exc.fate is not Fate.FAILED:
                    raise
            else:
                way.is_first = False
                return
        raise refused

    async def _deliver(
        self, way: _Way, body: dict[str, Any], *, in_place: bool, nonce: str, file: tuple[str, str] | None
    ) -> None:
        """Send one body by the way that is open: the interaction's own, else the channel.

        Raises:
            _Refused: it was not sent, or nobody knows.
        """
        received = way.received
        through_channel = not received.token or bool(received.reply_to and not in_place)
        if not through_channel:
            # Whether the token is still good only Discord knows: our clock may have jumped.
            try:
                await self._through_interaction(way, body, in_place=in_place, file=file)
                return
            except _Refused as exc:
                if exc.code not in _TOKEN_CODES:
                    raise
        if received.is_private:
            raise _Refused(Fate.GONE)  # what was meant for one person is never said aloud instead
        reference: dict[str, Any] = {}
        if received.reply_to:
            reference = {
                "message_reference": {
                    "message_id": received.reply_to,
                    "channel_id": received.channel_id,
                    "fail_if_not_exists": False,
                }
            }
        route = Route("POST", "/channels/{channel_id}/messages", channel_id=received.channel_id)
        # With the same nonce Discord takes a repetition for the message it has, so trying again is safe.
        whole = no_mentions(_without_empty(body)) | reference | {"nonce": nonce, "enforce_nonce": True}
        await self._patiently(lambda: self._request(route, whole, file), is_repeatable=True)

    async def _through_interaction(
        self, way: _Way, body: dict[str, Any], *, in_place: bool, file: tuple[str, str] | None
    ) -> None:
        received = way.received
        if in_place or (way.is_first and not received.is_press):
            changed = no_mentions(body)
            await self._patiently(
                lambda: self._webhook("PATCH", received, "/messages/@original", changed, file), is_repeatable=True
            )
            return
        new = no_mentions(_without_empty(body))
        if received.is_private:
            new["flags"] = EPHEMERAL
        await self._patiently(lambda: self._webhook("POST", received, "", new, file), is_repeatable=False)

    async def _webhook(
        self,
        method: str,
        received: Received,
        path: str,
        body: dict[str, Any] | None = None,
        file: tuple[str, str] | None = None,
    ) -> Any:
        route = Route(
            method,
            "/webhooks/{webhook_id}/{webhook_token}" + path,
            webhook_id=received.application_id,
            webhook_token=received.token,
        )
        return await self._request(route, body, file)

    async def _request(
        self, route: Route, body: dict[str, Any] | None = None, file: tuple[str, str] | None = None
    ) -> Any:
        http = self._client.http
        if file is None:
            return await (http.request(route, json=body) if body is not None else http.request(route))
        name, content = file
        described = (body or {}) | {"attachments": [{"id": 0, "filename": name}]}
        form: list[dict[str, Any]] = [
            {"name": "payload_json", "value": json.dumps(described)},
            {"name": "files[0]", "value": content.encode(), "filename": name, "content_type": "application/json"},
        ]
        return await http.request(route, form=form)

    async def _patiently(self, call: Callable[[], Awaitable[Any]], *, is_repeatable: bool) -> Any:
        """Call; again after a pause where the request did not arrive, or may arrive twice without harm.

        Raises:
            _Refused: it was not sent, or nobody knows.
        """
        pauses = list(_RETRY_PAUSES_S)
        while True:
            try:
                async with asyncio.timeout(_ANSWER_WITHIN_S):
                    return await call()
            except discord.HTTPException as exc:
                raise _refusal(exc) from exc
            except discord.RateLimited as exc:
                raise _Refused(Fate.LATER) from exc
            except (aiohttp.ClientError, OSError, TimeoutError) as exc:
                did_not_arrive = isinstance(exc, aiohttp.ClientConnectorError)
                if not (did_not_arrive or is_repeatable):
                    _log.warning("send_unknown", error=type(exc).__name__)
                    raise _Refused(Fate.UNKNOWN) from exc
                if not pauses:
                    raise _Refused(Fate.LATER) from exc
                _log.info("send_again", error=type(exc).__name__)
                await asyncio.sleep(pauses.pop(0))

    async def _quietly(self, work: Awaitable[Any]) -> None:
        try:
            await work
        except (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, OSError, TimeoutError) as exc:
            _log.debug("not_done", error=type(exc).__name__)


def _refusal(exc: discord.HTTPException) -> _Refused:
    if exc.status == 401 and exc.code not in _TOKEN_CODES:
        raise TokenRevoked from exc
    if exc.status >= 500 or exc.status == 429:
        return _Refused(Fate.LATER, exc.code)
    # Discord's words may quote the body; its number does not.
    _log.warning("send_refused", status=exc.status, code=exc.code)
    if exc.code in _TOKEN_CODES or exc.code == _UNKNOWN_MESSAGE:
        return _Refused(Fate.GONE, exc.code)
    if exc.status == 403 or exc.code in _GONE_CODES:
        return _Refused(Fate.GONE, exc.code)
    return _Refused(Fate.FAILED, exc.code)


def _without_empty(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in body.items() if value}


def _is_to_copy(received: Received) -> bool:
    action = received.message.action
    return action is not None and action.name is ActionName.SHARE


def as_channel_message(received: Received) -> Received:
    """Return the same to be answered in the channel, where an interaction's own way is closed for good."""
    return replace(received, token="", application_id="")
