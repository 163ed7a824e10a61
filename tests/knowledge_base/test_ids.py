from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from knowledge_base.ids import MonotonicUlids, is_ulid, new_ulid

NOW = datetime(2016, 7, 30, 22, 36, 16, 385000, tzinfo=UTC)


def test_the_time_part_is_that_of_the_specification():
    # From the README of github.com/ulid/javascript: ulid(1469918176385) begins 01ARYZ6S41.
    ulid = new_ulid(datetime.fromtimestamp(1469918176.385, tz=UTC), bytes(10))
    assert ulid == "01ARYZ6S41" + "0" * 16
    assert is_ulid(ulid)


def test_later_sorts_later_and_the_randomness_fills_the_rest():
    assert new_ulid(NOW, b"\xff" * 10) < new_ulid(NOW + timedelta(milliseconds=1), bytes(10))
    assert new_ulid(NOW, b"\xff" * 10).endswith("Z" * 16)


@pytest.mark.parametrize("arguments", [(NOW.replace(tzinfo=None), bytes(10)), (NOW, bytes(9))])
def test_a_naive_time_or_short_randomness_is_refused(arguments):
    with pytest.raises(ValueError, match="a ULID needs"):
        new_ulid(*arguments)


def test_ids_grow_within_a_millisecond_and_when_the_clock_steps_back():
    times = iter([NOW, NOW, NOW - timedelta(hours=1), NOW + timedelta(hours=1)])
    make = MonotonicUlids(lambda: next(times), lambda size: b"\xff" * size)
    made = [make() for _ in range(4)]
    assert made == sorted(set(made))
    assert all(map(is_ulid, made))


@pytest.mark.parametrize("text", ["", "01aryz6s41" + "0" * 16, "8" + "0" * 25, "I" * 26, "0" * 27])
def test_what_is_no_ulid(text):
    assert not is_ulid(text)
