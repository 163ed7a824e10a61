"""Listings of fact-checks: the filter as SQL, and cursors that stay right while records are added."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, exists, func, tuple_

from knowledge_base.models import FactCheck
from knowledge_base.repository import FactCheckFilter
from knowledge_base.rules import folded, storable_text
from storage.column_types import key_of
from storage.tables import fact_check_tags, fact_checks

MAX_PAGE = 500


def cursor_after(record: FactCheck) -> str:
    """Return the cursor of the page that begins after `record`."""
    return f"{record.published_on or ''}_{record.id}"


def narrowed(query: Select[Any], wanted: FactCheckFilter, cursor: str, *, in_sqlite: bool) -> Select[Any]:
    """Return `query`, over `fact_checks`, restricted to `wanted`, in the order of listings, after `cursor`.

    A cursor nobody made (no underscore in it) begins at the start.
    """
    columns = fact_checks.c
    equal = (
        (columns.status, wanted.status.value if wanted.status else ""),
        (columns.verdict, wanted.verdict.value if wanted.verdict else ""),
        (columns.publisher, key_of(storable_text(wanted.publisher))),
        (columns.narrative_id, key_of(storable_text(wanted.narrative_id))),
    )
    for column, value in equal:
        if value:
            query = query.where(column == value)
    for kind, value in (("topic", wanted.topic), ("locale", wanted.locale)):
        if value:
            tag = fact_check_tags.c
            query = query.where(
                exists().where(
                    tag.kind == kind, tag.value == key_of(storable_text(value)), tag.fact_check_id == columns.id
                )
            )
    if sought := folded(storable_text(wanted.text)):
        # Not LIKE: nothing to escape, and SQLite refuses LIKE patterns over 50,000 bytes.
        position = func.instr if in_sqlite else func.strpos
        query = query.where(position(columns.search_text, sought) > 0)
    published_on, underscore, last_id = storable_text(cursor).partition("_")
    if underscore:
        query = query.where(tuple_(columns.published_on, columns.id) < tuple_(published_on, last_id))
    return query.order_by(columns.published_on.desc(), columns.id.desc())
