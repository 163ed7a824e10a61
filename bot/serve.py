"""The long-running process: web server, chat adapters and index in one event loop, and its orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
import uvicorn

from bot.adapter import HasRoutes
from bot.errors import AddressInUse, BotError
from bot.ownership import SERVE, take
from bot.parts import Part
from config.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI

    from bot.bootstrap import Factline

GRACE_S = 8.0  # the promise is 10 s from the signal to the end; closing the index and database needs the rest
_WAIT_FOR_COMMAND_S = 30.0  # a command that owns the folder for a moment (`factline ask`) is over by then

_log = structlog.get_logger(__name__)


def serve(
    settings: Settings,
    parts: frozenset[Part],
    *,
    say: Callable[[str], None],
    build: Callable[[Settings], Factline] | None = None,
) -> None:
    """Run until SIGTERM or SIGINT, then finish what is under way within 10 s.

    Args:
        settings: the settings.
        parts: what to run.
        say: shows the operator a line ("Factline is ready: ...").
        build: makes the services; `bot.bootstrap.bootstrap` by default.

    Raises:
        BotError: the data folder is owned by another process or cannot be written, or the port is taken.
    """
    now = datetime.now(UTC)
    with (
        take(settings.data_path, SERVE, now=now, wait_s=_WAIT_FOR_COMMAND_S) as ownership,
        contextlib.ExitStack() as stack,
    ):
        listener = stack.enter_context(_bind(settings)) if Part.WEB in parts else None
        address = _address(settings, listener) if listener else ""
        factline = (build or _bootstrap)(settings)
        key = secrets.token_urlsafe(24)
        try:

            def on_ready() -> None:
                ownership.announce(address, key)
                say(_ready_line(address))

            asyncio.run(_run(factline, parts, listener=listener, address=address, key=key, on_ready=on_ready))
        finally:
            _close(factline)


def _bootstrap(settings: Settings) -> Factline:
    from bot.bootstrap import bootstrap

    return bootstrap(settings)


async def _run(
    factline: Factline,
    parts: frozenset[Part],
    *,
    listener: socket.socket | None,
    address: str,
    key: str,
    on_ready: Callable[[], None],
) -> None:
    stop = asyncio.Event()
    _on_signals(stop)
    tasks: list[asyncio.Task[None]] = []
    adapters = factline.adapters(parts)
    if listener is not None:
        from bot.local_api import add_local_routes
        from web.app import create_app

        app = create_app(factline.web_services(address))
        add_local_routes(app, factline, key)
        for adapter in adapters:
            if isinstance(adapter, HasRoutes):
                adapter.add_routes(app)
        server = _Server(app, listener)
        tasks.append(asyncio.create_task(server.run(stop), name="web"))
        await server.wait_until_started(tasks[0])
    tasks += [asyncio.create_task(adapter.run(factline.dispatcher, stop), name=adapter.name) for adapter in adapters]
    on_ready()
    stopping = asyncio.create_task(stop.wait(), name="stop")
    ended: set[asyncio.Task[None]] = set()
    while tasks and not stop.is_set():
        done, _ = await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
        ended = {task for task in tasks if task in done}
        if ended:  # a part that ends by itself has failed: an operator restarts whole processes, not halves
            stop.set()
    if not tasks:
        await stopping
    stopping.cancel()
    await _finish(tasks)
    for task in ended:
        task.result()


async def _finish(tasks: Sequence[asyncio.Task[None]]) -> None:
    if not tasks:
        return
    _, late = await asyncio.wait(tasks, timeout=GRACE_S)
    for task in late:
        _log.warning("part_stopped_late", part=task.get_name())
        task.cancel()
    await asyncio.wait(tasks, timeout=1)


def _on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def ask_to_stop() -> None:
        if stop.is_set():  # the second Ctrl-C means "now"; everything stored is safe at any point
            os._exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ask_to_stop)


class _Server:
    """uvicorn on a socket that is already bound, stopped by our event instead of its own signal handlers."""

    def __init__(self, app: FastAPI, listener: socket.socket) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=int(GRACE_S) - 1,
            lifespan="on",
            ws="none",
        )
        self._server = _QuietServer(config)
        self._listener = listener

    async def run(self, stop: asyncio.Event) -> None:
        serving = asyncio.create_task(self._server.serve(sockets=[self._listener]))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        self._server.should_exit = True
        stopping.cancel()
        await serving

    async def wait_until_started(self, running: asyncio.Task[None]) -> None:
        while not self._server.started:
            if running.done():
                running.result()
                raise BotError("The web server stopped while starting; the log says why.")
            await asyncio.sleep(0.01)


class _QuietServer(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _bind(settings: Settings) -> socket.socket:
    """Take the port before anything slow happens: one in use is told at once, and early callers wait their turn."""
    host, port = settings.http_host, settings.http_port
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as exc:
        raise AddressInUse(host, port, exc.strerror or str(exc)) from exc
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(2048)
    except OSError as exc:
        listener.close()
        reason = "something is listening there already" if exc.errno == errno.EADDRINUSE else exc.strerror or str(exc)
        raise AddressInUse(host, port, reason) from exc
    return listener


def _address(settings: Settings, listener: socket.socket) -> str:
    """Return where a browser on this machine reaches the server."""
    host = settings.http_host if settings.http_host not in {"0.0.0.0", "::"} else "127.0.0.1"  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


def _ready_line(address: str) -> str:
    return f"Factline is ready: {address}/" if address else "Factline is ready (no web server was asked for)."


def _close(factline: Factline) -> None:
    try:
        factline.close()
    except Exception as exc:  # noqa: BLE001 - the record is safe; ending matters more now
        _log.error("close_failed", error=type(exc).__qualname__)
    sys.stderr.flush()
