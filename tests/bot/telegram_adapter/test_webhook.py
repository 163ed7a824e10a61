"""The webhook: a route of our own web server, guarded by the secret, bounded in size."""

import asyncio
import socket

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from bot.telegram_adapter.adapter import TelegramOptions
from bot.telegram_adapter.webhook import MAX_BODY_BYTES, add_webhook_route
from tests.fakes.telegram.factline import Running
from tests.fakes.telegram_server import Talk

SECRET = "s3cret-word"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET}


class Quiet(uvicorn.Server):
    def install_signal_handlers(self):
        """Leave pytest's alone."""


@pytest.fixture
async def site():
    """A web server on loopback: yields the app before it serves, and the function that starts it."""
    app = FastAPI()
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", ws="none"))
    started = []

    async def start():
        started.append(asyncio.create_task(server.serve(sockets=[listener])))
        while not server.started:
            await asyncio.sleep(0.01)

    yield app, f"http://127.0.0.1:{listener.getsockname()[1]}", start
    server.should_exit = True
    await asyncio.gather(*started)
    listener.close()


async def test_whole_conversation_over_the_webhook(site, server, world):
    app, url, start = site
    factline = Running(server, world, webhook_url=f"{url}/telegram", webhook_secret=SECRET)
    factline.adapter.add_routes(app)
    await start()
    task = asyncio.create_task(factline.adapter.run(factline.dispatcher(), factline.stop))
    await server.until(lambda: server.webhook)
    assert server.webhook["secret_token"] == SECRET
    ann = Talk(server)
    ann.say("/help")
    ann.say("The mayor eats nine turnips before each vote in the council")
    await ann.answers(2)
    await server.until(lambda: not server.queue)
    factline.stop.set()
    await task
    factline.executor.shutdown()


async def test_updates_before_the_bot_is_ready_are_delivered_again(site, server, world):
    app, url, start = site
    factline = Running(server, world, webhook_url=f"{url}/telegram", webhook_secret=SECRET)
    factline.adapter.add_routes(app)
    await start()
    await server._set_webhook({"url": f"{url}/telegram", "secret_token": SECRET})
    ann = Talk(server)
    ann.say("/help")
    await server.until(lambda: server.webhook_failures)
    assert "503" in server.webhook_failures[0]
    task = asyncio.create_task(factline.adapter.run(factline.dispatcher(), factline.stop))
    assert await ann.answer()
    factline.stop.set()
    await task
    factline.executor.shutdown()


@pytest.fixture
async def hook(site):
    app, url, start = site
    taken = []

    async def accept(updates):
        taken.extend(updates)
        return True

    add_webhook_route(app, "/telegram", SECRET, accept)
    await start()
    async with httpx.AsyncClient(base_url=url) as client:
        yield client, taken


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Telegram-Bot-Api-Secret-Token": ""},
        {"X-Telegram-Bot-Api-Secret-Token": "wrong"},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET + "x"},
        {"X-Telegram-Bot-Api-Secret-Token": SECRET[:-1]},
        {"X-Telegram-Bot-Api-Secret-Token": "\xff\xfe"},
        {"Authorization": SECRET},
    ],
)
async def test_wrong_or_missing_secret_is_401(hook, headers):
    client, taken = hook
    headers = {key: value.encode("latin-1") for key, value in headers.items()}
    answer = await client.post("/telegram", json={"update_id": 1}, headers=headers)
    assert (answer.status_code, taken) == (401, [])


async def test_secret_is_compared_in_constant_time():
    import inspect

    from bot.telegram_adapter import webhook

    assert "compare_digest" in inspect.getsource(webhook)


async def test_body_over_a_mebibyte_is_413_declared_or_not(hook):
    client, taken = hook
    declared = await client.post("/telegram", content=b"x" * (MAX_BODY_BYTES + 1), headers=HEADERS)

    async def chunks():
        for _ in range(MAX_BODY_BYTES // 65536 + 1):
            yield b"x" * 65536

    streamed = await client.post("/telegram", content=chunks(), headers=HEADERS)
    assert (declared.status_code, streamed.status_code, taken) == (413, 413, [])


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"a": 1}', b'{"update_id": "x"}', b"\xff", b"[" * 100_000]
)
async def test_what_is_no_update_is_400(hook, body):
    client, taken = hook
    answer = await client.post("/telegram", content=body, headers=HEADERS)
    assert (answer.status_code, taken) == (400, [])


async def test_update_is_taken_with_200_and_other_methods_are_not(hook):
    client, taken = hook
    answer = await client.post("/telegram", json={"update_id": 7}, headers=HEADERS)
    assert (answer.status_code, taken) == (200, [{"update_id": 7}])
    assert (await client.get("/telegram", headers=HEADERS)).status_code == 405


@pytest.mark.parametrize(
    ("url", "address", "path"),
    [
        ("https://tipline.example.org/telegram", "https://tipline.example.org/telegram", "/telegram"),
        ("https://tipline.example.org/a/b/", "https://tipline.example.org/a/b", "/a/b"),
        ("https://tipline.example.org", "https://tipline.example.org/telegram", "/telegram"),
    ],
)
def test_route_is_the_path_of_the_address(url, address, path):
    options = TelegramOptions(token="1:x", webhook_url=url)
    assert (options.webhook_address, options.webhook_path) == (address, path)
