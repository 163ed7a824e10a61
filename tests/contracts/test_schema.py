"""Schema, migrations and tampering, on both SQL engines."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

import storage.migrations
from knowledge_base.errors import DatabaseTooNew, StorageUnavailable
from knowledge_base.history import verify_chain
from storage.database import Database
from storage.fact_checks import SqlFactCheckRepository
from storage.migrations import MIGRATIONS, VERSION_TABLE
from storage.tables import metadata
from tests.fakes.fact_checks import NOON, a_fact_check

BY_EDITOR = {"editor": "ed", "reason": "", "at": NOON}


def test_migrations_end_at_the_tables_the_code_uses(database):
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, metadata) == []


def test_every_migration_is_listed_in_order():
    config = Config()
    config.set_main_option("script_location", str(Path(storage.migrations.__file__).parent))
    config.set_main_option("path_separator", "os")
    found = [each.revision for each in ScriptDirectory.from_config(config).walk_revisions()]
    assert tuple(reversed(found)) == MIGRATIONS


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE revisions SET snapshot = replace(snapshot, 'cures', 'kills') WHERE revision = 1",
        "UPDATE revisions SET editor = 'somebody else' WHERE revision = 1",
        "UPDATE revisions SET digest = 'f00d' WHERE revision = 1",
        "DELETE FROM revisions WHERE revision = 1",
    ],
)
def test_tampering_with_the_history_shows(database, tampering):
    repository = SqlFactCheckRepository(database)
    saved = a_fact_check()
    for _ in range(3):
        saved = repository.save(saved, **BY_EDITOR)
    assert verify_chain(repository.revisions(saved.id)) == []
    with database.writing() as connection:
        connection.execute(text(tampering))
    assert verify_chain(repository.revisions(saved.id)) != []


def test_a_damaged_snapshot_is_a_clear_error(database):
    repository = SqlFactCheckRepository(database)
    saved = repository.save(a_fact_check(), **BY_EDITOR)
    with database.writing() as connection:
        connection.execute(text("UPDATE revisions SET snapshot = '{}'"))
    with pytest.raises(StorageUnavailable, match="damaged"):
        repository.get(saved.id)


@pytest.mark.postgres
class TestPostgres:
    """What only PostgreSQL can do."""

    @pytest.fixture
    def fresh(self, postgres_address, request):
        """Make an empty database of its own for this test; yield (name, address)."""
        name = "fresh_database"
        admin = Database.open(postgres_address)
        with admin._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name} {getattr(request, 'param', '')}"))
            yield postgres_address.replace("/postgres", f"/{name}").replace("sql://", "sql+psycopg://", 1)
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.close()

    def test_a_newer_database_is_refused(self, fresh):
        database = Database.open(fresh)
        with database.writing() as connection:
            connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
        database.close()
        with pytest.raises(DatabaseTooNew) as refused:
            Database.open(fresh)
        assert (refused.value.found, refused.value.known) == ("9999", MIGRATIONS[-1])

    def test_tables_of_another_program_with_our_names_are_refused(self, fresh):
        database = Database.open(fresh)
        with database.writing() as connection:
            connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))
        database.close()
        with pytest.raises(StorageUnavailable, match="another program"):
            Database.open(fresh)

    @pytest.mark.parametrize(
        "fresh", ["ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"], indirect=True
    )
    def test_a_database_that_cannot_hold_every_language_is_refused(self, fresh):
        with pytest.raises(StorageUnavailable, match="createdb --encoding=UTF8"):
            Database.open(fresh)

    def test_a_wrong_password_is_told_without_the_password(self, postgres_address):
        wrong = postgres_address.replace("open-sesame-7391", "s3cr3t-wrong")
        with pytest.raises(StorageUnavailable) as refused:
            Database.open(wrong)
        assert "authentication failed" in refused.value.reason
        assert "s3cr3t" not in refused.value.reason

    def test_a_lost_connection_is_told_and_the_next_call_works_again(self, fresh):
        database = Database.open(fresh)
        repository = SqlFactCheckRepository(database)
        killing = text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = 'fresh_database'"
        )
        other = Database.open(fresh)
        with pytest.raises(StorageUnavailable), database.transaction():  # noqa: PT012 - lost on the way
            repository.save(a_fact_check(1), **BY_EDITOR)
            with other.writing() as connection:
                connection.execute(killing)
            repository.save(a_fact_check(2), **BY_EDITOR)
        repository.save(a_fact_check(2), **BY_EDITOR)
        assert [int(each.id) for each in repository.iterate()] == [2]
        database.close()
        other.close()

    def test_it_is_backed_up_with_its_own_tool(self, postgres_database, tmp_path):
        with pytest.raises(StorageUnavailable, match="pg_dump") as refused:
            postgres_database.backup(tmp_path / "copy.db")
        assert "open-sesame" not in refused.value.reason
