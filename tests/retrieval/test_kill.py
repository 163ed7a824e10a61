"""An indexing process killed (SIGKILL) at any of its writes leaves an index the next start makes right."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge_base.models import FactCheckText
from tests.fakes.record import Record, published

ROOT = Path(__file__).resolve().parents[2]
CLAIMS = [f"Claim about topic{n} and thing{n} in place{n}" for n in range(6)]


def first_record() -> Record:
    return Record(*(published(f"fc{n}", claim, headline=f"Headline{n}") for n, claim in enumerate(CLAIMS)))


def change(record: Record) -> None:
    record.put(replace(record.get("fc0"), texts={"en": FactCheckText("Edited statement concerning elephants")}))
    record.retract("fc1")
    record.put(published("fc9", "Added statement concerning volcanoes"))


CHILD = """
import os, signal, sys
from pathlib import Path
import retrieval.vectors
from retrieval.build import open_retrieval
from retrieval.catalogue import Catalogue
from retrieval.dense import DenseIndex
from retrieval.lexical import LexicalIndex
from tests.fakes.record import WordEncoder
sys.path.insert(0, str(Path("tests/retrieval").resolve()))
from test_kill import change, first_record

left, folder = int(sys.argv[1]), Path(sys.argv[2])
seen = 0

def step():
    global seen
    seen += 1
    if seen == left:
        os.kill(os.getpid(), signal.SIGKILL)

def deadly(owner, name):
    real = getattr(owner, name)
    def call(*args, **kwargs):
        step()
        result = real(*args, **kwargs)
        step()
        return result
    setattr(owner, name, call)

for owner, name in [
    (LexicalIndex, "commit"), (Catalogue, "clear"), (Catalogue, "replace"), (Catalogue, "write_meta"),
    (Catalogue, "mark_embedded"), (Catalogue, "mark_dropped"), (DenseIndex, "upsert"), (DenseIndex, "delete"),
    (retrieval.vectors, "_write_all"),
]:
    deadly(owner, name)

record = first_record()
retrieval = open_retrieval(
    index_dir=folder / "index", models_dir=folder / "models", fact_checks=record, narratives=None,
    open_model=WordEncoder,
)
retrieval.indexer.start()
assert retrieval.indexer.catch_up(120)
change(record)
assert retrieval.indexer.catch_up(120)
retrieval.close()
print(seen)
"""


def run_child(left: int, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(left), str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=200,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        check=False,
    )


@pytest.mark.slow
def test_killed_at_any_write_the_next_start_is_consistent(open_index, tmp_path: Path) -> None:
    whole = run_child(-1, tmp_path / "whole")
    assert whole.returncode == 0, whole.stderr
    total = int(whole.stdout)
    assert total > 60
    for left in sorted({1 + (total - 1) * part // 9 for part in range(10)}):
        folder = tmp_path / f"killed-{left}"
        assert run_child(left, folder).returncode == -9
        record = first_record()
        change(record)
        retrieval = open_index(record, index_dir=folder / "index")

        def found(text: str, retrieval=retrieval) -> list[str]:
            return [match.fact_check.id for match in retrieval.searcher.search(text).matches]

        assert found("Edited statement concerning elephants") == ["fc0"], left
        assert found("Added statement concerning volcanoes") == ["fc9"], left
        assert found(CLAIMS[5])[0] == "fc5", left
        assert "fc0" not in found(CLAIMS[0]), left
        parts = retrieval.indexer.parts
        assert parts.catalogue.count() == parts.lexical.count() == retrieval.indexer.state().documents == 6
        # fc0 and fc9 have one text, the four others a claim and a whole.
        assert parts.semantics.index.count() == parts.catalogue.vector_count() == 2 + 2 * 4, left
        retrieval.close()
