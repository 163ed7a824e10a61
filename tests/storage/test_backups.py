from __future__ import annotations

import os
import stat

import pytest

from knowledge_base.errors import DatabaseTooNew, StorageUnavailable
from storage.backups import restore
from storage.database import Database
from storage.fact_checks import SqlFactCheckRepository
from storage.migrations import VERSION_TABLE
from tests.fakes.fact_checks import NOON, a_fact_check

BY_EDITOR = {"editor": "ed", "reason": "", "at": NOON}


@pytest.fixture
def address(tmp_path):
    return f"sqlite:///{tmp_path}/data/factline.db"


@pytest.fixture
def database(address):
    database = Database.open(address)
    yield database
    database.close()


def test_a_backup_taken_while_somebody_writes_holds_the_committed_state(database, tmp_path):
    repository = SqlFactCheckRepository(database)
    saved = repository.save(a_fact_check(1), **BY_EDITOR)
    copy = tmp_path / "copy.db"
    with database.transaction():
        repository.save(a_fact_check(2), **BY_EDITOR)
        database.backup(copy)
    assert [each.name for each in tmp_path.glob("copy*")] == ["copy.db"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    restored = Database.open(f"sqlite:///{copy}")
    assert list(SqlFactCheckRepository(restored).iterate()) == [saved]
    restored.close()


def test_a_backup_that_fails_leaves_the_old_one(database, tmp_path):
    target = tmp_path / "a folder"
    target.mkdir()
    with pytest.raises(StorageUnavailable):
        database.backup(target)
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith("a folder")] == ["a folder"]


def test_restoring_brings_back_what_was_backed_up_and_moves_the_rest_aside(database, address, tmp_path):
    repository = SqlFactCheckRepository(database)
    repository.save(a_fact_check(1), **BY_EDITOR)
    database.backup(tmp_path / "copy.db")
    repository.save(a_fact_check(2), **BY_EDITOR)
    database.close()
    with pytest.raises(StorageUnavailable, match="exists already"):
        restore(tmp_path / "copy.db", address)
    aside = restore(tmp_path / "copy.db", address, replace=True)
    for where, expected in ((address, [1]), (f"sqlite:///{aside}", [1, 2])):
        opened = Database.open(where)
        assert [int(each.id) for each in SqlFactCheckRepository(opened).iterate()] == expected
        opened.close()


def test_restoring_to_a_new_place_needs_no_permission(database, tmp_path):
    database.backup(tmp_path / "copy.db")
    assert restore(tmp_path / "copy.db", f"sqlite:///{tmp_path}/new/factline.db") is None
    Database.open(f"sqlite:///{tmp_path}/new/factline.db").close()


def test_a_damaged_or_missing_backup_changes_nothing(database, address, tmp_path):
    repository = SqlFactCheckRepository(database)
    repository.save_many([a_fact_check(number) for number in range(300)], **BY_EDITOR)
    copy = tmp_path / "copy.db"
    database.backup(copy)
    database.close()
    content = bytearray(copy.read_bytes())
    content[4096 * 20 :] = os.urandom(len(content) - 4096 * 20)
    copy.write_bytes(content)
    for backup in (copy, tmp_path / "missing.db"):
        with pytest.raises(StorageUnavailable, match=r"damaged|no backup"):
            restore(backup, address, replace=True)
    opened = Database.open(address)
    assert SqlFactCheckRepository(opened).count() == 300
    opened.close()


def test_a_backup_of_a_newer_version_is_refused(database, address, tmp_path):
    with database.writing() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    database.backup(tmp_path / "copy.db")
    database.close()
    with pytest.raises(DatabaseTooNew):
        restore(tmp_path / "copy.db", address, replace=True)


def test_postgresql_is_restored_with_its_own_tool(tmp_path):
    with pytest.raises(StorageUnavailable, match="pg_restore"):
        restore(tmp_path / "copy.db", "postgresql://user:hunter2@host/db")
