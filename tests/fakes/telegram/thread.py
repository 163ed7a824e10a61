"""The fake on its own thread and loop, for tests that drive `factline serve` as a process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from tests.fakes.telegram.server import TelegramServer

Result = TypeVar("Result")


class TelegramThread:
    """A context manager: the server runs while inside. Reach it with `do`, which runs a function on its loop."""

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-telegram", daemon=True)
        self.server: TelegramServer = None  # type: ignore[assignment]

    def __enter__(self) -> TelegramThread:
        self._thread.start()

        async def start() -> TelegramServer:
            return await TelegramServer(**self._options).start()

        self.server = asyncio.run_coroutine_threadsafe(start(), self._loop).result(10)
        return self

    def __exit__(self, *_exc: object) -> None:
        asyncio.run_coroutine_threadsafe(self.server.stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def do(self, act: Callable[[], Result]) -> Result:
        """Run a function on the server's loop and return its result."""
        done: Future[Result] = Future()

        def run() -> None:
            try:
                done.set_result(act())
            except BaseException as exc:  # noqa: BLE001 - handed to the caller
                done.set_exception(exc)

        self._loop.call_soon_threadsafe(run)
        return done.result(30)

    def wait(self, awaitable: Any, timeout_s: float = 60.0) -> Any:
        """Run a coroutine on the server's loop and return its result."""
        return asyncio.run_coroutine_threadsafe(awaitable, self._loop).result(timeout_s)
