"""Every query of the record uses an index (SQLite's own explanation of its plan)."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from knowledge_base.models import Status, Verdict
from knowledge_base.repository import FactCheckFilter
from storage.database import Database
from storage.fact_checks import SqlFactCheckRepository
from tests.fakes.fact_checks import NOON, a_fact_check

CURSOR = f"2026-02-01_{5:026d}"
QUERIES = {
    "get": lambda repository: repository.get_many([a_fact_check(1).id, a_fact_check(2).id]),
    "by url": lambda repository: repository.find(publisher="p", url="u"),
    "by external id": lambda repository: repository.find(publisher="p", external_id="e"),
    "page": lambda repository: repository.page(FactCheckFilter()),
    "next page": lambda repository: repository.page(FactCheckFilter(), cursor=CURSOR),
    "page of all": lambda repository: repository.page(FactCheckFilter(status=None), cursor=CURSOR),
    "page of a verdict": lambda repository: repository.page(FactCheckFilter(verdict=Verdict.SCAM), cursor=CURSOR),
    "page of a publisher": lambda repository: repository.page(FactCheckFilter(publisher="p")),
    "page of a narrative": lambda repository: repository.page(FactCheckFilter(narrative_id="n")),
    "page with a text": lambda repository: repository.page(FactCheckFilter(text="檸檬"), cursor=CURSOR),
    "iterate": lambda repository: list(repository.iterate()),
    "count": lambda repository: repository.count(Status.PUBLISHED),
    "revisions": lambda repository: repository.revisions(a_fact_check(1).id),
    "changes": lambda repository: repository.changes_since(3),
    "last seq": lambda repository: repository.last_seq(),
}


@pytest.mark.parametrize("name", QUERIES)
def test_no_query_reads_a_whole_table_or_sorts(tmp_path, name):
    database = Database.open(f"sqlite:///{tmp_path}/f.db")
    repository = SqlFactCheckRepository(database)
    repository.save_many([a_fact_check(number) for number in range(10)], editor="ed", reason="", at=NOON)
    asked = []

    @event.listens_for(database._engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, *rest):
        asked.append((statement, parameters))

    QUERIES[name](repository)
    event.remove(database._engine, "before_cursor_execute", note)
    assert asked
    with database.reading() as connection:
        for statement, parameters in asked:
            plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            problems = [
                line for line in plan if "TEMP B-TREE" in line or (line.startswith("SCAN") and "INDEX" not in line)
            ]
            assert problems == [], plan
    database.close()
