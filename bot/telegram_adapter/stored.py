"""What the inbox keeps of a Telegram message while it is not answered: the neutral message and the ids to answer to."""

from __future__ import annotations

from functools import cache

from pydantic import TypeAdapter

from bot.telegram_adapter.inbound import Received


@cache
def _adapter() -> TypeAdapter[Received]:
    return TypeAdapter(Received)


def to_stored(received: Received) -> str:
    """Return the text to keep."""
    return _adapter().dump_json(received).decode()


def from_stored(text: str) -> Received:
    """Return what `to_stored` made text of.

    Raises:
        ValueError: it is something else, e.g. another version's.
    """
    return _adapter().validate_json(text)
