"""One conversation, told on the terminal, the web, Telegram and Discord: the same words at every step."""

from __future__ import annotations

import pytest

from tests.fakes.stories import STAGES, STORY, UNKNOWN, expect_told, letters, tell, world_of_the_story

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
async def test_the_story_is_told_to_its_end(stage):
    made = world_of_the_story()
    async with stage(made) as person:
        heard = await tell(STORY, person)
    expect_told(STORY, heard)
    (rumor,) = made.database.tables["rumors"].values()
    assert UNKNOWN in str(rumor)
    assert len(made.database.tables["tips"]) == 2


async def test_every_platform_says_the_same_words_at_every_step():
    heard, can_push = {}, {}
    for stage in STAGES:
        async with stage(world_of_the_story()) as person:
            heard[person.name] = [letters(words) for words in await tell(STORY, person)]
            can_push[person.name] = person.can_push
    assert set(heard) == {"terminal", "web", "telegram", "discord"}
    for number, step in enumerate(STORY):
        told = {name: words[number] for name, words in heard.items()}
        sides = [{n: w for n, w in told.items() if can_push[n] is side} for side in (True, False)]
        for group in sides if step.depends_on_push else [told]:
            assert len(set(group.values())) == 1, (step.does, step.what, group)
