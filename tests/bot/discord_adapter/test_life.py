"""Outages, crashes, repetitions and refusals: nothing lost, nothing said twice, no storm."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.errors import OperatorMistake
from handlers.messages import Action, ActionName
from tests.fakes.conversation import World
from tests.fakes.discord.factline import Running, running
from tests.fakes.discord_server import DiscordServer, Fault, Guild, Talk, payloads

pytestmark = pytest.mark.slow

RUMOR = "Leftover antibiotics cure the flu"
SEND = r"channels/\d+/messages"


class Gate:
    """A searcher that waits until it is let through."""

    def __init__(self, world: World) -> None:
        self.inner = world.searcher.search
        self.open = threading.Event()
        self.entered = threading.Event()
        world.searcher.search = self.search

    def search(self, text: str, **more):
        self.entered.set()
        self.open.wait(30)
        return self.inner(text, **more)


def messages(server: DiscordServer) -> list:
    return [each for each in server.sent if each.kind == "message"]


async def test_what_was_received_before_a_crash_is_answered_once_after_the_restart(server, factline, world, ann):
    gate = Gate(world)
    await ann.say(RUMOR)
    await asyncio.to_thread(gate.entered.wait, 30)
    await factline.crash()
    gate.open.set()
    assert not messages(server)
    await factline.start()
    assert "Flu is viral" in (await ann.answer()).text()
    await factline.end()
    await factline.start()
    assert len(messages(server)) == 1
    assert not factline.inbox.pending("discord")


async def test_a_command_under_way_at_a_crash_is_answered_after_the_restart(server, factline, world, guild):
    gate, member = Gate(world), Talk(server, guild=guild)
    await member.slash("check", text=RUMOR)
    await asyncio.to_thread(gate.entered.wait, 30)
    await factline.crash()
    gate.open.set()
    await factline.start()
    said = await member.answer()
    assert said.ephemeral
    assert "Flu is viral" in said.text()


async def test_a_stop_finishes_what_is_under_way(server, factline, world, ann):
    gate = Gate(world)
    await ann.say(RUMOR)
    await asyncio.to_thread(gate.entered.wait, 30)
    ending = asyncio.create_task(factline.end())
    gate.open.set()
    await ending
    assert "Flu is viral" in messages(server)[0].text()


async def test_an_event_delivered_twice_is_answered_once(server, factline, ann, guild):
    asked = await ann.say(RUMOR)
    await ann.answer()
    await server.dispatch("MESSAGE_CREATE", asked)
    member = Talk(server, guild=guild)
    await member.slash("check", text=RUMOR)
    await member.answer()
    again = next(iter(server._interactions.values()))["payload"]
    await server.dispatch("INTERACTION_CREATE", again)
    await ann.say("something else")
    await ann.answer()
    assert len(messages(server)) == 2
    assert len([each for each in server.sent if each.kind in {"edit", "followup"}]) == 1


@pytest.mark.parametrize("code", [4000, 1006, 4009])
async def test_a_dropped_gateway_loses_and_repeats_nothing(server, ann, code):
    await ann.say(RUMOR)
    await ann.answer()
    await server.drop(code)
    for number in range(5):
        await ann.say(f"{RUMOR} {number}")
    await server.until(lambda: len(messages(server)) >= 6)
    asked = [each.body["message_reference"]["message_id"] for each in messages(server)]
    assert len(asked) == len(set(asked)) == 6
    assert server.resumed >= 1 or code == 4009


async def test_a_session_discord_has_forgotten_is_begun_anew(server, ann):
    await server.invalidate()
    await server.until(lambda: server.identified == 2)
    await ann.say(RUMOR)
    assert "Flu is viral" in (await ann.answer()).text()


async def test_an_outage_of_everything_ends_with_every_message_answered(server, factline, ann, world):
    await ann.say(RUMOR)
    await ann.answer()
    gate = Gate(world)
    await ann.say("asked before the outage")
    await asyncio.to_thread(gate.entered.wait, 30)
    await server.down()
    gate.open.set()
    await ann.say("asked during the outage")
    await server.start()
    await server.until(lambda: len(messages(server)) == 3)
    asked = {each.body["message_reference"]["message_id"] for each in messages(server)}
    assert len(asked) == 3


async def test_discord_being_down_at_the_start_is_waited_out(server, world):
    await server.down()
    factline = Running(server, world)
    task = factline.begin()
    await asyncio.sleep(0)
    await server.start()
    await server.until(lambda: server.identified)
    assert not task.done()
    await factline.end()
    factline.executor.shutdown()


async def test_a_wrong_token_is_refused_in_one_plain_sentence(server, world):
    factline = Running(server, world, token="wrong")
    with pytest.raises(OperatorMistake, match="FACTLINE_DISCORD_TOKEN") as refused:
        await factline.begin()
    assert "wrong" not in str(refused.value)
    factline.executor.shutdown()


async def test_a_token_revoked_while_running_ends_the_adapter(server, factline, ann):
    await server.revoke()
    with pytest.raises(OperatorMistake, match="FACTLINE_DISCORD_TOKEN"):
        await factline.task


async def test_a_token_only_the_rest_interface_refuses_ends_the_adapter_without_a_storm(server, factline, ann):
    server.revoked = True
    refused = len(server.refused)
    for number in range(5):
        await ann.say(f"{RUMOR} {number}")
    with pytest.raises(OperatorMistake, match="FACTLINE_DISCORD_TOKEN"):
        await factline.task
    assert len(server.refused) - refused <= 15


async def test_reading_messages_without_discords_permission_is_explained(server, world):
    server.allows_message_content = False
    factline = Running(server, world, message_content=True)
    with pytest.raises(OperatorMistake, match="Message Content Intent"):
        await factline.begin()
    factline.executor.shutdown()


async def test_a_rate_limit_is_waited_out(server, ann):
    server.faults.append(Fault("POST", SEND, 429, retry_after=0.02))
    await ann.say(RUMOR)
    assert "Flu is viral" in (await ann.answer()).text()


async def test_an_answer_discord_cannot_take_now_is_sent_later(server, ann):
    server.faults += [Fault("POST", SEND, 503)] * 3
    await ann.say(RUMOR)
    assert "Flu is viral" in (await ann.answer()).text()
    assert len(messages(server)) == 1


async def test_a_line_cut_after_discord_accepted_says_nothing_twice(server, ann):
    server.faults.append(Fault("POST", SEND, 0, after_accepting=True))
    await ann.say(RUMOR)
    await ann.answer()
    await ann.say("next")
    await ann.answer()
    assert len(messages(server)) == 2


async def test_a_refused_embed_is_said_in_plain_words(server, ann):
    server.faults.append(Fault("POST", SEND, 400))
    await ann.say(RUMOR)
    said = await ann.answer()
    assert said.message["embeds"] == []
    assert "Flu is viral" in said.text()
    assert "https://desk.example/antibiotics" in said.text()
    assert "[Read more]" in said.text()


async def test_even_without_its_buttons_the_answer_arrives(server, ann):
    server.faults += [Fault("POST", SEND, 400)] * 2
    await ann.say(RUMOR)
    said = await ann.answer()
    assert "Flu is viral" in said.text()
    assert said.message["components"] == []


async def test_a_private_answer_that_comes_too_late_is_never_said_aloud(server, world, guild, factline):
    gate, member, direct = Gate(world), Talk(server, guild=guild), Talk(server)
    await member.slash("check", text=RUMOR)
    await direct.slash("check", text=RUMOR)
    await server.until(lambda: len([each for each in server.sent if each.kind == "defer"]) == 2)
    server.expire()
    gate.open.set()
    assert "Flu is viral" in (await direct.answer()).text()
    assert [each.channel_id for each in messages(server)] == [server._dms[direct.person.id]]


async def test_an_interaction_discord_does_not_know_any_more_is_dropped_quietly(server, factline, guild):
    member = Talk(server, guild=guild)
    server.acknowledge_within_s = -1
    await member.slash("check", text=RUMOR)
    await server.until(lambda: server.late)
    server.acknowledge_within_s = 3
    await member.slash("help")
    assert "Apps > Fact-check" in (await member.answer()).text()
    assert len([each for each in server.sent if each.kind in {"edit", "followup"}]) == 1
    async with asyncio.timeout(10):
        while factline.inbox.pending("discord"):
            await asyncio.sleep(0.01)


async def test_a_channel_closed_to_us_is_given_up_and_nothing_else_suffers(server, factline, guild):
    member, direct = Talk(server, guild=guild), Talk(server)
    server.closed_channels.add(guild.channel_id)
    await member.say(f"<@{payloads.BOT_ID}> {RUMOR}", mentions_bot=True)
    await direct.say(RUMOR)
    assert "Flu is viral" in (await direct.answer()).text()
    async with asyncio.timeout(10):
        while factline.inbox.pending("discord"):
            await asyncio.sleep(0.01)


MALFORMED = [
    ("MESSAGE_CREATE", {}),
    ("MESSAGE_CREATE", {"id": "x", "channel_id": None}),
    ("MESSAGE_CREATE", {"id": "1", "channel_id": "2", "author": 7, "content": None}),
    ("INTERACTION_CREATE", {"id": "1", "type": 3, "token": "t"}),
    ("INTERACTION_CREATE", {"id": "1", "type": 99, "token": "t", "application_id": "1", "version": 1}),
    ("GUILD_CREATE", {"id": "1"}),
    ("CHANNEL_CREATE", {"type": 4711}),
    ("SOMETHING_NEW", {"whatever": [1, 2]}),
]


async def test_malformed_and_unknown_events_do_not_stop_the_bot(server, ann):
    for event, body in MALFORMED:
        await server.dispatch(event, body)
    await ann.say(RUMOR)
    assert "Flu is viral" in (await ann.answer()).text()
    assert server.identified == 1


async def test_a_button_of_another_age_is_answered_sensibly(server, ann):
    await ann.say(RUMOR)
    pressed = (await ann.answer()).message
    for wire in ("zz:1", "s:gone", Action(ActionName.COMMAND, "nonsense x").encode()):
        await server.interact(
            payloads.interaction(3, {"custom_id": wire, "component_type": 2}, ann.person,
                                 dm_channel_id=await server.dm(ann.person), message=pressed)
        )  # fmt: skip
    await server.until(lambda: len([m for m in messages(server) if "send me the message again" in m.text()]) == 3)


async def test_a_double_tap_is_one_press(server, ann):
    await ann.say(RUMOR)
    pressed = (await ann.answer()).message
    await ann.press(pressed, "Read more")
    await ann.press(pressed, "Read more")
    await server.until(lambda: len([each for each in server.sent if each.kind == "defer_update"]) == 2)
    await ann.say("next")
    await server.until(lambda: [m for m in messages(server) if "Nobody we know of" in m.text()])
    assert len([m for m in messages(server) if "Taking them anyway" in m.text()]) == 1


async def test_two_shards_serve_a_server_and_a_direct_message(server, world):
    guild = Guild(id=str((1 << 22) + 5))
    server.guilds.append(guild)
    async with running(server, world, shards=2):
        await server.until(lambda: server.identified == 2)
        member, direct = Talk(server, guild=guild), Talk(server)
        await direct.say(RUMOR)
        assert "Flu is viral" in (await direct.answer()).text()
        await member.slash("check", text=RUMOR)
        assert "Flu is viral" in (await member.answer()).text()


async def test_somebody_too_fast_is_told_once_and_others_are_served(server, factline, ann):
    await factline.end()
    factline.rate_per_minute = 2
    await factline.start()
    for number in range(8):
        await ann.say(f"{RUMOR} {number}")
    other = Talk(server)
    await other.say(RUMOR)
    await other.answer()
    mine = [m.text() for m in messages(server) if m.channel_id == server._dms[ann.person.id]]
    assert len([text for text in mine if "That's a lot at once" in text]) == 1


async def test_a_press_whose_event_does_not_say_what_was_answered_finds_it_all_the_same(server, ann, world):
    await ann.say("The moon is made of plywood")
    asked = await ann.answer()
    hidden = {"message_reference", "referenced_message"}
    bare = {key: value for key, value in asked.message.items() if key not in hidden}
    await ann.press(bare | {"type": 0}, "Yes, send it")
    await ann.answer()
    assert [each.text for each in world.database.tables["rumors"].values()] == ["The moon is made of plywood"]


async def test_a_stop_while_discord_does_not_answer_is_prompt(server, world):
    factline = Running(server, world, api_url="http://127.0.0.1:9/api/v10")
    task = factline.begin()
    await asyncio.sleep(0)
    factline.stop.set()
    async with asyncio.timeout(5):
        await task
    factline.executor.shutdown()


async def test_a_command_in_the_shape_of_another_version_gets_an_answer(server, guild, factline):
    member = Talk(server, guild=guild)
    await member.slash("check")
    said = await member.answer()
    assert said.ephemeral
    assert "older version" in said.text()
    server.commands.append({"id": "5", "name": "gone", "type": 1})
    await member.slash("gone")
    assert "older version" in (await member.answer()).text()
