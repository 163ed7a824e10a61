from __future__ import annotations

import pytest

from tests.fakes.newsroom import Newsroom


@pytest.fixture
def room() -> Newsroom:
    return Newsroom()
