"""One conversation, told on the terminal, the web, Telegram and Discord: the same words at every step."""

from __future__ import annotations

import pytest

from handlers.messages import ActionName
from retrieval.interface import MatchKind
from tests.fakes.conversation import ANTIBIOTICS, World
from tests.fakes.searcher import found, match_of
from tests.fakes.stories import STAGES, Step, letters, tell

pytestmark = pytest.mark.slow

RUMOR = "Leftover antibiotics cure the flu, my doctor says so."
CLOSE = "Somebody said the flu is treated with some antibiotics nowadays"
UNKNOWN = "The mayor eats nine turnips before each vote in the council"

FACT = "Flu is viral; antibiotics act only on bacteria"
CORRECTION = (
    "False.", "Fact: " + FACT, "not true: “Leftover antibiotics cure the flu.”",
    "Why: Most colds fade by themselves. Antibiotics do nothing to viruses, says the U.S. CDC.",
    "Checked by Health Desk, January 2, 2025", "Source: CDC, May 3, 2024, “Antibiotics”",
)  # fmt: skip
CORRECTION_ZH = ("不實。", "流感是病毒引起，抗生素只對細菌有效", "吃剩下的抗生素可以治流感。", "資料：CDC")

STORY = (
    Step("forward", RUMOR, (*CORRECTION, "How it fits: Your message makes the same claim in other words.")),
    Step("say", CLOSE, ("Did you mean this?", FACT)),
    Step("choose", FACT, (*CORRECTION, "How it fits: You picked this one")),
    Step("say", UNKNOWN, (
        "Nobody we know of has checked this yet. That does not make it true, or false.",
        "One person has already asked the fact-checkers about this.", "Shall I send it to the fact-checkers",
    ), depends_on_push=True),
    Step("press", "Yes", (
        "Sent to the fact-checkers, thank you.", "One other person has asked about it too.",
    ), depends_on_push=True),
    Step("forward", RUMOR, CORRECTION),
    Step("restart"),
    Step("press", "Read more", ("False.", "Taking them anyway helps resistant bacteria survive.", "Source: CDC")),
    Step("command", "/language zh-TW", ("好，以後用繁體中文回覆你。",)),
    Step("forward", RUMOR, CORRECTION_ZH),
    Step("command", "/forget", ("要刪除你的全部資料嗎？",), depends_on_push=True),
    Step("press", "刪", ("已經刪除",), depends_on_push=True),
    Step("forward", RUMOR, CORRECTION),
    Step("command", "/language", ("Which language shall I answer in?",)),
)  # fmt: skip


def world() -> World:
    """A record of one fact-check, and one person who has asked about the turnips before."""
    made = World(ANTIBIOTICS)
    made.searcher.answers(RUMOR, found([match_of(made.stored(), RUMOR)]))
    made.searcher.answers(CLOSE, found([match_of(made.stored(), CLOSE, kind=MatchKind.POSSIBLE)]))
    made.press(ActionName.ASK_EDITORS, about=UNKNOWN, user="bo")
    return made


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
async def test_the_story_is_told_to_its_end(stage):
    made = world()
    async with stage(made) as person:
        heard = await tell(STORY, person)
    for step, words in zip(STORY, heard, strict=True):
        rest = letters(words)
        for phrase in step.told:
            assert letters(phrase) in rest, (step.does, step.what, phrase, words)
            rest = rest.partition(letters(phrase))[2]
    (rumor,) = made.database.tables["rumors"].values()
    assert UNKNOWN in str(rumor)
    assert len(made.database.tables["tips"]) == 2


async def test_every_platform_says_the_same_words_at_every_step():
    heard, can_push = {}, {}
    for stage in STAGES:
        async with stage(world()) as person:
            heard[person.name] = [letters(words) for words in await tell(STORY, person)]
            can_push[person.name] = person.can_push
    assert set(heard) == {"terminal", "web", "telegram", "discord"}
    for number, step in enumerate(STORY):
        told = {name: words[number] for name, words in heard.items()}
        sides = [{n: w for n, w in told.items() if can_push[n] is side} for side in (True, False)]
        for group in sides if step.depends_on_push else [told]:
            assert len(set(group.values())) == 1, (step.does, step.what, group)
