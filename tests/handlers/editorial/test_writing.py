"""From a draft to a published, corrected, retracted fact-check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from handlers.editorial.auditing import verify_audit
from handlers.editorial.errors import EditConflict, NoSuchFactCheck, Refused, RumorGone
from handlers.editorial.events import Corrected, Published, Retracted, RumorAnswered
from handlers.editorial.ports import RumorStatus
from handlers.editorial.writing import (
    approve_and_publish,
    correct,
    propose_correction,
    retract,
    save_draft,
    send_back,
    submit_for_review,
)
from knowledge_base.errors import InvalidFactCheck
from knowledge_base.models import FactCheckText, Status, Verdict
from knowledge_base.workflow import Refusal
from tests.fakes.newsroom import DRAFT, Newsroom, draft, with_headline


def published(room, **changes):
    save_draft(room.desk, room.anna, draft(**changes))
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    return approve_and_publish(room.desk, room.ben, "fc1", revision=2).fact_check


def refusals(excinfo):
    return excinfo.value.decision.refusals


def acts(room):
    return [(each.editor_id, each.act, each.before.split("@")[0], each.after.split("@")[0]) for each in log(room)]


def log(room):
    return room.desk.record.audit.entries()


def test_a_draft_goes_through_review_to_the_public(room):
    assert save_draft(room.desk, room.anna, DRAFT).fact_check.status is Status.DRAFT
    assert submit_for_review(room.desk, room.anna, "fc1", revision=1).fact_check.status is Status.IN_REVIEW
    done = approve_and_publish(room.desk, room.ben, "fc1", revision=2)
    assert done.fact_check == room.fact_checks.get("fc1")
    assert done.fact_check.is_published
    assert done.fact_check.published_on == date(2026, 1, 1)
    assert done.events == (Published("fc1", 3),) == tuple(room.heard)
    assert room.changed == 3
    assert acts(room) == [
        ("anna", "save_draft", "", "1"),
        ("anna", "submit", "1", "2"),
        ("ben", "publish", "2", "3"),
    ]
    assert verify_audit(log(room)) == []
    digest = room.fact_checks.revisions("fc1")[-1].digest
    assert log(room)[-1].after == f"3@{digest[:16]}"


def test_the_author_cannot_approve_even_as_admin(room):
    save_draft(room.desk, room.carla, DRAFT)
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    with pytest.raises(Refused) as refused:
        approve_and_publish(room.desk, room.carla, "fc1", revision=2)
    assert refusals(refused) == (Refusal.OWN_WORK,)
    assert room.fact_checks.get("fc1").status is Status.IN_REVIEW
    assert room.heard == []


def test_a_reviewer_who_changes_the_words_becomes_their_author(room):
    save_draft(room.desk, room.anna, DRAFT)
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    better = with_headline(room.fact_checks.get("fc1"), "No food ends an infection")
    save_draft(room.desk, room.ben, better)
    with pytest.raises(Refused):
        approve_and_publish(room.desk, room.ben, "fc1", revision=3)
    assert approve_and_publish(room.desk, room.carla, "fc1", revision=3).fact_check.is_published


def test_a_one_person_team_publishes_its_own_draft():
    room = Newsroom(single_editor=True)
    save_draft(room.desk, room.carla, DRAFT)
    assert approve_and_publish(room.desk, room.carla, "fc1", revision=1).fact_check.is_published


def test_a_hard_rule_blocks_publishing_and_says_which(room):
    save_draft(room.desk, room.anna, draft(sources=()))
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    with pytest.raises(Refused) as refused:
        approve_and_publish(room.desk, room.ben, "fc1", revision=2)
    assert refusals(refused) == (Refusal.LINT,)
    assert [problem.rule.value for problem in refused.value.decision.problems] == ["source_missing"]


def test_what_changed_after_the_reviewer_read_it_is_not_approved(room):
    save_draft(room.desk, room.anna, DRAFT)
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    save_draft(room.desk, room.anna, with_headline(room.fact_checks.get("fc1"), "Something else"))
    with pytest.raises(EditConflict):
        approve_and_publish(room.desk, room.ben, "fc1", revision=2)
    assert room.fact_checks.get("fc1").status is Status.IN_REVIEW


def test_a_draft_is_sent_back_with_a_reason(room):
    save_draft(room.desk, room.anna, DRAFT)
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    with pytest.raises(Refused) as refused:
        send_back(room.desk, room.ben, "fc1", revision=2, reason=" ")
    assert refusals(refused) == (Refusal.REASON_MISSING,)
    assert send_back(room.desk, room.ben, "fc1", revision=2, reason="Who says so?").fact_check.status is Status.DRAFT
    assert room.fact_checks.revisions("fc1")[-1].reason == log(room)[-1].note == "Who says so?"


def test_a_draft_without_a_claim_is_not_stored(room):
    with pytest.raises(InvalidFactCheck):
        save_draft(room.desk, room.anna, draft(texts={"en": FactCheckText(" ")}))
    assert log(room) == []


class TestTwoEditorsAtOnce:
    def test_the_second_saver_sees_what_changed_and_loses_nothing(self, room):
        base = save_draft(room.desk, room.anna, DRAFT).fact_check
        theirs = replace(with_headline(base, "Their headline"), claimant="A chain letter")
        save_draft(room.desk, room.ben, theirs)
        mine = replace(
            base,
            texts={"en": replace(base.texts["en"], headline="My headline", explanation="My words")},
            verdict=Verdict.MISLEADING,
        )
        with pytest.raises(EditConflict) as conflict:
            save_draft(room.desk, room.anna, mine)
        found = {each.name: each for each in conflict.value.changes}
        assert set(found) == {"headline.en", "explanation.en", "verdict", "claimant"}
        assert [name for name, each in found.items() if each.is_clash] == ["headline.en"]
        assert (found["headline.en"].base, found["headline.en"].mine, found["headline.en"].theirs) == (
            DRAFT.texts["en"].headline,
            "My headline",
            "Their headline",
        )
        merged = conflict.value.merged
        assert merged.texts["en"] == FactCheckText(DRAFT.texts["en"].claim, "My headline", "My words")
        assert (merged.verdict, merged.claimant, merged.revision) == (Verdict.MISLEADING, "A chain letter", 2)
        assert room.fact_checks.get("fc1").texts["en"].headline == "Their headline"
        assert save_draft(room.desk, room.anna, merged).fact_check.revision == 3

    def test_a_language_only_one_of_them_added_stays(self, room):
        base = save_draft(room.desk, room.anna, DRAFT).fact_check
        chinese = FactCheckText("蒜頭水治流感", "流感會自己好", "沒有研究支持。")
        save_draft(room.desk, room.ben, replace(base, texts={**base.texts, "zh-TW": chinese}))
        with pytest.raises(EditConflict) as conflict:
            save_draft(room.desk, room.anna, with_headline(base, "My headline"))
        merged = conflict.value.merged
        assert merged.texts["zh-TW"] == chinese
        assert merged.texts["en"].headline == "My headline"


class TestRumors:
    def test_publishing_answers_the_rumor_it_was_written_for(self, room):
        rumor = room.ask("u1", "Garlic water kills the flu in a day!!!")
        save_draft(room.desk, room.anna, DRAFT, rumor_id=rumor)
        assert room.fact_checks.get("fc1").wordings == ("Garlic water kills the flu in a day!!!",)
        assert room.desk.record.rumors.get(rumor).outcome == "fc1"
        submit_for_review(room.desk, room.anna, "fc1", revision=1)
        done = approve_and_publish(room.desk, room.ben, "fc1", revision=2)
        assert done.events == (Published("fc1", 3), RumorAnswered(rumor, "fc1", 3))
        assert room.desk.record.rumors.get(rumor).status is RumorStatus.ANSWERED

    def test_nothing_is_stored_for_a_rumor_that_is_gone(self, room):
        with pytest.raises(RumorGone):
            save_draft(room.desk, room.anna, DRAFT, rumor_id="nothing")
        assert room.fact_checks.count(None) == 0


class TestCorrections:
    def test_a_correction_is_public_when_a_second_person_approves_it(self, room):
        before = published(room)
        corrected = replace(before, verdict=Verdict.MISLEADING)
        propose_correction(room.desk, room.anna, corrected, reason="A new trial")
        assert room.fact_checks.get("fc1") == before
        room.wait(days=1)
        done = correct(room.desk, room.ben, "fc1")
        assert (done.fact_check.verdict, done.fact_check.status) == (Verdict.MISLEADING, Status.PUBLISHED)
        assert (done.fact_check.published_on, done.fact_check.checked_on) == (date(2026, 1, 1), date(2026, 1, 2))
        assert done.events == (Corrected("fc1", 4, 3, "A new trial", has_new_verdict=True),)
        assert room.fact_checks.revisions("fc1")[-1].reason == "A new trial"
        assert room.desk.record.proposals.all() == []

    def test_nobody_approves_their_own_correction(self, room):
        before = published(room)
        propose_correction(room.desk, room.ben, with_headline(before, "No food ends it"), reason="Shorter")
        with pytest.raises(Refused) as refused:
            correct(room.desk, room.ben, "fc1")
        assert refusals(refused) == (Refusal.OWN_WORK,)
        assert correct(room.desk, room.carla, "fc1").events[0].has_new_verdict is False

    def test_a_one_person_team_corrects_at_once(self):
        room = Newsroom(single_editor=True)
        save_draft(room.desk, room.carla, DRAFT)
        before = approve_and_publish(room.desk, room.carla, "fc1", revision=1).fact_check
        done = propose_correction(room.desk, room.carla, with_headline(before, "No food ends it"), reason="Shorter")
        assert done.fact_check.texts["en"].headline == "No food ends it"
        assert room.fact_checks.get("fc1") == done.fact_check

    @pytest.mark.parametrize(
        ("change", "reason", "expected"),
        [
            ({"claimant": "x"}, "", Refusal.REASON_MISSING),
            ({}, "why", Refusal.NOTHING_CHANGED),
        ],
    )
    def test_a_correction_has_a_reason_and_corrects_something(self, room, change, reason, expected):
        before = published(room)
        with pytest.raises(Refused) as refused:
            propose_correction(room.desk, room.anna, replace(before, **change), reason=reason)
        assert refusals(refused) == (expected,)
        assert room.desk.record.proposals.all() == []

    def test_a_correction_may_not_break_a_hard_rule(self, room):
        before = published(room)
        propose_correction(room.desk, room.anna, replace(before, sources=()), reason="The page is gone")
        with pytest.raises(Refused) as refused:
            correct(room.desk, room.ben, "fc1")
        assert refusals(refused) == (Refusal.LINT,)

    def test_without_a_proposal_there_is_nothing_to_approve(self, room):
        published(room)
        with pytest.raises(Refused) as refused:
            correct(room.desk, room.ben, "fc1")
        assert Refusal.NOTHING_CHANGED in refusals(refused)

    def test_a_published_record_is_not_edited_like_a_draft(self, room):
        before = published(room)
        with pytest.raises(Refused) as refused:
            save_draft(room.desk, room.anna, with_headline(before, "Silently different"))
        assert refusals(refused) == (Refusal.WRONG_STATE,)

    def test_a_proposal_on_an_older_revision_shows_both(self, room):
        before = published(room)
        for name in ("One", "Two"):
            propose_correction(room.desk, room.anna, with_headline(before, name), reason="x")
        correct(room.desk, room.ben, "fc1")
        with pytest.raises(EditConflict) as conflict:
            propose_correction(room.desk, room.anna, replace(before, claimant="A letter"), reason="x")
        assert conflict.value.merged.texts["en"].headline == "Two"
        assert conflict.value.merged.claimant == "A letter"


class TestRetractions:
    def test_a_retraction_holds_at_once_and_for_good(self, room):
        before = published(room)
        propose_correction(room.desk, room.anna, replace(before, claimant="x"), reason="x")
        done = retract(room.desk, room.ben, "fc1", reason="The source was forged")
        assert done.fact_check.status is Status.RETRACTED
        assert done.events == (Retracted("fc1", 4, "The source was forged"),)
        assert room.heard[-1] == done.events[0]
        assert room.desk.record.proposals.all() == []
        with pytest.raises(Refused):
            retract(room.desk, room.ben, "fc1", reason="again")

    def test_it_needs_a_reason(self, room):
        published(room)
        with pytest.raises(Refused) as refused:
            retract(room.desk, room.ben, "fc1", reason="")
        assert refusals(refused) == (Refusal.REASON_MISSING,)

    def test_what_does_not_exist_cannot_be_retracted(self, room):
        with pytest.raises(NoSuchFactCheck):
            retract(room.desk, room.ben, "nothing", reason="x")


def test_a_listener_that_fails_undoes_the_act(room):
    def fail(_events):
        raise ZeroDivisionError

    save_draft(room.desk, room.anna, DRAFT)
    submit_for_review(room.desk, room.anna, "fc1", revision=1)
    with pytest.raises(ZeroDivisionError):
        approve_and_publish(replace(room.desk, listen=fail), room.ben, "fc1", revision=2)
    assert room.fact_checks.get("fc1").status is Status.IN_REVIEW
    assert len(log(room)) == 2
