"""Conversations to be told on every platform, and the stages they are told on.

A stage speaks as a person does there (writes, forwards, calls a command, presses a button by its label) and hears what
that person reads: the words alone, without links, markup and labels of buttons.
"""

from __future__ import annotations

import asyncio
import contextlib
import html
import io
import queue
import re
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from rich.console import Console

from bot.dispatch import Dispatcher
from bot.metrics import Metrics
from bot.notices import CatalogNotices
from bot.rates import TokenBuckets
from bot.terminal_adapter import TerminalAdapter
from handlers.messages import ActionName, IncomingMessage, PlatformLimits, Reply
from retrieval.interface import MatchKind
from tests.fakes.conversation import ANTIBIOTICS, World
from tests.fakes.discord import factline as on_discord
from tests.fakes.discord import markdown
from tests.fakes.discord_server import DiscordServer
from tests.fakes.discord_server import Talk as DiscordTalk
from tests.fakes.searcher import found, match_of
from tests.fakes.telegram import factline as on_telegram
from tests.fakes.telegram_server import Talk as TelegramTalk
from tests.fakes.telegram_server import TelegramServer
from tests.fakes.web import WebWorld
from web.app import create_app
from web.services import WEB_LIMITS


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does, and what has to be among the words that come back, in order.

    `does` is one of forward, say, command, choose (the only one of "did you mean"), press, restart; `what` the text,
    the command line, what is chosen, the button's label.
    `depends_on_push`: the words differ where nothing can be sent later (web, terminal), and only there.
    """

    does: str
    what: str = ""
    told: tuple[str, ...] = ()
    depends_on_push: bool = False


class Stage(Protocol):
    """One person on one platform."""

    name: str
    can_push: bool

    async def forward(self, text: str) -> str: ...
    async def say(self, text: str) -> str: ...
    async def command(self, line: str) -> str: ...
    async def choose(self, words: str) -> str: ...
    async def press(self, label: str) -> str: ...
    async def restart(self) -> None: ...


async def tell(story: tuple[Step, ...], stage: Stage) -> list[str]:
    """Play a story and return what was read at each step, "" for a restart."""
    heard = []
    for step in story:
        if step.does == "restart":
            await stage.restart()
            heard.append("")
        else:
            heard.append(await getattr(stage, step.does)(step.what))
    return heard


def letters(text: str) -> str:
    """Return letters and digits only: where lines break and which marks stand between is the platform's taste."""
    return "".join(letter for letter in text if letter.isalnum())


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


def world_of_the_story() -> World:
    """A record of one fact-check, and one person who has asked about the turnips before."""
    made = World(ANTIBIOTICS)
    made.searcher.answers(RUMOR, found([match_of(made.stored(), RUMOR)]))
    made.searcher.answers(CLOSE, found([match_of(made.stored(), CLOSE, kind=MatchKind.POSSIBLE)]))
    made.press(ActionName.ASK_EDITORS, about=UNKNOWN, user="bo")
    return made


def expect_told(story: tuple[Step, ...], heard: list[str]) -> None:
    """Assert that every step was answered with its phrases, in order."""
    for step, words in zip(story, heard, strict=True):
        rest = letters(words)
        for phrase in step.told:
            assert letters(phrase) in rest, (step.does, step.what, phrase, words)
            rest = rest.partition(letters(phrase))[2]


class TelegramStage:
    """The real adapter and SDK against the fake Bot API."""

    name, can_push = "telegram", True

    def __init__(self, server: TelegramServer, factline: on_telegram.Running) -> None:
        self._server = server
        self._factline = factline
        self.talk = TelegramTalk(server)
        self._known: dict[int, str] = {}
        self._last: dict[str, Any] = {}

    async def forward(self, text: str) -> str:
        self.talk.forward(text)
        return await self._hear()

    async def say(self, text: str) -> str:
        self.talk.say(text)
        return await self._hear()

    command = say

    async def choose(self, words: str) -> str:
        return await self.press("Yes")

    async def press(self, label: str) -> str:
        self.talk.press(self._last, label)
        return await self._hear()

    async def restart(self) -> None:
        await self._factline.end()
        await self._factline.start()

    async def _hear(self) -> str:
        def new() -> list[dict[str, Any]]:
            return [m for m in self.talk.received() if self._known.get(m["message_id"]) != m.get("text", "")]

        await self._server.until(new)
        said = new()
        self._known |= {m["message_id"]: m.get("text", "") for m in said}
        self._last = next((m for m in reversed(said) if "reply_markup" in m), self._last)
        return "\n".join(m.get("text", "") for m in said)


class DiscordStage:
    """The real adapter and SDK against the fake gateway, in a direct message."""

    name, can_push = "discord", True

    def __init__(self, server: DiscordServer, factline: on_discord.Running) -> None:
        self._factline = factline
        self.talk = DiscordTalk(server)
        self._last: dict[str, Any] = {}

    async def forward(self, text: str) -> str:
        await self.talk.say("", forwarded=text)
        return await self._hear()

    async def say(self, text: str) -> str:
        await self.talk.say(text)
        return await self._hear()

    async def command(self, line: str) -> str:
        name, _, rest = line[1:].partition(" ")
        await self.talk.slash(name, **({"name": rest} if rest else {}))
        return await self._hear()

    async def choose(self, words: str) -> str:
        return await self.press("Yes")

    async def press(self, label: str) -> str:
        await self.talk.press(self._last, label)
        return await self._hear()

    async def restart(self) -> None:
        await self._factline.end()
        await self._factline.start()

    async def _hear(self) -> str:
        body = (await self.talk.answer()).message
        self._last = body if body["components"] else self._last
        shown = [body["content"], *(each["description"] for each in body["embeds"])]
        return "\n".join(markdown.read(re.sub(r"</(\w+):\d+>", r"/\1", each)).text for each in shown if each)


class WebStage:
    """The real web app; its page is kept as a browser keeps it."""

    name, can_push = "web", False

    def __init__(self, world: World, answering: Callable[[], Dispatcher]) -> None:
        self._world = world
        self._answering = answering
        self._page = ""
        self._client = self._start()

    def _start(self) -> TestClient:
        dispatcher = self._answering()

        async def answer(message: IncomingMessage) -> list[Reply]:
            return await dispatcher.answer(message, WEB_LIMITS)

        services = WebWorld(fact_checks=self._world.fact_checks, answer=answer).services
        return TestClient(create_app(services), headers={"accept-language": "en", "accept": "application/json"})

    async def say(self, text: str) -> str:
        return await self._post(text=text)

    forward = say
    command = say

    async def press(self, label: str) -> str:
        buttons = re.findall(r'<button[^>]* name="action" value="([^"]*)"[^>]*>(.*?)</button>', self._page, re.DOTALL)
        wire = next((wire for wire, inside in buttons if label in _visible(inside)), None)
        assert wire, f"no button {label!r} among {[_visible(inside) for _, inside in buttons]}"
        quoted = re.search(r'name="quoted" value="([^"]*)"', self._page)
        assert quoted
        return await self._post(action=html.unescape(wire), quoted=html.unescape(quoted[1]))

    choose = press  # what is chosen is the button itself

    async def restart(self) -> None:
        cookies = self._client.cookies
        self._client = self._start()
        self._client.cookies = cookies

    async def _post(self, **fields: str) -> str:
        answer = await asyncio.to_thread(self._client.post, "/chat", data=fields)
        page = "".join(reply["html"] for reply in answer.json()["replies"])
        self._page = page if 'name="action"' in page else self._page
        return _visible(page)


def _visible(page: str) -> str:
    page = re.sub(r'<span class="(?:sr|host)">.*?</span>', "", page, flags=re.DOTALL)
    page = re.sub(r'<(button|a) class="button.*?</\1>|<details.*?</details>', "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"<[^>]*>", " ", page))


class TerminalStage:
    """The real terminal adapter; typed at, and its print read."""

    name, can_push = "terminal", False

    def __init__(self, answering: Callable[[], Dispatcher]) -> None:
        self._answering = answering
        self._dispatcher = answering()
        self._typed: queue.Queue[str | None] = queue.Queue()
        self._waits = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._screen = io.StringIO()
        self._shown = ""
        console = Console(file=self._screen, width=10_000, highlight=False)
        numbers = count(1)
        self._adapter = TerminalAdapter(console, self._read, lambda: f"t{next(numbers)}", "en")
        self._task = asyncio.create_task(self._adapter.run(self, asyncio.Event()))

    async def answer(self, message: IncomingMessage, limits: PlatformLimits) -> list[Reply]:
        return await self._dispatcher.answer(message, limits)

    async def say(self, text: str) -> str:
        await self._waits.wait()
        self._waits.clear()
        self._screen.truncate(self._screen.seek(0))
        self._typed.put(text)
        await self._waits.wait()
        printed = self._screen.getvalue()
        self._shown = printed if "  [1] " in printed else self._shown
        lines = [line.strip() for line in printed.splitlines()]
        return "\n".join(line for line in lines if not re.match(r"\[\d+\] |https?://\S+$", line))

    forward = say
    command = say

    async def choose(self, words: str) -> str:
        return await self.press("Yes")

    async def press(self, label: str) -> str:
        buttons = re.findall(r"^  \[(\d+)\] (.*)$", self._shown, re.MULTILINE)
        number = next((number for number, words in buttons if label in words), "")
        assert number, f"no button {label!r} among {buttons}"
        return await self.say(number)

    async def restart(self) -> None:
        self._dispatcher = self._answering()

    async def leave(self) -> None:
        """Type ^D."""
        self._typed.put(None)
        await self._task

    def _read(self) -> str | None:
        self._loop.call_soon_threadsafe(self._waits.set)
        return self._typed.get()


@contextlib.asynccontextmanager
async def telegram(world: World) -> AsyncIterator[Stage]:
    async with TelegramServer() as server, on_telegram.running(server, world) as factline:
        yield TelegramStage(server, factline)


@contextlib.asynccontextmanager
async def discord(world: World) -> AsyncIterator[Stage]:
    async with DiscordServer() as server, on_discord.running(server, world, resend_every_s=0.05) as factline:
        yield DiscordStage(server, factline)


@contextlib.asynccontextmanager
async def web(world: World) -> AsyncIterator[Stage]:
    with ThreadPoolExecutor(2) as executor:
        yield WebStage(world, lambda: dispatcher(world, executor))


@contextlib.asynccontextmanager
async def terminal(world: World) -> AsyncIterator[Stage]:
    with ThreadPoolExecutor(2) as executor:
        stage = TerminalStage(lambda: dispatcher(world, executor))
        try:
            yield stage
        finally:
            await stage.leave()


STAGES: tuple[Callable[[World], AbstractAsyncContextManager[Stage]], ...] = (terminal, web, telegram, discord)


def dispatcher(world: World, executor: ThreadPoolExecutor) -> Dispatcher:
    """Return the real dispatcher, as a process that has just started has it."""
    numbers = count(1)
    return Dispatcher(
        conversation=world.conversation,
        executor=executor,
        notices=CatalogNotices("en"),
        metrics=Metrics(CollectorRegistry()),
        user_rate=TokenBuckets(6000, lambda: 0.0),
        chat_rate=TokenBuckets(6000, lambda: 0.0),
        clock=lambda: 0.0,
        new_error_id=lambda: f"e{next(numbers)}",
    )
