"""The border: whatever an engine or its driver raises becomes `StorageUnavailable`, in words for an operator."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from knowledge_base.errors import StorageUnavailable

_SQLITE_WORDS = {
    "SQLITE_BUSY": "it is locked: another program has been writing to it for too long. "
    "Stop that program, or wait until it is done",
    "SQLITE_LOCKED": "it is locked by another connection of this process",
    "SQLITE_READONLY": "it is read-only. Give the user Factline runs as the right to write to the file and its folder",
    "SQLITE_PERM": "access to it is denied. Give the user Factline runs as the right to read and write it",
    "SQLITE_FULL": "the disk is full. Free some space; nothing that was being written has been kept by halves",
    "SQLITE_CANTOPEN": "it cannot be opened. Check that its folder exists and that the user Factline runs as may "
    "read and write there",
    "SQLITE_CORRUPT": "the file is damaged. Restore a backup (factline restore)",
    "SQLITE_NOTADB": "the file is damaged, or no SQLite database at all. Restore a backup (factline restore)",
    "SQLITE_IOERR": "the disk reported an error while reading or writing. Check the disk and the space left on it",
}
_SECRET_IN_URL = re.compile(r"(?<=://)([^/\s:@]*):[^/\s]*@")
_SECRET_PAIR = re.compile(r"(password\s*=\s*)('[^']*'|\S+)", re.IGNORECASE)


def place(url: URL) -> str:
    """Return where the database is, for a person; never with a password."""
    if url.get_backend_name() == "sqlite":
        return f"the database {url.database}"
    where = ":".join(str(part) for part in (url.host or "localhost", url.port) if part)
    return f"the PostgreSQL database {url.database or ''!r} at {where}"


def unavailable(error: BaseException, url: URL) -> StorageUnavailable:
    """Return what to tell the operator about `error`."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(cause, sqlite3.Error):
        name = getattr(cause, "sqlite_errorname", "") or ""
        family = "_".join(name.split("_")[:2])
        words = _SQLITE_WORDS.get(family, f"SQLite says: {cause}")
    elif isinstance(error, PoolTimeout):
        words = "all of its connections have been busy for too long"
    elif isinstance(cause, OSError):
        words = f"{cause.strerror or cause}"
    else:
        words = f"it says: {_without_secrets(' '.join(str(cause).split()), url)}"
    return StorageUnavailable(f"{place(url)} cannot be used: {words}.".replace("..", "."))


def _without_secrets(message: str, url: URL) -> str:
    message = _SECRET_PAIR.sub(r"\1***", _SECRET_IN_URL.sub(r"\1:***@", message))
    return message.replace(str(url.password), "***") if url.password else message


@contextmanager
def translated(url: URL, *, files: bool = False) -> Iterator[None]:
    """Turn what engine and driver raise inside the block into `StorageUnavailable`; file errors too if `files`."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error) as exc:
        raise unavailable(exc, url) from exc
    except OSError as exc:
        if not files:
            raise
        raise unavailable(exc, url) from exc
