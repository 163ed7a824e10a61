"""What the inbox keeps of a message while it is not answered: a platform's neutral record of it, as JSON."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from pydantic import TypeAdapter

_Received = TypeVar("_Received")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


def to_stored(received: object) -> str:
    """Return the text to keep of a dataclass.

    A Discord record holds its interaction's token, which opens nothing but its own answers, for 15 minutes.
    """
    kind: Any = type(received)  # mypy takes a class of an unknown kind for unhashable
    return _adapter(kind).dump_json(received).decode()


def from_stored(kind: type[_Received], text: str) -> _Received:
    """Return the `kind` that `to_stored` made text of.

    Raises:
        ValueError: it is something else, e.g. another version's.
    """
    known: Any = kind
    received: _Received = _adapter(known).validate_json(text)
    return received
