"""One owner per data folder: the embedded index is damaged for good by a second writer.

The owner holds an exclusive `flock` on `factline.lock` for as long as it lives; the kernel drops it with the
process, so a file left by `kill -9` is no obstacle. The file's text says who holds it.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from bot.errors import DataDirInUse, DataDirUnusable

LOCK_NAME = "factline.lock"
SERVE = "serve"
_RETRY_S = 0.05
_PROBE_GRACE_S = 0.3  # somebody who only looks holds the lock for microseconds


@dataclass(frozen=True, slots=True)
class Owner:
    """Who holds a data folder.

    `address` is where it answers HTTP, "" where it does not (yet); `key` lets whoever can read the lock file (its
    own user) use what is not public there; `is_ready` turns true when the server's start is over.
    """

    pid: int
    command: str
    since: str
    address: str = ""
    key: str = field(default="", repr=False)
    is_ready: bool = False

    @property
    def is_server(self) -> bool:
        """Whether it stays, rather than holding the folder for the length of one command."""
        return self.command == SERVE

    def __str__(self) -> str:
        place = f", at {self.address}" if self.address else ""
        return f"process {self.pid}, `factline {self.command}`, since {self.since}{place}"


class Ownership:
    """A held lock; release it by `release()` or by leaving the `with` block."""

    def __init__(self, path: Path, descriptor: int, owner: Owner) -> None:
        self._path = path
        self._descriptor = descriptor
        self.owner = owner
        self._write()

    def announce(self, address: str, key: str = "") -> None:
        """Tell other processes that this one is ready, and where it answers HTTP ("" for nowhere)."""
        self.owner = replace(self.owner, address=address, key=key, is_ready=True)
        self._write()

    def release(self) -> None:
        """Let go; idempotent. The file stays: removing it would let two processes lock two files."""
        if self._descriptor < 0:
            return
        try:
            os.ftruncate(self._descriptor, 0)
        finally:
            os.close(self._descriptor)
            self._descriptor = -1

    def _write(self) -> None:
        content = json.dumps(asdict(self.owner)).encode()
        try:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, content, 0)
        except OSError as exc:
            raise DataDirUnusable(str(self._path.parent), exc.strerror or str(exc)) from exc

    def __enter__(self) -> Ownership:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.release()


def prepare_data_dir(data_dir: Path) -> None:
    """Make the folder, readable by its owner only, where it is missing.

    Raises:
        DataDirUnusable: it cannot be made.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except FileExistsError:
        raise DataDirUnusable(str(data_dir), "it is a file") from None
    except OSError as exc:
        raise DataDirUnusable(str(data_dir), exc.strerror or str(exc)) from exc


def take(data_dir: Path, command: str, *, now: datetime, wait_s: float = 0.0) -> Ownership:
    """Become the owner of `data_dir`, making it where needed.

    A holder that only runs one command is waited for up to `wait_s`; a server is not.

    Raises:
        DataDirUnusable: the folder cannot be made or written.
        DataDirInUse: somebody else owns it.
    """
    prepare_data_dir(data_dir)
    path = data_dir / LOCK_NAME
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as exc:
        raise DataDirUnusable(str(data_dir), exc.strerror or str(exc)) from exc
    started = time.monotonic()
    while not _lock(descriptor, fcntl.LOCK_EX):
        holder = _read(descriptor)
        patience_s = _PROBE_GRACE_S if holder is None or holder.is_server else max(wait_s, _PROBE_GRACE_S)
        if time.monotonic() - started > patience_s:
            os.close(descriptor)
            raise DataDirInUse(str(data_dir), str(holder) if holder else "it does not say which")
        time.sleep(_RETRY_S)
    return Ownership(path, descriptor, Owner(os.getpid(), command, now.strftime("%Y-%m-%d %H:%M:%S UTC")))


def current_owner(data_dir: Path) -> Owner | None:
    """Return who owns `data_dir`, or None where nobody does."""
    try:
        descriptor = os.open(data_dir / LOCK_NAME, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if _lock(descriptor, fcntl.LOCK_SH):
            return None
        return _read(descriptor) or Owner(0, "?", "?")
    finally:
        os.close(descriptor)


def _lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except OSError as exc:
        if exc.errno in (errno.EWOULDBLOCK, errno.EACCES):
            return False
        raise
    return True


def _read(descriptor: int) -> Owner | None:
    try:
        found = json.loads(os.pread(descriptor, 4096, 0))
        return Owner(
            pid=int(found["pid"]),
            command=str(found["command"]),
            since=str(found["since"]),
            address=str(found["address"]),
            key=str(found["key"]),
            is_ready=bool(found["is_ready"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
