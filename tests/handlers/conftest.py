from __future__ import annotations

import pytest

from tests.fakes.conversation import ANTIBIOTICS, World


@pytest.fixture
def world() -> World:
    """A conversation that knows one fact-check, "fc1"."""
    return World(ANTIBIOTICS)
