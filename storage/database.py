"""One database: opening and upgrading it, transactions, backup. The repositories beside it do the rest."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, Table, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from knowledge_base.errors import StorageUnavailable
from storage import backups
from storage.engine_errors import place, translated
from storage.engines import (
    LOCK_TIMEOUT_S,
    create_private_file,
    for_writing,
    is_sqlite,
    open_engine,
    parse_url,
    sqlite_path,
)
from storage.upgrade import refuse_unknown_file, upgrade

_CHANGE_LOG_LOCK = 0x666163746C6F67  # PostgreSQL advisory lock: "factlog"


class Database:
    """The record's database, SQLite or PostgreSQL. Thread-safe; calls block. Implements `Transactions`."""

    def __init__(self, url: URL, engine: Engine) -> None:
        self.url = url
        self._engine = engine
        self._write_engine = for_writing(engine)
        # SQLite has one writer at a time. Threads queue here, in order; its own lock is polled, which starves some.
        self._writer = threading.Lock() if is_sqlite(url) else None
        self._joined = threading.local()
        self._is_closed = False

    @classmethod
    def open(cls, url: str) -> Database:
        """Open, creating an SQLite file (readable by its owner only) where it is missing, and upgrade the schema.

        Args:
            url: "sqlite:////absolute/path" or "postgresql://user:password@host/database".

        Raises:
            DatabaseTooNew: a newer Factline wrote it; nothing was touched.
            StorageUnavailable: it cannot be reached, read or written, or belongs to another program.
        """
        parsed = parse_url(url)
        with translated(parsed, files=True):
            if is_sqlite(parsed):
                refuse_unknown_file(parsed)
                create_private_file(sqlite_path(parsed))
            engine = open_engine(parsed)
            try:
                upgrade(engine, parsed)
            except BaseException:
                engine.dispose()
                raise
        return cls(parsed, engine)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite file (else PostgreSQL)."""
        return is_sqlite(self.url)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Open a write transaction; see `knowledge_base.repository.Transactions`.

        A nested one that fails undoes what was written inside it, and only that.
        """
        with self.writing():
            yield

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield the connection of this thread's write transaction, beginning one where there is none."""
        outer = self._transaction_of_thread()
        if outer is not None:
            with self._nested(outer):
                yield outer
            return
        with (
            translated(self.url),
            self._turn_to_write(),
            self._write_engine.connect() as connection,
            connection.begin(),
        ):
            self._joined.connection, self._joined.broken = connection, None
            try:
                yield connection
            finally:
                self._joined.connection = None
            if self._joined.broken is not None:
                raise self._joined.broken

    @contextmanager
    def _nested(self, outer: Connection) -> Iterator[None]:
        with translated(self.url):
            savepoint = outer.begin_nested()
        try:
            with translated(self.url):
                yield
                savepoint.commit()
        except BaseException as exc:
            try:
                savepoint.rollback()
            except SQLAlchemyError:
                # A full disk makes SQLite roll back everything by itself. The outer transaction must not seem to
                # succeed, even where its owner goes on after this error.
                self._joined.broken = exc
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection to read with: this thread's write transaction where there is one."""
        outer = self._transaction_of_thread()
        if outer is not None:
            with translated(self.url):
                yield outer
            return
        with translated(self.url), self._engine.connect() as connection:
            yield connection

    def _transaction_of_thread(self) -> Connection | None:
        if self._is_closed:
            raise StorageUnavailable(f"{place(self.url)} has been closed.")
        connection: Connection | None = getattr(self._joined, "connection", None)
        return connection

    @contextmanager
    def _turn_to_write(self) -> Iterator[None]:
        if self._writer is None:
            yield
            return
        if not self._writer.acquire(timeout=LOCK_TIMEOUT_S * 2):
            raise StorageUnavailable(f"{place(self.url)} is busy: another thread has been writing for too long.")
        try:
            yield
        finally:
            self._writer.release()

    def order_changes(self, connection: Connection) -> None:
        """Let nobody else write to the change log until this transaction ends.

        PostgreSQL hands out sequence numbers before commit: without this, a reader that follows the log could see
        number 8 first and never come back for number 7. (SQLite has one writer at a time anyway.)
        """
        if not self.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHANGE_LOG_LOCK})

    def insert_new(self, table: Table) -> postgresql.Insert | sqlite.Insert:
        """Return an INSERT that leaves a row alone that is there already."""
        insert: Callable[[Table], postgresql.Insert | sqlite.Insert]
        insert = sqlite.insert if self.is_sqlite else postgresql.insert
        return insert(table).on_conflict_do_nothing()

    def backup(self, path: Path) -> None:
        """Write a consistent copy to `path` while others go on reading and writing; replaces a file there.

        Raises:
            StorageUnavailable: the copy failed (no half copy is left), or this is PostgreSQL, which has pg_dump.
        """
        backups.back_up(self.url, path)

    def close(self) -> None:
        """Close every connection; idempotent. Later calls raise `StorageUnavailable`."""
        self._is_closed = True
        self._engine.dispose()
