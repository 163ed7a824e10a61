"""Loading the starter set into an empty store, and the example forwards that go with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from importlib import resources
from typing import Any

from knowledge_base.exchange.records import parse_record
from knowledge_base.models import Attribution, FactCheck, Narrative, Status, Technique
from knowledge_base.repository import FactCheckRepository, NarrativeRepository

PUBLISHER = "Factline starter set (demonstration)"
"""Who publishes these verdicts: not the organisations the records cite. The reply shows those as sources."""

_EDITOR = "starter"
_REASON = "starter set"

_EXAMPLES = (
    ("us-totals-move-after-election-night", 2, "en"),
    ("health-antibiotics-for-flu", 2, "en"),
    ("science-six-days-of-darkness", 2, "en"),
    ("health-prick-fingers-for-stroke", 2, "zh-TW"),
    ("tw-cardboard-ballot-box-trapdoor", 2, "zh-TW"),
    ("scam-unpaid-toll-or-parking-text", 2, "zh-TW"),
)
"""Record, which of its known wordings, and the language that wording is in."""


def load_starter(
    fact_checks: FactCheckRepository, narratives: NarrativeRepository, *, now: datetime, new_id: Callable[[], str]
) -> int:
    """Store the starter set, published, and return how many fact-checks that were.

    A store that holds any fact-check, even a retracted one, is left alone: the answer is then 0. All records
    are stored in one transaction, so an interrupted first start begins again from nothing.

    Args:
        fact_checks: where the fact-checks go.
        narratives: where the narratives go.
        now: the time to write into the history; aware.
        new_id: makes a ULID.
    """
    if fact_checks.count(status=None) > 0:
        return 0
    for narrative in starter_narratives():
        narratives.put(narrative)
    records = [replace(fact_check, id=new_id()) for fact_check in starter_fact_checks()]
    fact_checks.save_many(records, editor=_EDITOR, reason=_REASON, at=now)
    return len(records)


def starter_fact_checks() -> Iterator[FactCheck]:
    """Yield the starter fact-checks, published and without an id, in the file's order."""
    for line in _text_of("starter.jsonl").splitlines():
        fact_check = parse_record(json.loads(line), default_publisher=PUBLISHER).fact_check
        yield replace(fact_check, status=Status.PUBLISHED, published_on=fact_check.checked_on)


def starter_narratives() -> Iterator[Narrative]:
    """Yield the storylines the starter fact-checks belong to."""
    for entry in json.loads(_text_of("narratives.json")):
        yield Narrative(
            id=entry["id"],
            titles=entry["title"],
            descriptions=entry.get("description") or {},
            notes=entry.get("note") or {},
            attributions=tuple(_attribution(part) for part in entry.get("attributions") or ()),
        )


def examples() -> list[tuple[str, str]]:
    """Return six forwards to try, each with its language: three in English, three in Traditional Chinese."""
    wordings = {fact_check.external_id: fact_check.wordings for fact_check in starter_fact_checks()}
    return [(wordings[record_id][position], locale) for record_id, position, locale in _EXAMPLES]


def _attribution(entry: Mapping[str, Any]) -> Attribution:
    return Attribution(
        actor=entry["actor"],
        by=entry["by"],
        url=entry["url"],
        confidence_words=entry["confidence_words"],
        scope=entry.get("scope") or "",
        published_on=entry.get("date") or "",
        aliases=tuple(entry.get("aliases") or ()),
        techniques=tuple(
            Technique(id=part["id"], name=part["name"], reason=part.get("reason") or "")
            for part in entry.get("techniques") or ()
        ),
    )


def _text_of(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
