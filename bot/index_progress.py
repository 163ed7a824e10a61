"""Builds or completes the index with a progress bar; for commands that own the data folder."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bot.errors import OperatorMistake
from bot.record import Record
from config.settings import Settings

if TYPE_CHECKING:
    from retrieval.interface import Indexer

_TICK_S = 0.2


def index_everything(settings: Settings, record: Record) -> int:
    """Open the index, wait until it holds everything the record does, close it; return its number of fact-checks.

    Raises:
        OperatorMistake: the indexer reports a problem it cannot get over.
    """
    from bot.bootstrap import open_index

    retrieval = open_index(settings, record)
    try:
        retrieval.indexer.start()
        wait_for_index(retrieval.indexer)
        return retrieval.indexer.state().documents
    finally:
        retrieval.close()


def wait_for_index(indexer: Indexer) -> None:
    """Wait until the index is up to date, with a bar on stderr where that is a terminal.

    Raises:
        OperatorMistake: the indexer reports a problem it cannot get over.
    """
    if indexer.catch_up(_TICK_S):
        return
    if not sys.stderr.isatty():
        while not indexer.catch_up(_TICK_S):
            _raise_problem(indexer)
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("Indexing"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("index", total=1.0)
        while not indexer.catch_up(_TICK_S):
            _raise_problem(indexer)
            bar.update(task, completed=indexer.state().progress)


def _raise_problem(indexer: Indexer) -> None:
    state = indexer.state()
    if state.problem and not state.building:
        raise OperatorMistake(f"The index cannot be brought up to date: {state.problem}")
