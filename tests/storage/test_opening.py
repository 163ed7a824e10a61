from __future__ import annotations

import hashlib
import os
import shutil
import socket
import sqlite3
import stat
import tempfile
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from knowledge_base.errors import DatabaseTooNew, StorageUnavailable
from storage import engines
from storage.database import Database
from storage.fact_checks import SqlFactCheckRepository
from storage.migrations import MIGRATIONS, VERSION_TABLE
from tests.fakes.fact_checks import NOON, a_fact_check

BY_EDITOR = {"editor": "ed", "reason": "", "at": NOON}


def address(path):
    return f"sqlite:///{path}"


@contextmanager
def opened(path):
    database = Database.open(address(path))
    try:
        yield database
    finally:
        database.close()


def fingerprints(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(Path(folder).iterdir())}


@contextmanager
def not_as_root():
    """File permissions mean nothing to root: act as nobody meanwhile."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def public_folder():
    """A folder that nobody owns and may reach (pytest's own are closed to others)."""
    folder = Path(tempfile.mkdtemp(prefix="factline-test-"))
    if os.geteuid() == 0:
        os.chown(folder, 65534, 65534)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_new_file_is_made_with_its_folder_and_only_its_owner_may_read_it(tmp_path):
    path = tmp_path / "some" / "where" / "factline.db"
    with opened(path) as database:
        SqlFactCheckRepository(database).save(a_fact_check(), **BY_EDITOR)
        for each in path.parent.iterdir():
            assert stat.S_IMODE(each.stat().st_mode) == 0o600, each.name


def test_what_was_saved_is_there_after_opening_again(tmp_path):
    with opened(tmp_path / "f.db") as database:
        saved = SqlFactCheckRepository(database).save(a_fact_check(), **BY_EDITOR)
    with opened(tmp_path / "f.db") as database:
        assert SqlFactCheckRepository(database).get(saved.id) == saved


def test_the_engine_is_set_up_for_one_machine(tmp_path):
    with opened(tmp_path / "f.db") as database, database.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 1, "busy_timeout": 5000}


def test_two_that_open_a_new_file_at_once_both_succeed(tmp_path):
    problems = []

    def open_it():
        try:
            Database.open(address(tmp_path / "f.db")).close()
        except StorageUnavailable as exc:
            problems.append(exc)

    threads = [Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    with opened(tmp_path / "f.db") as database:
        assert SqlFactCheckRepository(database).count(None) == 0


def test_a_database_of_a_newer_version_is_refused_untouched(tmp_path):
    path = tmp_path / "f.db"
    with opened(path) as database:
        SqlFactCheckRepository(database).save(a_fact_check(), **BY_EDITOR)
        with database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    before = fingerprints(tmp_path)
    with pytest.raises(DatabaseTooNew) as refused:
        Database.open(address(path))
    assert (refused.value.found, refused.value.known) == ("9999", MIGRATIONS[-1])
    assert "newer version" in str(refused.value)
    assert fingerprints(tmp_path)["f.db"] == before["f.db"]
    assert not any(path.stat().st_size for path in tmp_path.glob("f.db-wal"))


def test_a_database_of_another_program_is_refused_untouched(tmp_path):
    path = tmp_path / "places.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    before = fingerprints(tmp_path)
    with pytest.raises(StorageUnavailable, match="another program"):
        Database.open(address(path))
    assert fingerprints(tmp_path) == before


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path):
    path = tmp_path / "f.db"
    path.write_text("Dear diary, " * 1000)
    before = fingerprints(tmp_path)
    with pytest.raises(StorageUnavailable, match="damaged") as refused:
        Database.open(address(path))
    assert str(path) in refused.value.reason
    assert fingerprints(tmp_path) == before


def test_a_damaged_file_is_a_clear_error_when_it_is_read(tmp_path):
    path = tmp_path / "f.db"
    with opened(path) as database:
        SqlFactCheckRepository(database).save_many([a_fact_check(number) for number in range(300)], **BY_EDITOR)
    content = bytearray(path.read_bytes())
    content[4096 * 20 :] = os.urandom(len(content) - 4096 * 20)
    path.write_bytes(content)
    with pytest.raises(StorageUnavailable, match="damaged"), opened(path) as database:
        list(SqlFactCheckRepository(database).iterate())


def test_an_empty_file_becomes_a_database(tmp_path):
    (tmp_path / "f.db").touch()
    with opened(tmp_path / "f.db") as database:
        assert SqlFactCheckRepository(database).count(None) == 0


def test_a_folder_nobody_may_write_to_is_a_clear_error(public_folder):
    public_folder.chmod(0o555)
    with not_as_root(), pytest.raises(StorageUnavailable) as refused:
        Database.open(address(public_folder / "f.db"))
    assert "Permission denied" in refused.value.reason
    assert list(public_folder.iterdir()) == []


def test_a_read_only_file_is_a_clear_error(public_folder):
    path = public_folder / "f.db"
    with not_as_root():
        with opened(path) as database:
            SqlFactCheckRepository(database).save(a_fact_check(), **BY_EDITOR)
        path.chmod(0o444)
        public_folder.chmod(0o555)
        with pytest.raises(StorageUnavailable) as refused:
            Database.open(address(path))
    assert str(path) in refused.value.reason


def test_a_folder_in_the_place_of_the_file_is_a_clear_error(tmp_path):
    with pytest.raises(StorageUnavailable, match="directory"):
        Database.open(address(tmp_path))


def test_a_full_disk_loses_only_what_was_being_written(tmp_path):
    with opened(tmp_path / "f.db") as database:
        repository = SqlFactCheckRepository(database)
        repository.save(a_fact_check(1), **BY_EDITOR)
        many = [a_fact_check(number) for number in range(2, 2000)]
        with pytest.raises(StorageUnavailable, match="disk is full"), database.writing() as connection:  # noqa: PT012
            connection.exec_driver_sql("PRAGMA max_page_count = 100")
            try:
                repository.save_many(many, **BY_EDITOR)
            finally:
                # Going on regardless must not look like success.
                connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
        assert [int(each.id) for each in repository.iterate()] == [1]
        assert len(repository.changes_since(0)) == 1
        repository.save_many(many, **BY_EDITOR)
        assert repository.count() == 1999


def test_a_transaction_the_engine_broke_cannot_seem_to_succeed(tmp_path):
    with opened(tmp_path / "f.db") as database:
        repository = SqlFactCheckRepository(database)
        with pytest.raises(StorageUnavailable), database.transaction():  # noqa: PT012
            repository.save(a_fact_check(1), **BY_EDITOR)
            with pytest.raises(StorageUnavailable), database.writing() as connection:  # noqa: PT012
                connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself on some errors
                connection.exec_driver_sql("SELECT broken")
        assert repository.count(None) == 0


def test_a_database_another_program_keeps_locked_is_a_clear_error(tmp_path, monkeypatch):
    monkeypatch.setattr(engines, "LOCK_TIMEOUT_S", 0.05)
    with opened(tmp_path / "f.db") as database, closing(sqlite3.connect(tmp_path / "f.db")) as other:
        repository = SqlFactCheckRepository(database)
        repository.save(a_fact_check(1), **BY_EDITOR)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageUnavailable, match="locked"):
            repository.save(a_fact_check(2), **BY_EDITOR)
        assert repository.count() == 1  # readers are not in the way of writers, nor the other way round
        other.rollback()
        repository.save(a_fact_check(2), **BY_EDITOR)
        assert repository.count() == 2


def test_a_reader_sees_the_committed_state_while_another_thread_writes(tmp_path):
    with opened(tmp_path / "f.db") as database:
        repository = SqlFactCheckRepository(database)
        written, may_commit = Event(), Event()

        def write():
            with database.transaction():
                repository.save(a_fact_check(1), **BY_EDITOR)
                written.set()
                may_commit.wait(20)

        writer = Thread(target=write)
        writer.start()
        written.wait(20)
        assert repository.count() == 0
        may_commit.set()
        writer.join()
        assert repository.count() == 1


def test_a_closed_database_says_so(tmp_path):
    with opened(tmp_path / "f.db") as database:
        repository = SqlFactCheckRepository(database)
    with pytest.raises(StorageUnavailable, match="has been closed"):
        repository.count()
    database.close()


def test_a_server_nobody_runs_is_a_clear_error_without_the_password():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # bound, not listening: refuses connections
        port = listener.getsockname()[1]
        with pytest.raises(StorageUnavailable) as refused:
            Database.open(f"postgresql://user:hunter2@127.0.0.1:{port}/factline")
    assert f"'factline' at 127.0.0.1:{port}" in refused.value.reason
    assert "refused" in refused.value.reason
    assert "hunter2" not in refused.value.reason


@pytest.mark.parametrize(
    "wrong", ["", "nonsense", "mysql://root:hunter2@host/db", "sqlite://", "sqlite:///:memory:", "postgresql://u:hunter2@h:port/db"]
)  # fmt: skip
def test_an_address_of_no_database_is_a_clear_error_without_the_password(wrong):
    with pytest.raises(StorageUnavailable) as refused:
        Database.open(wrong)
    assert "sqlite:////" in refused.value.reason
    assert "hunter2" not in refused.value.reason
