"""An update becomes an IncomingMessage: what counts as said, to whom, about what."""

from datetime import UTC, datetime

import pytest
from telegram import Update

from bot.telegram_adapter.inbound import Me, merge_album, read
from handlers.messages import Action, ActionName, ChatKind
from tests.fakes.telegram import updates
from tests.fakes.telegram_server import BOT, Person, Room

ME = Me(BOT["id"], BOT["username"])
NOW = datetime(2026, 11, 23, tzinfo=UTC)
ANN = Person(1001, "Ann", "ann", "zh-hant")
HOME = updates.private(ANN)
FAMILY = Room(-100200, "supergroup", "Family", is_forum=True)
NEWS = Room(-100300, "channel", "Rumor Mill")
BOT_PERSON = Person(BOT["id"], "Factline", "factline_bot", is_bot=True)


def received(text=None, *, room=HOME, person=ANN, kind="message", **more):
    message = updates.message(person, room, 7, text=text, **more)
    return read(Update.de_json({"update_id": 5, kind: message}, None), ME, NOW)


def heard(*args, **more):
    return received(*args, **more).message


def test_plain_message():
    message = heard("Lemon water cures cancer. https://example.org/a?b=1")
    assert (message.platform, message.chat_id, message.user_id) == ("telegram", "1001", "1001")
    assert message.text.startswith("Lemon water")
    assert message.urls == ("https://example.org/a?b=1",)
    assert (message.chat_kind, message.locale_hint, message.is_forward) == (ChatKind.PRIVATE, "zh-TW", False)


@pytest.mark.parametrize(
    "origin",
    [
        updates.from_user(Person(5, "Secret Sender", "secret_sender")),
        updates.from_hidden_user("Secret Sender"),
        updates.from_chat(FAMILY, "Secret Sender"),
        updates.from_channel(NEWS, signature="Secret Sender"),
    ],
)
def test_forward_is_known_and_its_sender_is_not(origin):
    found = received("Lemon water cures cancer.", forward_origin=origin)
    assert found.message.is_forward
    assert "Secret" not in repr(found)
    assert "secret" not in repr(found)


def test_caption_and_poll_are_read():
    assert heard(caption="Look at this lemon", photo=updates.photo()).text == "Look at this lemon"
    assert heard(poll=updates.poll("Does lemon cure?", ("Yes", "No"))).text == "Does lemon cure?\nYes\nNo"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"sticker": updates.sticker()}, "sticker"),
        ({"location": updates.location()}, "location"),
        ({"voice": updates.voice()}, "voice"),
        ({"video": updates.video()}, "video"),
        ({"photo": updates.photo()}, "photo"),
        ({"document": updates.document()}, "document"),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "contact"),
    ],
)
def test_content_without_words_is_named(content, kind):
    assert heard(**content).unsupported == kind


def test_hidden_links_are_found():
    link = {"type": "text_link", "offset": 3, "length": 4, "url": "https://scam.example/x"}
    assert heard("🍋 read this", entities=[link]).urls == ("https://scam.example/x",)


def test_links_after_emoji_are_cut_where_telegram_says():
    assert heard("🍋🍋 https://example.org/a now").urls == ("https://example.org/a",)


@pytest.mark.parametrize(
    ("text", "command", "rest"),
    [
        ("/check lemon water", "check", "lemon water"),
        ("/Check@factline_bot lemon", "check", "lemon"),
        ("/start fc_1", "start", "fc_1"),
        ("/check\nlemon", "check", "lemon"),
    ],
)
def test_commands_are_taken_apart(text, command, rest):
    assert (heard(text).command, heard(text).text) == (command, rest)


def test_command_for_another_bot_is_not_ours():
    assert received("/check@other_bot lemon", room=FAMILY) is None


def test_slash_inside_a_sentence_is_no_command():
    assert heard("try /check please").command == ""


def test_group_message_is_only_ours_when_turned_to_us():
    assert not heard("Lemon water cures cancer.", room=FAMILY).is_mention
    mentioned = heard("@Factline_Bot lemon water cures cancer in a week", room=FAMILY)
    assert (mentioned.is_mention, mentioned.text) == (True, "lemon water cures cancer in a week")
    assert not heard("@factline_bot_fan lemon water cures", room=FAMILY).is_mention
    ours = updates.message(BOT_PERSON, FAMILY, 3, text="False.")
    assert heard("but my doctor said it does work after all", room=FAMILY, reply_to=ours).is_mention


def test_thanks_to_the_bot_is_no_question():
    ours = updates.message(BOT_PERSON, FAMILY, 3, text="False.")
    assert not heard("thank you!", room=FAMILY, reply_to=ours).is_mention
    assert heard("@factline_bot thank you!", room=FAMILY, reply_to=ours).is_mention


def test_mention_by_link_to_our_account():
    link = {"type": "text_mention", "offset": 0, "length": 4, "user": BOT}
    assert heard("Bot! Lemon water cures cancer", room=FAMILY, entities=[link]).is_mention


def test_pointing_at_a_message_asks_about_that_message():
    rumor = updates.message(Person(9, "Bo"), FAMILY, 3, text="Lemon water cures cancer.", entities=[])
    asked = heard("@factline_bot is this true?", room=FAMILY, reply_to=rumor)
    assert (asked.command, asked.text, asked.quoted_text) == ("check", "", "Lemon water cures cancer.")
    alone = heard("@factline_bot", room=FAMILY, reply_to=rumor)
    assert (alone.command, alone.quoted_text) == ("check", "Lemon water cures cancer.")


def test_check_as_a_reply_brings_the_links_of_that_message():
    rumor = updates.message(Person(9, "Bo"), FAMILY, 3, text="Read https://scam.example/x")
    asked = heard("/check", room=FAMILY, reply_to=rumor)
    assert (asked.command, asked.quoted_text) == ("check", "Read https://scam.example/x")
    assert asked.urls == ("https://scam.example/x",)


def test_quoted_part_is_what_is_asked_about():
    rumor = updates.message(ANN, HOME, 3, text="Hello all. Lemon water cures cancer. Bye.")
    asked = heard("is that so?", reply_to=rumor, quote="Lemon water cures cancer.")
    assert (asked.command, asked.quoted_text) == ("check", "Lemon water cures cancer.")


def test_whole_sentence_over_a_quote_stands_for_itself():
    rumor = updates.message(ANN, HOME, 3, text="Lemon water cures cancer.")
    asked = heard("Garlic in both ears heals deafness within a day or two", reply_to=rumor, quote="Lemon")
    assert (asked.command, asked.text[:6]) == ("", "Garlic")


def test_topic_is_kept_and_plain_reply_threads_are_not():
    assert heard("/check lemon", room=FAMILY, thread_id=9).thread_id == "9"
    assert heard("/check lemon", room=FAMILY, message_thread_id=9).thread_id == ""


@pytest.mark.parametrize(
    "more",
    [
        {"new_chat_members": [Person(3, "Cy").as_user()]},
        {"left_chat_member": Person(3, "Cy").as_user()},
        {"pinned_message": updates.message(ANN, FAMILY, 2, text="x")},
        {"group_chat_created": True},
    ],
)
def test_service_messages_are_nothing_said(more):
    assert received(room=FAMILY, **more) is None


def test_own_inline_results_and_other_bots_are_not_heard():
    assert received("❌ False. ...", via_bot=BOT) is None
    assert received("I am a bot", person=Person(8, "Spam", is_bot=True), room=FAMILY) is None


def test_anonymous_admin_is_the_group_itself():
    anonymous = Person(1087968824, "Group", "GroupAnonymousBot", is_bot=True)
    assert heard("/settings", person=anonymous, room=FAMILY, sender_chat=FAMILY).user_id == str(FAMILY.id)


def test_channel_post_has_a_channel_for_its_author():
    post = heard("Lemon water cures cancer.", room=NEWS, person=None, sender_chat=NEWS, kind="channel_post")
    assert (post.chat_kind, post.user_id) == (ChatKind.CHANNEL, str(NEWS.id))


def test_edit_is_marked():
    assert heard("changed", kind="edited_message", edit_date=updates.DATE).is_edit


def press(data, asked=None, *, forgotten=False):
    said = updates.message(BOT_PERSON, HOME, 9, text="False.", reply_to=asked)
    said = updates.inaccessible(HOME, 9) if forgotten else said
    update = {"update_id": 6} | updates.callback_query(ANN, said, data, "q1")
    return read(Update.de_json(update, None), ME, NOW)


def test_press_brings_the_asker_s_message_along():
    found = press("w:fc1", updates.message(ANN, HOME, 3, text="Lemon https://example.org/a"))
    assert found.message.action == Action(ActionName.NOT_MEANT, "fc1")
    assert found.message.quoted_text == "Lemon https://example.org/a"
    assert (found.reply_to, found.pressed, found.callback_id) == (3, 9, "q1")


def test_press_on_the_answer_to_a_command_brings_what_followed_it():
    assert press("a", updates.message(ANN, HOME, 3, text="/check lemon water")).message.quoted_text == "lemon water"


def test_press_on_a_forgotten_message_and_an_unknown_button_are_still_presses():
    assert press("s:fc1", forgotten=True).message.action == Action(ActionName.SHOW, "fc1")
    assert press("zz:what").message.action == Action(ActionName.COMMAND, "unknown")


def test_album_is_one_message_answered_where_its_caption_is():
    parts = [
        read(
            Update.de_json(
                {
                    "update_id": n,
                    "message": updates.message(ANN, HOME, n, caption=c, photo=updates.photo(), media_group_id="g"),
                },
                None,
            ),
            ME,
            NOW,
        )
        for n, c in ((11, None), (12, "Lemon water cures cancer"), (13, None))
    ]
    merged = merge_album(parts)
    assert (merged.message.text, merged.message.unsupported, merged.reply_to) == ("Lemon water cures cancer", "", 12)
    assert merge_album([parts[2], parts[0]]).message.unsupported == "photo"
    assert merge_album([parts[2], parts[0]]).reply_to == 11


def test_same_update_has_one_identity_and_a_reused_number_another():
    assert heard("a").update_id == heard("a").update_id
    assert heard("a").update_id != heard("a", date=updates.DATE + 1).update_id
