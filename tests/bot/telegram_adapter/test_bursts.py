"""What somebody sends in one breath is answered in one breath; nobody waits for somebody else."""

import asyncio
from datetime import UTC, datetime
from itertools import count

from bot.telegram_adapter.burst import MAX_IN_LANE, Lanes
from bot.telegram_adapter.inbound import Received
from handlers.messages import Action, ActionName, IncomingMessage
from retrieval.interface import MatchKind
from tests.fakes.searcher import found, match_of
from tests.fakes.telegram_server import Person, Talk

RUMOR = "Leftover antibiotics cure the flu, my doctor says so."
OTHER = "The mayor eats nine turnips before each vote in the council"


def knows(world, text=RUMOR):
    world.searcher.answers(text, found([match_of(world.stored(), text, kind=MatchKind.SAME_CLAIM)]))


async def test_album_is_answered_once_where_its_caption_is(factline, world, ann):
    knows(world)
    parts = ann.album([None, RUMOR, None])
    answer = await ann.answer()
    ann.say("/help")
    await ann.answers(2)
    assert answer["text"].startswith("❌ False.")
    assert answer["reply_to_message"]["message_id"] == parts[1]["message_id"]
    assert len(ann.received()) == 2


async def test_album_without_words_gets_one_honest_line(factline, ann):
    ann.album([None, None, None, None])
    assert "text" in (await ann.answer())
    ann.say("/help")
    await ann.answers(2)
    assert len(ann.received()) == 2


async def test_several_forwards_are_each_answered_where_they_stand(factline, world, ann):
    knows(world)
    sent = [ann.forward(OTHER + " one"), ann.forward(RUMOR), ann.forward(OTHER + " two")]
    answers = await ann.answers(3)
    assert [a["reply_to_message"]["message_id"] for a in answers] == [s["message_id"] for s in sent]


async def test_same_rumor_from_three_chats_is_answered_once(factline, world, ann):
    knows(world)
    for _ in range(3):
        ann.forward(RUMOR)
    await ann.answer()
    ann.say("/help")
    await ann.answers(2)
    assert sum("False" in each["text"] for each in ann.received()) == 1


async def test_words_about_a_forward_are_no_question_of_their_own(factline, world, ann):
    knows(world)
    ann.say("is this true?")
    ann.forward(RUMOR)
    assert (await ann.answer())["text"].startswith("❌ False.")
    ann.say("/help")
    await ann.answers(2)
    assert len(ann.received()) == 2


async def test_words_right_behind_a_forward_are_no_question_either(factline, world, ann):
    knows(world)
    ann.forward(RUMOR)
    ann.say("is this true?")
    ann.say("really?")
    await ann.answer()
    ann.say("/help")
    await ann.answers(2)
    assert len(ann.received()) == 2


async def test_same_rumor_again_after_its_answer_is_answered_again(factline, world, ann):
    knows(world)
    for number in (1, 2, 3):
        ann.forward(RUMOR)
        assert "False" in (await ann.answer(number))["text"]


async def test_few_words_alone_are_answered_after_the_pause(factline, ann):
    ann.say("lemon water?")
    assert await ann.answer()


async def test_pause_between_messages_makes_them_two_questions(factline, world, ann):
    ann.say(OTHER)
    await ann.answer(1)
    ann.say(OTHER + " again and again")
    assert await ann.answer(2)


async def test_long_text_the_app_cut_in_two_is_one_question(factline, world, ann):
    halves = ["lemon " * 680 + "end of the first half.", "Second half of the very same pasted text."]
    sent = ann.say(halves[0])
    ann.say(halves[1])
    answer = await ann.answer()
    ann.say("/help")
    await ann.answers(2)
    assert len(ann.received()) == 2
    assert answer["reply_to_message"]["message_id"] == sent["message_id"]
    assert all(half in world.searcher.asked[-1][0] for half in halves)


# The lanes alone: their clock is the loop's, the pauses are short.


_numbers = count(1)


def received(text="x", *, user="1", album="", comment=False, command="", pressed=0):
    message = IncomingMessage(
        platform="telegram",
        chat_id="1",
        user_id=user,
        update_id=str(next(_numbers)),
        text=text,
        command=command,
        action=Action(ActionName.WHY, "fc1") if pressed else None,
        received_at=datetime.now(UTC),
    )
    return Received(message, album=album, is_comment=comment, pressed=pressed)


class Heard:
    def __init__(self):
        self.breaths = []
        self.more = asyncio.Event()
        self.block = {}

    async def __call__(self, breath):
        gate = self.block.get(breath[0].message.user_id)
        if gate is not None:
            await gate.wait()
        self.breaths.append([each.message.text for each in breath])
        self.more.set()

    async def until(self, count):
        while len(self.breaths) < count:
            self.more.clear()
            await asyncio.wait_for(self.more.wait(), 5)
        return self.breaths


async def test_first_message_is_answered_at_once_and_the_rest_together():
    heard = Heard()
    lanes = Lanes(heard, quiet_s=0.2, max_hold_s=1)
    lanes.put(received("a"))
    assert await heard.until(1) == [["a"]]
    lanes.put(received("b"))
    lanes.put(received("c"))
    assert await heard.until(2) == [["a"], ["b", "c"]]
    await lanes.close(1)


async def test_command_ends_the_waiting():
    heard = Heard()
    lanes = Lanes(heard, quiet_s=30, max_hold_s=60)
    lanes.put(received("hm?", comment=True))
    lanes.put(received("/help", command="help"))
    assert await heard.until(2) == [["hm?"], ["/help"]]
    await lanes.close(1)


async def test_slow_answer_holds_up_nobody_else_and_no_press():
    heard = Heard()
    heard.block["1"] = asyncio.Event()
    lanes = Lanes(heard, quiet_s=0.05)
    lanes.put(received("slow", user="1"))
    lanes.put(received("quick", user="2"))
    assert await heard.until(1) == [["quick"]]
    heard.block["1"].set()
    await heard.until(2)
    await lanes.close(1)


async def test_closing_answers_what_waits_without_holding_it():
    heard = Heard()
    lanes = Lanes(heard, quiet_s=30, max_hold_s=60)
    lanes.put(received("part", album="g"))
    await asyncio.sleep(0)
    assert await lanes.close(5)
    assert heard.breaths == [["part"]]


async def test_closing_gives_up_on_an_answer_that_never_comes():
    heard = Heard()
    heard.block["1"] = asyncio.Event()
    lanes = Lanes(heard, quiet_s=0.05)
    lanes.put(received("stuck"))
    assert not await lanes.close(0.05)


async def test_lanes_of_people_who_went_quiet_are_gone():
    heard = Heard()
    lanes = Lanes(heard, quiet_s=0.01)
    for user in range(200):
        lanes.put(received("x", user=str(user)))
    await heard.until(200)
    await asyncio.wait_for(_until_empty(lanes), 5)


async def _until_empty(lanes):
    while lanes.count:
        await asyncio.sleep(0.01)


async def test_flood_from_one_person_is_bounded():
    heard = Heard()
    heard.block["1"] = asyncio.Event()
    lanes = Lanes(heard, quiet_s=0.05)
    taken = [lanes.put(received("x")) for _ in range(MAX_IN_LANE + 50)]
    assert taken.count(False) >= 49
    heard.block["1"].set()
    await lanes.close(5)


async def test_flood_of_one_person_leaves_others_their_answers(factline, world, server):
    factline.rate_per_minute = 20
    await factline.end()
    await factline.start()
    flooder, ann = Talk(server, Person(2001, "Flo")), Talk(server, Person(1001, "Ann"))
    for number in range(100):
        flooder.say(f"{OTHER} number {number}", push=True)
    ann.say(OTHER)
    assert await ann.answer()
    await server.until(lambda: any("lot at once" in each["text"] for each in flooder.received()))
    flooder.say("/help")
    assert sum("lot at once" in each["text"] for each in flooder.received()) == 1
