from __future__ import annotations

import bot.rates
from bot.rates import Allowance, TokenBuckets

A, FIRST, R = Allowance.ALLOWED, Allowance.REFUSED_FIRST, Allowance.REFUSED


class Seconds:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_then_told_once_then_silence():
    buckets = TokenBuckets(60, Seconds(), burst=3)
    assert [buckets.take("a") for _ in range(6)] == [A, A, A, FIRST, R, R]


def test_tokens_come_back_with_time():
    clock = Seconds()
    buckets = TokenBuckets(60, clock, burst=2)
    assert [buckets.take("a") for _ in range(3)] == [A, A, FIRST]
    clock.now += 1  # 60 a minute: one a second
    assert [buckets.take("a") for _ in range(2)] == [A, R]


def test_after_a_calm_while_the_next_flood_is_told_again():
    clock = Seconds()
    buckets = TokenBuckets(60, clock, burst=4)
    assert [buckets.take("a") for _ in range(5)] == [A, A, A, A, FIRST]
    clock.now += 60
    assert [buckets.take("a") for _ in range(5)] == [A, A, A, A, FIRST]


def test_people_do_not_use_up_each_others_tokens():
    buckets = TokenBuckets(60, Seconds(), burst=1)
    assert [buckets.take("a"), buckets.take("a"), buckets.take("b")] == [A, FIRST, A]


def test_half_a_minutes_worth_may_come_at_once():
    buckets = TokenBuckets(20, Seconds())
    assert [buckets.take("a") for _ in range(11)] == [A] * 10 + [FIRST]


def test_a_clock_that_jumps_back_takes_nothing_away():
    clock = Seconds()
    buckets = TokenBuckets(60, clock, burst=2)
    buckets.take("a")
    clock.now -= 500
    assert buckets.take("a") is A


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(bot.rates, "MAX_KEYS", 3)
    buckets = TokenBuckets(60, Seconds(), burst=1)
    for key in "abcd":
        assert buckets.take(key) is A
    assert buckets.take("d") is FIRST
    assert buckets.take("a") is A  # forgotten, so it starts full
