"""`factline` as processes: commands that end and a server, as an operator runs them."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FACTLINE = [sys.executable, "-m", "bot"]
_START_S = 300.0
_IDLE_S = 2.0


def environment(data_dir: Path, models_dir: Path, **settings: str) -> dict[str, str]:
    """Return this process's environment with only these settings of Factline."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FACTLINE_")}
    ours |= {"FACTLINE_DATA_DIR": str(data_dir), "FACTLINE_MODELS_DIR": str(models_dir), "FACTLINE_STARTER": "false"}
    return ours | {"FACTLINE_HTTP_PORT": str(free_port()), "PYTHONUNBUFFERED": "1"} | settings


def free_port() -> int:
    """Return a port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident memory in MB; `own` leaves out pages of files, which the system may drop at any time."""

    total_mb: float
    own_mb: float


def memory_of(process_id: int) -> Memory:
    """Return the resident memory of a process (Linux)."""
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{process_id}/status").read_text("ascii").splitlines() if ":" in line
    )
    return Memory(*(int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "RssAnon")))


def processor_s(process_id: int) -> float:
    """Return the processor time a process has used: unlike the clock's, it hardly depends on what else runs."""
    fields = Path(f"/proc/{process_id}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Server:
    """A running `factline serve`."""

    def __init__(self, env: dict[str, str], *arguments: str, log: Path) -> None:
        self.started = time.perf_counter()
        self._log = log.open("ab")
        self.process = subprocess.Popen(
            [*FACTLINE, "serve", *arguments], env=env, stdout=self._log, stderr=self._log, cwd=Path(__file__).parents[1]
        )
        self._port = int(env["FACTLINE_HTTP_PORT"])
        self._connection = self._connect()
        self._used = 0.0
        self._wait_until_up()

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=120)

    def _wait_until_up(self) -> None:
        while time.perf_counter() - self.started < _START_S:
            if self.process.poll() is not None:
                raise RuntimeError(f"factline serve ended: see {self._log.name}")
            try:
                self.get("/healthz")
            except OSError:
                time.sleep(0.02)
                self._connection = self._connect()
            else:
                return
        raise RuntimeError("factline serve did not get ready")

    def get(self, path: str) -> bytes:
        """Return the body of an answer."""
        return self._exchange("GET", path)[1]

    def _exchange(self, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
        if time.perf_counter() - self._used > _IDLE_S:  # the server closes idle connections after five seconds
            self._connection.close()
        self._connection.request(method, path, body, {"content-type": "application/json"} if body else {})
        response = self._connection.getresponse()
        content = response.read()
        self._used = time.perf_counter()
        return response.status, content

    def check(self, text: str) -> dict[str, Any]:
        """Ask what `factline ask` asks."""
        body = json.dumps({"text": text}).encode()
        status, content = self._exchange("POST", "/api/v1/check", body)
        if status != 200:
            raise RuntimeError(f"the server answered {status}: {content[:300]!r}")
        found: dict[str, Any] = json.loads(content)
        return found

    def index(self) -> dict[str, Any]:
        """Return where the index stands."""
        found: dict[str, Any] = json.loads(self.get("/readyz"))["index"]
        return found

    def follow_index(self, pause_s: float = 0.25) -> Iterator[dict[str, Any]]:
        """Yield where the index stands until it is up to date, vectors included."""
        while True:
            state = self.index()
            yield state
            if state["documents"] and not state["lag"] and not state["building"]:
                return
            time.sleep(pause_s)

    def processor_s(self) -> float:
        """Return the processor time it has used."""
        return processor_s(self.process.pid)

    def memory(self) -> Memory:
        """Return what it takes now."""
        return memory_of(self.process.pid)

    def stop(self) -> None:
        """Ask it to end and wait until it has."""
        self._connection.close()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()


@contextmanager
def serving(env: dict[str, str], *arguments: str, log: Path) -> Iterator[Server]:
    """Run a server for the length of a block."""
    server = Server(env, *arguments, log=log)
    try:
        yield server
    finally:
        server.stop()


def run(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    return subprocess.run(
        [*FACTLINE, *arguments], env=env, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1]
    )
