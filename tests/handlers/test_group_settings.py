"""Groups: what admins choose, when a watched group is spoken to, and the words a fact-check is found by."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers.browse import browse
from handlers.chat_settings import MAX_GAP_MIN, MIN_GAP_MIN, changed
from handlers.errors import UserMistake
from handlers.group_policy import GroupMode, in_quiet_hours, is_too_soon, is_zone, may_look, zone_of
from handlers.messages import ChatKind, IncomingMessage
from handlers.ports import ChatSettings
from knowledge_base.models import Status
from tests.fakes.conversation import ANTIBIOTICS, MESSENGER, World, only
from tests.fakes.memory_inbox import MemoryChatSettingsStore
from tests.fakes.searcher import found, match_of

DEFAULTS = ChatSettings("toy", "group")
NOON = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ("watch", "mode", GroupMode.WATCH),
        ("mention", "mode", GroupMode.ON_MENTION),
        ("OFF", "mode", GroupMode.OFF),
        ("gap 45", "min_gap_min", 45),
        ("gap 1", "min_gap_min", MIN_GAP_MIN),
        ("gap 999999", "min_gap_min", MAX_GAP_MIN),
        ("quiet 22-7", "quiet_from_min", 1320),
        ("quiet 22:30-7:15", "quiet_until_min", 435),
        ("quiet 23-24", "quiet_until_min", 0),
        ("zone Asia/Taipei", "zone", "Asia/Taipei"),
        ("language zh-TW", "locale", "zh-TW"),
        ("language auto", "locale", ""),
    ],
)
def test_words_change_one_setting(words, field, value):
    assert getattr(changed(replace(DEFAULTS, locale="en"), words), field) == value


def test_no_quiet_hours_again():
    assert changed(changed(DEFAULTS, "quiet 22-7"), "quiet none") == DEFAULTS


@pytest.mark.parametrize(
    "words",
    ["", "loud", "watch now", "gap", "gap -5", "gap ten", "gap ٣", "quiet", "quiet 25-7", "quiet 22-7:99", "zone",
     "zone x", "zone ../../etc/passwd", "zone /etc/passwd", "language klingon", "watch\x00", "👀"],
)  # fmt: skip
def test_words_nobody_knows_are_the_admin_s_mistake(words):
    with pytest.raises(UserMistake):
        changed(DEFAULTS, words)


@pytest.mark.parametrize(
    ("zone", "hours", "quiet"),
    [
        ("UTC", (0, 0), False),
        ("UTC", (11 * 60, 13 * 60), True),
        ("UTC", (12 * 60, 13 * 60), True),
        ("UTC", (11 * 60, 12 * 60), False),  # the end does not count
        ("UTC", (22 * 60, 7 * 60), False),
        ("Asia/Taipei", (19 * 60, 7 * 60), True),  # 20:00 there, over midnight
        ("Asia/Taipei", (21 * 60, 7 * 60), False),
        ("America/New_York", (8 * 60, 9 * 60), True),  # 08:00 in summer time
        ("no/such", (11 * 60, 13 * 60), True),  # counts as UTC
    ],
)
def test_quiet_hours_are_the_group_s_own(zone, hours, quiet):
    assert in_quiet_hours(NOON, zone, *hours) is quiet


def test_gap_counts_from_the_last_reply_and_a_clock_set_back_silences_nobody():
    assert is_too_soon(NOON, [NOON - timedelta(minutes=9, seconds=59)], 10)
    assert not is_too_soon(NOON, [NOON - timedelta(minutes=10)], 10)
    assert not is_too_soon(NOON, [NOON + timedelta(hours=5)], 10)
    assert not is_too_soon(NOON, [], 10)


def test_zones_are_known_by_name_only():
    assert is_zone("Europe/Berlin")
    assert not any(is_zone(name) for name in ("", "x", "../x", "/etc/passwd", "Europe/Berlin\x00"))
    assert zone_of("nowhere").key == "UTC"


def message(**more):
    return IncomingMessage("toy", "group", "anna", "1", text="x", chat_kind=ChatKind.GROUP, **more)


def test_only_forwards_in_watched_groups_are_looked_up_unasked():
    assert may_look(message(is_forward=True), GroupMode.WATCH)
    assert not may_look(message(is_forward=True), GroupMode.ON_MENTION)
    assert not may_look(message(), GroupMode.WATCH)
    assert not may_look(message(is_forward=True, is_edit=True), GroupMode.WATCH)


@pytest.fixture
def world():
    made = World(ANTIBIOTICS)
    made.settings = MemoryChatSettingsStore()
    made.conversation._services = replace(made.conversation._services, chat_settings=made.settings)
    return made


def in_group(world, text="", **more):
    return world.say(text, chat_kind=ChatKind.GROUP, **more)


RUMOR = "Leftover antibiotics cure the flu, my doctor says so."


def test_panel_marks_what_is_chosen_and_its_buttons_are_short(world):
    world.settings.put(ChatSettings("toy", "group", GroupMode.WATCH, "zh-TW", "Asia/Taipei", 1320, 420, 30))
    panel = only(in_group(world, command="settings", is_admin=True, limits=replace(MESSENGER, max_buttons=24)))
    labels = [button.label for row in panel.buttons for button in row]
    assert sum(label.startswith("✓") for label in labels) == 4
    assert "22:00" in panel.plain_text()
    assert all(len(button.action.encode()) <= 64 for row in panel.buttons for button in row)


def test_panel_speaks_the_language_just_chosen(world):
    panel = only(in_group(world, "language zh-TW", command="settings", is_admin=True))
    assert "群組" in panel.plain_text()


def test_settings_are_for_admins_of_groups(world):
    assert "Only admins" in only(in_group(world, "watch", command="settings")).plain_text()
    assert "for groups" in only(world.command("settings", "watch", is_admin=True)).plain_text()
    assert world.settings.chosen == {}


def test_without_a_store_there_is_nothing_to_set():
    world = World(ANTIBIOTICS)
    assert "cannot be set up" in only(in_group(world, command="settings", is_admin=True)).plain_text()
    assert in_group(world, RUMOR, is_forward=True) == []


def test_unasked_correction_is_noted_before_it_is_said(world):
    world.settings.put(ChatSettings("toy", "group", GroupMode.WATCH))
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR)]))
    assert only(in_group(world, RUMOR, is_forward=True)).shown[0].fact_check_id == "fc1"
    assert [
        u.fact_check_id for u in world.settings.unasked("toy", "group", since=datetime(2020, 1, 1, tzinfo=UTC))
    ] == ["fc1"]
    assert in_group(world, RUMOR, is_forward=True) == []


def test_what_was_just_answered_when_asked_is_not_repeated_unasked(world):
    world.settings.put(ChatSettings("toy", "group", GroupMode.WATCH))
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR)]))
    assert in_group(world, RUMOR, is_mention=True)
    assert in_group(world, RUMOR, is_forward=True) == []


def test_browsing_stores_nothing_and_lists_published_ones_only(world):
    world.publish(replace(ANTIBIOTICS, id="draft", status=Status.DRAFT, url="https://desk.example/draft"))
    services = world.conversation.services if hasattr(world.conversation, "services") else world.conversation._services
    for words in ("", "antibiotics", "fc_fc1", "flu virus"):
        assert [each.fact_check_id for each in browse(services, words, "en", MESSENGER)] in (["fc1"], [])
    assert [each.fact_check_id for each in browse(services, "antibiotics", "en", MESSENGER)] == ["fc1"]
    assert browse(services, "fc_draft", "en", MESSENGER) == []
    assert world.is_empty_of_people()


def test_near_is_only_listed_where_it_shares_a_word(world):
    from retrieval.interface import Outcome, Ranked, SearchResult

    near = SearchResult(Outcome.NONE, ranking=(Ranked("fc1", 0.2),), locale="en", timings_ms={"total": 1.0})
    world.searcher.answers("mayor eats turnips", near)
    world.searcher.answers("flu from turnips", near)
    services = world.conversation._services
    assert browse(services, "mayor eats turnips", "en", MESSENGER) == []
    assert [each.fact_check_id for each in browse(services, "flu from turnips", "en", MESSENGER)] == ["fc1"]


def test_findings_speak_the_reader_s_language(world):
    (finding,) = browse(world.conversation._services, "fc_fc1", "zh-TW", MESSENGER)
    assert "流感是病毒引起" in finding.title
    assert finding.reply.locale == "zh-TW"
