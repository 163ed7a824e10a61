"""What people see on Telegram, driven through the real SDK against the fake Bot API."""

import json

from handlers.ports import InboxState
from retrieval.interface import MatchKind, Outcome, SearchResult
from tests.fakes.searcher import found, match_of
from tests.fakes.telegram_server import Person, Room, Talk, updates

RUMOR = "Leftover antibiotics cure the flu, my doctor says so."
FAMILY = Room(-100200, "supergroup", "Family", is_forum=True)


def knows(world, text=RUMOR, kind=MatchKind.SAME_CLAIM):
    world.searcher.answers(text, found([match_of(world.stored(), text, kind=kind)]))


async def test_forward_is_answered_in_one_step_verdict_first(factline, world, ann, server):
    knows(world)
    ann.forward(RUMOR, updates.from_channel(Room(-100999, "channel", "Secret Channel")))
    answer = await ann.answer()
    assert answer["text"].startswith("❌ False. Fact: Flu is viral; antibiotics act only on bacteria")
    assert answer["reply_to_message"]["text"] == RUMOR
    assert [b["text"] for row in answer["reply_markup"]["inline_keyboard"] for b in row] == [
        "Read more",
        "Share this correction",
        "Not what I meant",
    ]
    assert answer["link_preview_options"]["url"] == "https://desk.example/antibiotics"
    assert answer["link_preview_options"]["prefer_small_media"] is True
    assert server.transcript.warnings == []


async def test_typing_sign_comes_before_the_answer(factline, world, ann, server):
    knows(world)
    ann.forward(RUMOR)
    await ann.answer()
    await server.until(lambda: server.transcript.method("sendChatAction"))
    assert server.transcript.method("sendChatAction")[0].params["action"] == "typing"


async def test_unchecked_message_asks_for_consent_and_stores_nothing_before_it(factline, world, ann):
    ann.say("The mayor eats nine turnips before each vote")
    answer = await ann.answer()
    assert "Nobody we know of has checked this yet" in answer["text"]
    assert world.is_empty_of_people()
    ann.press(answer, "Yes")
    await factline.server.until(lambda: "edit_date" in ann.received()[0])
    assert "Sent to the fact-checkers" in ann.received()[0]["text"]
    (tip,) = world.tips_of(world.contact("1001").id)
    assert tip.text == "The mayor eats nine turnips before each vote"
    assert len(ann.received()) == 1  # the question became the confirmation


async def test_no_thanks_keeps_nothing(factline, world, ann):
    ann.say("The mayor eats nine turnips before each vote")
    ann.press(await ann.answer(), "No, thanks")
    await factline.server.until(lambda: "edit_date" in ann.received()[0])
    assert world.is_empty_of_people()


async def test_person_reads_how_many_asked_before(factline, world, server, ann):
    bo = Talk(server, Person(1002, "Bo"))
    for talk in (ann, bo):
        talk.say("The mayor eats nine turnips before each vote")
        talk.press(await talk.answer(), "Yes")
        await server.until(lambda talk=talk: "edit_date" in talk.received()[0])
    cy = Talk(server, Person(1003, "Cy"))
    cy.say("The mayor eats nine turnips before each vote")
    assert "2 people" in (await cy.answer())["text"]


async def test_unsupported_content_gets_an_honest_line(factline, ann):
    ann.say(None, sticker=updates.sticker())
    assert "sticker" in (await ann.answer(1))["text"].lower()
    ann.say(None, voice=updates.voice())
    assert "recordings" in (await ann.answer(2))["text"].lower()
    ann.say(None, location=updates.location())
    assert await ann.answer(3)


async def test_caption_poll_and_quote_are_checked(factline, world, ann):
    knows(world)
    knows(world, "Do antibiotics cure flu?\nYes\nNo")
    ann.say(None, caption=RUMOR, photo=updates.photo())
    ann_two = await ann.answer(1)
    ann.say(None, poll=updates.poll("Do antibiotics cure flu?", ("Yes", "No")))
    poll_answer = await ann.answer(2)
    long = ann.say("Hi all! " + RUMOR + " Greetings", push=False)
    ann.say("is that so?", reply_to=long, quote=RUMOR)
    quote_answer = await ann.answer(3)
    assert all("False" in each["text"] for each in (ann_two, poll_answer, quote_answer))


async def test_links_behind_words_reach_the_search(factline, world, ann):
    link = {"type": "text_link", "offset": 0, "length": 4, "url": "https://scam.example/x"}
    ann.say("Read this before they delete it from the internet", entities=[link])
    await ann.answer()
    assert world.searcher.asked[-1][1] == ("https://scam.example/x",)


async def test_edited_message_is_rechecked_once_and_the_answer_changes_in_place(factline, world, ann, server):
    knows(world)
    sent = ann.say("The mayor eats nine turnips before each vote")
    first = await ann.answer()
    ann.edit(sent, RUMOR)
    await server.until(lambda: "edit_date" in ann.received()[0])
    assert "False" in ann.received()[0]["text"]
    assert ann.received()[0]["message_id"] == first["message_id"]
    ann.edit(sent, "Third version of these very words")
    ann.say("/help")
    await ann.answers(2)
    assert len(ann.received()) == 2
    assert "False" in ann.received()[0]["text"]


async def test_edit_before_the_answer_is_out_still_counts(factline, world, ann, server):
    knows(world)
    sent = ann.say("The mayor eats nine turnips before each vote", push=False)
    server.push({"message": sent})
    ann.edit(sent, RUMOR)
    await server.until(lambda: any("False" in each["text"] for each in ann.received()))
    assert len(ann.received()) == 1


async def test_edit_that_changes_no_words_is_left_alone(factline, world, ann, server):
    sent = ann.say("The mayor eats nine turnips before each vote")
    await ann.answer()
    ann.edit(sent, sent["text"])
    ann.say("/help")
    await ann.answers(2)
    assert server.transcript.method("editMessageText") == []


async def test_search_down_is_never_nothing_found(factline, world, ann):
    world.searcher.answers(RUMOR, SearchResult(Outcome.UNAVAILABLE, timings_ms={"total": 1.0}))
    ann.say(RUMOR)
    text = (await ann.answer())["text"]
    assert "checked" not in text.split(".")[0].lower()


async def test_fault_of_ours_is_one_apology_with_a_number(factline, world, ann):
    world.searcher.search = None  # any bug
    ann.say(RUMOR)
    assert "Something went wrong on our side" in (await ann.answer())["text"]
    await factline.end()
    assert all(item.state is InboxState.ANSWERED for item in factline.inbox.items.values())


async def test_deep_link_shows_the_fact_check(factline, ann):
    ann.say("/start fc_fc1")
    assert (await ann.answer())["text"].startswith("❌ False.")
    ann.say("/start fc_gone")
    assert "False" not in (await ann.answer(2))["text"]


async def test_every_command_of_the_menu_answers(factline, ann, server):
    await server.until(lambda: ("default", "zh") in server.commands)
    names = [each["command"] for each in server.commands[("default", "")]]
    assert {
        "check",
        "latest",
        "subscribe",
        "unsubscribe",
        "language",
        "privacy",
        "mydata",
        "forget",
        "why",
        "help",
    } <= set(names)
    for number, name in enumerate(names, start=1):
        ann.say(f"/{name}")
        answer = await ann.answer(number)
        assert answer.get("text") or answer.get("document")


async def test_menus_and_descriptions_speak_every_language(factline, server):
    await server.until(
        lambda: ("all_chat_administrators", "en") in server.commands and ("short", "en") in server.descriptions
    )
    assert "查證" in server.commands[("default", "zh")][0]["description"]
    assert "查核" in server.descriptions[("short", "zh")]
    admins = [each["command"] for each in server.commands[("all_chat_administrators", "")]]
    members = [each["command"] for each in server.commands[("all_group_chats", "")]]
    assert ("settings" in admins, "settings" in members, "forget" in members) == (True, False, False)


async def test_language_is_chosen_by_button_and_kept(factline, ann, server):
    ann.say("/language")
    ann.press(await ann.answer(), "中文")
    await server.until(lambda: "edit_date" in ann.received()[0])
    ann.say("/help")
    assert "指令" in (await ann.answer(2))["text"] or "查" in (await ann.answer(2))["text"]


async def test_mydata_is_a_file_and_forget_erases(factline, world, ann, server):
    knows(world)
    ann.say(RUMOR)
    await ann.answer(1)
    ann.say("/mydata")
    sent = await ann.answers(3)
    document = next(each["document"] for each in sent if "document" in each)
    assert document["file_name"].endswith(".json")
    assert "fc1" in json.dumps(json.loads(server.files[document["file_id"]]))
    ann.say("/forget")
    asked = await ann.answer(4)
    ann.press(
        asked, "Yes" if "Yes" in str(asked["reply_markup"]) else asked["reply_markup"]["inline_keyboard"][0][0]["text"]
    )
    await server.until(lambda: world.contact("1001") is None)
    assert world.is_empty_of_people()


async def test_chinese_speaker_is_answered_in_chinese(factline, server):
    mei = Talk(server, Person(1005, "Mei", "", "zh-hant"))
    mei.say("/start")
    assert "查核" in (await mei.answer())["text"]


async def test_nothing_of_a_finished_conversation_stays_in_the_inbox(factline, world, ann, server):
    knows(world)
    ann.forward(RUMOR)
    ann.say("/help")
    await ann.answers(2)
    await server.until(lambda: True)
    await factline.end()
    assert {(item.state, item.message, item.replies) for item in factline.inbox.items.values()} == {
        (InboxState.ANSWERED, "", "")
    }
