"""`factline serve`."""

from __future__ import annotations

import typer


def serve(
    only: str = typer.Option(
        "", help="Run only these parts: a comma-separated list of telegram, discord, web, scheduler."
    ),
) -> None:
    """Run the bots, the web server and the index until Ctrl-C or SIGTERM."""
    from bot.parts import parse_parts
    from bot.startup import start

    parts = parse_parts(only)
    settings = start(quiet=False)
    from bot.serve import serve as run

    run(settings, parts, say=typer.echo)
