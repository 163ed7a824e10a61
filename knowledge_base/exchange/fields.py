"""The columns of the exchange record, the names others use for them, and how single values are read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from knowledge_base.exchange.errors import RecordRejected

FIELDS = (
    "id",
    "factline_id",
    "status",
    "claim",
    "headline",
    "subtitle",
    "explanation",
    "wordings",
    "verdict",
    "verdict_label",
    "url",
    "date",
    "checked_on",
    "publisher",
    "author",
    "claimant",
    "claim_urls",
    "sources",
    "topics",
    "narrative",
    "lang",
)
"""Every field of a record, in the order they are written."""

TEXT_FIELDS = ("claim", "headline", "subtitle", "explanation")
"""Those that may be a mapping from language tag to text."""

_ALIASES = {
    "title": "headline",
    "claim_text": "claim",
    "claim_reviewed": "claim",
    "claimreviewed": "claim",
    "statement": "claim",
    "standfirst": "subtitle",
    "also_seen_as": "wordings",
    "rating": "verdict",
    "textual_rating": "verdict_label",
    "link": "url",
    "fact_check_url": "url",
    "published_on": "date",
    "published": "date",
    "published_at": "date",
    "date_published": "date",
    "review_date": "date",
    "last_checked": "checked_on",
    "organisation": "publisher",
    "organization": "publisher",
    "claimed_by": "claimant",
    "reference": "sources",
    "references": "sources",
    "tags": "topics",
    "language": "lang",
    "locale": "lang",
    "narrative_id": "narrative",
    "external_id": "id",
}

_LANGUAGE_TAG = re.compile(r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|\d{3}))?(-[a-z0-9]{5,8})*", re.IGNORECASE)


@lru_cache(maxsize=1024)
def field_of(name: str) -> str:
    """Return the field a key or column header means, or "" where Factline has no place for it."""
    folded = re.sub(r"[\s\-]+", "_", name.strip().casefold())
    folded = _ALIASES.get(folded, folded)
    return folded if folded in FIELDS else ""


def arrange(record: Mapping[str, object]) -> tuple[dict[str, object], list[str]]:
    """Sort a record's values under our field names; return them and the keys that found no place.

    A field's own name wins over its aliases, an earlier alias over a later one. Null counts as absent.
    """
    arranged: dict[str, object] = {}
    left_over: list[str] = []
    aliased: list[tuple[str, str, object]] = []
    for key, value in record.items():
        if value is None:
            continue
        field = field_of(key)
        if field == key:
            arranged[field] = value
        elif field:
            aliased.append((key, field, value))
        else:
            left_over.append(key)
    for key, field, value in aliased:
        if field in arranged:
            left_over.append(key)
        else:
            arranged[field] = value
    return arranged, left_over


@lru_cache(maxsize=1024)
def language_tag(text: str) -> str:
    """Return the BCP 47 tag in its usual spelling ("zh_tw" -> "zh-TW"), or "" where it is none."""
    candidate = text.strip().replace("_", "-")
    if not _LANGUAGE_TAG.fullmatch(candidate):
        return ""
    first, *rest = candidate.lower().split("-")
    spelled = {2: str.upper, 4: str.title}
    return "-".join([first, *(spelled.get(len(part), str.lower)(part) for part in rest)])


def text_of(value: object, field: str) -> str:
    """Return a single text; whole numbers are taken as their digits.

    Raises:
        RecordRejected: it is a list, an object, true or false.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise RecordRejected(f'"{field}" must be text, not {_kind(value)}')


def texts_of(value: object, field: str) -> tuple[str, ...]:
    """Return a list of texts without blanks and repetitions; a single text is a list of one.

    Raises:
        RecordRejected: something in it is not text.
    """
    items = value if isinstance(value, list) else [value]
    texts = (text_of(item, field) for item in items if item is not None)
    return tuple(dict.fromkeys(text for text in texts if text.strip()))


def unfit_character(value: object) -> str:
    """Say which character in `value` no database and no page can carry; "" if there is none."""
    if isinstance(value, str):
        if "\x00" in value:
            return "a NUL character"
        if not value.isascii():
            try:
                value.encode("utf-8")
            except UnicodeEncodeError:
                return "half a character (a lone surrogate)"
        return ""
    if isinstance(value, Mapping):
        parts: list[object] = [*value.keys(), *value.values()]
    else:
        parts = value if isinstance(value, list) else []
    return next((found for part in parts if (found := unfit_character(part))), "")


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "true/false"
    return "a list" if isinstance(value, list) else "an object"
