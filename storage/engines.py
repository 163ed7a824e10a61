"""How connections to SQLite and PostgreSQL are set up."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from knowledge_base.errors import StorageUnavailable

LOCK_TIMEOUT_S = 5.0
"""How long a writer waits for another; an import's transaction of 1,000 records takes about 0.1 s."""
CONNECT_TIMEOUT_S = 10
_MAX_CONNECTIONS = 40  # AnyIO runs up to 40 blocking calls at a time
_WRITES = "factline_writes"


def parse_url(url: str) -> URL:
    """Return `url`, with the driver filled in.

    Raises:
        StorageUnavailable: it is not the address of an SQLite file or a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        parsed = None
    if parsed is not None:
        backend = parsed.get_backend_name()
        if backend in ("postgresql", "postgres"):
            return parsed.set(drivername="postgresql+psycopg")
        if backend == "sqlite" and parsed.database and parsed.database != ":memory:":
            return parsed.set(drivername="sqlite")
    # The address itself may hold a password, so it is not repeated.
    raise StorageUnavailable(
        "the database address is not one Factline can use. It looks like sqlite:////var/lib/factline/factline.db "
        "or postgresql://user:password@host/database."
    )


def is_sqlite(url: URL) -> bool:
    """Whether `url` names an SQLite file."""
    return url.get_backend_name() == "sqlite"


def sqlite_path(url: URL) -> Path:
    """Return the file `url` names."""
    return Path(url.database or "")


def open_engine(url: URL) -> Engine:
    """Return an engine for `url`; connects to nothing yet."""
    if is_sqlite(url):
        engine = create_engine(
            url,
            connect_args={"timeout": LOCK_TIMEOUT_S, "check_same_thread": False},
            pool_size=_MAX_CONNECTIONS,
            max_overflow=_MAX_CONNECTIONS,
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(
        url,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "application_name": "factline",
            "client_encoding": "utf8",  # else psycopg hands out bytes where the server has no encoding
        },
        pool_pre_ping=True,
        pool_size=5,
        max_overflow=_MAX_CONNECTIONS - 5,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _set_up_postgresql)
    return engine


def for_writing(engine: Engine) -> Engine:
    """Return a view of `engine` whose transactions take SQLite's write lock at once, never half-way through."""
    return engine.execution_options(**{_WRITES: True})


def create_private_file(path: Path) -> None:
    """Create `path`, empty and readable by nobody else, where it is missing: it will hold people's addresses."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _set_up_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes too late for reads and not at all for DDL
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # Reads are single statements and need no transaction.
    if connection.get_execution_options().get(_WRITES):
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{int(LOCK_TIMEOUT_S * 1000)}ms'")
        cursor.execute("SET TIME ZONE 'UTC'")
    connection.commit()
