"""The append-only history: how a revision is written down, sealed and checked. Pure.

Canonical JSON here means: UTF-8, keys sorted, no spaces, characters outside ASCII unescaped. A field that has its
default value is left out, so a field added to the model later does not change the digest of older revisions.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from knowledge_base.models import FactCheck, FactCheckText, Revision, Source, Status, Verdict

_PLAIN = ("verdict_label", "url", "external_id", "author", "claimant", "narrative_id")
_DATES = ("published_on", "checked_on")
_LISTS = ("wordings", "claim_urls", "topics")
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_TEXT_PARTS = ("claim", "headline", "explanation", "subtitle")


def canonical_json(value: object) -> str:
    """Return `value`, of plain JSON types, in the one form that digests are computed over."""
    return _ENCODER.encode(value)


def canonical_snapshot(fact_check: FactCheck) -> str:
    """Return `fact_check` as canonical JSON; `from_snapshot` is its inverse.

    The texts are a list of pairs, because their order is the editors' and object keys are sorted.
    """
    written: dict[str, Any] = {
        "id": fact_check.id,
        "publisher": fact_check.publisher,
        "revision": fact_check.revision,
        "status": fact_check.status.value,
        "texts": [
            [locale, {part: value for part in _TEXT_PARTS if (value := getattr(text, part))}]
            for locale, text in fact_check.texts.items()
        ],
    }
    for name in _PLAIN:
        if value := getattr(fact_check, name):
            written[name] = value
    for name in _DATES:
        if value := getattr(fact_check, name):
            written[name] = value.isoformat()
    for name in _LISTS:
        if value := getattr(fact_check, name):
            written[name] = list(value)
    if fact_check.verdict is not None:
        written["verdict"] = fact_check.verdict.value
    if fact_check.sources:
        written["sources"] = [_source_fields(source) for source in fact_check.sources]
    return canonical_json(written)


def _source_fields(source: Source) -> dict[str, str]:
    written = {"title": source.title, "url": source.url, "locale": source.locale}
    if source.publisher:
        written["publisher"] = source.publisher
    if source.published_on is not None:
        written["published_on"] = source.published_on.isoformat()
    return written


def from_snapshot(snapshot: str) -> FactCheck:
    """Return the fact-check that `canonical_snapshot` wrote down.

    Raises:
        ValueError: `snapshot` is not one.
    """
    try:
        written = json.loads(snapshot)
        optional: dict[str, Any] = {name: written[name] for name in _PLAIN if name in written}
        optional.update((name, date.fromisoformat(written[name])) for name in _DATES if name in written)
        optional.update((name, tuple(written[name])) for name in _LISTS if name in written)
        return FactCheck(
            id=written["id"],
            publisher=written["publisher"],
            revision=written["revision"],
            status=Status(written["status"]),
            texts={locale: FactCheckText(**{"claim": "", **parts}) for locale, parts in written["texts"]},
            verdict=Verdict(written["verdict"]) if "verdict" in written else None,
            sources=tuple(_source(each) for each in written.get("sources", ())),
            **optional,
        )
    except (KeyError, TypeError, AttributeError) as exc:
        raise ValueError("this is not a stored fact-check") from exc


def _source(written: dict[str, str]) -> Source:
    day = written.get("published_on")
    return Source(
        title=written["title"],
        url=written["url"],
        locale=written["locale"],
        publisher=written.get("publisher", ""),
        published_on=date.fromisoformat(day) if day else None,
    )


def digest(
    snapshot: str,
    *,
    fact_check_id: str,
    revision: int,
    editor: str,
    reason: str,
    saved_at: datetime,
    previous_digest: str,
) -> str:
    """Return the SHA-256 hex that seals a revision; `snapshot` is its `canonical_snapshot`."""
    header = canonical_json(
        {
            "editor": editor,
            "fact_check_id": fact_check_id,
            "previous_digest": previous_digest,
            "reason": reason,
            "revision": revision,
            "saved_at": saved_at.astimezone(UTC).isoformat(timespec="microseconds"),
        }
    )
    # "snapshot" sorts after every other key, so appending it leaves the whole canonical.
    sealed = f'{header[:-1]},"snapshot":{snapshot}}}'
    return sha256(sealed.encode("utf-8", "surrogatepass")).hexdigest()


def seal(snapshot: FactCheck, *, editor: str, reason: str, saved_at: datetime, previous_digest: str) -> Revision:
    """Return the revision that records `snapshot`, sealed onto the one before ("" for the first)."""
    return Revision(
        fact_check_id=snapshot.id,
        revision=snapshot.revision,
        snapshot=snapshot,
        editor=editor,
        reason=reason,
        saved_at=saved_at,
        previous_digest=previous_digest,
        digest=_digest_of(snapshot, editor, reason, saved_at, previous_digest),
    )


def _digest_of(snapshot: FactCheck, editor: str, reason: str, saved_at: datetime, previous_digest: str) -> str:
    return digest(
        canonical_snapshot(snapshot),
        fact_check_id=snapshot.id,
        revision=snapshot.revision,
        editor=editor,
        reason=reason,
        saved_at=saved_at,
        previous_digest=previous_digest,
    )


def verify_chain(revisions: Iterable[Revision]) -> list[str]:
    """Return what is wrong with one fact-check's history, oldest first; empty where every seal holds.

    Finds a changed, removed, inserted or reordered revision. A history cut off at its end still holds: compare
    its length with the record's revision number.
    """
    problems: list[str] = []
    previous: Revision | None = None
    for number, each in enumerate(revisions, start=1):
        where = f"{each.fact_check_id} revision {each.revision}"
        if each.revision != number:
            problems.append(f"{where}: revision {number} was expected here")
        if (each.snapshot.id, each.snapshot.revision) != (each.fact_check_id, each.revision):
            problems.append(f"{where}: its snapshot belongs to {each.snapshot.id} revision {each.snapshot.revision}")
        if each.previous_digest != (previous.digest if previous else ""):
            problems.append(f"{where}: it does not follow the revision before it")
        if each.digest != _digest_of(each.snapshot, each.editor, each.reason, each.saved_at, each.previous_digest):
            problems.append(f"{where}: its content is not what was sealed")
        previous = each
    return problems
