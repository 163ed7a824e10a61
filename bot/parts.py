"""The parts `factline serve` runs."""

from __future__ import annotations

from enum import StrEnum

from bot.errors import EXIT_WRONG_USE, OperatorMistake


class Part(StrEnum):
    """One part of the serving process; the names of `--only`."""

    TELEGRAM = "telegram"
    DISCORD = "discord"
    WEB = "web"
    SCHEDULER = "scheduler"


def parse_parts(only: str) -> frozenset[Part]:
    """Return the parts named in "web,telegram"; all of them for "".

    Raises:
        OperatorMistake: a name is none of ours.
    """
    names = [name.strip().lower() for name in only.split(",") if name.strip()]
    unknown = [name for name in names if name not in set(Part)]
    if unknown:
        raise OperatorMistake(
            f"--only: there is no part called {unknown[0]!r}; choose from {', '.join(Part)}.", EXIT_WRONG_USE
        )
    return frozenset(Part(name) for name in names) or frozenset(Part)
