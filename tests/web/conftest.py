"""An app over the starter set, and a client that speaks to it as a browser does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.fakes.web import WebWorld
from web.app import create_app


@pytest.fixture
def world() -> WebWorld:
    return WebWorld()


@pytest.fixture
def client(world: WebWorld) -> Iterator[TestClient]:
    with TestClient(create_app(world.services), headers={"accept-language": "en"}) as client:
        yield client
