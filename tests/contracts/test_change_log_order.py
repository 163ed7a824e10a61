"""Whoever follows the change log by its last number must never miss a line (both SQL engines)."""

from __future__ import annotations

from threading import Event, Thread

from storage.fact_checks import SqlFactCheckRepository
from tests.fakes.fact_checks import NOON, a_fact_check

BY_EDITOR = {"editor": "ed", "reason": "", "at": NOON}


def test_a_later_number_is_never_visible_before_an_earlier_one(database):
    repository = SqlFactCheckRepository(database)
    first_has_its_number, first_may_commit, second_begins = Event(), Event(), Event()

    def slow_writer():
        with database.transaction():
            repository.save(a_fact_check(1), **BY_EDITOR)
            first_has_its_number.set()
            first_may_commit.wait(20)

    def quick_writer():
        first_has_its_number.wait(20)
        second_begins.set()
        repository.save(a_fact_check(2), **BY_EDITOR)

    writers = [Thread(target=slow_writer), Thread(target=quick_writer)]
    for writer in writers:
        writer.start()
    second_begins.wait(20)
    # The second may not overtake: give it the chance, then see that a reader finds nothing at all.
    writers[1].join(0.3)
    assert writers[1].is_alive()
    assert repository.changes_since(0) == []
    assert repository.last_seq() == 0
    assert repository.count(None) == 0
    first_may_commit.set()
    for writer in writers:
        writer.join(20)
    log = repository.changes_since(0)
    assert [int(each.fact_check_id) for each in log] == [1, 2]
    assert log[0].seq < log[1].seq


def test_a_follower_sees_every_line_once_while_many_write(database):
    repository = SqlFactCheckRepository(database)
    writing = Event()
    writing.set()
    seen = []

    def follow():
        last = 0
        while True:
            is_final = not writing.is_set()
            for change in repository.changes_since(last, limit=7):
                # The record of a visible line is visible, at that revision or a later one.
                assert repository.get(change.fact_check_id).revision >= change.revision
                seen.append(change.seq)
                last = change.seq
            if is_final and last == repository.last_seq():
                return

    def write(start):
        for number in range(start, start + 15):
            repository.save(a_fact_check(number), **BY_EDITOR)

    follower = Thread(target=follow)
    writers = [Thread(target=write, args=(start,)) for start in (100, 200, 300, 400)]
    for thread in (follower, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    writing.clear()
    follower.join(30)
    assert not follower.is_alive()
    assert len(seen) == 60
    assert seen == sorted(set(seen))


def test_a_rolled_back_number_is_not_used_again(database):
    repository = SqlFactCheckRepository(database)
    repository.save(a_fact_check(1), **BY_EDITOR)
    before = repository.last_seq()
    try:
        with database.transaction():
            repository.save(a_fact_check(2), **BY_EDITOR)
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert repository.last_seq() == before
    repository.save(a_fact_check(2), **BY_EDITOR)
    assert [int(each.fact_check_id) for each in repository.changes_since(before)] == [2]
