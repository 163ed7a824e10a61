"""Every act in every status, by the author and by somebody else, with and without what it needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from knowledge_base.history import seal
from knowledge_base.lint import LintProblem, Rule
from knowledge_base.models import FactCheck, FactCheckText, Status
from knowledge_base.workflow import (
    Act,
    Refusal,
    as_published,
    author_of,
    decide,
    is_same_answer,
    is_same_content,
    possible_acts,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HARD, SOFT = LintProblem(Rule.SOURCE_MISSING), LintProblem(Rule.HEADLINE_LONG)
DRAFT, REVIEW, PUBLISHED, RETRACTED = Status.DRAFT, Status.IN_REVIEW, Status.PUBLISHED, Status.RETRACTED

# act, status it begins in, status it ends in; every pair that is not here does not exist
TABLE = {
    (Act.SAVE, DRAFT): DRAFT,
    (Act.SAVE, REVIEW): REVIEW,
    (Act.SUBMIT, DRAFT): REVIEW,
    (Act.SEND_BACK, REVIEW): DRAFT,
    (Act.PUBLISH, REVIEW): PUBLISHED,
    (Act.PROPOSE, PUBLISHED): PUBLISHED,
    (Act.CORRECT, PUBLISHED): PUBLISHED,
    (Act.RETRACT, PUBLISHED): RETRACTED,
}


def decided(act, status, *, actor="ben", **changes):
    given = {"author": "anna", "reason": "because", "problems": (), **changes}
    return decide(act, status, actor=actor, **given)


@pytest.mark.parametrize(("act", "status"), list(product(Act, Status)))
def test_an_act_leads_where_the_table_says_or_does_not_exist(act, status):
    decision = decided(act, status)
    assert decision.status is TABLE.get((act, status))
    assert decision.refusals == (() if (act, status) in TABLE else (Refusal.WRONG_STATE,))
    assert (act in possible_acts(status)) == ((act, status) in TABLE)


@pytest.mark.parametrize(("act", "status"), list(TABLE))
def test_only_making_words_public_needs_a_second_person(act, status):
    needs = act in (Act.PUBLISH, Act.CORRECT)
    assert (Refusal.OWN_WORK in decided(act, status, actor="anna").refusals) == needs
    assert decided(act, status, actor="anna", single_editor=True).is_allowed


@pytest.mark.parametrize(("act", "status"), list(TABLE))
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_what_takes_something_back_needs_a_reason(act, status, reason):
    needs = act in (Act.SEND_BACK, Act.PROPOSE, Act.CORRECT, Act.RETRACT)
    refused = Refusal.REASON_MISSING in decided(act, status, reason=reason).refusals
    assert refused == needs


@pytest.mark.parametrize(("act", "status"), list(TABLE))
def test_a_hard_rule_blocks_what_makes_public_and_advice_blocks_nothing(act, status):
    blocked = decided(act, status, problems=[HARD, SOFT])
    assert (Refusal.LINT in blocked.refusals) == (act in (Act.PUBLISH, Act.CORRECT))
    assert blocked.problems == (HARD, SOFT)
    assert decided(act, status, problems=[SOFT]).is_allowed


@pytest.mark.parametrize("act", [Act.PROPOSE, Act.CORRECT])
def test_a_correction_has_to_correct_something(act):
    assert decided(act, PUBLISHED, changes_something=False).refusals == (Refusal.NOTHING_CHANGED,)


def test_every_reason_is_told_at_once():
    decision = decided(Act.CORRECT, PUBLISHED, actor="anna", reason="", problems=[HARD], changes_something=False)
    assert decision.refusals == (Refusal.OWN_WORK, Refusal.REASON_MISSING, Refusal.LINT, Refusal.NOTHING_CHANGED)
    assert decision.status is None
    assert not decision.is_allowed


def test_a_one_person_team_publishes_a_draft_without_a_review():
    assert decided(Act.PUBLISH, DRAFT, actor="anna", single_editor=True).status is PUBLISHED
    assert decided(Act.PUBLISH, DRAFT, actor="anna", single_editor=True, problems=[HARD]).refusals == (Refusal.LINT,)
    assert Act.PUBLISH in possible_acts(DRAFT, single_editor=True)
    assert decided(Act.PUBLISH, RETRACTED, single_editor=True).refusals == (Refusal.WRONG_STATE,)


def test_nothing_leads_out_of_retracted():
    assert possible_acts(RETRACTED) == possible_acts(RETRACTED, single_editor=True) == ()


def a_record(revision, status=DRAFT, headline="A fact", **changes):
    text = FactCheckText("A claim", headline)
    return FactCheck("1", {"en": text}, "Desk", status=status, revision=revision, **changes)


def history(*entries):
    return [seal(each, editor=editor, reason="", saved_at=NOW, previous_digest="") for editor, each in entries]


def test_the_author_is_who_last_changed_the_words():
    written = [
        ("anna", a_record(1)),
        ("ben", a_record(2, headline="A better fact")),
        ("carla", a_record(3, REVIEW, headline="A better fact")),
        ("dora", a_record(4, PUBLISHED, headline="A better fact", published_on=date(2026, 1, 1))),
    ]
    assert [author_of(history(*written[:length])) for length in range(5)] == ["", "anna", "ben", "ben", "ben"]


def test_the_order_of_languages_is_content_and_dates_are_not():
    one, two = FactCheckText("a"), FactCheckText("b")
    left = FactCheck("1", {"en": one, "zh-TW": two}, "Desk")
    assert not is_same_content(left, replace(left, texts={"zh-TW": two, "en": one}))
    assert is_same_content(left, replace(left, revision=9, checked_on=date(2026, 1, 1), status=PUBLISHED))


def test_a_learnt_wording_is_no_other_answer():
    before = a_record(1, PUBLISHED)
    assert is_same_answer(before, replace(before, revision=2, wordings=("!!!",), topics=("health",)))
    assert not is_same_content(before, replace(before, wordings=("!!!",)))
    assert not is_same_answer(before, replace(before, claimant="A letter"))


def test_publishing_dates_what_nobody_dated():
    today, earlier = date(2026, 5, 1), date(2025, 1, 1)
    undated = as_published(a_record(1), today)
    assert (undated.published_on, undated.checked_on, undated.status) == (today, today, PUBLISHED)
    dated = as_published(a_record(1, published_on=earlier, checked_on=earlier), today)
    assert (dated.published_on, dated.checked_on) == (earlier, earlier)
