"""Groups: silent by default, spoken to when asked, watched where admins want it."""

import pytest

from handlers.group_policy import GroupMode
from handlers.ports import ChatSettings
from retrieval.interface import MatchKind
from tests.fakes.searcher import found, match_of
from tests.fakes.telegram_server import Person, Room, Talk

RUMOR = "Leftover antibiotics cure the flu, my doctor says so."
OTHER = "The mayor eats nine turnips before each vote in the council"
FAMILY = Room(-100200, "supergroup", "Family", is_forum=True)
ANN, BO = Person(1001, "Ann"), Person(1002, "Bo")


@pytest.fixture
def ann(server):
    return Talk(server, ANN, FAMILY)


@pytest.fixture
def bo(server):
    return Talk(server, BO, FAMILY)


def knows(world, text=RUMOR, kind=MatchKind.SAME_CLAIM):
    world.searcher.answers(text, found([match_of(world.stored(), text, kind=kind)]))


def watched(factline, **more):
    factline.chat_settings.put(ChatSettings("telegram", str(FAMILY.id), GroupMode.WATCH, **more))


async def settled(talk, count=1):
    """Ask for help and wait: whatever was to be said before it has been said."""
    talk.say("/help")
    await talk.answers(count)
    return [each for each in talk.received() if "/latest - " not in each["text"]]


async def test_group_is_silent_unless_turned_to(factline, world, ann):
    knows(world)
    ann.say(RUMOR)
    ann.forward(RUMOR)
    ann.say(None, new_chat_members=[BO.as_user()])
    assert await settled(ann) == []
    assert {key[0] for key in factline.inbox.items} == {"telegram"}
    assert len(factline.inbox.items) == 1  # /help; what the group says among itself is never stored
    assert world.is_empty_of_people()


async def test_mention_reply_and_command_are_answered_in_their_topic(factline, world, ann, server):
    knows(world)
    ann.say(f"@factline_bot {RUMOR}", thread_id=9)
    first = await ann.answer(1)
    assert (first["message_thread_id"], first["text"][:8]) == (9, "❌ False.")
    ann.say(f"/check@factline_bot {RUMOR}", thread_id=9)
    assert (await ann.answer(2))["message_thread_id"] == 9
    ann.say(RUMOR, reply_to=first, thread_id=9)
    assert (await ann.answer(3))["message_thread_id"] == 9


async def test_check_over_somebody_s_message_answers_that_message(factline, world, ann, bo):
    knows(world)
    rumor = bo.forward(RUMOR)
    ann.say("/check", reply_to=rumor)
    assert (await ann.answer())["text"].startswith("❌ False.")


async def test_in_a_group_the_group_is_remembered_never_the_person(factline, world, ann, server):
    knows(world)
    ann.say(f"@factline_bot {RUMOR}")
    await ann.answer()
    await server.until(lambda: world.database.tables["contacts"])
    assert [c.asker.user_id for c in world.database.tables["contacts"].values()] == [""]


async def test_watched_group_gets_a_correction_for_a_forward_only(factline, world, ann):
    knows(world)
    watched(factline)
    ann.say(RUMOR)  # not a forward
    ann.forward(RUMOR)
    answer = await ann.answer()
    assert answer["text"].startswith("❌ False.")
    assert answer["reply_to_message"]["text"] == RUMOR
    assert len(factline.inbox.items) == 0


async def test_watched_group_never_hears_not_found_or_did_you_mean(factline, world, ann):
    knows(world, RUMOR, MatchKind.POSSIBLE)
    watched(factline)
    ann.forward(OTHER)
    ann.forward(RUMOR)
    assert await settled(ann) == []
    assert world.is_empty_of_people()


async def test_same_rumor_is_corrected_once_a_day(factline, world, ann, bo):
    knows(world)
    watched(factline, min_gap_min=0)
    ann.forward(RUMOR)
    await ann.answer()
    ann.forward(RUMOR)
    assert len(await settled(ann, 2)) == 1
    world.time = world.time.replace(day=world.time.day + 2)
    bo.forward(RUMOR)
    await ann.answers(3)


async def test_at_most_one_unasked_reply_in_the_gap(factline, world, ann):
    from dataclasses import replace

    from tests.fakes.conversation import ANTIBIOTICS

    second = world.publish(replace(ANTIBIOTICS, id="fc2", url="https://desk.example/2"))
    knows(world)
    world.searcher.answers(OTHER, found([match_of(second, OTHER)]))
    watched(factline)
    ann.forward(RUMOR)
    await ann.answer()
    ann.forward(OTHER)
    assert len(await settled(ann, 2)) == 1
    world.time = world.time.replace(hour=world.time.hour + 1)
    ann.forward(OTHER)
    await ann.answers(3)


async def test_quiet_hours_are_quiet_in_the_group_s_own_time(factline, world, ann):
    knows(world)
    # The world's clock says midnight in UTC: 08:00 in Taipei.
    watched(factline, zone="Asia/Taipei", quiet_from_min=7 * 60, quiet_until_min=9 * 60)
    ann.forward(RUMOR)
    assert await settled(ann) == []
    watched(factline, zone="Asia/Taipei", quiet_from_min=22 * 60, quiet_until_min=7 * 60)
    ann.forward(RUMOR)
    assert (await ann.answers(2))[1]["text"].startswith("❌ False.")


@pytest.mark.parametrize(
    ("arrange", "words"),
    [
        (lambda world, factline: None, "only when somebody mentions me"),
        (lambda world, factline: watched(factline), "no fact-check comes close enough"),
        (lambda world, factline: watched(factline, quiet_from_min=1, quiet_until_min=0), "quiet hours"),
        (
            lambda world, factline: (watched(factline), knows(world, OTHER, MatchKind.POSSIBLE)),
            "not close enough to speak",
        ),
    ],
)
async def test_why_explains_the_last_silence(factline, world, ann, arrange, words):
    arrange(world, factline)
    world.time = world.time.replace(hour=5)
    ann.forward(OTHER)
    await settled(ann)
    ann.say("/why")
    assert words in (await ann.answer(2))["text"]


async def test_admin_turns_watching_on_and_others_cannot(factline, world, ann, bo, server):
    knows(world)
    ann.become_admin()
    bo.say("/settings watch")
    assert "Only admins" in (await bo.answer(1))["text"]
    ann.say("/settings")
    panel = await ann.answer(2)
    assert "I answer only when somebody mentions me" in panel["text"]
    bo.press(panel, "Watch")
    query = bo.press(panel, "Watch")
    await server.until(lambda: query not in server.open_queries)
    assert server.transcript.alerts[-2]["text"] == "Only admins of this group can change that."
    ann.press(panel, "Watch")
    await server.until(lambda: "unasked" in ann.received()[1]["text"])
    assert factline.chat_settings.get("telegram", str(FAMILY.id)).mode is GroupMode.WATCH
    ann.forward(RUMOR)
    assert (await ann.answers(3))[2]["text"].startswith("❌ False.")


async def test_demoted_admin_loses_the_settings(factline, world, ann, server, monkeypatch):
    monkeypatch.setattr("bot.telegram_adapter.groups._KNOWN_FOR_S", 0.0)
    ann.become_admin()
    ann.say("/settings watch")
    await ann.answer(1)
    ann.become_admin("member")
    ann.say("/settings off")
    assert "Only admins" in (await ann.answer(2))["text"]
    assert factline.chat_settings.get("telegram", str(FAMILY.id)).mode is GroupMode.WATCH


async def test_anonymous_admin_is_an_admin(factline, server):
    anonymous = Talk(server, Person(1087968824, "Group", "GroupAnonymousBot", is_bot=True), FAMILY)
    anonymous.say("/settings off", sender_chat=FAMILY)
    await anonymous.answer()
    assert factline.chat_settings.get("telegram", str(FAMILY.id)).mode is GroupMode.OFF


async def test_group_set_to_off_answers_commands_only(factline, world, ann):
    knows(world)
    factline.chat_settings.put(ChatSettings("telegram", str(FAMILY.id), GroupMode.OFF))
    ann.say(f"@factline_bot {RUMOR}")
    assert await settled(ann) == []
    ann.say(f"/check {RUMOR}")
    assert (await ann.answers(2))[1]["text"].startswith("❌ False.")


async def test_language_of_the_group_is_spoken(factline, world, ann):
    knows(world)
    factline.chat_settings.put(ChatSettings("telegram", str(FAMILY.id), locale="zh-TW"))
    ann.say(f"@factline_bot {RUMOR}")
    assert "不實" in (await ann.answer())["text"]


async def test_group_that_became_a_supergroup_keeps_its_settings(factline, world, server):
    knows(world)
    old = Talk(server, ANN, Room(-55, "group", "Family"))
    factline.chat_settings.put(ChatSettings("telegram", "-55", GroupMode.WATCH))
    old.say(f"/check {RUMOR}")
    await old.answer()
    new = old.upgrade(-100555)
    new.say("/settings")
    await new.answer()
    assert factline.chat_settings.get("telegram", "-100555").mode is GroupMode.WATCH
    assert [c.asker.chat_id for c in world.database.tables["contacts"].values()] == ["-100555"]
    new.forward(RUMOR)  # answered here a moment ago, under the old id
    new.say("/help")
    assert len(await new.answers(2)) == 2


async def test_answer_follows_a_group_that_moved_meanwhile(factline, world, server):
    knows(world)
    old = Talk(server, ANN, Room(-55, "group", "Family"))
    old.say(f"@factline_bot {RUMOR}", push=True)
    server.chats[-55].migrated_to = -100555
    new = Talk(server, ANN, Room(-100555, "supergroup", "Family"))
    assert (await new.answer())["text"].startswith("❌ False.")


async def test_being_added_greets_nobody_and_being_kicked_is_taken_calmly(factline, world, ann, server):
    ann.add_bot()
    watched(factline)
    ann.kick_bot()
    ann.forward(RUMOR)
    other = Talk(server, BO)
    other.say("/help")
    await other.answer()
    assert ann.received() == []
    await server.until(lambda: True)
    assert factline.chat_settings.get("telegram", str(FAMILY.id)).mode is GroupMode.ON_MENTION


async def test_blocked_by_somebody_is_one_try_and_no_more(factline, world, server):
    talk = Talk(server, BO)
    talk.say(OTHER)
    await talk.answer()
    talk.block()
    talk.say(OTHER + " again and again")
    await server.until(lambda: [c for c in server.transcript.method("sendMessage", BO.id) if c.status == 403])
    talk.unblock()
    talk.say("/help")
    await talk.answers(2)
    assert len([c for c in server.transcript.method("sendMessage", BO.id) if c.status == 403]) == 1


async def test_channel_post_is_read_in_silence(factline, world, server):
    knows(world)
    news = Talk(server, None, Room(-100300, "channel", "News"))
    news.say(RUMOR)
    ann = Talk(server, ANN)
    ann.say("/help")
    await ann.answer()
    assert news.received() == []
