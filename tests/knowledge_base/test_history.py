from __future__ import annotations

import hashlib
import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime

import pytest

from knowledge_base.history import canonical_snapshot, from_snapshot, seal, verify_chain
from knowledge_base.models import FactCheck, FactCheckText, Source, Status, Verdict
from tests.fakes.fact_checks import a_fact_check

AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OTHER_VALUES = {
    "id": "other",
    "texts": {"en": FactCheckText("Another claim")},
    "publisher": "Another",
    "verdict": Verdict.TRUE,
    "verdict_label": "Right",
    "status": Status.RETRACTED,
    "revision": 9,
    "sources": (Source("Another", "https://example.org/2"),),
    "url": "https://example.org/other",
    "external_id": "other",
    "author": "Another",
    "claimant": "Another",
    "published_on": date(2020, 1, 1),
    "checked_on": date(2020, 1, 2),
    "wordings": ("another",),
    "claim_urls": ("https://example.org/3",),
    "topics": ("another",),
    "narrative_id": "another",
}


def chain(length=3):
    sealed = []
    for revision in range(1, length + 1):
        sealed.append(
            seal(
                a_fact_check(revision=revision),
                editor="ed",
                reason=f"reason {revision}",
                saved_at=AT,
                previous_digest=sealed[-1].digest if sealed else "",
            )
        )
    return sealed


def test_the_digest_is_what_anybody_can_compute_from_the_documented_form():
    fact_check = FactCheck("x", {"en": FactCheckText("Claim")}, "P", status=Status.PUBLISHED, revision=1)
    by_hand = (
        '{"editor":"ed","fact_check_id":"x","previous_digest":"","reason":"寫好了","revision":1,'
        '"saved_at":"2026-03-01T12:00:00.000000+00:00","snapshot":'
        '{"id":"x","publisher":"P","revision":1,"status":"published","texts":[["en",{"claim":"Claim"}]]}}'
    )
    sealed = seal(fact_check, editor="ed", reason="寫好了", saved_at=AT, previous_digest="")
    assert sealed.digest == hashlib.sha256(by_hand.encode()).hexdigest()
    assert json.dumps(json.loads(by_hand), ensure_ascii=False, sort_keys=True, separators=(",", ":")) == by_hand


def test_every_field_of_the_model_is_under_the_seal():
    assert set(OTHER_VALUES) == {each.name for each in fields(FactCheck)}
    original = canonical_snapshot(a_fact_check())
    for name, value in OTHER_VALUES.items():
        assert canonical_snapshot(replace(a_fact_check(), **{name: value})) != original, name


@pytest.mark.parametrize("record", [a_fact_check(), FactCheck("x", {"und": FactCheckText("c")}, "P")])
def test_a_snapshot_reads_back_as_it_was_written(record):
    assert from_snapshot(canonical_snapshot(record)) == record
    assert list(from_snapshot(canonical_snapshot(record)).texts) == list(record.texts)


@pytest.mark.parametrize("damaged", ["", "{}", "[]", "null", "{", '{"id":1}', canonical_snapshot(a_fact_check())[:-9]])
def test_a_damaged_snapshot_is_a_value_error(damaged):
    with pytest.raises(ValueError):  # noqa: PT011 - the kind is the contract
        from_snapshot(damaged)


def test_an_untouched_history_holds():
    assert verify_chain(chain()) == []
    assert verify_chain([]) == []


@pytest.mark.parametrize(
    "change",
    [
        {"snapshot": a_fact_check(revision=2, verdict=Verdict.TRUE)},
        {"editor": "eve"},
        {"reason": "another"},
        {"saved_at": AT.replace(year=2025)},
        {"previous_digest": ""},
        {"digest": "0" * 64},
        {"revision": 7},
        {"fact_check_id": "other"},
    ],
)
def test_any_change_to_a_stored_revision_shows(change):
    history = chain()
    history[1] = replace(history[1], **change)
    assert verify_chain(history) != []


def test_a_changed_revision_sealed_anew_still_breaks_the_one_after_it():
    history = chain()
    forged = a_fact_check(revision=2, verdict=Verdict.TRUE)
    history[1] = seal(forged, editor="ed", reason="", saved_at=AT, previous_digest=history[0].digest)
    assert verify_chain(history) == [f"{forged.id} revision 3: it does not follow the revision before it"]


@pytest.mark.parametrize("kept", [[0, 2], [1, 2], [1, 0, 2], [0, 0, 1, 2]])
def test_a_removed_reordered_or_repeated_revision_shows(kept):
    history = chain()
    assert verify_chain([history[index] for index in kept]) != []
