"""A disk that fills up while importing, for real: the operating system refuses the database file to grow."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

RECORDS = 3_000

SCRIPT = """
import itertools, json, resource, sys
from datetime import UTC, datetime
from knowledge_base.exchange.errors import ImportStopped
from knowledge_base.exchange.importing import import_file
from knowledge_base.ids import new_ulid
from storage.database import Database
from storage.fact_checks import SqlFactCheckRepository

now = datetime(2026, 1, 1, tzinfo=UTC)
numbers = itertools.count(1)
database = Database.open("sqlite:///" + sys.argv[2])
repository = SqlFactCheckRepository(database)
options = {
    "repository": repository, "publish": True, "editor": "e", "now": now,
    "new_id": lambda: new_ulid(now, next(numbers).to_bytes(10, "big")),
}
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, hard))
told = {}
try:
    import_file(sys.argv[1], **options)
except ImportStopped as stopped:
    told["reason"], told["reported"] = stopped.reason, stopped.report.added
told["kept"] = repository.count(None)
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
again = import_file(sys.argv[1], **options)
told["again"] = [again.unchanged, again.added, again.rejected_count]
database.close()
print(json.dumps(told))
"""


@pytest.mark.slow
def test_what_is_reported_is_kept_and_with_room_again_the_import_continues(tmp_path):
    source = tmp_path / "many.jsonl"
    with source.open("w") as out:
        for number in range(RECORDS):
            out.write(
                json.dumps({"id": str(number), "claim": f"Claim {number}. " + "x" * 1000, "publisher": "P"}) + "\n"
            )
    command = [sys.executable, "-c", SCRIPT, str(source), str(tmp_path / "factline.db")]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["reason"]
    assert 0 < told["reported"] == told["kept"] < RECORDS
    assert told["again"] == [told["kept"], RECORDS - told["kept"], 0]
