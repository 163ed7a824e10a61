"""The words on Telegram are the conversation's own: nothing added, nothing lost, on every turn of one long script."""

from bot.telegram_adapter.adapter import TELEGRAM_LIMITS
from handlers.messages import Action, ChatKind, IncomingMessage
from retrieval.interface import MatchKind
from tests.fakes.conversation import ANTIBIOTICS, World
from tests.fakes.searcher import found, match_of

RUMOR = "Leftover antibiotics cure the flu, my doctor says so."
CLOSE = "Somebody said the flu is treated with some antibiotics nowadays"
UNKNOWN = "The mayor eats nine turnips before each vote in the council"

# What is said, or "press:<label>" for a button of the newest answer that has one.
SCRIPT = (
    "/start", RUMOR, "press:Read more", CLOSE, "press:Yes", UNKNOWN, "press:Yes", "/latest", "/subscribe",
    "/unsubscribe", "/privacy", "/why", "/help", "/nonsense", "/language", "/language zh-TW", RUMOR, "/forget",
)  # fmt: skip


def knows(world):
    world.searcher.answers(RUMOR, found([match_of(world.stored(), RUMOR)]))
    world.searcher.answers(CLOSE, found([match_of(world.stored(), CLOSE, kind=MatchKind.POSSIBLE)]))


def words_of(reply):
    return "\n\n".join(block.line for block in reply.blocks)


class Twin:
    """The same conversation without a platform: what is said to it, and what it answers."""

    def __init__(self):
        self.world = World(ANTIBIOTICS)
        knows(self.world)
        self.number = 0

    def say(self, text, action=None, quoted=""):
        self.number += 1
        command, _, rest = text[1:].partition(" ") if text.startswith("/") else ("", "", text)
        message = IncomingMessage(
            "telegram", "1001", "1001", str(self.number), text=rest, command=command, action=action, quoted_text=quoted,
            chat_kind=ChatKind.PRIVATE, locale_hint="en",
        )  # fmt: skip
        return [words_of(reply) for reply in self.world.conversation.handle(message, TELEGRAM_LIMITS)]


async def test_whole_script_reads_on_telegram_as_the_conversation_said_it(factline, world, ann, server):
    knows(world)
    twin, seen = Twin(), 0
    for step in SCRIPT:
        before = [dict(each) for each in ann.received()]
        if step.startswith("press:"):
            on = next(each for each in reversed(ann.received()) if "reply_markup" in each)
            button = next(
                b
                for row in on["reply_markup"]["inline_keyboard"]
                for b in row
                if step.removeprefix("press:") in b["text"]
            )
            expected = twin.say("", Action.decode(button["callback_data"]), on["reply_to_message"]["text"])
            ann.press(on, step.removeprefix("press:"))
        else:
            expected = twin.say(step)
            ann.say(step)
        await server.until(
            lambda before=before: (
                [(m["message_id"], m.get("text")) for m in ann.received()]
                != [(m["message_id"], m.get("text")) for m in before]
            )
        )
        old = {m["message_id"]: m.get("text") for m in before}
        told = [m["text"] for m in ann.received() if "text" in m and old.get(m["message_id"]) != m["text"]]
        assert told == expected, step
        seen += 1
    assert seen == len(SCRIPT)
