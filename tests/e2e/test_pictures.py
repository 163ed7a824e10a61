"""The README's pictures can be drawn again: the conversations behind them still go as shown."""

from __future__ import annotations

import pytest

from tests.fakes.pictures import discord_page, telegram_page

pytestmark = pytest.mark.slow


async def test_telegram_answers_with_the_fact_and_asks_before_it_passes_anything_on():
    page = await telegram_page()
    for words in (
        "❌ False.",
        "Fact: Cloud shapes come from moisture",
        "U.S. Geological Survey",
        "3 people have already",
    ):
        assert words in page
    assert page.index("Forwarded from") < page.index("Read more") < page.index("Yes, send it and tell me")


async def test_discord_answers_privately_and_offers_to_post_it_for_everyone():
    page = await discord_page()
    for words in ("Fact: Call emergency services at once", "Only you can see this", "Post it here for everyone"):
        assert words in page
    assert page.index("Only you can see this") < page.index("Did you mean this?") < page.index("No, something else")
