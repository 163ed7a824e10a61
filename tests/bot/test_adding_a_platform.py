"""docs/adding-a-platform.md, followed to the letter: its code is run, and its platform tells everybody's story."""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.fakes.memory_inbox import MemoryInbox
from tests.fakes.stories import (
    STORY,
    dispatcher,
    expect_told,
    letters,
    tell,
    terminal,
    world_of_the_story,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-platform.md"


@pytest.fixture
def page():
    """The names the page's code defines, block after block."""
    names = {"__name__": "adding_a_platform"}
    for block in re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        exec(compile(block, PAGE.name, "exec"), names)
    return SimpleNamespace(**names)


class Toy:
    """A Factline on memory with the page's platform beside it; what it knows survives a restart."""

    def __init__(self, page, folder, executor):
        self.page, self.folder, self.executor = page, folder, executor
        self.world = world_of_the_story()
        self.inbox = MemoryInbox()
        for name in ("in", "out"):
            (folder / name).mkdir()

    def start(self):
        stop = asyncio.Event()
        adapter = self.page.FolderAdapter(self.folder, self.inbox, self.world, every_s=0.01)
        return stop, asyncio.create_task(adapter.run(dispatcher(self.world, self.executor), stop))


@pytest.fixture
def toy(page, tmp_path):
    with ThreadPoolExecutor(2) as executor:
        yield Toy(page, tmp_path, executor)


async def test_toy_platform_tells_the_story_in_the_words_of_the_others(page, toy):
    person = page.FolderStage(toy.folder, toy.start)
    heard = await tell(STORY, person)
    await person.end()
    expect_told(STORY, heard)
    async with terminal(world_of_the_story()) as other:
        expected = await tell(STORY, other)
    assert [letters(words) for words in heard] == [letters(words) for words in expected]


async def test_what_an_earlier_process_received_is_answered_after_the_start(page, toy):
    message = page.read("ann.1.txt", "Leftover antibiotics cure the flu, my doctor says so.")
    wire = page.message_to_json(message).decode()
    toy.inbox.receive("folder", {message.update_id: wire}, at=toy.world.now())
    stop, running = toy.start()
    stop.set()
    await running
    assert "Flu is viral" in (toy.folder / "out" / "ann.1.txt").read_text(encoding="utf-8")


async def test_an_update_seen_before_is_not_answered_again(page, toy):
    person = page.FolderStage(toy.folder, toy.start)
    await person.say("hello")
    answer = toy.folder / "out" / "ann.1.txt"
    answer.unlink()
    (toy.folder / "in" / "ann.1.txt").write_text("hello", encoding="utf-8")
    await person.say("/help")
    await person.end()
    assert not answer.exists()


def test_the_page_names_what_is_there():
    named = re.findall(r"`((?:bot|config|tests)/[\w/.]+)`", PAGE.read_text(encoding="utf-8"))
    root = PAGE.parents[1]
    assert len(named) > 5
    assert not [each for each in named if not (root / each).exists()]
