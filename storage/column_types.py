"""The column types. Migrations use them too, so what they store must never change: add a new type instead."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

MAX_KEY_BYTES = 400  # PostgreSQL refuses index entries over 2,704 bytes; four of these fit

Key = String().with_variant(String(collation="C"), "postgresql")
Seq = BigInteger().with_variant(Integer(), "sqlite")


def key_of(value: str) -> str:
    """Return what an index holds for `value`: itself, or its SHA-256 where it is too long to be indexed."""
    encoded = value.encode()
    return value if len(encoded) <= MAX_KEY_BYTES else f"sha256:{sha256(encoded).hexdigest()}"


def joint_key(*parts: str) -> str:
    """Return one fixed-length key for several values together; "" where the last of them is empty."""
    return sha256("\x00".join(parts).encode()).hexdigest() if parts[-1] else ""


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, returned in UTC: TIMESTAMPTZ on PostgreSQL, sortable ISO 8601 text on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose the column type of the engine."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(DateTime(timezone=True))
        return dialect.type_descriptor(String())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Turn a value into what the engine takes."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a zone cannot be stored")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy passes it
        """Turn what the engine returns into a value."""
        if value is None:
            return None
        moment: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
        return moment.astimezone(UTC)
