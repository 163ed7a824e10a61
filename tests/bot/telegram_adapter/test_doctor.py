"""What an operator is told about the bot."""

import asyncio

from bot.findings import Level
from bot.telegram_adapter.doctor import examine_telegram
from tests.fakes.telegram_server import TelegramServer


async def findings(server, token=""):
    return await asyncio.to_thread(lambda: list(examine_telegram(token or server.token, server.url)))


async def test_working_token_names_the_bot_and_how_to_add_it(server):
    found = await findings(server)
    assert {each.level for each in found} == {Level.OK}
    said = " ".join(each.says for each in found)
    assert "https://t.me/factline_bot?startgroup=check" in said
    assert "privacy mode is on" in said
    assert server.token.split(":")[1] not in str(found)


async def test_missing_inline_mode_comes_with_what_to_do():
    async with TelegramServer(bot={"supports_inline_queries": False}) as server:
        assert any(each.level is Level.WARN and "/setinline" in each.advice for each in await findings(server))


async def test_refused_token_fails_and_is_not_shown(server):
    (found,) = await findings(server, "123456:wrong")
    assert (found.level, "wrong" in str(found)) == (Level.FAIL, False)


async def test_unreachable_server_is_a_warning(server):
    await server.stop()
    (found,) = await findings(server)
    assert found.level is Level.WARN
