"""The command `factline`. Imports nothing heavy: `factline --help` has to be instant.

One file a group of commands; each imports what it needs inside its functions.
"""

from __future__ import annotations

import os
import traceback
from typing import NoReturn

import typer

from bot import cli_ask, cli_doctor, cli_editors, cli_evaluate, cli_exchange, cli_serve, cli_store
from bot.errors import EXIT_BUG, EXIT_INTERRUPTED, EXIT_NOT_AVAILABLE, EXIT_OK, EXIT_WRONG_USE, BotError

_EPILOG = (
    "Exit codes: 0 done; 1 done, but look at what it found; 2 wrong arguments or settings; "
    "3 something it needs cannot be used (data folder, database, port, file, running server); 130 interrupted. "
    "Settings: docs/settings.md."
)

app = typer.Typer(
    name="factline",
    help="A tipline in a box: answers forwarded rumors with sourced fact-checks.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("serve")(cli_serve.serve)
app.command("ask")(cli_ask.ask)
app.command("chat")(cli_ask.chat)
app.command("import")(cli_exchange.import_)
app.command("export")(cli_exchange.export)
app.command("evaluate")(cli_evaluate.evaluate)
app.command("doctor")(cli_doctor.doctor)
app.add_typer(cli_editors.app, name="editors")
app.command("reindex")(cli_store.reindex)
app.command("migrate")(cli_store.migrate)
app.command("backup")(cli_store.backup)
app.command("restore")(cli_store.restore)


@app.callback(invoke_without_command=True)
def _root(version: bool = typer.Option(False, "--version", help="Print the version and stop.")) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(f"factline {installed('factline')}")
        raise typer.Exit(EXIT_OK)


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and end the process.

    Every foreseeable failure is one plain sentence on stderr and an exit code; tracebacks only with
    FACTLINE_LOG_LEVEL=debug.
    """
    try:
        app(args=arguments, prog_name="factline")
    except KeyboardInterrupt:
        _end("Interrupted.", EXIT_INTERRUPTED)
    except BotError as exc:
        _end(str(exc), exc.exit_code)
    except Exception as exc:  # noqa: BLE001 - the outermost border: whatever it is becomes one sentence
        _end(*_explained(exc))
    raise SystemExit(EXIT_OK)


def _explained(exc: Exception) -> tuple[str, int]:
    from config.settings import SettingsError
    from knowledge_base.errors import KnowledgeBaseError

    if isinstance(exc, SettingsError):
        return "\n".join(exc.problems), EXIT_WRONG_USE
    if isinstance(exc, KnowledgeBaseError):
        return str(exc), EXIT_NOT_AVAILABLE
    if isinstance(exc, OSError) and exc.strerror:
        return f"{exc.strerror}{f': {exc.filename}' if exc.filename else ''}.", EXIT_NOT_AVAILABLE
    return (
        f"Factline stumbled over a fault of its own ({type(exc).__name__}). "
        "Run it again with FACTLINE_LOG_LEVEL=debug to see where, and please report it.",
        EXIT_BUG,
    )


def _end(message: str, exit_code: int) -> NoReturn:
    if os.environ.get("FACTLINE_LOG_LEVEL", "").lower() == "debug":
        traceback.print_exc()
    typer.echo(message, err=True)
    raise SystemExit(exit_code) from None
