"""Buttons: what they do, again after a restart, on old messages, pressed twice."""

from retrieval.interface import MatchKind
from tests.fakes.searcher import found, match_of

RUMOR = "Leftover antibiotics cure the flu, my doctor says so."


def knows(world, kind=MatchKind.SAME_CLAIM):
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR, kind=kind)]))


async def test_every_button_fits_and_answers_after_a_restart(factline, world, ann, server):
    knows(world)
    ann.forward(RUMOR)
    answer = await ann.answer()
    await factline.end()
    await factline.start()
    ann.press(answer, "Read more")
    more = await ann.answer(2)
    assert "Rest and fluids are the usual plan." in more["text"]
    assert more["reply_to_message"]["text"] == RUMOR
    ann.press(answer, "Not what I meant")
    taken_back = await ann.answer(3)
    assert taken_back["reply_to_message"]["text"] == RUMOR
    (noted,) = world.database.tables["feedback"].values()
    assert noted.fact_check_id == "fc1"
    for message in ann.received():
        for row in message.get("reply_markup", {}).get("inline_keyboard", []):
            assert all(len(b.get("callback_data", "").encode()) <= 64 for b in row)


async def test_did_you_mean_choice_shows_the_correction(factline, world, ann):
    knows(world, MatchKind.POSSIBLE)
    ann.say(RUMOR)
    asked = await ann.answer()
    assert "False" not in asked["text"].split("\n")[0]
    ann.press(asked, "Yes")
    assert (await ann.answer(2))["text"].startswith("❌ False.")
    ann.press(asked, "No")
    await factline.server.until(lambda: "edit_date" in ann.received()[0])
    assert "Nobody we know of" in ann.received()[0]["text"]


async def test_press_is_acknowledged_at_once_with_its_line(factline, ann, server):
    ann.say("The mayor eats nine turnips before each vote")
    query = ann.press(await ann.answer(), "Yes")
    await server.until(lambda: query not in server.open_queries)
    assert server.transcript.alerts[-1]["text"] == "Sent to the fact-checkers, thank you."


async def test_double_tap_is_one_press(factline, world, ann, server):
    knows(world)
    ann.forward(RUMOR)
    answer = await ann.answer()
    queries = [ann.press(answer, "Read more") for _ in range(3)]
    await server.until(lambda: not server.open_queries & set(queries))
    ann.say("/help")
    await ann.answers(3)
    assert len(ann.received()) == 3


async def test_press_on_a_message_telegram_has_forgotten_is_answered(factline, world, ann, server):
    knows(world)
    ann.forward(RUMOR)
    answer = await ann.answer()
    ann.press(answer, "Read more", forgotten=True)
    assert "Rest and fluids" in (await ann.answer(2))["text"]
    query = ann.press(answer, "Not what I meant", forgotten=True)
    await ann.answers(3)
    await server.until(lambda: query not in server.open_queries)
    ann.press_data(answer, "a", forgotten=True)  # consent, but to send what?
    assert "again" in (await ann.answer(4))["text"]


async def test_unknown_and_damaged_buttons_are_answered(factline, ann, server):
    ann.say("/help")
    answer = await ann.answer()
    for number, data in enumerate(("zz", "s:nowhere", "c:rm -rf", "k:\x00"), start=2):
        query = ann.press_data(answer, data)
        await ann.answers(number)
        await server.until(lambda query=query: query not in server.open_queries)


async def test_press_on_an_answer_whose_fact_check_was_withdrawn(factline, world, ann):
    from knowledge_base.models import Status

    knows(world)
    ann.forward(RUMOR)
    answer = await ann.answer()
    world.change("fc1", status=Status.RETRACTED)
    ann.press(answer, "Read more")
    said = (await ann.answer(2))["text"]
    assert "withdr" in said.lower()
    assert "Rest and fluids" not in said


async def test_share_button_opens_telegram_s_own_list_of_chats(factline, world, ann, server):
    knows(world)
    ann.forward(RUMOR)
    answer = await ann.answer()
    share = answer["reply_markup"]["inline_keyboard"][0][1]
    query = ann.inline(share["switch_inline_query"])
    await server.until(lambda: query in server.answered_inline)
    (result,) = server.answered_inline[query]["results"]
    assert result["_reads"].startswith("❌ False.")


async def test_stranger_s_press_in_a_group_is_theirs(factline, world, server):
    from tests.fakes.telegram_server import Person, Room, Talk

    family = Room(-100200, "supergroup", "Family")
    ann, bo = Talk(server, Person(1001, "Ann"), family), Talk(server, Person(1002, "Bo"), family)
    ann.say("/check The mayor eats nine turnips before each vote")
    answer = await ann.answer()
    bo.press(answer, "Yes")
    await server.until(lambda: "edit_date" in ann.received()[0])
    assert world.contact("1002") is not None
    assert world.contact("1001") is None


async def test_answer_to_a_press_stays_in_its_topic(factline, world, server):
    from tests.fakes.telegram_server import Person, Room, Talk

    knows(world)
    ann = Talk(server, Person(1001, "Ann"), Room(-100200, "supergroup", "Family", is_forum=True))
    rumor = ann.say(RUMOR, thread_id=9)
    ann.say("/check", thread_id=9, reply_to=rumor)
    answer = await ann.answer()
    ann.press(answer, "Read more")
    assert (await ann.answer(2))["message_thread_id"] == 9
