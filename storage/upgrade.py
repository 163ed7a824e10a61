"""Bringing a database to the newest migration, or refusing it untouched."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect, text

from knowledge_base.errors import DatabaseTooNew, StorageUnavailable
from storage.engine_errors import place
from storage.engines import for_writing, is_sqlite, sqlite_path
from storage.migrations import MIGRATIONS, VERSION_TABLE

_UPGRADE_LOCK = 0x666163746C696E65  # PostgreSQL advisory lock: "factline"


def refuse_unknown_file(url: URL) -> None:
    """Look into an existing SQLite file through a read-only connection, before anything could change it.

    Raises:
        DatabaseTooNew: a newer Factline wrote it.
        StorageUnavailable: another program did.
    """
    path = sqlite_path(url)
    if path.is_dir():
        raise StorageUnavailable(f"{place(url)} cannot be used: it is a directory, not a file.")
    if not path.exists() or path.stat().st_size == 0:
        return
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if VERSION_TABLE in names:
            row = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()
            _refuse_newer(row[0] if row else "")
        elif names:
            raise _foreign(url)


def upgrade(engine: Engine, url: URL) -> None:
    """Run the missing migrations, all or none, one process at a time.

    Raises:
        DatabaseTooNew: a newer Factline wrote the database.
        StorageUnavailable: tables of the same names are there that Factline did not make.
    """
    with engine.connect() as connection:
        _require_unicode(connection, url)
        if _current(connection) == MIGRATIONS[-1]:
            return
    with for_writing(engine).connect() as connection, connection.begin():
        if not is_sqlite(url):
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # another process's migration may take its time
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})
        found = _current(connection)
        if found == MIGRATIONS[-1]:
            return
        if found == "" and _has_other_tables(connection):
            raise _foreign(url)
        _migrate(connection)


def _current(connection: Connection) -> str:
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    found: str = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or ""
    _refuse_newer(found)
    return found


def _refuse_newer(found: str) -> None:
    if found and found not in MIGRATIONS:
        raise DatabaseTooNew(found, MIGRATIONS[-1])


def _require_unicode(connection: Connection, url: URL) -> None:
    if is_sqlite(url):
        return
    encoding = connection.execute(text("SHOW server_encoding")).scalar()
    if encoding != "UTF8":
        raise StorageUnavailable(
            f"{place(url)} was created with the encoding {encoding}, which cannot hold every language. "
            "Create it again with: createdb --encoding=UTF8 --template=template0"
        )


def _has_other_tables(connection: Connection) -> bool:
    from storage.tables import metadata

    names = set(inspect(connection).get_table_names())
    return bool(names & set(metadata.tables))


def _foreign(url: URL) -> StorageUnavailable:
    return StorageUnavailable(
        f"{place(url)} holds tables of another program. Nothing was touched. "
        "Point FACTLINE_DATA_DIR / FACTLINE_DATABASE_URL at an empty or a new database."
    )


def _migrate(connection: Connection) -> None:
    # Imported late: Alembic takes half a second, and a database that is up to date does not need it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
