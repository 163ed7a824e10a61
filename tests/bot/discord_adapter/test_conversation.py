"""What people on Discord do, and what they read: the real adapter and SDK against the fake Discord."""

from __future__ import annotations

import asyncio

import pytest

from handlers.group_policy import Silence
from tests.fakes.conversation import World
from tests.fakes.discord_server import Guild, Person, Talk, payloads

pytestmark = pytest.mark.slow

RUMOR = "Leftover antibiotics cure the flu"
VAGUE = "antibiotics and flu"
NEW = "The moon is made of plywood"
MENTION = f"<@{payloads.BOT_ID}>"
ADMIN = payloads.EVERYDAY | payloads.MANAGE_GUILD


async def test_a_forward_in_a_direct_message_gets_the_verdict_first(ann: Talk):
    asked = await ann.say("", forwarded=RUMOR)
    said = await ann.answer()
    assert said.text().startswith("**❌ False. Fact: Flu is viral; antibiotics act only on bacteria**")
    assert said.message["message_reference"]["message_id"] == asked["id"]


async def test_a_slash_command_in_a_server_is_acknowledged_and_answered_in_private(server, guild):
    ann = Talk(server, guild=guild)
    await ann.slash("check", text=RUMOR)
    said = await ann.answer()
    deferred = next(each for each in server.sent if each.kind == "defer")
    assert deferred.ephemeral
    assert said.kind == "edit"
    assert "Flu is viral" in said.text()
    assert "You asked about\n" + RUMOR in said.text()


async def test_apps_fact_check_answers_in_private_and_posts_publicly_on_demand(server, guild):
    bob, ann = Talk(server, Person(name="bob"), guild), Talk(server, guild=guild)
    rumor = await bob.say(RUMOR)
    await ann.context_menu(rumor)
    said = await ann.answer()
    assert said.ephemeral
    await ann.press(said.message, "Post it here for everyone")
    posted = await ann.answer()
    assert not posted.ephemeral
    assert "Flu is viral" in posted.text()
    assert "You asked about" not in posted.text()


async def test_did_you_mean_and_consent_lead_to_the_queue_without_any_memory(server, factline, guild, world):
    ann = Talk(server, guild=guild)
    await ann.slash("check", text=VAGUE)
    await ann.press((await ann.answer()).message, "No, something else")
    asked = await ann.answer()
    assert "You asked about\nantibiotics and flu" in asked.text()
    await factline.end()
    await factline.start()
    await ann.press(asked.message, "Yes, send it")
    said = await ann.answer()
    assert said.kind == "edit"
    assert "Sent to the fact-checkers" in said.text()
    assert world.database.tables["rumors"]


async def test_a_button_in_a_direct_message_finds_the_words_it_was_about(ann: Talk, world: World):
    await ann.say(NEW)
    await ann.press((await ann.answer()).message, "Yes, send it")
    assert "Sent to the fact-checkers" in (await ann.answer()).text()
    (rumor,) = world.database.tables["rumors"].values()
    assert rumor.text == NEW


async def test_a_mention_in_a_server_is_answered_for_everybody_and_other_talk_is_not(server, guild):
    ann = Talk(server, guild=guild)
    await ann.say(RUMOR)
    asked = await ann.say(f"{MENTION} {RUMOR}", mentions_bot=True)
    said = await ann.answer()
    assert said.kind == "message"
    assert said.message["message_reference"]["message_id"] == asked["id"]
    assert len([each for each in server.sent if each.kind == "message"]) == 1


async def test_is_this_true_over_somebodys_words_is_about_their_words_where_discord_shows_them(server, factline, guild):
    bob, ann = Talk(server, Person(name="bob"), guild), Talk(server, guild=guild)
    rumor = await bob.say(RUMOR)
    await ann.say(f"{MENTION} is this true?", mentions_bot=True, reply_to=rumor)
    assert "Discord hides that message from me" in (await ann.answer()).text()
    await factline.end()
    factline.options["message_content"] = True
    await factline.start()
    await ann.say(f"{MENTION} is this true?", mentions_bot=True, reply_to=rumor)
    said = await ann.answer()
    assert "Flu is viral" in said.text()
    await ann.press(said.message, "Not what I meant")
    private = await ann.answer()
    assert private.ephemeral
    assert f"You asked about\n{RUMOR}" in private.text()


async def test_a_button_under_a_public_answer_answers_only_whoever_presses_it(server, guild, world: World):
    ann, eve = Talk(server, guild=guild), Talk(server, Person(name="eve"), guild)
    await ann.say(f"{MENTION} {NEW}", mentions_bot=True)
    public = await ann.answer()
    assert "in a direct message when they answer" in public.text()
    await eve.press(public.message, "Yes, send it")
    said = await eve.answer()
    assert (said.kind, said.ephemeral) == ("followup", True)
    assert "I will tell you in a direct message" in said.text()
    contacts = [each.asker for each in world.database.tables["contacts"].values()]
    assert [(each.user_id, each.chat_id) for each in contacts] == [(eve.person.id, eve.person.id)]


async def test_one_person_is_one_contact_in_direct_messages_and_in_every_server(server, guild, world: World):
    person = Person()
    direct, member = Talk(server, person), Talk(server, person, guild)
    await direct.say(RUMOR)
    await direct.answer()
    await member.slash("language", name="zh-TW")
    assert "繁體中文" in (await member.answer()).text()
    await direct.say("還有別的嗎？這是新的說法")
    assert "目前還沒看到有人查核過" in (await direct.answer()).text()
    await member.slash("mydata")
    assert (await member.answer()).body["files"] == ["factline-mydata.json"]
    await member.slash("forget")
    await member.press((await member.answer()).message, "對")
    assert "已經刪除" in (await member.answer()).text()
    assert not world.database.tables["contacts"]


async def test_a_public_correction_is_remembered_for_the_channel_so_that_its_change_can_reach_it(server, guild, world):
    ann = Talk(server, guild=guild)
    await ann.slash("check", text=RUMOR)
    await ann.press((await ann.answer()).message, "Post it here")
    await ann.answer()
    chats = {each.asker.chat_id for each in world.database.tables["contacts"].values()}
    assert chats == {ann.person.id, f"{guild.id}/{guild.channel_id}"}


async def test_where_only_a_person_installed_it_nothing_is_remembered_for_the_channel(server, factline, world):
    elsewhere = Guild(installed=False)
    server.guilds.append(elsewhere)
    ann = Talk(server, guild=elsewhere)
    await ann.slash("check", text=RUMOR)
    await ann.press((await ann.answer()).message, "Post it here")
    assert not (await ann.answer()).ephemeral
    assert {each.asker.chat_id for each in world.database.tables["contacts"].values()} == {ann.person.id}


async def test_choosing_a_headline_while_typing_shows_that_fact_check(server, guild):
    ann = Talk(server, guild=guild)
    choices = await ann.autocomplete("check", "text", "antibiotics")
    assert [each["name"][:8] for each in choices] == ["❌ False."]
    await ann.slash("check", text=choices[0]["value"])
    assert "Flu is viral" in (await ann.answer()).text()
    assert [each["value"] for each in await ann.autocomplete("language", "name", "中")] == ["zh-TW"]


async def test_every_command_has_a_name_and_a_line_in_both_languages_and_can_be_installed_by_a_person(server, factline):
    assert {each["name"] for each in server.commands} == {
        *("Fact-check", "check", "latest", "subscribe", "unsubscribe", "language", "why"),
        *("privacy", "mydata", "forget", "help", "settings"),
    }
    for command in server.commands:
        assert command["name_localizations"]["zh-TW"]
        assert command["type"] == 3 or command["description_localizations"]["zh-TW"]
        only_servers = command["name"] == "settings"
        assert command["contexts"] == ([0] if only_servers else [0, 1, 2])
        assert command["integration_types"] == ([0] if only_servers else [0, 1])
        for option in command.get("options") or []:
            assert option["name_localizations"]["zh-TW"]
            assert option["description_localizations"]["zh-TW"]


async def test_watching_needs_an_admin_and_the_right_to_read_and_says_so(server, factline, guild):
    admin, ann = Talk(server, Person(name="admin"), guild), Talk(server, guild=guild)
    await ann.slash("settings", change="watch")
    assert "Only admins" in (await ann.answer()).text()
    await admin.slash("settings", ADMIN, change="watch")
    assert "Discord hides from me" in (await admin.answer()).text()
    await ann.say("", forwarded=RUMOR)

    await factline.end()
    factline.options["message_content"] = True
    await factline.start()
    await ann.say(RUMOR)
    await ann.say("", forwarded=NEW)
    await ann.say("", forwarded=RUMOR)
    said = await ann.answer()
    assert said.text().startswith("**❌ False.")
    await ann.say("", forwarded=RUMOR)
    log = factline.world.conversation._services.group_log
    async with asyncio.timeout(10):
        while log.last("discord", f"{guild.id}/{guild.channel_id}") != (True, Silence.TOO_SOON):
            await asyncio.sleep(0.01)
    await ann.slash("why")
    assert "I had just answered" in (await ann.answer()).text()
    assert len([each for each in server.sent if each.kind == "message"]) == 1


async def test_a_channel_follows_its_server_until_it_has_settings_of_its_own(server, factline, guild):
    admin = Talk(server, Person(name="admin"), guild)
    await admin.slash("settings", ADMIN, change="off", where="server")
    panel = await admin.answer()
    assert "every channel of this server" in panel.text()
    await admin.slash("why", ADMIN)
    assert "only commands" in (await admin.answer()).text()
    await admin.press(panel.message, "Watch", ADMIN)
    assert (await admin.answer()).kind == "edit"
    await admin.slash("settings", ADMIN, change="mention")
    await admin.answer()
    await admin.slash("why", ADMIN)
    assert "only when somebody mentions me" in (await admin.answer()).text()
    assert factline.chat_settings.get("discord", guild.id).mode == "watch"


async def test_leaving_a_server_forgets_what_it_chose(server, factline, guild):
    admin = Talk(server, Person(name="admin"), guild)
    for where in ("server", "channel"):
        await admin.slash("settings", ADMIN, change="watch", where=where)
        await admin.answer()
    assert factline.chat_settings.chosen
    await server.dispatch("GUILD_DELETE", {"id": guild.id})
    async with asyncio.timeout(10):
        while factline.chat_settings.chosen:
            await asyncio.sleep(0.01)


async def test_a_share_is_a_block_to_copy_with_its_links_whole(ann: Talk):
    await ann.say(RUMOR)
    await ann.press((await ann.answer()).message, "Share")
    text = (await ann.answer()).text()
    assert text.startswith("```\n❌ False.")
    assert "\nhttps://desk.example/antibiotics\n" in text


async def test_kinds_without_words_get_a_kind_line(ann: Talk):
    address = "https://cdn.example/a.png"
    picture = {"id": "1", "filename": "a.png", "size": 1, "url": address, "proxy_url": address}
    await ann.say("", attachments=(picture | {"content_type": "image/png"},))
    assert "I can't read pictures yet" in (await ann.answer()).text()


async def test_a_bare_link_is_told_by_its_preview(ann: Talk, world: World):
    await ann.say("https://post.example/1", embeds=({"type": "link", "url": "https://post.example/1", "title": RUMOR},))
    await ann.answer()
    assert world.searcher.asked[-1] == (f"https://post.example/1\n{RUMOR}", ())


async def test_thanks_in_reply_to_us_is_no_question(server, guild):
    ann = Talk(server, guild=guild)
    await ann.say(f"{MENTION} {RUMOR}", mentions_bot=True)
    answer = (await ann.answer()).message
    await ann.say("Thanks!", mentions_bot=True, reply_to=answer)
    await ann.say(f"{MENTION} {NEW}", mentions_bot=True)
    await ann.answer()
    assert len([each for each in server.sent if each.kind == "message"]) == 2


async def test_where_embeds_are_not_allowed_the_same_words_are_text(server, factline):
    bare = await server.add_guild(Guild(permissions=payloads.EVERYDAY & ~(1 << 14)))
    ann = Talk(server, guild=bare)
    await ann.say(f"{MENTION} {RUMOR}", mentions_bot=True)
    public = await ann.answer()
    await ann.slash("check", text=RUMOR)
    private = await ann.answer()
    for said in (public, private):
        assert said.message["embeds"] == []
        assert "https://desk.example/antibiotics" in said.text()


async def test_the_role_discord_made_for_the_bot_is_as_good_as_its_name(server, factline):
    factline.options["message_content"] = True
    await factline.end()
    await factline.start()
    guild = await server.add_guild(Guild())
    ann = Talk(server, guild=guild)
    role = payloads.bot_role(guild)["id"]
    made = payloads.message(payloads.user(ann.person), guild.channel_id, f"<@&{role}> {RUMOR}", guild=guild)
    await server.dispatch("MESSAGE_CREATE", made | {"mention_roles": [role]})
    await server.until(lambda: [each for each in server.sent if each.kind == "message"])
    assert "Flu is viral" in server.sent[-1].text()
