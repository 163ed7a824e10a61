"""What the inbox keeps of a Discord message while it is not answered: the neutral message and where to answer."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from bot.discord_adapter.inbound import Received


@cache
def _adapter() -> TypeAdapter[Received]:
    return TypeAdapter(Received)


def to_stored(received: Received) -> str:
    """Return the text to keep. It holds an interaction's token, which opens nothing but its own answers, 15 minutes."""
    return _adapter().dump_json(received).decode()


def from_stored(text: str) -> Received:
    """Return what `to_stored` made text of.

    Raises:
        ValueError: it is something else, e.g. another version's.
    """
    return _adapter().validate_json(text)
