"""The queue of what people ask: its order, and what the newsroom makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.editorial.errors import RumorGone
from handlers.editorial.events import RumorAnswered, RumorDismissed
from handlers.editorial.ports import QueuedRumor, QueueFilter, RumorStatus
from handlers.editorial.queue import (
    assign_rumor,
    claim_rumor,
    dismiss,
    link_existing,
    list_queue,
    merge,
    near_fact_checks,
    open_file,
    split,
)
from handlers.editorial.ranking import Hurry, ranked, time_to_check
from handlers.editorial.sign_in import BY_OPERATOR, remove_editor
from handlers.errors import UserMistake
from knowledge_base.models import Status
from retrieval.interface import MatchKind, Ranked
from tests.fakes.newsroom import DRAFT
from tests.fakes.searcher import found, match_of

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
TWO_HOURS = timedelta(hours=2)


def a_rumor(rumor_id="r", text="The moon is hollow", **changes):
    rumor = QueuedRumor(rumor_id, text, "en", RumorStatus.OPEN, 3, 1, NOON, NOON + timedelta(hours=1))
    return replace(rumor, **changes)


def order(*rumors, now=NOON + timedelta(hours=1)):
    return [each.rumor.id for each in ranked(rumors, now=now, answer_within=TWO_HOURS)]


@pytest.mark.parametrize(
    "first",
    [
        a_rumor("first", askers=30),
        a_rumor("first", chats=9),
        a_rumor("first", last_seen=NOON + timedelta(minutes=20)),  # as many askers in a third of the time
        a_rumor("first", text="Vaccines make you magnetic"),
        a_rumor("first", text="喝這個偏方治癌症"),
    ],
)
def test_more_askers_chats_speed_or_harm_come_first(first):
    assert order(a_rumor("second"), first) == ["first", "second"]


def test_what_waits_longer_comes_first():
    older = a_rumor("older", first_seen=NOON - TWO_HOURS, last_seen=NOON - timedelta(hours=1))
    assert order(a_rumor("newer"), older) == ["older", "newer"]


def test_equal_ones_keep_one_order():
    assert order(a_rumor("b"), a_rumor("a")) == ["a", "b"]


@pytest.mark.parametrize(
    ("minutes", "hurry", "left"),
    [
        (0, Hurry.IN_TIME, 120),
        (90, Hurry.IN_TIME, 30),
        (91, Hurry.SOON, 29),
        (119, Hurry.SOON, 1),
        (120, Hurry.LATE, 0),
        (180, Hurry.LATE, -60),
        (-5, Hurry.IN_TIME, 120),
    ],
)
def test_the_clock_tells_how_much_time_is_left(minutes, hurry, left):
    clock = time_to_check(NOON, now=NOON + timedelta(minutes=minutes), answer_within=TWO_HOURS)
    assert (clock.hurry, clock.left) == (hurry, timedelta(minutes=left))


def test_the_queue_lists_what_waits_and_can_be_narrowed(room):
    one, two = room.ask("u1", "The moon is hollow"), room.ask("u1", "Chips track us")
    claim_rumor(room.desk, room.anna, two)
    listed = {each.rumor.id for each in list_queue(room.desk, room.rosa)}
    assert listed == {one, two}

    def ids(**wanted):
        return [each.rumor.id for each in list_queue(room.desk, room.rosa, QueueFilter(**wanted))]

    assert ids(assignee=room.anna) == [two]
    assert ids(only_unassigned=True) == [one]
    assert ids(text="MOON") == [one]
    assert ids(text="nothing") == []


def test_a_rumor_is_taken_put_back_and_given(room):
    rumor = room.ask("u1", "The moon is hollow")
    assert claim_rumor(room.desk, room.anna, rumor).assignee == room.anna
    assert claim_rumor(room.desk, room.anna, rumor, take=False).status is RumorStatus.OPEN
    assert assign_rumor(room.desk, room.ben, rumor, room.anna).assignee == room.anna
    remove_editor(room.desk, BY_OPERATOR, "Anna")
    with pytest.raises(UserMistake):
        assign_rumor(room.desk, room.ben, rumor, room.anna)


def test_a_file_shows_wordings_and_what_may_answer_it_already(room):
    rumor = room.ask("u1", "The moon is hollow", chat="g1")
    room.ask("u2", "the moon is HOLLOW")
    answer = room.fact_checks.save(replace(DRAFT, status=Status.PUBLISHED), editor="e", reason="", at=room.time)
    other = room.fact_checks.save(
        replace(DRAFT, id="fc2", status=Status.PUBLISHED), editor="e", reason="", at=room.time
    )
    hidden = room.fact_checks.save(replace(DRAFT, id="fc3"), editor="e", reason="", at=room.time)
    result = found([match_of(answer, "x", kind=MatchKind.SAME_CLAIM)])
    ranking = (*result.ranking, Ranked(other.id, 0.2), Ranked(hidden.id, 0.2), Ranked("fc9", 0.05))
    room.searcher.answers("The moon is hollow", replace(result, ranking=ranking))
    file = open_file(room.desk, room.rosa, rumor)
    assert {(each.text, each.chat_kind) for each in file.wordings} == {
        ("The moon is hollow", "group"),
        ("the moon is HOLLOW", "private"),
    }
    assert [(each.fact_check.id, each.answers) for each in file.near] == [("fc1", True), ("fc2", False)]
    assert [
        each.fact_check.id for each in near_fact_checks(room.desk, room.rosa, "The moon is hollow", without="fc1")
    ] == ["fc2"]
    with pytest.raises(RumorGone):
        open_file(room.desk, room.rosa, "nothing")


class TestLinking:
    @pytest.fixture
    def answer(self, room):
        return room.fact_checks.save(replace(DRAFT, status=Status.PUBLISHED), editor="e", reason="", at=room.time)

    def test_an_existing_fact_check_answers_a_rumor_and_learns_its_words(self, room, answer):
        rumor = room.ask("u1", "Garlic!!!")
        event = link_existing(room.desk, room.anna, rumor, answer.id)
        assert event == RumorAnswered(rumor, "fc1", 2) == room.heard[0]
        assert room.fact_checks.get("fc1").wordings == ("Garlic!!!",)
        assert room.fact_checks.get("fc1").is_published
        closed = room.desk.record.rumors.get(rumor)
        assert (closed.status, closed.outcome) == (RumorStatus.ANSWERED, "fc1")
        assert room.changed == 1
        with pytest.raises(RumorGone):
            link_existing(room.desk, room.anna, rumor, answer.id)

    def test_a_draft_answers_nobody(self, room):
        rumor = room.ask("u1", "Garlic!!!")
        room.fact_checks.save(DRAFT, editor="e", reason="", at=room.time)
        with pytest.raises(UserMistake):
            link_existing(room.desk, room.anna, rumor, "fc1")
        assert room.desk.record.rumors.get(rumor).is_waiting
        assert room.heard == []


def test_a_rumor_is_dismissed_with_a_reason_that_can_be_told(room):
    rumor = room.ask("u1", "My horoscope says so")
    with pytest.raises(UserMistake):
        dismiss(room.desk, room.anna, rumor, reason=" ")
    event = dismiss(room.desk, room.anna, rumor, reason=" Nobody can check an opinion ")
    assert event == RumorDismissed(rumor, "Nobody can check an opinion") == room.heard[0]
    with pytest.raises(RumorGone):
        claim_rumor(room.desk, room.anna, rumor)


def test_rumors_are_merged_and_split(room):
    one, two = room.ask("u1", "The moon is hollow"), room.ask("u2", "The moon's a shell")
    room.desk.record.rumors.note_draft(two, "fc1")
    kept = merge(room.desk, room.anna, two, one)
    assert (kept.id, kept.askers, kept.outcome) == (one, 2, "fc1")
    with pytest.raises(RumorGone):
        merge(room.desk, room.anna, two, one)
    (tip,) = [each.id for each in open_file(room.desk, room.anna, one).wordings if "shell" in each.text]
    new = split(room.desk, room.anna, one, [tip])
    assert (new.text, new.askers) == ("The moon's a shell", 1)
    with pytest.raises(UserMistake):
        split(room.desk, room.anna, one, [])
    acts = [each.act for each in room.desk.record.audit.entries()]
    assert acts == ["merge_rumors", "split_rumor"]
