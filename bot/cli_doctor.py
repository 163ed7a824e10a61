"""`factline doctor`."""

import typer


def doctor() -> None:
    """Check everything."""
    raise typer.Exit(2)
