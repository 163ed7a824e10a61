from __future__ import annotations

import asyncio
import io
from collections.abc import Iterable

from rich.console import Console

from bot.terminal_adapter import TerminalAdapter, print_replies, read_typed
from handlers.messages import (
    Action,
    ActionName,
    Block,
    BlockRole,
    Button,
    IncomingMessage,
    PlatformLimits,
    Reply,
    ReplyKind,
)


class Scripted:
    """Answers every message with the same replies and remembers the messages."""

    def __init__(self, *replies: Reply) -> None:
        self.replies = list(replies)
        self.messages: list[IncomingMessage] = []

    async def answer(self, message: IncomingMessage, limits: PlatformLimits) -> list[Reply]:
        self.messages.append(message)
        return self.replies


def talk(answering: Scripted, typed: Iterable[str]) -> str:
    lines = iter(typed)
    printed = io.StringIO()
    console = Console(file=printed, width=200, highlight=False)
    ids = iter(range(1000))
    adapter = TerminalAdapter(console, lambda: next(lines, None), lambda: str(next(ids)))
    asyncio.run(adapter.run(answering, asyncio.Event()))
    return printed.getvalue()


WRONG = Action(ActionName.NOT_MEANT, "01ABC")
REPLY = Reply(
    ReplyKind.CORRECTION,
    (
        Block(BlockRole.VERDICT, "False: the tower is grey"),
        Block(BlockRole.WHY, "The photo was edited.", label="Why:"),
        Block(BlockRole.SOURCE, "Gazette", label="Source:", url="https://example.org/tower"),
    ),
    "en",
    buttons=(
        (Button("Read more", url="https://example.org/more"), Button("Not what I meant", WRONG)),
        (Button("Share", share_text="The tower is grey."),),
    ),
)


def test_a_reply_is_printed_with_numbered_buttons():
    printed = talk(Scripted(REPLY), ["is it orange?"])
    for part in ("False: the tower is grey", "Why: The photo was edited.", "https://example.org/tower",
                 "[1] Read more", "[2] Not what I meant", "[3] Share"):  # fmt: skip
        assert part in printed


def test_a_number_presses_the_button_about_the_message_it_answered():
    answering = Scripted(REPLY)
    talk(answering, ["is it orange?", "2"])
    pressed = answering.messages[1]
    assert (pressed.action, pressed.quoted_text, pressed.text) == (WRONG, "is it orange?", "")


def test_links_and_texts_to_share_are_printed_not_sent():
    answering = Scripted(REPLY)
    printed = talk(answering, ["x", "1", "3"])
    assert len(answering.messages) == 1
    assert "https://example.org/more" in printed
    assert "The tower is grey." in printed


def test_a_number_that_is_no_button_is_a_message():
    answering = Scripted(REPLY)
    talk(answering, ["3", "x", "42"])
    assert [message.text for message in answering.messages] == ["3", "x", "42"]


def test_commands_blank_lines_and_the_end():
    answering = Scripted()
    talk(answering, ["", "  ", "/language zh-TW", "/", "/quit", "never"])
    assert [(message.command, message.text) for message in answering.messages] == [("language", "zh-TW"), ("", "/")]


def test_every_message_has_its_own_id():
    answering = Scripted(REPLY)
    talk(answering, ["a", "a", "2"])
    assert len({message.update_id for message in answering.messages}) == 3


def test_nothing_a_fact_check_says_can_drive_the_terminal():
    printed = io.StringIO()
    hostile = "\x1b[2J\x1b]0;title\x07[bold]x[/bold] \u202egpj.exe :smile:"
    block = Block(BlockRole.TEXT, hostile, label="\x1b[31m", url="http://x/\x1b[0m")
    reply = Reply(ReplyKind.CORRECTION, (block,), "en",
                  buttons=((Button("\x1b[5m[red]", url="https://example.org/\x1b"),),))  # fmt: skip
    print_replies(Console(file=printed, force_terminal=False), [reply])
    assert "\x1b" not in printed.getvalue()
    assert "\u202e" not in printed.getvalue()
    assert "[bold]x[/bold]" in printed.getvalue()
    assert ":smile:" in printed.getvalue()


def test_an_alert_that_the_reply_says_anyway_is_printed_once():
    reply = Reply(ReplyKind.NOTICE, (Block(BlockRole.TEXT, "Noted, thank you."),), "en", alert="Noted, thank you.")
    printed = io.StringIO()
    print_replies(Console(file=printed, width=100), [reply])
    assert printed.getvalue().count("Noted") == 1


def test_piped_lines_are_one_message_each():
    stream = io.StringIO("one\ntwo\n")
    assert [read_typed(stream), read_typed(stream), read_typed(stream)] == ["one", "two", None]
