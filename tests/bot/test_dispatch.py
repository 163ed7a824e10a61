from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

import bot.dispatch
from bot.dispatch import Dispatcher
from bot.metrics import Metrics
from bot.notices import CatalogNotices
from bot.rates import TokenBuckets
from handlers.check_claim import CheckResult
from handlers.messages import (
    Action,
    ActionName,
    Block,
    BlockRole,
    ChatKind,
    IncomingMessage,
    PlatformLimits,
    Reply,
    ReplyKind,
)

LIMITS = PlatformLimits(max_text_chars=4096, max_buttons=8)
SECRET_TEXT = "a message nobody may read in a log"


class Echo:
    """A conversation that says the message back, or raises."""

    def __init__(self) -> None:
        self.handled: list[IncomingMessage] = []
        self.fail: Exception | None = None
        self.hold: threading.Event | None = None
        self.threads: set[str] = set()

    def handle(self, message: IncomingMessage, limits: PlatformLimits) -> list[Reply]:
        self.handled.append(message)
        self.threads.add(threading.current_thread().name)
        if self.hold and message.text == "slow":
            assert self.hold.wait(60)
        if self.fail:
            raise self.fail
        return [Reply(ReplyKind.CORRECTION, (Block(BlockRole.TEXT, message.text),), "en")]

    def check(self, text: str, locale: str = "", urls: tuple[str, ...] = ()) -> CheckResult:
        raise NotImplementedError


class Setup:
    def __init__(self, user_burst: float = 1000) -> None:
        self.echo = Echo()
        self.registry = CollectorRegistry()
        self.executor = ThreadPoolExecutor(2, thread_name_prefix="answer")
        self.seconds = 0.0
        self.dispatcher = Dispatcher(
            conversation=self.echo,
            executor=self.executor,
            notices=CatalogNotices("en"),
            metrics=Metrics(self.registry),
            user_rate=TokenBuckets(60, lambda: self.seconds, burst=user_burst),
            chat_rate=TokenBuckets(6000, lambda: self.seconds, burst=5),
            clock=lambda: self.seconds,
            new_error_id=lambda: "e1d2",
        )

    async def answer(self, **fields: object) -> list[Reply]:
        return await self.dispatcher.answer(message(**fields), LIMITS)

    def count(self, name: str, **labels: str) -> float:
        return self.registry.get_sample_value(name, labels) or 0.0


def message(**fields: object) -> IncomingMessage:
    given = {"platform": "test", "chat_id": "c", "user_id": "u", "update_id": "", "text": "hello"} | fields
    return IncomingMessage(**given)  # type: ignore[arg-type]


@pytest.fixture
def make() -> Iterator[Callable[..., Setup]]:
    made: list[Setup] = []

    def build(**arguments: float) -> Setup:
        made.append(Setup(**arguments))
        return made[-1]

    yield build
    for setup in made:
        if setup.echo.hold:
            setup.echo.hold.set()
        setup.executor.shutdown()


async def test_a_message_is_answered_on_a_worker_thread(make):
    setup = make()
    (reply,) = await setup.answer(text="hi")
    assert reply.blocks[0].text == "hi"
    assert all(name.startswith("answer") for name in setup.echo.threads)


async def test_an_update_is_answered_once(make):
    setup = make()
    assert len(await setup.answer(update_id="7")) == 1
    assert await setup.answer(update_id="7") == []
    assert len(await setup.answer(update_id="7", platform="other")) == 1
    assert setup.count("factline_messages_dropped_total", platform="test", reason="duplicate") == 1


async def test_an_update_under_way_is_not_started_again(make):
    setup = make()
    setup.echo.hold = threading.Event()
    first = asyncio.create_task(setup.answer(update_id="7", text="slow"))
    await asyncio.sleep(0)
    assert await setup.answer(update_id="7", text="slow") == []
    setup.echo.hold.set()
    assert len(await first) == 1


async def test_messages_without_an_id_are_never_repetitions(make):
    setup = make()
    assert len(await setup.answer()) == len(await setup.answer()) == 1


async def test_what_is_remembered_is_bounded(make, monkeypatch):
    monkeypatch.setattr(bot.dispatch, "REMEMBERED_UPDATES", 2)
    setup = make()
    for update_id in "123":
        await setup.answer(update_id=update_id)
    assert await setup.answer(update_id="3") == []
    assert len(await setup.answer(update_id="1")) == 1


async def test_a_flood_is_told_once_then_met_with_silence(make):
    setup = make(user_burst=2)
    kinds = [[reply.kind for reply in await setup.answer()] for _ in range(5)]
    assert kinds == [[ReplyKind.CORRECTION]] * 2 + [[ReplyKind.NOTICE], [], []]
    assert len(setup.echo.handled) == 2
    setup.seconds += 1
    assert [reply.kind for reply in await setup.answer()] == [ReplyKind.CORRECTION]


async def test_the_notice_is_in_the_language_of_the_message(make):
    setup = make(user_burst=1)
    await setup.answer()
    (notice,) = await setup.answer(text="請問這是真的嗎?我媽媽傳給我的")
    assert notice.locale == "zh-TW"


async def test_a_group_is_not_told_when_nobody_spoke_to_us(make):
    setup = make(user_burst=1)
    group = {"chat_kind": ChatKind.GROUP}
    assert [len(await setup.answer(**group)) for _ in range(3)] == [1, 0, 0]
    # What the group said among itself uses nothing up for those who ask.
    assert [reply.kind for reply in await setup.answer(**group, is_mention=True)] == [ReplyKind.CORRECTION]
    assert [reply.kind for reply in await setup.answer(**group, command="check")] == [ReplyKind.NOTICE]


async def test_a_whole_chat_has_its_own_rate(make):
    setup = make()
    answered = [len(await setup.answer(user_id=str(number), chat_id="family")) for number in range(7)]
    assert answered == [1, 1, 1, 1, 1, 1, 0]  # five answers and one notice


async def test_a_fault_becomes_one_apology_with_the_logged_id(make):
    setup = make()
    setup.echo.fail = RuntimeError(SECRET_TEXT)
    with capture_logs() as logs:
        (reply,) = await setup.answer(text=SECRET_TEXT)
    assert reply.kind is ReplyKind.NOTICE
    assert "e1d2" in reply.plain_text()
    assert SECRET_TEXT not in reply.plain_text()
    (line,) = logs
    assert (line["error_id"], line["error"], line["log_level"]) == ("e1d2", "RuntimeError", "error")
    assert SECRET_TEXT not in str(logs)
    assert any("handle" in frame for frame in line["frames"])
    assert setup.count("factline_faults_total", platform="test") == 1


async def test_a_fault_in_a_group_nobody_asked_in_stays_silent(make):
    setup = make()
    setup.echo.fail = RuntimeError("x")
    with capture_logs():
        assert await setup.answer(chat_kind=ChatKind.GROUP) == []
        pressed = await setup.answer(chat_kind=ChatKind.GROUP, action=Action(ActionName.NO_THANKS))
    assert len(pressed) == 1


async def test_one_slow_message_blocks_nobody(make):
    setup = make()
    setup.echo.hold = threading.Event()
    slow = asyncio.create_task(setup.answer(text="slow"))
    assert len(await setup.answer(text="quick", user_id="other")) == 1
    assert not slow.done()
    setup.echo.hold.set()
    assert len(await slow) == 1


async def test_too_many_at_once_are_told_to_come_back(make, monkeypatch):
    monkeypatch.setattr(bot.dispatch, "MAX_WAITING", 1)
    setup = make()
    setup.echo.hold = threading.Event()
    slow = asyncio.create_task(setup.answer(text="slow"))
    await asyncio.sleep(0)
    (notice,) = await setup.answer(text="me too")
    assert notice.kind is ReplyKind.NOTICE
    setup.echo.hold.set()
    await slow
    assert [reply.kind for reply in await setup.answer(text="now")] == [ReplyKind.CORRECTION]


async def test_answers_are_counted_by_outcome_and_platform(make):
    setup = make()
    await setup.answer()
    assert setup.count("factline_outcomes_total", platform="test", outcome="match") == 1
    assert setup.count("factline_time_to_answer_seconds_count", platform="test") == 1


async def test_message_text_and_ids_stay_out_of_logs_and_metrics(make, caplog):
    setup = make(user_burst=1)
    structlog.reset_defaults()
    with caplog.at_level(logging.DEBUG), capture_logs() as logs:
        for _ in range(3):
            await setup.answer(text=SECRET_TEXT, user_id="user-4711", chat_id="chat-4711")
    seen = caplog.text + str(logs) + str([metric.samples for metric in setup.registry.collect()])
    assert SECRET_TEXT not in seen
    assert "4711" not in seen
