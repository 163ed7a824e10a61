"""`kill -9` in the middle of a write: all of it or nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap

import pytest

from knowledge_base.history import verify_chain
from storage.database import Database
from storage.fact_checks import SqlFactCheckRepository

BATCH = 400

WRITER = textwrap.dedent(
    f"""
    import sys
    from sqlalchemy import event
    from storage.database import Database
    from storage.fact_checks import SqlFactCheckRepository
    from tests.fakes.fact_checks import NOON, a_fact_check

    database = Database.open(sys.argv[1])
    repository = SqlFactCheckRepository(database)
    mode, batch = sys.argv[2], 0

    @event.listens_for(database._engine, "before_cursor_execute")
    def tell(connection, cursor, statement, *rest):
        if batch == 1 and mode in statement:
            print("writing", flush=True)
            sys.stdin.readline()  # for ever: the test kills us here

    while True:
        records = [a_fact_check(batch * {BATCH} + number) for number in range({BATCH})]
        repository.save_many(records, editor="ed", reason="", at=NOON)
        batch += 1
    """
)


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["INSERT INTO revisions", "INSERT INTO changes"])
def test_a_batch_that_was_being_written_is_gone_and_the_rest_is_sound(tmp_path, moment):
    address = f"sqlite:///{tmp_path}/f.db"
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, address, moment], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout.readline() == "writing\n"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    database = Database.open(address)
    repository = SqlFactCheckRepository(database)
    assert repository.count(None) == BATCH
    assert len(list(repository.iterate(None))) == BATCH
    assert len(repository.changes_since(0, limit=10 * BATCH)) == BATCH
    assert verify_chain(repository.revisions(f"{7:026d}")) == []
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    database.close()
