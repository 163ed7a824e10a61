"""What two editors changed in one fact-check, and both changes put together. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.editorial.errors import FieldChange
from knowledge_base.models import FactCheck, FactCheckText, Source

_TEXT_PARTS = ("claim", "headline", "explanation", "subtitle")
_FIELDS = (
    "publisher", "verdict", "verdict_label", "sources", "url", "author", "claimant", "published_on", "checked_on",
    "wordings", "claim_urls", "topics", "narrative_id",
)  # fmt: skip


def field_changes(base: FactCheck, mine: FactCheck, theirs: FactCheck) -> tuple[FieldChange, ...]:
    """Return every field that differs between any two of the three; a text's part is named "headline.en"."""
    found = []
    for name in _FIELDS:
        sides = [written(getattr(side, name)) for side in (base, mine, theirs)]
        if len(set(sides)) > 1:
            found.append(FieldChange(name, *sides))
    for locale in dict.fromkeys([*base.texts, *mine.texts, *theirs.texts]):
        for part in _TEXT_PARTS:
            sides = [_part(side, locale, part) for side in (base, mine, theirs)]
            if len(set(sides)) > 1:
                found.append(FieldChange(f"{part}.{locale}", *sides))
    return tuple(found)


def merged(base: FactCheck, mine: FactCheck, theirs: FactCheck) -> FactCheck:
    """Return `theirs` with everything that only `mine` changed, or that both did: the editor's words are never lost."""
    taken: dict[str, Any] = {
        name: getattr(mine, name) for name in _FIELDS if getattr(mine, name) != getattr(base, name)
    }
    texts = {}
    for locale in dict.fromkeys([*theirs.texts, *mine.texts]):
        parts = {
            part: _part(mine if _part(mine, locale, part) != _part(base, locale, part) else theirs, locale, part)
            for part in _TEXT_PARTS
        }
        if any(parts.values()):
            texts[locale] = FactCheckText(**parts)
    return replace(theirs, texts=texts, **taken)


def written(value: Any) -> str:
    """Return a field's value as an editor reads it: lists one item a line."""
    if isinstance(value, tuple):
        return "\n".join(written(item) for item in value)
    if isinstance(value, Source):
        return " | ".join(
            part for part in (value.title, value.url, value.publisher, str(value.published_on or "")) if part
        )
    return "" if value is None else str(value)


def _part(fact_check: FactCheck, locale: str, part: str) -> str:
    text = fact_check.texts.get(locale)
    return getattr(text, part) if text else ""
