"""Messages and replies as JSON, for two Factline processes of one machine talking to each other."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from handlers.messages import IncomingMessage, Reply


@cache
def _replies() -> TypeAdapter[list[Reply]]:
    return TypeAdapter(list[Reply])


@cache
def _message() -> TypeAdapter[IncomingMessage]:
    return TypeAdapter(IncomingMessage)


def replies_to_json(replies: list[Reply]) -> bytes:
    """Return replies as JSON."""
    return _replies().dump_json(replies)


def replies_from_json(wire: bytes) -> list[Reply]:
    """Return what `replies_to_json` made JSON of.

    Raises:
        ValueError: it is something else.
    """
    return _replies().validate_json(wire)


def message_to_json(message: IncomingMessage) -> bytes:
    """Return a message as JSON."""
    return _message().dump_json(message)


def message_from_json(wire: bytes) -> IncomingMessage:
    """Return what `message_to_json` made JSON of.

    Raises:
        ValueError: it is something else.
    """
    return _message().validate_json(wire)


def plain(value: object) -> Any:
    """Return a dataclass of plain values as JSON values."""
    return TypeAdapter(type(value)).dump_python(value, mode="json")
