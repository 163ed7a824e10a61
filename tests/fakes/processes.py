"""Factline as real processes: commands that end, and a server that runs until told otherwise."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx

DEADLINE_S = 120  # generous: two cores shared with other test workers, and a first model export
_FACTLINE = [sys.executable, "-m", "bot"]
_T = TypeVar("_T")


def environment(data_dir: Path, models_dir: Path, **settings: str) -> dict[str, str]:
    """Return this process's environment with only these settings."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FACTLINE_")}
    ours |= {"FACTLINE_DATA_DIR": str(data_dir), "FACTLINE_MODELS_DIR": str(models_dir), "FACTLINE_HTTP_PORT": "0"}
    return ours | {"PYTHONUNBUFFERED": "1", "COLUMNS": "200"} | settings


def run(*arguments: str, env: dict[str, str], cwd: Path, typed: str | bytes = "") -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    given = typed.encode() if isinstance(typed, str) else typed
    ended = subprocess.run([*_FACTLINE, *arguments], env=env, cwd=cwd, input=given, capture_output=True,
                           timeout=DEADLINE_S, check=False)  # fmt: skip
    return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def eventually(look: Callable[[], _T], what: str, deadline_s: float = DEADLINE_S) -> _T:
    """Return the first true thing `look` returns."""
    pause = threading.Event()
    ends = time.monotonic() + deadline_s
    while time.monotonic() < ends:
        if found := look():
            return found
        pause.wait(0.05)
    raise AssertionError(f"never happened: {what}")


class Server:
    """A running `factline serve`."""

    def __init__(self, *arguments: str, env: dict[str, str], cwd: Path) -> None:
        self._log = (cwd / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [*_FACTLINE, "serve", *arguments], env=env, cwd=cwd, stdout=subprocess.PIPE, stderr=self._log, text=True
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.log_path = cwd / "serve.log"

    def _read(self) -> None:
        assert self.process.stdout
        with self.process.stdout as printed:
            for line in printed:
                self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def ready_line(self) -> str:
        """Wait for the line that says it is ready and return it."""
        line = self._lines.get(timeout=DEADLINE_S)
        assert line is not None, f"it ended instead: {self.log_path.read_text()}"
        return line

    def client(self) -> httpx.Client:
        """Wait until it is ready and return a client of it."""
        address = self.ready_line().removeprefix("Factline is ready: ")
        return httpx.Client(base_url=address, timeout=DEADLINE_S, trust_env=False)

    def kill(self) -> None:
        """End it the hard way: kill -9."""
        self.process.kill()
        self._ended()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code."""
        self.process.send_signal(number)
        return self._ended()

    def _ended(self) -> int:
        exit_code = self.process.wait(DEADLINE_S)
        self._reader.join(DEADLINE_S)
        self._log.close()
        return exit_code


@contextlib.contextmanager
def serving(*arguments: str, env: dict[str, str], cwd: Path) -> Iterator[Server]:
    """Run a server for the length of a block."""
    server = Server(*arguments, env=env, cwd=cwd)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.kill()
