"""The pace of sending: per chat, never for everybody."""

import asyncio
import datetime as dt

import pytest
from telegram.error import RetryAfter

from bot.telegram_adapter.pace import MAX_WAIT_S, ChatRateLimiter


@pytest.fixture(autouse=True)
def _timedeltas(monkeypatch):
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


class Calls:
    def __init__(self, *outcomes):
        self.outcomes = list(outcomes)
        self.made = 0

    async def __call__(self):
        self.made += 1
        outcome = self.outcomes.pop(0) if self.outcomes else "sent"
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def wait(seconds):
    return RetryAfter(dt.timedelta(seconds=seconds))


async def send(limiter, calls, *, chat=1, endpoint="sendMessage", tries=None):
    return await limiter.process_request(calls, (), {}, endpoint, {"chat_id": chat}, tries)


async def test_request_goes_out_at_once():
    calls = Calls("sent")
    assert (await send(ChatRateLimiter(), calls), calls.made) == ("sent", 1)


async def test_refusal_for_a_moment_is_waited_out():
    calls = Calls(wait(0.01), wait(0.01), "sent")
    assert (await send(ChatRateLimiter(), calls), calls.made) == ("sent", 3)


async def test_refusal_that_goes_on_is_given_up():
    calls = Calls(*[wait(0.01)] * 9)
    with pytest.raises(RetryAfter):
        await send(ChatRateLimiter(max_retries=2), calls)
    assert calls.made == 3


async def test_wait_longer_than_anybody_waits_is_given_up_at_once():
    calls = Calls(wait(MAX_WAIT_S + 1))
    with pytest.raises(RetryAfter):
        await send(ChatRateLimiter(), calls)
    assert calls.made == 1


async def test_waiting_chat_holds_up_itself_only_and_never_the_typing_sign():
    limiter = ChatRateLimiter()
    slow = asyncio.create_task(send(limiter, Calls(wait(30), "sent"), chat=1))
    await asyncio.sleep(0.01)
    queued = asyncio.create_task(send(limiter, Calls("second"), chat=1))
    await asyncio.sleep(0.01)
    assert await send(limiter, Calls("sent"), chat=2) == "sent"
    assert await send(limiter, Calls("typing"), chat=1, endpoint="sendChatAction") == "typing"
    assert not slow.done()
    assert not queued.done()
    for task in (slow, queued):
        task.cancel()
    await asyncio.gather(slow, queued, return_exceptions=True)


async def test_group_gets_twenty_a_minute_and_a_person_as_many_as_needed():
    limiter = ChatRateLimiter(group_per_minute=3)
    for _ in range(3):
        await send(limiter, Calls(), chat=-100)
    fourth = asyncio.create_task(send(limiter, Calls(), chat=-100))
    for _ in range(10):
        await send(limiter, Calls(), chat=5)
    await asyncio.sleep(0.01)
    assert not fourth.done()
    fourth.cancel()
    await asyncio.gather(fourth, return_exceptions=True)
