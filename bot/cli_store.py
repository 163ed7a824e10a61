"""`factline reindex`, `migrate`, `backup`, `restore`: looking after what is kept."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.errors import EXIT_WRONG_USE, OperatorMistake


def reindex() -> None:
    """Throw the search index away and build it anew from the record. Stop the server first."""
    import shutil

    from bot.startup import say, start

    settings = start()
    from bot.clock import SystemClock
    from bot.index_progress import index_everything
    from bot.ownership import take
    from bot.record import open_record

    with take(settings.data_path, "reindex", now=SystemClock().now()):
        record = open_record(settings)
        try:
            if settings.chroma_url:
                say("The Chroma server's collection is overwritten in place.")
            if settings.index_path.exists():
                shutil.rmtree(settings.index_path)
            count = index_everything(settings, record)
        finally:
            record.close()
    typer.echo(f"Indexed {count} texts.")


def migrate() -> None:
    """Bring the database to this version's shape; `serve` does it by itself."""
    from bot.startup import start

    settings = start()
    from bot.record import open_record

    open_record(settings).close()
    typer.echo("The database is up to date.")


def backup(
    target: Path = typer.Argument(..., help="The file to write; must not exist yet."),
) -> None:
    """Copy the SQLite database into one file, also while the server runs."""
    from bot.startup import start

    settings = start()
    if target.exists():
        raise OperatorMistake(f"{target} exists already; backups are never overwritten.", EXIT_WRONG_USE)
    if settings.database_url.get_secret_value() and not settings.database_address.startswith("sqlite"):
        raise OperatorMistake("The database is PostgreSQL: back it up with pg_dump.", EXIT_WRONG_USE)
    from bot.record import open_database

    database = open_database(settings)
    try:
        database.backup(target)
    finally:
        database.close()
    typer.echo(f"Backed up to {target} ({target.stat().st_size / 1_000_000:.1f} MB).")


def restore(
    source: Path = typer.Argument(..., help="A file `factline backup` wrote."),
    force: bool = typer.Option(False, "--force", help="Replace the database there is; it is kept beside, renamed."),
) -> None:
    """Put a backup in place of the SQLite database. Stop the server first."""
    from bot.startup import start

    settings = start()
    if not settings.database_address.startswith("sqlite"):
        raise OperatorMistake("The database is PostgreSQL: restore it with pg_restore or psql.", EXIT_WRONG_USE)
    if not source.is_file():
        raise OperatorMistake(f"There is no file {source}.")
    from bot.clock import SystemClock
    from bot.ownership import take
    from storage.backups import restore as put_in_place

    with take(settings.data_path, "restore", now=SystemClock().now()):
        kept = put_in_place(source, settings.database_address, replace=force)
    typer.echo(f"Restored {source}." + (f" What was there is now {kept}." if kept else ""))
