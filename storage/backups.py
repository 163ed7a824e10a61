"""Copies of an SQLite database, out and back in."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from knowledge_base.errors import StorageUnavailable
from storage.engine_errors import place, translated
from storage.engines import create_private_file, is_sqlite, parse_url, sqlite_path
from storage.upgrade import refuse_unknown_file

_PAGES_PER_STEP = 1000  # writers get their turn between steps


def back_up(url: URL, path: Path) -> None:
    """Write a consistent copy of the database to `path`; see `Database.backup`."""
    if not is_sqlite(url):
        raise StorageUnavailable(
            f"{place(url)} is backed up with PostgreSQL's own tool: pg_dump --format=custom --file={path} "
            f"{url.database}. Restore it with pg_restore."
        )
    with translated(url, files=True):
        _copy(sqlite_path(url), path)


def restore(backup: Path, url: str, *, replace: bool = False) -> Path | None:
    """Put a copy made by `Database.backup` in the place of the database `url`, which nobody may have open.

    Args:
        backup: the copy; checked first, never changed.
        url: an SQLite address.
        replace: whether a database that is there is moved aside; its new path is returned.

    Raises:
        DatabaseTooNew: a newer Factline wrote the copy.
        StorageUnavailable: the copy is damaged or missing, the target is PostgreSQL, or there is a database
            already and `replace` is false. Nothing was changed.
    """
    target = parse_url(url)
    if not is_sqlite(target):
        raise StorageUnavailable(f"{place(target)} is restored with PostgreSQL's own tool: pg_restore.")
    source = URL.create("sqlite", database=str(backup))
    with translated(source, files=True):
        if not backup.is_file():
            raise StorageUnavailable(f"there is no backup {backup}.")
        refuse_unknown_file(source)
        _require_sound(backup)
    path = sqlite_path(target)
    with translated(target, files=True):
        if path.exists() and not replace:
            raise StorageUnavailable(f"{place(target)} exists already. Say that it may be replaced, or move it away.")
        incoming = path.with_name(f"{path.name}.restoring")
        _copy(backup, incoming)
        aside = _move_aside(path) if path.exists() else None
        incoming.replace(path)
        return aside


def _require_sound(path: Path) -> None:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise StorageUnavailable(f"the backup {path} is damaged: {verdict}.")


def _move_aside(path: Path) -> Path:
    number = 1
    while (aside := path.with_name(f"{path.name}.before-restore-{number}")).exists():
        number += 1
    path.replace(aside)
    for suffix in ("-wal", "-shm"):
        journal = path.with_name(path.name + suffix)
        if journal.exists():
            journal.replace(aside.with_name(aside.name + suffix))
    return aside


def _copy(source: Path, path: Path) -> None:
    partial = path.with_name(f"{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        create_private_file(partial)
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as reader,
            closing(sqlite3.connect(partial)) as writer,
        ):
            reader.backup(writer, pages=_PAGES_PER_STEP)
            writer.execute("PRAGMA journal_mode = DELETE")  # one file, complete in itself
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(path)
    finally:
        for leftover in (partial, *(partial.with_name(partial.name + end) for end in ("-wal", "-shm", "-journal"))):
            leftover.unlink(missing_ok=True)
