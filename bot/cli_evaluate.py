"""`factline evaluate`."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.errors import OperatorMistake

if TYPE_CHECKING:
    from bot.evaluating import Bench
    from knowledge_base.exchange.report import Progress


def evaluate(
    *,
    claims: Path = typer.Option(..., "--claims", help="Fact-checks, as for `factline import`."),
    queries: Path = typer.Option(..., "--queries", help="Messages: JSON Lines of id, text, lang, split."),
    qrels: Path = typer.Option(None, "--qrels", help="Right answers: query id, tab, claim id."),
    exclude: Path = typer.Option(None, "--exclude", help="Claim ids to leave out of the store, one a line."),
    absent: Path = typer.Option(
        None,
        "--absent",
        help="JSON of remove_claims and queries_nomatch: asks these queries again without those claims.",
    ),
    split: str = typer.Option("", "--split", help="Only queries of this split."),
    run: Path = typer.Option(None, "--run", help="Write a line a query: outcome, ranking, latency."),
    plot: Path = typer.Option(None, "--plot", help="Draw the curves into this folder (needs matplotlib)."),
    as_json: bool = typer.Option(False, "--json", help="Print the figures as JSON."),
) -> None:
    """Measure matching: the real import, index and search on a store of their own; the data folder stays as it is.

    docs/evaluation.md explains the figures. Embeddings are kept, so that a second run is fast.
    """
    from bot.startup import say, start

    settings = start()
    from bot.evaluating import ABSENT, bench, measure
    from bot.index_progress import wait_for_index
    from retrieval import evaluation
    from retrieval.labelled import LabelledSetUnreadable, read_absent, read_qrels, read_queries

    try:
        asked = [query for query in read_queries(queries) if not split or query.split == split]
        right = read_qrels(qrels) if qrels else {}
        absentees = read_absent(absent) if absent else None
        excluded = set(exclude.read_text("utf-8").split()) if exclude else set()
    except LabelledSetUnreadable as exc:
        raise OperatorMistake(f"{exc}.") from exc
    if not asked:
        raise OperatorMistake(f"{queries} has no queries{f' of split {split!r}' if split else ''}.")

    with _import_bar(claims) as on_progress, bench(claims, settings, exclude=excluded, on_progress=on_progress) as made:
        _tell_problems(made, right, say)
        wait_for_index(made.retrieval.indexer)
        result = measure(made, asked, right, absentees=absentees, bar=_bar)
    if run:
        with run.open("w", encoding="utf-8") as stream:
            evaluation.write_run((one for one in result.runs if not one.query_id.endswith(ABSENT)), stream)
    if plot:
        try:
            evaluation.plot(result, right, plot)
        except ImportError as exc:
            raise OperatorMistake("Drawing needs matplotlib: pip install matplotlib.") from exc
    figures = {name: None if math.isnan(value) else value for name, value in result.figures().items()}
    if as_json:
        typer.echo(json.dumps(figures))
    else:
        _print_table(figures)


def _tell_problems(made: Bench, right: Mapping[str, frozenset[str]], say: Callable[[str], None]) -> None:
    if made.report.rejected_count:
        first = made.report.rejected[0]
        say(
            f"{made.report.rejected_count} claims were rejected, the first at {first.unit} {first.line}: {first.reason}"
        )
    unknown = set().union(*right.values()) - set(made.file_ids.values()) if right else set()
    if unknown:
        say(f"{len(unknown)} claim ids of the right answers are not in the store, the first {min(unknown)}.")


def _print_table(figures: Mapping[str, float | None]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("figure", "value", box=None)
    for name, value in figures.items():
        if value is None:
            shown = "-"
        elif isinstance(value, int):
            shown = str(value)
        else:
            shown = f"{value:.1f}" if name.endswith("_ms") else f"{value:.3f}"
        table.add_row(name, shown)
    Console(highlight=False).print(table)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None] | None]:
    """Show how many queries are done, on stderr and only on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Asking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("ask", total=total)
        yield lambda done: bar.update(task, completed=done)


@contextmanager
def _import_bar(path: Path) -> Iterator[Callable[[Progress], None] | None]:
    if not path.is_file():
        raise OperatorMistake(f"There is no file {path}.")
    from bot.cli_exchange import progress_bar

    with progress_bar(path) as on_progress:
        yield on_progress
