"""`factline import` and `factline export`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bot.errors import (
    EXIT_FOUND_PROBLEMS,
    EXIT_INTERRUPTED,
    EXIT_NOT_AVAILABLE,
    EXIT_WRONG_USE,
    OperatorMistake,
)

if TYPE_CHECKING:
    from knowledge_base.exchange.report import ImportReport, Progress

EDITOR = "import"
_FORMATS = ("auto", "claimreview", "jsonl", "csv", "rss")
_SHOWN_REJECTIONS = 20


def import_(
    source: str = typer.Argument(..., metavar="FILE_OR_URL", help="A file of fact-checks."),
    file_format: str = typer.Option("auto", "--format", help="auto, claimreview, jsonl, csv or rss."),
    publish: bool = typer.Option(False, "--publish", help="Publish what is added; otherwise editors see drafts."),
    publisher: str = typer.Option("", help="Who checked them, for records that do not say."),
    as_json: bool = typer.Option(False, "--json", help="Print the report as JSON."),
) -> None:
    """Add fact-checks from a file; run it again to update. Exit code 1 where records were rejected."""
    from bot.startup import start

    _choose(file_format, _FORMATS)
    settings = start()
    path = _readable(source)
    from bot.clock import SystemClock, system_ids
    from bot.record import open_record
    from knowledge_base.exchange.errors import ImportStopped
    from knowledge_base.exchange.importing import import_file

    record = open_record(settings)
    try:
        with progress_bar(path) as on_progress:
            report = import_file(
                path,
                file_format=file_format,
                repository=record.fact_checks,
                publish=publish,
                editor=EDITOR,
                now=SystemClock().now(),
                new_id=system_ids(),
                on_progress=on_progress,
                publisher=publisher,
            )
    except ImportStopped as exc:
        _show(exc.report, as_json=as_json)
        raise OperatorMistake(
            f"The import stopped: {exc.reason}. What is counted above is stored; run it again to continue.",
            EXIT_INTERRUPTED if exc.interrupted else EXIT_NOT_AVAILABLE,
        ) from exc
    finally:
        record.close()
    _show(report, as_json=as_json)
    if report.rejected_count:
        raise typer.Exit(EXIT_FOUND_PROBLEMS)


def export(
    file_format: str = typer.Option(..., "--format", help="claimreview, jsonl or csv."),
    output: Path = typer.Option(Path("-"), "-o", "--output", help="Where to write; standard output by default."),
) -> None:
    """Write every published fact-check to a file."""
    import os

    from bot.startup import say, start

    _choose(file_format, _FORMATS[1:4])
    settings = start()
    from bot.record import open_record
    from knowledge_base.exchange.exporting import export as write

    record = open_record(settings)
    try:
        if str(output) == "-":
            count = write(record.fact_checks, file_format, sys.stdout)
            sys.stdout.flush()
        else:
            unfinished = output.with_name(output.name + ".unfinished")
            with unfinished.open("w", encoding="utf-8", newline="") as stream:
                count = write(record.fact_checks, file_format, stream)
                stream.flush()
                os.fsync(stream.fileno())
            unfinished.replace(output)
    finally:
        record.close()
    say(f"Exported {count} fact-checks.")


def _choose(given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        raise OperatorMistake(f"--format: {given!r} is none of {', '.join(known)}.", EXIT_WRONG_USE)


def _readable(source: str) -> Path:
    if source.startswith(("http://", "https://")):
        raise OperatorMistake(
            "Importing from a web address comes with the safe fetcher, in a later version; "
            "download the file and import that.",
            EXIT_WRONG_USE,
        )
    path = Path(source)
    if not path.exists():
        raise OperatorMistake(f"There is no file {source}.")
    if path.is_dir():
        raise OperatorMistake(f"{source} is a folder; name a file in it.")
    return path


@contextmanager
def progress_bar(path: Path) -> Iterator[Callable[[Progress], None] | None]:
    """Show how far an import is, with rate and time left, on stderr and only on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("Importing"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[detail]}"))
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("import", total=path.stat().st_size or None, detail="")

        def show(progress: Progress) -> None:
            left = "" if progress.seconds_left is None else f", {progress.seconds_left:.0f} s left"
            detail = f"{progress.records} records, {progress.records_per_s:.0f}/s{left}"
            bar.update(task, completed=progress.bytes_done, total=progress.bytes_total, detail=detail)

        yield show


def _show(report: ImportReport, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.to_dict(), ensure_ascii=False))
        return
    typer.echo(
        f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged, "
        f"{report.rejected_count} rejected."
    )
    for rejection in report.rejected[:_SHOWN_REJECTIONS]:
        typer.echo(f"  {rejection.unit} {rejection.line}: {rejection.reason}")
    if report.rejected_count > _SHOWN_REJECTIONS:
        typer.echo(f"  ... and {report.rejected_count - _SHOWN_REJECTIONS} more; --json lists them.")
    for kind, count in report.warnings:
        typer.echo(f"  note: {count} with {kind.replace('_', ' ')}")
    if report.ignored_fields:
        names = ", ".join(f"{name} ({count})" for name, count in report.ignored_fields[:_SHOWN_REJECTIONS])
        typer.echo(f"  fields Factline has no place for: {names}")
