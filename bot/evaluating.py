"""A store of its own for `factline evaluate`: the real import, index and search, in a folder that goes away again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import SystemClock, system_ids
from bot.errors import OperatorMistake
from bot.record import Record, record_of
from config.settings import Settings
from knowledge_base.models import Status

if TYPE_CHECKING:
    from knowledge_base.exchange.report import ImportReport, Progress
    from retrieval.build import Retrieval
    from retrieval.evaluation import Evaluation
    from retrieval.labelled import Query

ABSENT = "#absent"  # ends the id of a query that was asked again without its claims
EDITOR = "evaluation"
_PUBLISHER = "Evaluation"  # for claims that name none
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Bench:
    """The filled store. `file_ids` maps a fact-check's id to the claim's id in the file."""

    record: Record
    retrieval: Retrieval
    report: ImportReport
    file_ids: dict[str, str]


@contextmanager
def bench(
    claims: Path,
    settings: Settings,
    *,
    exclude: Set[str] = frozenset(),
    on_progress: Callable[[Progress], None] | None = None,
) -> Iterator[Bench]:
    """Import `claims` into a fresh store and open retrieval on it; everything but cached embeddings is removed after.

    Args:
        claims: the file of fact-checks.
        settings: for the model and its folder, where embeddings are kept for the next run.
        exclude: claim ids that must not be found.
        on_progress: told how far the import is.

    Raises:
        OperatorMistake: nothing in the file could be imported.
    """
    from knowledge_base.exchange.importing import import_file
    from retrieval.build import open_retrieval
    from storage.database import Database

    clock = SystemClock()
    with tempfile.TemporaryDirectory(prefix="factline-evaluate-") as folder:
        record = record_of(Database.open(f"sqlite:///{folder}/record.db"))
        try:
            report = import_file(
                claims,
                repository=record.fact_checks,
                publish=True,
                editor=EDITOR,
                now=clock.now(),
                new_id=system_ids(),
                on_progress=on_progress,
                publisher=_PUBLISHER,
            )
            if not report.stored:
                reason = report.rejected[0].reason if report.rejected else "it is empty"
                raise OperatorMistake(f"No claim in {claims} could be used: {reason}")
            withdraw(record, exclude)
            retrieval = open_retrieval(
                index_dir=Path(folder) / "index",
                models_dir=settings.models_path,
                fact_checks=record.fact_checks,
                narratives=record.narratives,
                embedding_model=settings.embedding_model,
            )
            try:
                retrieval.indexer.start()
                yield Bench(record, retrieval, report, _file_ids(record))
            finally:
                retrieval.close()
        finally:
            record.close()


def withdraw(record: Record, file_ids: Set[str]) -> int:
    """Retract the claims with these ids and return how many there were."""
    if not file_ids:
        return 0
    found = [each for each in record.fact_checks.iterate() if each.external_id in file_ids]
    for start in range(0, len(found), _AT_ONCE):
        retracted = [replace(each, status=Status.RETRACTED) for each in found[start : start + _AT_ONCE]]
        record.fact_checks.save_many(retracted, editor=EDITOR, reason="left out", at=SystemClock().now())
    return len(found)


def measure(
    made: Bench,
    queries: Sequence[Query],
    right: Mapping[str, frozenset[str]],
    *,
    absentees: tuple[frozenset[str], frozenset[str]] | None,
    bar: Callable[[int], AbstractContextManager[Callable[[int], None] | None]],
) -> Evaluation:
    """Ask every query of the caught-up store and return the figures.

    Args:
        made: the filled store.
        queries: what to ask.
        right: claim ids by query.
        absentees: (claims to take out, queries that then have no answer): silence is measured on these, asked again
            after taking the claims out of the store for good; without it on every answerable query, its own claims
            left out of its candidates.
        bar: shows how many of a number of queries are done.
    """
    from retrieval import evaluation

    system = evaluation.Factline(made.retrieval.searcher, names=made.file_ids)
    with bar(len(queries)) as on_progress:
        found = evaluation.run(system, queries, right, honest=absentees is None, on_progress=on_progress)
    if absentees is None:
        return found
    removed, unanswerable = absentees
    withdraw(made.record, removed)
    made.retrieval.indexer.catch_up()
    asked_again = [replace(query, id=query.id + ABSENT) for query in queries if query.id in unanswerable]
    with bar(len(asked_again)) as on_progress:
        silent = evaluation.run(system, asked_again, {}, honest=False, on_progress=on_progress)
    return evaluation.summarise([*found.runs, *silent.runs], right)


def _file_ids(record: Record) -> dict[str, str]:
    return {each.id: each.external_id or each.id for each in record.fact_checks.iterate(None)}
