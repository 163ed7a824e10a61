"""What goes wrong on the way: refusals, slow-downs, cut lines, outages, crashes, bad tokens."""

import asyncio
import logging

import pytest

from bot.backoff import Backoff
from bot.errors import OperatorMistake
from handlers.ports import InboxState
from retrieval.interface import MatchKind
from tests.fakes.searcher import found, match_of
from tests.fakes.telegram.factline import Running, running
from tests.fakes.telegram_server import Fault, Person, Talk, TelegramServer, updates

RUMOR = "Leftover antibiotics cure the flu, my doctor says so."
OTHER = "The mayor eats nine turnips before each vote in the council"


def knows(world, text=RUMOR):
    world.searcher.answers(text, found([match_of(world.stored(), text, kind=MatchKind.SAME_CLAIM)]))


async def test_refused_markup_falls_back_to_plain_words_and_keeps_the_buttons(factline, world, ann, server):
    knows(world)
    server.faults.append(Fault("sendMessage", code=400, description="Bad Request: can't parse entities: oh"))
    ann.forward(RUMOR)
    answer = await ann.answer()
    assert answer["text"].startswith("❌ False. Fact:")
    assert "entities" not in answer
    assert "https://desk.example/antibiotics" in answer["text"]
    assert answer["reply_markup"]["inline_keyboard"]


async def test_refused_buttons_fall_back_to_words(factline, ann, server):
    for _ in range(3):
        server.faults.append(Fault("sendMessage", code=400, description="Bad Request: BUTTON_DATA_INVALID"))
    ann.say(OTHER)
    assert "Nobody we know of" in (await ann.answer())["text"]


async def test_deleted_topic_and_deleted_question_still_get_their_answer(factline, world, server):
    from tests.fakes.telegram_server import Room

    knows(world)
    talk = Talk(server, Person(1001, "Ann"), Room(-100200, "supergroup", "Family", is_forum=True))
    asked = talk.say(f"@factline_bot {RUMOR}", thread_id=9, push=False)
    server.push({"message": asked})
    server.chats[-100200].threads.clear()
    del server.transcript.messages[-100200, asked["message_id"]]
    answer = await talk.answer()
    assert "message_thread_id" not in answer
    assert "reply_to_message" not in answer


async def test_told_to_slow_down_waits_as_long_as_told_and_repeats(factline, world, ann, server):
    server.faults.append(Fault("sendMessage", code=429, retry_after=1))
    ann.say("/help")
    await ann.answer()
    first, second = server.transcript.method("sendMessage")
    assert (first.status, second.status) == (429, 200)
    assert second.at - first.at >= 1


async def test_one_chat_told_to_wait_does_not_hold_up_another(factline, ann, server):
    bo = Talk(server, Person(1002, "Bo"))
    server.faults.append(Fault("sendMessage", code=429, retry_after=3, chat_id=1001))
    ann.say("/help")
    await server.until(lambda: server.transcript.method("sendMessage", 1001))
    bo.say("/help")
    await bo.answer()
    assert ann.received() == []
    await ann.answer()


@pytest.mark.parametrize("how", ["drop", "garbage"])
async def test_cut_line_and_gateway_error_are_tried_again(factline, ann, server, how):
    server.faults.append(Fault("sendMessage", how=how))
    ann.say("/help")
    assert await ann.answer()


async def test_request_that_hung_after_it_was_accepted_is_not_sent_twice(server, world, monkeypatch):
    monkeypatch.setattr("bot.telegram_adapter.connection.READ_TIMEOUT_S", 0.3)
    async with running(server, world):
        ann = Talk(server)
        server.faults.append(Fault("sendMessage", how="accept_then_hang"))
        ann.say("/help")
        await ann.answer(1)
        ann.say("/privacy")
        await ann.answers(2)
        assert len(ann.received()) == 2


async def test_repeated_and_reordered_updates_are_each_answered_once(factline, ann, server):
    first, second = ann.say(OTHER, push=False), ann.say("/help", push=False)
    late = server.push({"message": first})
    early = server.push({"message": second}, first=True)
    for _ in range(5):
        server.push({"message": first}, update_id=late)
        server.push({"message": second}, update_id=early)
    ann.say("/privacy")
    await ann.answers(3)
    assert len(ann.received()) == 3


async def test_repetition_after_a_restart_is_recognised(factline, ann, server):
    said = ann.say("/help", push=False)
    update_id = server.push({"message": said})
    await ann.answer()
    await factline.end()
    await factline.start()
    server.push({"message": said}, update_id=update_id)
    ann.say("/privacy")
    await ann.answers(2)
    assert len(ann.received()) == 2


async def test_crash_between_receipt_and_answer_answers_after_the_restart(factline, world, ann, server):
    knows(world)
    gate = asyncio.Event()
    search = world.searcher.search
    loop = asyncio.get_running_loop()

    def stuck(text, *, urls=()):
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(20)
        return search(text, urls=urls)

    world.searcher.search = stuck
    ann.forward(RUMOR)
    await server.until(lambda: factline.inbox.pending("telegram"))
    await factline.crash()
    gate.set()
    world.searcher.search = search
    assert ann.received() == []
    await factline.start()
    answer = await ann.answer()
    assert answer["text"].startswith("❌ False.")
    assert answer["reply_to_message"]["text"] == RUMOR
    assert len(ann.received()) == 1


async def test_crash_between_decision_and_sending_sends_what_was_decided(factline, world, ann, server):
    knows(world)
    server.faults.append(Fault("sendMessage", how="drop", times=50))
    ann.forward(RUMOR)
    await server.until(lambda: any(i.state is InboxState.REPLYING for i in factline.inbox.items.values()))
    await factline.crash()
    server.faults.clear()
    world.searcher.search = None  # it is not asked again
    await factline.start()
    assert (await ann.answer())["text"].startswith("❌ False.")
    await factline.end()
    assert factline.inbox.pending("telegram") == []


async def test_inbox_another_version_wrote_is_skipped(factline, ann, server, world):
    await factline.end()
    factline.inbox.receive("telegram", {"1": "{}", "2": "what?"}, at=world.now())
    await factline.start()
    ann.say("/help")
    await ann.answer()
    await factline.end()
    assert factline.inbox.pending("telegram") == []


async def test_database_down_does_not_silence_the_bot(factline, ann):
    from knowledge_base.errors import StorageUnavailable

    def down(*_args, **_more):
        raise StorageUnavailable("the disk is gone")

    for name in ("receive", "intend", "done"):
        setattr(factline.inbox, name, down)
    ann.say("/help")
    assert await ann.answer()


async def test_answer_waits_out_an_outage(factline, world, ann, server, monkeypatch):
    monkeypatch.setattr("bot.telegram_adapter.outbound._RETRY_PAUSES_S", (0.05, 0.05))
    monkeypatch.setattr("bot.telegram_adapter.adapter._RESEND_EVERY_S", 0.1)
    gate = asyncio.Event()
    loop = asyncio.get_running_loop()
    search = world.searcher.search

    def late(text, *, urls=()):
        asyncio.run_coroutine_threadsafe(gate.wait(), loop).result(20)
        return search(text, urls=urls)

    knows(world)
    world.searcher.search = late
    await factline.end()
    await factline.start()
    ann.forward(RUMOR)
    await server.until(lambda: factline.inbox.pending("telegram"))
    await server.down()
    gate.set()
    while not any(i.state is InboxState.REPLYING for i in factline.inbox.items.values()):
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.3)  # it tries, and fails, in vain
    await server.start()
    assert (await ann.answer(timeout_s=20))["text"].startswith("❌ False.")


async def test_polling_resumes_after_an_outage(factline, ann, server, monkeypatch):
    ann.say("/help")
    await ann.answer()
    await server.down()
    await asyncio.sleep(0.1)
    await server.start()
    ann.say("/privacy")
    assert await ann.answers(2, timeout_s=20)


def test_backoff_grows_to_a_minute_with_jitter_and_begins_again():
    backoff = Backoff()
    pauses = [backoff.next_s() for _ in range(40)]
    assert 0.5 <= pauses[0] <= 1.0
    assert all(0 < pause <= 60 for pause in pauses)
    assert all(30 <= pause <= 60 for pause in pauses[7:])
    assert len(set(pauses[7:])) > 1
    backoff.succeeded()
    assert backoff.next_s() <= 1.0


async def test_bad_token_ends_with_a_clear_line_and_no_storm(server, world):
    factline = Running(server, world)
    server.token = "654321:another_token"
    with pytest.raises(OperatorMistake, match="FACTLINE_TELEGRAM_TOKEN"):
        await asyncio.wait_for(factline.adapter.run(factline.dispatcher(), asyncio.Event()), 10)
    assert len(server.transcript.calls) <= 1
    factline.executor.shutdown()


async def test_revoked_token_ends_the_run_with_a_clear_line(server, world):
    factline = await Running(server, world).start()
    server.revoked = True
    Talk(server).say("/help")
    with pytest.raises(OperatorMistake, match="FACTLINE_TELEGRAM_TOKEN"):
        await asyncio.wait_for(factline.task, 10)
    factline.executor.shutdown()


async def test_telegram_down_at_the_start_is_waited_out(world):
    server = TelegramServer()
    await server.start()
    await server.down()
    factline = Running(server, world)
    task = asyncio.create_task(factline.adapter.run(factline.dispatcher(), factline.stop))
    await asyncio.sleep(0.1)
    assert not task.done()
    await server.start()
    ann = Talk(server)
    ann.say("/help")
    assert await ann.answer(timeout_s=20)
    factline.stop.set()
    await task
    await server.stop()
    factline.executor.shutdown()


async def test_stop_while_telegram_is_down_is_quick(world):
    server = TelegramServer()
    await server.start()
    await server.down()
    factline = Running(server, world)
    task = asyncio.create_task(factline.adapter.run(factline.dispatcher(), factline.stop))
    await asyncio.sleep(0.05)
    factline.stop.set()
    await asyncio.wait_for(task, 10)
    factline.executor.shutdown()


MALFORMED = [
    {},
    {"message": {}},
    {"message": "x"},
    {"message": {"message_id": 1, "date": "x", "chat": {"id": 1, "type": "private"}}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": "x", "type": "nowhere"}, "text": "hi"}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "spaceship"}, "text": "hi"}},
    {"message": updates.message(Person(1), updates.private(Person(1)), 1, text="x", entities=[{"type": "url"}])},
    {"callback_query": {"id": "1"}},
    {"callback_query": None},
    {"edited_message": []},
    {"something_new": {"a": 1}},
    {"poll": {"id": "1"}},
    {"inline_query": {"id": "1", "query": "x", "offset": ""}},
]


async def test_malformed_and_unknown_updates_are_stepped_over(factline, ann, server):
    for number, update in enumerate(MALFORMED):
        server.queue.append({"update_id": 900_000_000 + number} | update)
    server._next_update_id = 900_001_000
    offsets = {"type": "url", "offset": 10**6, "length": 10**6}
    ann.say(
        "odd offsets in this message of mine", entities=[offsets, {"type": "bot_command", "offset": 0, "length": -4}]
    )
    ann.say("/help")
    await server.until(lambda: any("/latest - " in each["text"] for each in ann.received()))


async def test_token_is_in_no_log_whatever_happens(server, world, caplog):
    caplog.set_level(logging.DEBUG)
    async with running(server, world) as factline:
        for name in ("httpx", "httpcore", "telegram", "bot"):
            logging.getLogger(name).addHandler(caplog.handler)
        ann = Talk(server)
        for fault in (
            Fault("sendMessage", code=400),
            Fault("sendMessage", how="drop"),
            Fault("sendMessage", how="garbage"),
        ):
            server.faults.append(fault)
        ann.say(OTHER)
        await ann.answer()
        await server.down()
        await asyncio.sleep(0.1)
        await server.start()
        ann.say("/help")
        await ann.answers(2, timeout_s=20)
        server.revoked = True
        ann.say("/help")
        with pytest.raises(OperatorMistake) as caught:
            await asyncio.wait_for(asyncio.shield(factline.task), 10)
        for name in ("httpx", "httpcore", "telegram", "bot"):
            logging.getLogger(name).removeHandler(caplog.handler)
    secret = server.token.split(":")[1]
    assert secret not in caplog.text
    assert secret not in str(caught.value)
    assert OTHER not in caplog.text


async def test_one_closed_chat_holds_up_no_other_answer(factline, ann, server):
    from bot.telegram_adapter.inbound import Received
    from handlers.messages import Block, BlockRole, IncomingMessage, Reply, ReplyKind

    answerer = factline.adapter._live._answerer
    bo = Talk(server, Person(1002, "Bo"))
    server.faults.append(Fault("sendMessage", code=429, retry_after=999, chat_id=1001))
    reply = Reply(ReplyKind.NOTICE, (Block(BlockRole.TEXT, "late, but here"),), "en")
    for chat in ("1001", "1002"):
        answerer.send_later(Received(IncomingMessage("telegram", chat, chat, f"u{chat}")), [reply])
    await answerer.resend()
    assert (await bo.answer())["text"] == "late, but here"
    assert ann.received() == []
    await answerer.resend()
    assert (await ann.answer())["text"] == "late, but here"
