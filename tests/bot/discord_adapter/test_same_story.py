"""The words on Discord are the conversation's own: nothing lost on any turn of one long script."""

from __future__ import annotations

import re

import pytest

from handlers.messages import Action, IncomingMessage, Reply
from tests.fakes.conversation import ANTIBIOTICS, World
from tests.fakes.discord import markdown
from tests.fakes.discord_server import Talk

pytestmark = pytest.mark.slow

RUMOR = "Leftover antibiotics cure the flu"
CLOSE = "antibiotics and flu"
UNKNOWN = "The mayor eats nine turnips before each vote in the council"

# What is said, or "press:<label>" for a button of the newest answer that has one.
SCRIPT = (
    RUMOR, "press:Read more", CLOSE, "press:Yes", UNKNOWN, "press:Yes", "/latest", "/subscribe", "/unsubscribe",
    "/privacy", "/why", "/help", "/language", "/language zh-TW", RUMOR, "/forget",
)  # fmt: skip


def letters(text: str) -> str:
    """Return the words without the room between them."""
    return "".join(re.sub(r"</(\w+):\d+>", r"/\1", text).split())


def words_of(reply: Reply) -> str:
    return letters("".join(block.line for block in reply.blocks))


async def test_the_whole_script_reads_on_discord_as_the_conversation_said_it(factline, world: World, ann: Talk, server):
    twin = World(ANTIBIOTICS)
    twin.searcher.results = world.searcher.results
    limits = factline.adapter().limits
    last, asked = {}, ""
    for number, step in enumerate(SCRIPT):
        action, command, text, quoted = None, "", step, ""
        if step.startswith("press:"):
            label = step.removeprefix("press:")
            button = next(b for row in last["components"] for b in row["components"] if label in b["label"])
            action, text, quoted = Action.decode(button["custom_id"]), "", asked
            await ann.press(last, label)
        elif step.startswith("/"):
            command, _, text = step[1:].partition(" ")
            await ann.slash(command, **({"name": text} if text else {}))
        else:
            asked = step
            await ann.say(step)
        message = IncomingMessage(
            "discord", ann.person.id, ann.person.id, str(number), text=text, command=command, action=action,
            quoted_text=quoted, locale_hint="en-US",
        )  # fmt: skip
        (expected,) = twin.conversation.handle(message, limits)
        said = await ann.answer()
        body = said.message
        shown = [body["content"], *(each["description"] for each in body["embeds"] if not each.get("author"))]
        read = letters("".join(markdown.read(each).text for each in shown if each))
        assert read.startswith(words_of(expected)), step
        assert len(read) - len(words_of(expected)) < (120 if command in {"help", "why"} else 1), step
        labels = [b["label"] for row in body["components"] for b in row["components"]]
        assert labels == [button.label for row in expected.buttons for button in row], step
        last = body if body["components"] else last
