"""Stores and sets the benchmarks run on: the starter pack, our own pairs, labelled sets elsewhere."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from knowledge_base.models import FactCheck, FactCheckText, Status
from knowledge_base.starter.loading import starter_fact_checks, starter_narratives
from retrieval.build import Retrieval, open_retrieval
from retrieval.labelled import FixedRecord, LabelledSet, NoNarratives, Query, labelled_set, read_set

DATA = Path(__file__).parent.parent / "tests" / "data"


def starter_claims() -> list[FactCheck]:
    """Return the starter fact-checks; the id is the one of the file."""
    return [replace(each, id=each.external_id, revision=1) for each in starter_fact_checks()]


def starter_set() -> LabelledSet:
    """Return the starter pack with our own forwards of it; near and far messages have no answer."""
    lines = read_lines(DATA / "starter_queries.jsonl")
    queries = [Query(f"{at}", line["text"], line["lang"], line["kind"]) for at, line in enumerate(lines)]
    qrels = {f"{at}": frozenset((line["answer"],)) for at, line in enumerate(lines) if line["answer"]}
    return labelled_set("starter", starter_claims(), queries, qrels)


def conflict_set() -> tuple[LabelledSet, LabelledSet]:
    """Return (contradictions, paraphrases) over a store of their claims and the starter pack."""
    lines = read_lines(DATA / "conflict_pairs.jsonl")
    claims = {line["claim"]: f"pair-{at}" for at, line in reversed(list(enumerate(lines)))}
    store = starter_claims() + [
        FactCheck(
            each, {line["lang"]: FactCheckText(claim=line["claim"])}, "pairs", status=Status.PUBLISHED, revision=1
        )
        for line in lines
        for each in [claims[line["claim"]]]
        if line is next(other for other in lines if other["claim"] == line["claim"])
    ]
    sets = []
    for same in (False, True):
        chosen = [(at, line) for at, line in enumerate(lines) if line["same"] is same]
        queries = [Query(f"{at}", line["message"], line["lang"], line["kind"]) for at, line in chosen]
        qrels = {f"{at}": frozenset((claims[line["claim"]],)) for at, line in chosen}
        sets.append(labelled_set("conflict pairs", store, queries, qrels))
    return sets[0], sets[1]


def elsewhere() -> list[LabelledSet]:
    """Return the labelled sets in the folders of FACTLINE_BENCHMARK_DIR; none where it is not set."""
    folder = os.environ.get("FACTLINE_BENCHMARK_DIR", "")
    if not folder:
        return []
    found = [path for path in sorted(Path(folder).iterdir()) if (path / "qrels.tsv").is_file()]
    return [read_set(path) for path in found]


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Read JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]


@contextmanager
def opened(claims: Sequence[FactCheck], work: Path, name: str = "") -> Iterator[Retrieval]:
    """Open a store of these fact-checks; indexes of named ones are kept in `work` for the next run."""
    with tempfile.TemporaryDirectory() as folder:
        retrieval = open_retrieval(
            index_dir=work / f"index-{name}" if name else Path(folder),
            models_dir=work / "models",
            fact_checks=FixedRecord(claims),
            narratives=NoNarratives(starter_narratives()),
        )
        try:
            retrieval.indexer.start()
            if not retrieval.indexer.catch_up(3600):
                raise TimeoutError("the index was not built within an hour")
            yield retrieval
        finally:
            retrieval.close()
