"""The fake as a real HTTP server: authorisation, polling, webhooks, files, faults."""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from tests.fakes.telegram.api import TOKEN, BotApi, now
from tests.fakes.telegram.limits import FloodLimits
from tests.fakes.telegram.markup import BadRequest, Json
from tests.fakes.telegram.transcript import Call, as_json_lines

_QUIET = {"getupdates"}  # not in the transcript: a long poll says nothing
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass
class Fault:
    """What goes wrong next. `how`: "refuse" (answer `code`), "drop" (cut the line before acting), "accept_then_drop"
    (act, then cut the line), "accept_then_hang" (act, then never answer), "garbage" (a proxy's HTML page)."""

    method: str = "*"
    how: str = "refuse"
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 0
    chat_id: int | None = None
    times: int = 1

    def hits(self, method: str, params: Json) -> bool:
        named = (self.method in ("*", method) and method.lower() not in _QUIET) or self.method.lower() == method.lower()
        return self.times > 0 and named and self.chat_id in (None, _number(params.get("chat_id")))


def _number(value: Any) -> int | None:
    return int(value) if value is not None and str(value).lstrip("-").isdigit() else None


class TelegramServer(BotApi):
    """A Bot API server for one bot. Use from the event loop it was started on (or through `TelegramThread`)."""

    def __init__(self, token: str = TOKEN, bot: Json | None = None, *, redelivery_s: float = 0.05) -> None:
        super().__init__(token, bot)
        self.redelivery_s = redelivery_s
        self.faults: list[Fault] = []
        self.limits: FloodLimits | None = None
        self.revoked = False
        self.queue: list[Json] = []
        self.webhook: Json = {}
        self.webhook_failures: list[str] = []
        self.polls = 0
        self.port = 0
        self._next_update_id = 800_000_001
        self._allowed: list[str] | None = None
        self._changed = asyncio.Condition()
        self._poller: asyncio.Event | None = None
        self._runner: web.AppRunner | None = None
        self._delivering: asyncio.Task[None] | None = None

    # Life ----------------------------------------------

    async def start(self, port: int = 0) -> TelegramServer:
        app = web.Application(client_max_size=60 << 20)
        app.router.add_route("*", "/bot{token}/{method}", self._serve_method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._serve_file)
        app.router.add_post("/control/push", self._control_push)
        app.router.add_post("/control/fault", self._control_fault)
        app.router.add_get("/control/transcript", self._control_transcript)
        app.router.add_get("/control/chat/{chat_id}", self._control_chat)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port or self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        await self._stop_delivering()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def down(self) -> None:
        """Stop listening, keeping everything: an outage. `start()` ends it on the same port."""
        await self.stop()

    async def __aenter__(self) -> TelegramServer:
        return await self.start()

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The server root, what FACTLINE_TELEGRAM_API_URL takes."""
        return f"http://127.0.0.1:{self.port}"

    # Updates ----------------------------------------------

    def push(self, update: Json, *, update_id: int | None = None, first: bool = False) -> int:
        """Queue an update for the bot; `first` puts it before those waiting; a given id may repeat one."""
        if update_id is None:
            update_id = self._next_update_id
        self._next_update_id = max(self._next_update_id, update_id) + (update_id >= self._next_update_id)
        self._remember(update)
        kind = next(k for k in update if k != "update_id")
        if (self._allowed is None and kind in _NOT_BY_DEFAULT) or (self._allowed and kind not in self._allowed):
            return update_id
        numbered = {"update_id": update_id} | update
        self.queue.insert(0 if first else len(self.queue), numbered)
        self.wake()
        return update_id

    def _remember(self, update: Json) -> None:
        for name in ("message", "edited_message", "channel_post", "edited_channel_post", "my_chat_member"):
            thing = update.get(name)
            if not thing or "chat" not in thing:
                continue
            chat = self.know(thing["chat"], thing.get("from"))
            if "message_thread_id" in thing:
                chat.threads.add(thing["message_thread_id"])
            if "message_id" in thing:
                self.transcript.messages[(thing["chat"]["id"], thing["message_id"])] = dict(thing)
            if thing.get("migrate_to_chat_id"):
                chat.migrated_to = thing["migrate_to_chat_id"]
        if "my_chat_member" in update:
            self._note_membership(update["my_chat_member"])
        for name in ("callback_query", "inline_query"):
            if name in update:
                self.open_queries.add(update[name]["id"])

    def _note_membership(self, change: Json) -> None:
        chat, status = self.chats[change["chat"]["id"]], change["new_chat_member"]["status"]
        chat.members[self.bot["id"]] = status
        gone = status in {"kicked", "left"}
        place = (
            "bot was blocked by the user"
            if change["chat"]["type"] == "private"
            else (f"bot was kicked from the {change['chat']['type']} chat")
        )
        chat.forbidden = place if gone else ""

    def wake(self) -> None:
        """Let everybody who waits look again."""

        async def announce() -> None:
            async with self._changed:
                self._changed.notify_all()

        with contextlib.suppress(RuntimeError):  # no loop: nobody is waiting yet
            self._announcing = asyncio.get_running_loop().create_task(announce())

    async def until(self, wanted: Any, timeout_s: float = 10.0) -> None:
        """Wait until `wanted()` is true; it is asked after each request and each update.

        Raises:
            TimeoutError: with the transcript so far.
        """
        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(wanted), timeout_s)
            except TimeoutError:
                seen = "\n".join(f"{c.method} {c.status} {c.error} {c.params}" for c in self.transcript.calls[-20:])
                raise TimeoutError(f"waited {timeout_s} s; last calls:\n{seen}") from None

    # HTTP ----------------------------------------------

    async def _serve_method(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if self.revoked or request.match_info["token"] != self.token:
            return _answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        params = await _parameters(request)
        fault = next((f for f in self.faults if f.hits(method, params)), None)
        if fault is not None:
            fault.times -= 1
        status, body = 200, Json()
        if fault is not None and fault.how == "drop":
            status, body = 0, {"description": "dropped"}
        elif fault is not None and fault.how == "garbage":
            status, body = 502, {"description": "garbage"}
        elif fault is not None and fault.how == "refuse":
            after = {"parameters": {"retry_after": fault.retry_after}} if fault.retry_after else {}
            said = f"Too Many Requests: retry after {fault.retry_after}" if fault.code == 429 else fault.description
            status, body = fault.code, {"ok": False, "error_code": fault.code, "description": said, **after}
        else:
            status, body = await self._run(method, params)
        await self._record(method, params, status, body)
        if fault is not None and fault.how == "accept_then_hang":
            await asyncio.Event().wait()  # until the client gives up
        if fault is not None and fault.how in {"drop", "accept_then_drop"} and request.transport is not None:
            request.transport.abort()
        if fault is not None and fault.how == "garbage":
            return web.Response(status=502, text="<html>502 Bad Gateway</html>", content_type="text/html")
        return _answer(status or 500, body)

    async def _run(self, method: str, params: Json) -> tuple[int, Json]:
        try:
            if self.limits is not None:
                self.limits.admit(method, params, self.chats)
            run = {
                "getupdates": self._get_updates,
                "setwebhook": self._set_webhook,
                "deletewebhook": self._delete_webhook,
                "getwebhookinfo": self._webhook_info,
            }.get(method.lower())
            result = await run(params) if run else self.call(method, params)
        except BadRequest as exc:
            more = {"parameters": exc.parameters} if exc.parameters else {}
            return exc.code, {"ok": False, "error_code": exc.code, "description": exc.description, **more}
        return 200, {"ok": True, "result": _public(result)}

    async def _record(self, method: str, params: Json, status: int, body: Json) -> None:
        if method.lower() not in _QUIET:
            error = "" if status == 200 else str(body.get("description", ""))
            self.transcript.calls.append(Call(method, params, status, error, body.get("result"), now()))
            async with self._changed:
                self._changed.notify_all()

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        if self.revoked or request.match_info["token"] != self.token:
            return web.Response(status=404)
        body = self.files.get(request.match_info["path"].removeprefix("files/"))
        return web.Response(status=404) if body is None else web.Response(body=body)

    # Polling ----------------------------------------------

    async def _get_updates(self, params: Json) -> list[Json]:
        if self.webhook:
            raise BadRequest(
                "Conflict: can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first",
                409,
            )
        self.polls += 1
        self.wake()
        if self._poller is not None:
            self._poller.set()
        ended = self._poller = asyncio.Event()
        if "allowed_updates" in params:
            self._allowed = params["allowed_updates"] or None
        offset, limit = int(params.get("offset") or 0), max(1, min(100, int(params.get("limit") or 100)))
        if offset > 0:
            self.queue = [u for u in self.queue if u["update_id"] >= offset]
        elif offset < 0:
            self.queue = sorted(self.queue, key=lambda u: u["update_id"])[offset:]
        deadline = asyncio.get_running_loop().time() + min(50.0, float(params.get("timeout") or 0))
        while not self.queue and not ended.is_set():
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                break
            await self._pause(left, ended)
        if ended.is_set():
            raise BadRequest(
                "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running", 409
            )
        self._poller = None
        return self.queue[:limit]

    async def _pause(self, seconds: float, ended: asyncio.Event) -> None:
        async def changed() -> None:
            async with self._changed:
                await self._changed.wait_for(lambda: bool(self.queue))

        waits = [asyncio.ensure_future(changed()), asyncio.ensure_future(ended.wait())]
        try:
            await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)

    # Webhooks ----------------------------------------------

    async def _set_webhook(self, params: Json) -> bool:
        if not params.get("url"):
            return await self._delete_webhook(params)
        if not str(params["url"]).startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise BadRequest("Bad Request: bad webhook: An HTTPS URL must be provided for webhook")
        secret = params.get("secret_token") or ""
        if len(secret) > 256 or not all(c.isalnum() or c in "-_" for c in secret):
            raise BadRequest("Bad Request: secret token contains unallowed characters")
        if params.get("drop_pending_updates"):
            self.queue.clear()
        if "allowed_updates" in params:
            self._allowed = params["allowed_updates"] or None
        self.webhook = params
        await self._stop_delivering()
        self._delivering = asyncio.get_running_loop().create_task(self._deliver())
        return True

    async def _delete_webhook(self, params: Json) -> bool:
        await self._stop_delivering()
        self.webhook = {}
        if params.get("drop_pending_updates"):
            self.queue.clear()
        return True

    async def _webhook_info(self, _params: Json) -> Json:
        told: Json = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        told["pending_update_count"] = len(self.queue)
        if self.webhook_failures:
            told |= {"last_error_date": 1_795_000_000, "last_error_message": self.webhook_failures[-1]}
        return told

    async def _stop_delivering(self) -> None:
        if self._delivering is not None:
            self._delivering.cancel()
            await asyncio.gather(self._delivering, return_exceptions=True)
            self._delivering = None

    async def _deliver(self) -> None:
        """Post each update until it is answered with 2xx, in parallel up to max_connections."""
        free = asyncio.Semaphore(int(self.webhook.get("max_connections") or 40))
        async with ClientSession(timeout=ClientTimeout(total=60)) as session, asyncio.TaskGroup() as group:
            under_way: set[int] = set()
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: any(id(u) not in under_way for u in self.queue))
                for update in [u for u in self.queue if id(u) not in under_way]:
                    under_way.add(id(update))
                    group.create_task(self._post(session, update, free))

    async def _post(self, session: ClientSession, update: Json, free: asyncio.Semaphore) -> None:
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook["secret_token"]
        wait_s = self.redelivery_s
        while True:
            async with free:
                after = ""
                try:
                    async with session.post(self.webhook["url"], data=json.dumps(update), headers=headers) as answer:
                        if 200 <= answer.status < 300:
                            self.queue = [u for u in self.queue if u is not update]
                            self.wake()
                            return
                        self.webhook_failures.append(f"Wrong response from the webhook: {answer.status}")
                        after = answer.headers.get("Retry-After", "")
                except (ClientError, TimeoutError) as exc:
                    self.webhook_failures.append(f"Connection failed: {type(exc).__name__}")
            self.wake()
            await asyncio.sleep(min(float(after), 1.0) if after.isdigit() else wait_s)
            wait_s = min(wait_s * 2, 1.0)

    # Control, for checks from another process ----------------------------------------------

    async def _control_push(self, request: web.Request) -> web.Response:
        asked = await request.json()
        return web.json_response({"update_id": self.push(asked.get("update", asked), update_id=asked.get("update_id"))})

    async def _control_fault(self, request: web.Request) -> web.Response:
        self.faults.append(Fault(**await request.json()))
        return web.json_response({})

    async def _control_transcript(self, _request: web.Request) -> web.Response:
        return web.Response(text=as_json_lines(self.transcript))

    async def _control_chat(self, request: web.Request) -> web.Response:
        return web.Response(text=self.transcript.printable(int(request.match_info["chat_id"])))


def _public(result: Any) -> Any:
    if isinstance(result, dict):
        return {k: _public(v) for k, v in result.items() if not k.startswith("_")}
    return [_public(v) for v in result] if isinstance(result, list) else result


def _answer(status: int, body: Json) -> web.Response:
    return web.json_response(body, status=status)


async def _parameters(request: web.Request) -> Json:
    """Return the parameters, whether sent in the query, as a form, as multipart with files, or as JSON."""
    params: Json = dict(request.query)
    if request.content_type == "application/json":
        params |= await request.json() if request.can_read_body else {}
        return params
    form = await request.post()
    files: Json = {}
    for name, value in form.items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            params[name] = _decoded(name, str(value))
    for name, value in list(params.items()):
        if isinstance(value, str) and value.startswith("attach://"):
            params[name] = files.get(value.removeprefix("attach://"), value)
    return params | {name: value for name, value in files.items() if name in {"document", "photo"}}


_STRUCTURED = frozenset(
    "reply_markup reply_parameters link_preview_options entities caption_entities commands scope allowed_updates "
    "results reaction".split()
)


def _decoded(name: str, value: str) -> Any:
    """Read what clients send as JSON inside a form; texts stay as they are."""
    if name not in _STRUCTURED or not value:
        return {"true": True, "false": False}.get(value, value)
    try:
        return json.loads(value)
    except ValueError:
        raise web.HTTPBadRequest(text=f"{name} is not JSON") from None


__all__ = ["Fault", "TelegramServer"]
