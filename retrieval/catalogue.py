"""The catalogue of the index: which documents it holds, what they say, and what is still to be done.

A SQLite file in the index directory. It is what makes the index consistent: a batch of changes and the sequence
number it reaches are committed together, and whatever the dense leg still has to embed or to drop is written down
in the same transaction. Derived and disposable, like everything beside it.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retrieval.candidates import DocKey, IndexedText
from retrieval.documents import Document, document_number

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
    number INTEGER PRIMARY KEY,
    fact_check_id TEXT NOT NULL,
    locale TEXT NOT NULL,
    revision INTEGER NOT NULL,
    claim TEXT NOT NULL,
    whole TEXT NOT NULL,
    wordings TEXT NOT NULL,
    urls TEXT NOT NULL,
    claim_terms TEXT NOT NULL,
    whole_terms TEXT NOT NULL,
    whole_key BLOB,
    claim_key BLOB,
    embedded INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS document_fact_check ON document (fact_check_id);
CREATE INDEX IF NOT EXISTS document_waiting ON document (number) WHERE embedded = 0;
CREATE TABLE IF NOT EXISTS fingerprint (print TEXT, number INTEGER, PRIMARY KEY (print, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS fingerprint_number ON fingerprint (number);
CREATE TABLE IF NOT EXISTS url (url TEXT, number INTEGER, PRIMARY KEY (url, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS url_number ON url (number);
CREATE TABLE IF NOT EXISTS drop_vector (id TEXT PRIMARY KEY) WITHOUT ROWID;
"""

_LAYOUT = 2
"""Grows with the tables above: a file of another layout is emptied, and the indexer fills it again."""

_MAX_VARIABLES = 900
"""SQLite builds of 2020 and earlier take at most 999 in a statement."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as the catalogue knows it; the keys are those of `vectors.key_of`, None while not embedded."""

    indexed: IndexedText
    revision: int
    whole_key: bytes | None
    claim_key: bytes | None


class Catalogue:
    """The catalogue file. One thread writes; any thread reads, each through its own connection.

    Raises `sqlite3.Error` where the file is damaged or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        self._writing = threading.RLock()
        self._lay_out()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=30)
            connection.execute("PRAGMA journal_mode = WAL")
            # A derived file: losing the last commits in a power cut only means doing them again.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -4096")
            self._local.connection = connection
            with self._guard:
                self._all.append(connection)
        return connection

    def _lay_out(self) -> None:
        connection = self._connection()
        if connection.execute("PRAGMA user_version").fetchone()[0] != _LAYOUT:
            for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                connection.execute(f"DROP TABLE {table}")
        connection.executescript(_SCHEMA)
        connection.execute(f"PRAGMA user_version = {_LAYOUT}")

    def close(self) -> None:
        """Close every connection; idempotent."""
        with self._guard:
            connections, self._all = self._all, []
        for connection in connections:
            connection.close()
        self._local = threading.local()

    def is_sound(self) -> bool:
        """Whether SQLite finds the file undamaged."""
        try:
            row = self._connection().execute("PRAGMA quick_check(1)").fetchone()
        except sqlite3.DatabaseError:
            return False
        return bool(row and row[0] == "ok")

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all or nothing."""
        connection = self._connection()
        with self._writing:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    # --- meta -------------------------------------------------------------------------------------------------

    def read_meta(self, name: str, default: str = "") -> str:
        """Return a named value."""
        row = self._connection().execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def write_meta(self, name: str, value: str) -> None:
        """Set a named value."""
        self._connection().execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    # --- writing ----------------------------------------------------------------------------------------------

    def replace(self, fact_check_id: str, documents: Sequence[Document]) -> None:
        """Make `documents` all that is held of a fact-check, and note what vectors must be made or dropped.

        Call inside `transaction`.
        """
        connection = self._connection()
        new = {document_number(document.key) for document in documents}
        old = connection.execute(
            "SELECT number, locale FROM document WHERE fact_check_id = ?", (fact_check_id,)
        ).fetchall()
        for number, locale in old:
            connection.execute("DELETE FROM fingerprint WHERE number = ?", (number,))
            connection.execute("DELETE FROM url WHERE number = ?", (number,))
            if number not in new:
                connection.execute("DELETE FROM document WHERE number = ?", (number,))
                self._note_drop((fact_check_id, locale))
        for document in documents:
            self._insert(connection, document)

    def _insert(self, connection: sqlite3.Connection, document: Document) -> None:
        number = document_number(document.key)
        indexed = document.indexed
        connection.execute(
            "INSERT OR REPLACE INTO document (number, fact_check_id, locale, revision, claim, whole, wordings, urls,"
            " claim_terms, whole_terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                indexed.fact_check_id,
                indexed.locale,
                document.revision,
                indexed.claim,
                indexed.whole,
                json.dumps(indexed.wordings, ensure_ascii=False),
                json.dumps(indexed.urls),
                indexed.claim_terms,
                indexed.whole_terms,
            ),
        )
        # A text that left and came back must not lose the vectors it is about to get.
        self.mark_dropped(vector_id(document.key, kind) for kind in ("whole", "claim"))
        connection.executemany(
            "INSERT OR IGNORE INTO fingerprint VALUES (?, ?)", [(p, number) for p in document.fingerprints]
        )
        connection.executemany("INSERT OR IGNORE INTO url VALUES (?, ?)", [(url, number) for url in indexed.urls])

    def _note_drop(self, key: DocKey) -> None:
        self._connection().executemany(
            "INSERT OR IGNORE INTO drop_vector VALUES (?)", [(vector_id(key, kind),) for kind in ("whole", "claim")]
        )

    def clear(self) -> None:
        """Forget every document and everything noted. Call inside `transaction`."""
        for table in ("document", "fingerprint", "url", "drop_vector", "meta"):
            self._connection().execute(f"DELETE FROM {table}")

    # --- the dense leg's work list ----------------------------------------------------------------------------

    def waiting(self, limit: int) -> list[DocKey]:
        """Return documents that have no vectors yet, grouped by fact-check as far as possible."""
        rows = self._connection().execute(
            "SELECT fact_check_id, locale FROM document WHERE embedded = 0 ORDER BY number LIMIT ?", (limit,)
        )
        return [(row[0], row[1]) for row in rows]

    def waiting_count(self) -> int:
        """Return how many documents wait for vectors or to be dropped."""
        return int(
            self._connection()
            .execute("SELECT (SELECT count(*) FROM document WHERE embedded = 0) + (SELECT count(*) FROM drop_vector)")
            .fetchone()[0]
        )

    def mark_embedded(self, key: DocKey, revision: int, whole_key: bytes | None, claim_key: bytes | None) -> None:
        """Note that the vectors of a document at `revision` are stored; a newer revision keeps waiting."""
        self._connection().execute(
            "UPDATE document SET embedded = 1, whole_key = ?, claim_key = ? WHERE number = ? AND revision = ?",
            (whole_key, claim_key, document_number(key), revision),
        )

    def to_drop(self, limit: int) -> list[str]:
        """Return ids of vectors that must go, unless their document came back."""
        rows = self._connection().execute("SELECT id FROM drop_vector LIMIT ?", (limit,))
        return [row[0] for row in rows]

    def mark_dropped(self, ids: Iterable[str]) -> None:
        """Note that these vectors are gone. Call inside `transaction`."""
        self._connection().executemany("DELETE FROM drop_vector WHERE id = ?", [(i,) for i in ids])

    def restart_embedding(self) -> None:
        """Make every document wait again: for another model or a lost vector store. Call inside `transaction`."""
        self._connection().execute("UPDATE document SET embedded = 0, whole_key = NULL, claim_key = NULL")
        self._connection().execute("DELETE FROM drop_vector")

    def vector_count(self) -> int:
        """Return how many vectors the store should hold."""
        row = (
            self._connection()
            .execute(
                "SELECT coalesce(sum((whole_key IS NOT NULL) +"
                " (claim_key IS NOT NULL AND claim_key IS NOT whole_key)), 0) FROM document WHERE embedded = 1"
            )
            .fetchone()
        )
        return int(row[0])

    # --- reading ----------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return the number of documents."""
        return int(self._connection().execute("SELECT count(*) FROM document").fetchone()[0])

    def entries(self, numbers: Iterable[int]) -> dict[int, Entry]:
        """Return the documents with these numbers that exist, by number."""
        wanted = list(dict.fromkeys(numbers))
        found: dict[int, Entry] = {}
        for at in range(0, len(wanted), _MAX_VARIABLES):
            part = wanted[at : at + _MAX_VARIABLES]
            rows = self._connection().execute(
                "SELECT number, fact_check_id, locale, revision, claim, whole, wordings, urls, claim_terms,"
                " whole_terms, whole_key, claim_key"
                f" FROM document WHERE number IN ({','.join('?' * len(part))})",
                part,
            )
            for row in rows:
                wordings = tuple(json.loads(row[6])) if row[6] != "[]" else ()
                urls = tuple(json.loads(row[7])) if row[7] != "[]" else ()
                indexed = IndexedText(row[1], row[2], row[4], row[5], wordings, urls, row[8], row[9])
                found[row[0]] = Entry(indexed, row[3], row[10], row[11])
        return found

    def keys(self, numbers: Iterable[int]) -> dict[int, DocKey]:
        """Return the document keys of these numbers, where they exist, by number."""
        wanted = list(dict.fromkeys(numbers))
        found: dict[int, DocKey] = {}
        for at in range(0, len(wanted), _MAX_VARIABLES):
            part = wanted[at : at + _MAX_VARIABLES]
            rows = self._connection().execute(
                f"SELECT number, fact_check_id, locale FROM document WHERE number IN ({','.join('?' * len(part))})",
                part,
            )
            found.update((row[0], (row[1], row[2])) for row in rows)
        return found

    def with_fingerprint(self, prints: Sequence[str]) -> dict[str, list[int]]:
        """Return document numbers by fingerprint."""
        return self._look_up("fingerprint", "print", prints)

    def with_url(self, urls: Sequence[str]) -> dict[str, list[int]]:
        """Return document numbers by canonical address."""
        return self._look_up("url", "url", urls)

    def _look_up(self, table: str, column: str, values: Sequence[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for value in dict.fromkeys(values):
            rows = self._connection().execute(f"SELECT number FROM {table} WHERE {column} = ? LIMIT 50", (value,))
            if numbers := [row[0] for row in rows]:
                found[value] = numbers
        return found


def vector_id(key: DocKey, kind: str) -> str:
    """Return the id of a vector in the store: fact-check, locale and kind ("whole" or "claim")."""
    return f"{key[0]}|{key[1]}|{kind}"
