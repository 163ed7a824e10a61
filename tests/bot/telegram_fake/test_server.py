"""The fake is proven with the real SDK: python-telegram-bot parses what it says and raises what it refuses."""

import asyncio

import pytest
from aiohttp import web
from telegram import (
    Bot,
    BotCommand,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    ReplyParameters,
    Update,
)
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.ext import AIORateLimiter, ApplicationBuilder, MessageHandler, filters

from tests.fakes.telegram_server import Fault, FloodLimits, Person, Room, Talk, TelegramServer, updates

ANN = Person(1001, "Ann", "ann", "zh-hant")
FAMILY = Room(-100200, "supergroup", "Family", is_forum=True)
NEWS = Room(-100300, "channel", "Rumor Mill")


def bot_of(server: TelegramServer, token: str = "") -> Bot:
    return Bot(token or server.token, base_url=f"{server.url}/bot", base_file_url=f"{server.url}/file/bot")


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # else the SDK warns whenever it is told to slow down


@pytest.fixture
async def server():
    async with TelegramServer() as running:
        yield running


@pytest.fixture
async def bot(server):
    async with bot_of(server) as ready:
        yield ready


async def take(bot: Bot, offset: int = 0) -> list[Update]:
    return list(await bot.get_updates(offset=offset, timeout=0, allowed_updates=Update.ALL_TYPES))


async def test_bot_knows_itself(bot):
    me = await bot.get_me()
    assert (me.username, me.can_read_all_group_messages) == ("factline_bot", False)


async def test_wrong_token_is_unauthorised(server):
    with pytest.raises(InvalidToken):
        async with bot_of(server, "1:wrong"):
            pass


async def test_updates_stay_until_the_offset_confirms_them(server, bot):
    talk = Talk(server, ANN)
    talk.say("one")
    talk.say("two")
    first, second = await take(bot)
    assert [u.update_id for u in await take(bot)] == [first.update_id, second.update_id]
    assert [u.message.text for u in await take(bot, offset=second.update_id)] == ["two"]
    assert await take(bot, offset=second.update_id + 1) == []


async def test_long_poll_returns_as_soon_as_something_comes(server, bot):
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.polls >= 1)
    Talk(server, ANN).say("hello")
    assert [u.message.text for u in await asyncio.wait_for(poll, 5)] == ["hello"]


async def test_second_poller_ends_the_first(server, bot):
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.until(lambda: server.polls >= 1)
    async with bot_of(server) as other:
        await other.get_updates(timeout=0)
    with pytest.raises(Conflict):
        await poll


@pytest.mark.parametrize(
    ("origin", "kind"),
    [
        (updates.from_user(Person(5, "Bo")), MessageOriginUser),
        (updates.from_hidden_user("Somebody"), MessageOriginHiddenUser),
        (updates.from_chat(FAMILY, "Admin"), MessageOriginChat),
        (updates.from_channel(NEWS), MessageOriginChannel),
    ],
)
async def test_every_kind_of_forward_is_read_by_the_sdk(server, bot, origin, kind):
    Talk(server, ANN).forward("Lemon cures", origin)
    (update,) = await take(bot)
    assert isinstance(update.message.forward_origin, kind)


async def test_every_kind_of_content_is_read_by_the_sdk(server, bot):
    talk, group, channel = Talk(server, ANN), Talk(server, ANN, FAMILY), Talk(server, ANN, NEWS)
    talk.say("/check@factline_bot lemon https://example.org/a #tag")
    talk.say(None, caption="look", photo=updates.photo())
    talk.album(["first", None])
    talk.say(None, poll=updates.poll("Does it?", ("Yes", "No")))
    said = talk.say("original words")
    talk.say("is it true", reply_to=said, quote="words")
    talk.edit(said, "changed words")
    for kind in ("sticker", "voice", "video", "document", "location"):
        talk.say(None, **{kind: getattr(updates, kind)()})
    group.say("in a topic", thread_id=4)
    channel.say("posted")
    group.add_bot()
    talk.block()
    talk.press_data(said, "s:1")
    talk.press_data(said, "s:1", forgotten=True)
    talk.inline("lemon")
    found = await take(bot)
    assert len(found) == len(server.queue) == 20
    command = found[0].message
    assert [e.type for e in command.entities] == ["bot_command", "url", "hashtag"]
    assert command.parse_entity(command.entities[0]) == "/check@factline_bot"
    assert found[1].message.caption == "look"
    assert {found[2].message.media_group_id, found[3].message.media_group_id} == {"g1"}
    assert found[4].message.poll.options[1].text == "No"
    assert (found[6].message.quote.text, found[6].message.reply_to_message.text) == ("words", "original words")
    assert found[7].edited_message.text == "changed words"
    assert found[13].message.message_thread_id == 4
    assert found[14].channel_post.text == "posted"
    assert found[16].my_chat_member.new_chat_member.status == "kicked"
    assert found[17].callback_query.message.is_accessible
    assert found[-1].inline_query.query == "lemon"


async def test_pressed_forgotten_message_is_inaccessible(server, bot):
    talk = Talk(server, ANN)
    talk.press_data(talk.say("x", push=False), "s:1", forgotten=True)
    (update,) = await take(bot)
    assert not update.callback_query.message.is_accessible


async def test_html_is_stored_as_people_read_it(server, bot):
    talk = Talk(server, ANN)
    sent = await bot.send_message(ANN.id, "<b>False.</b> 1 &lt; 2", parse_mode="HTML")
    assert sent.text == "False. 1 < 2"
    assert [e.type for e in sent.entities] == ["bold"]
    assert talk.received()[0]["text"] == "False. 1 < 2"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<script>", "can't parse entities: unsupported start tag"),
        ("<b>x", "can't find end tag"),
        ("  \n ", "message text is empty"),
        ("x" * 4097, "message is too long"),
        ("🍋" * 2049, "message is too long"),
    ],
)
async def test_texts_telegram_refuses_are_refused(server, bot, text, error):
    Talk(server, ANN)
    with pytest.raises(BadRequest, match=f"(?i){error}"):
        await bot.send_message(ANN.id, text, parse_mode="HTML")


async def test_visible_markup_is_noted(server, bot):
    Talk(server, ANN)
    await bot.send_message(ANN.id, "&amp;lt;b&amp;gt;", parse_mode="HTML")
    assert len(server.transcript.warnings) == 1


async def test_captions_are_limited_to_1024(server, bot):
    Talk(server, ANN)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_document(ANN.id, b"{}", caption="x" * 1025)
    sent = await bot.send_document(ANN.id, b'{"a": 1}', filename="mydata.json", caption="x" * 1024)
    assert sent.document.file_name == "mydata.json"
    file = await bot.get_file(sent.document.file_id)
    assert await file.download_as_bytearray() == b'{"a": 1}'


@pytest.mark.parametrize(
    ("button", "error"),
    [
        (InlineKeyboardButton("x", callback_data="檸" * 22), "Button_data_invalid"),
        (InlineKeyboardButton("x", url="not a link"), "Wrong http url"),
        (InlineKeyboardButton(" ", callback_data="x"), "must be non-empty"),
    ],
)
async def test_buttons_telegram_refuses_are_refused(server, bot, button, error):
    Talk(server, ANN)
    with pytest.raises(BadRequest, match=f"(?i){error}"):
        await bot.send_message(ANN.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))


async def test_replies_edits_and_topics(server, bot):
    group = Talk(server, ANN, FAMILY)
    asked = group.say("is it?", thread_id=9)
    sent = await bot.send_message(
        FAMILY.id, "no", message_thread_id=9, reply_parameters=ReplyParameters(asked["message_id"])
    )
    assert (sent.reply_to_message.text, sent.message_thread_id) == ("is it?", 9)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(FAMILY.id, "x", message_thread_id=8)
    with pytest.raises(BadRequest, match="replied not found"):
        await bot.send_message(FAMILY.id, "x", reply_parameters=ReplyParameters(999))
    edited = await bot.edit_message_text("yes", FAMILY.id, sent.message_id)
    assert edited.text == "yes"
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("yes", FAMILY.id, sent.message_id)
    with pytest.raises(BadRequest, match="can't be edited"):
        await bot.edit_message_text("yes", FAMILY.id, asked["message_id"])


async def test_queries_are_answered_once(server, bot):
    talk = Talk(server, ANN)
    query = talk.press_data(talk.say("x"), "s:1")
    assert await bot.answer_callback_query(query, "done")
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(query)
    asked = talk.inline("lemon")
    article = InlineQueryResultArticle("1", "Lemon", InputTextMessageContent("<b>False</b>", parse_mode="HTML"))
    with pytest.raises(BadRequest, match=r"(?i)result_id_duplicate"):
        await bot.answer_inline_query(asked, [article, article])
    assert await bot.answer_inline_query(asked, [article])
    assert server.answered_inline[asked]["results"][0]["_reads"] == "False"


async def test_menus_are_kept_per_language(server, bot):
    await bot.set_my_commands([BotCommand("check", "Prüfen")], language_code="de")
    assert [c.description for c in await bot.get_my_commands(language_code="de")] == ["Prüfen"]
    for bad in ([BotCommand("Check", "x")], [BotCommand("check", "")]):
        with pytest.raises(BadRequest):
            await bot.set_my_commands(bad)
    with pytest.raises(BadRequest):
        await bot.set_my_commands([BotCommand("check", "x")], language_code="zh-TW")
    with pytest.raises(BadRequest):
        await bot.set_my_short_description("x" * 121)


async def test_blocked_kicked_and_unknown_chats_refuse(server, bot):
    with pytest.raises(BadRequest, match=r"(?i)chat not found"):
        await bot.send_message(31337, "x")
    talk, group = Talk(server, ANN), Talk(server, ANN, FAMILY)
    talk.block()
    group.kick_bot()
    with pytest.raises(Forbidden, match="blocked by the user"):
        await bot.send_message(ANN.id, "x")
    with pytest.raises(Forbidden, match="kicked from the supergroup"):
        await bot.send_message(FAMILY.id, "x")
    talk.unblock()
    assert (await bot.send_message(ANN.id, "x")).text == "x"


async def test_group_that_became_a_supergroup_names_its_new_id(server, bot):
    group = Talk(server, ANN, Room(-55, "group", "Family"))
    group.upgrade(-100555)
    with pytest.raises(ChatMigrated) as caught:
        await bot.send_message(-55, "x")
    assert caught.value.new_chat_id == -100555
    assert (await bot.send_message(-100555, "x")).chat.type == "supergroup"


async def test_admins_are_known(server, bot):
    group = Talk(server, ANN, FAMILY)
    assert (await bot.get_chat_member(FAMILY.id, ANN.id)).status == "member"
    group.become_admin("creator")
    assert [m.user.id for m in await bot.get_chat_administrators(FAMILY.id)] == [ANN.id]


@pytest.mark.parametrize(
    ("fault", "error", "stored"),
    [
        (Fault("sendMessage", code=429, retry_after=3), RetryAfter, 0),
        (Fault("sendMessage", code=400, description="Bad Request: no"), BadRequest, 0),
        (Fault("sendMessage", code=403, description="Forbidden: no"), Forbidden, 0),
        (Fault("sendMessage", code=500), NetworkError, 0),
        (Fault("sendMessage", how="garbage"), NetworkError, 0),
        (Fault("sendMessage", how="drop"), NetworkError, 0),
        (Fault("sendMessage", how="accept_then_drop"), NetworkError, 1),
        (Fault("sendMessage", how="accept_then_hang"), TimedOut, 1),
    ],
)
async def test_faults_are_what_the_sdk_raises(server, bot, fault, error, stored):
    talk = Talk(server, ANN)
    server.faults.append(fault)
    with pytest.raises(error):
        await bot.send_message(ANN.id, "x", read_timeout=0.2)
    assert len(talk.received()) == stored
    assert (await bot.send_message(ANN.id, "y")).text == "y"  # it was for one time


async def test_rate_limiter_of_the_sdk_waits_as_told(server):
    app = (
        ApplicationBuilder()
        .token(server.token)
        .base_url(f"{server.url}/bot")
        .rate_limiter(AIORateLimiter(max_retries=2))
        .build()
    )
    Talk(server, ANN)
    server.faults.append(Fault("sendMessage", code=429, retry_after=1))
    async with app:
        await app.bot.send_message(ANN.id, "x")
    first, second = server.transcript.method("sendMessage")
    assert (first.status, second.status) == (429, 200)
    assert second.at - first.at >= 1


async def test_flood_limits_answer_429(server, bot):
    Talk(server, ANN)
    clock = [0.0]
    server.limits = FloodLimits(lambda: clock[0], per_chat=2)
    await bot.send_message(ANN.id, "1")
    await bot.send_message(ANN.id, "2")
    with pytest.raises(RetryAfter):
        await bot.send_message(ANN.id, "3")
    clock[0] = 1.0
    await bot.send_message(ANN.id, "3")


async def test_duplicates_and_reordering_can_be_pushed(server, bot):
    talk = Talk(server, ANN)
    said = talk.say("one", push=False)
    update_id = server.push({"message": said})
    server.push({"message": said}, update_id=update_id)
    server.push({"message": talk.say("late", push=False)}, first=True)
    assert [u.message.text for u in await take(bot)] == ["late", "one", "one"]


async def test_outage_ends_on_the_same_port(server, bot):
    await server.down()
    with pytest.raises(TelegramError):
        await bot.get_me()
    await server.start()
    assert (await bot.get_me()).username == "factline_bot"


async def test_revoked_token_is_unauthorised(server, bot):
    server.revoked = True
    with pytest.raises(InvalidToken):
        await bot.get_updates(timeout=0)


async def test_webhook_is_redelivered_with_its_secret_until_answered(server, bot):
    heard: list[tuple[str, str]] = []
    statuses = [500, 503, 200]

    async def hear(request: web.Request) -> web.Response:
        update = Update.de_json(await request.json(), None)
        heard.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update.message.text))
        return web.Response(status=statuses[min(len(heard), 3) - 1])

    app = web.Application()
    app.router.add_post("/hook", hear)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token="s3cret")
    with pytest.raises(Conflict):
        await bot.get_updates(timeout=0)
    Talk(server, ANN).say("hello")
    await server.until(lambda: not server.queue)
    assert heard == [("s3cret", "hello")] * 3
    assert (await bot.get_webhook_info()).last_error_message == "Wrong response from the webhook: 503"
    await bot.delete_webhook()
    assert await take(bot) == []
    await runner.cleanup()


async def test_whole_application_answers_over_polling(server):
    app = ApplicationBuilder().token(server.token).base_url(f"{server.url}/bot").build()

    async def echo(update, _context):
        await update.message.reply_text(update.message.text[::-1])

    app.add_handler(MessageHandler(filters.TEXT, echo))
    talk = Talk(server, ANN)
    async with app:
        await app.start()
        await app.updater.start_polling(timeout=30)
        talk.say("nomel")
        assert (await talk.answer())["text"] == "lemon"
        await app.updater.stop()
        await app.stop()
    assert "BOT (#2):\n  | lemon" in talk.read()
