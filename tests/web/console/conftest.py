from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.fakes.console import Browser, ConsoleWorld
from web.app import create_app


@pytest.fixture
def world() -> ConsoleWorld:
    return ConsoleWorld()


@pytest.fixture
def stranger(world) -> Browser:
    return Browser(TestClient(create_app(world.services), headers={"accept-language": "en"}))


@pytest.fixture
def signed_in(world) -> Callable[[str], Browser]:
    app = create_app(world.services)

    def sign_in(who: str) -> Browser:
        browser = Browser(TestClient(app, headers={"accept-language": "en"}))
        assert browser.enter(world.link(who)).status_code == 200
        assert browser.mark
        return browser

    return sign_in
