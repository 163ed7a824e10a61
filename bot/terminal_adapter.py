"""Factline in a terminal: replies printed, buttons pressed by their number."""

from __future__ import annotations

import asyncio
import select
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

from rich.console import Console
from rich.text import Text

from bot.adapter import Answering
from handlers.messages import Block, BlockRole, Button, IncomingMessage, PlatformLimits, Reply
from handlers.wording import clean

PLATFORM = "terminal"
TERMINAL_LIMITS = PlatformLimits(max_text_chars=100_000, max_buttons=24, can_share=True)
_PASTE_GAP_S = 0.05  # a terminal hands over the lines of one paste faster than anybody types
_STYLES = {
    BlockRole.VERDICT: "bold",
    BlockRole.CLAIM: "italic",
    BlockRole.CERTAINTY: "dim",
    BlockRole.NOTE: "dim",
    BlockRole.CHOICE: "bold",
}
_QUIT = {"/quit", "/exit", "/q"}


class TerminalAdapter:
    """A private chat with one person at a terminal.

    Args:
        console: where replies are printed.
        read: returns the next thing typed or pasted, None at the end of input; blocks.
        new_id: makes update ids.
        locale_hint: the person's language, "" where unknown.
    """

    name = PLATFORM
    limits = TERMINAL_LIMITS

    def __init__(
        self, console: Console, read: Callable[[], str | None], new_id: Callable[[], str], locale_hint: str = ""
    ) -> None:
        self._console = console
        self._read = read
        self._new_id = new_id
        self._locale_hint = locale_hint
        self._buttons: list[Button] = []
        self._asked = ""

    async def run(self, dispatcher: Answering, stop: asyncio.Event) -> None:
        """Talk until the end of input, `/quit`, or `stop`."""
        while not stop.is_set():
            typed = await asyncio.to_thread(self._read)
            if typed is None or typed.strip().lower() in _QUIT:
                return
            if not typed.strip():
                continue
            message = self._incoming(typed)
            if message is not None:
                self.show(await dispatcher.answer(message, self.limits))

    def show(self, replies: list[Reply]) -> None:
        """Print replies; their buttons are the ones numbers press from now on."""
        self._buttons = print_replies(self._console, replies)

    def _incoming(self, typed: str) -> IncomingMessage | None:
        if typed.strip().isdecimal() and 0 < int(typed) <= len(self._buttons):
            button = self._buttons[int(typed) - 1]
            if button.action is None:
                self._console.print(Text(clean(button.url or button.share_text)))
                return None
            return self._message(action=button, quoted=self._asked)
        if typed.startswith("/") and len(typed) > 1 and typed[1].isalpha():
            command, _, rest = typed[1:].partition(" ")
            return self._message(command=command.strip().lower(), text=rest.strip())
        self._asked = typed
        return self._message(text=typed)

    def _message(
        self, *, text: str = "", command: str = "", action: Button | None = None, quoted: str = ""
    ) -> IncomingMessage:
        return IncomingMessage(
            platform=PLATFORM,
            chat_id="terminal",
            user_id="terminal",
            update_id=self._new_id(),
            text=text,
            command=command,
            action=action.action if action else None,
            quoted_text=quoted,
            locale_hint=self._locale_hint,
            received_at=datetime.now(UTC),
        )


def print_replies(console: Console, replies: list[Reply]) -> list[Button]:
    """Print replies and return their buttons in the order of the numbers printed before them."""
    buttons: list[Button] = []
    for reply in replies:
        console.print()
        if reply.alert and reply.alert not in reply.plain_text():
            console.print(Text(clean(reply.alert)))
        for block in reply.blocks:
            console.print(_rendered(block))
        for button in (button for row in reply.buttons for button in row):
            buttons.append(button)
            opens = f"  {clean(button.url)}" if button.url else ""
            console.print(Text.assemble((f"  [{len(buttons)}] ", "bold cyan"), clean(button.label), (opens, "dim")))
        if reply.document:
            console.print(Text(reply.document[1]))
    console.print()
    return buttons


def _rendered(block: Block) -> Text:
    line = Text(style=_STYLES.get(block.role, ""))
    if block.label:
        line.append(clean(block.label) + " ", style="bold")
    line.append(clean(block.text))
    if block.url and block.url not in block.text:
        line.append("\n" + clean(block.url), style="not bold underline")
    return line


def read_typed(stream: TextIO = sys.stdin, prompt: Callable[[], None] = lambda: None) -> str | None:
    """Return one line, or on a terminal everything pasted at once; None at the end of input."""
    prompt()
    typed = stream.readline()
    if not typed:
        return None
    while stream.isatty() and select.select([stream], [], [], _PASTE_GAP_S)[0]:
        more = stream.readline()
        if not more:
            break
        typed += more
    return typed.rstrip("\n")
