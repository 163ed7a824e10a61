"""One owner per index directory: two writers damage a Chroma folder for good."""

from __future__ import annotations

import fcntl
import os
import sys
from pathlib import Path

from retrieval.errors import IndexInUse


class OwnerLock:
    """An exclusive lock on a directory, held by this process until released or until it dies.

    The kernel drops it with the process, so a killed owner leaves nothing to clean up. The file names the holder.
    """

    def __init__(self, directory: Path) -> None:
        """Take the lock.

        Raises:
            IndexInUse: another process (or another lock in this one) holds it.
            OSError: the directory cannot be created or written.
        """
        directory.mkdir(parents=True, exist_ok=True)
        self._file: int | None = os.open(directory / "owner.lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._file, 500, 0).decode("utf-8", "replace").strip()
            os.close(self._file)
            self._file = None
            raise IndexInUse(str(directory), holder) from None
        name = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]]).strip() or "python"
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"process {os.getpid()} ({name})".encode(), 0)

    def release(self) -> None:
        """Give the directory up; idempotent."""
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None
