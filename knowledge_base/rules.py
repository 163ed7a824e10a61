"""What every record must obey before it is stored, the same for every implementation of the repositories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

from knowledge_base.models import FactCheck

MAX_ID_CHARS = 200
"""Ids are indexed; PostgreSQL refuses index entries over 2,704 bytes. 200 characters of UTF-8 stay far below."""

_Record = TypeVar("_Record")


def storable_text(text: str) -> str:
    """Return `text` as every engine can hold it.

    NUL is dropped (PostgreSQL refuses it in text), a surrogate pair becomes the character it stands for and a
    lone surrogate U+FFFD (neither has a UTF-8 form). Everything else, controls and right-to-left overrides
    included, is kept: it is evidence. Idempotent.
    """
    if text.isascii():
        return text.replace("\x00", "") if "\x00" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text.replace("\x00", "")


def is_storable(text: str) -> bool:
    """Whether every engine can hold `text` as it is; ids must be, since changing one would name another record."""
    return storable_text(text) == text


def is_storable_json(written: str) -> bool:
    """Whether `storable` would surely leave the record alone that `written` is the canonical JSON of.

    Ten times quicker than looking at every text. False may be a false alarm.
    """
    if "\\u0000" in written:
        return False
    try:
        written.encode()
    except UnicodeEncodeError:
        return False
    return True


def storable(record: _Record) -> _Record:
    """Return `record`, a frozen dataclass, with `storable_text` applied to every text in it, keys included."""
    cleaned: _Record = _storable(record)
    return cleaned


def _storable(value: Any) -> Any:
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, tuple | list):
        return tuple(_storable(item) for item in value)
    if isinstance(value, Mapping):
        return {storable_text(key): _storable(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _storable(getattr(value, each.name)) for each in fields(value)})
    return value


def problems_of(fact_check: FactCheck) -> list[str]:
    """Return why `fact_check` may not be stored, one plain sentence each; empty where it may."""
    problems = []
    if not fact_check.id.strip():
        problems.append("it has no id")
    elif len(fact_check.id) > MAX_ID_CHARS:
        problems.append(f"its id is longer than {MAX_ID_CHARS} characters")
    elif not is_storable(fact_check.id):
        problems.append("its id holds a NUL or half a character")
    if not fact_check.texts:
        problems.append("it has no text")
    problems.extend(
        f"its text in {locale!r} has no claim" for locale, text in fact_check.texts.items() if not text.claim.strip()
    )
    if not fact_check.publisher.strip():
        problems.append("it has no publisher")
    return problems


def folded(text: str) -> str:
    """Return `text` as substring search compares it: without regard to case."""
    return text.casefold()


def searchable(fact_check: FactCheck) -> str:
    """Return what `FactCheckFilter.text` is looked for in, folded: every claim, headline and explanation."""
    parts = [
        part
        for text in fact_check.texts.values()
        for part in (text.claim, text.headline, text.subtitle, text.explanation)
        if part
    ]
    return folded("\n".join(parts))
