import pytest

from tests.fakes.conversation import ANTIBIOTICS, World
from tests.fakes.telegram.factline import running
from tests.fakes.telegram_server import Talk, TelegramServer


@pytest.fixture
async def server():
    async with TelegramServer() as started:
        yield started


@pytest.fixture
def world():
    return World(ANTIBIOTICS)


@pytest.fixture
async def factline(server, world):
    async with running(server, world) as started:
        yield started


@pytest.fixture
def ann(server):
    return Talk(server)
