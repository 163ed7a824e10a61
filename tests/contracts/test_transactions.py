from __future__ import annotations

from threading import Thread

import pytest

from knowledge_base.errors import RevisionConflict
from tests.fakes.fact_checks import NOON, a_fact_check

BY_EDITOR = {"editor": "ed", "reason": "", "at": NOON}


class TestTransactions:
    def test_writes_of_several_repositories_are_kept_together(self, ports):
        with ports.transactions.transaction():
            ports.fact_checks.save(a_fact_check(1), **BY_EDITOR)
            ports.fact_checks.save(a_fact_check(2), **BY_EDITOR)
            assert ports.fact_checks.count() == 2
        assert ports.fact_checks.count() == 2

    def test_an_exception_undoes_everything_and_is_the_callers_own(self, ports):
        with pytest.raises(FileNotFoundError), ports.transactions.transaction():  # noqa: PT012
            ports.fact_checks.save(a_fact_check(1), **BY_EDITOR)
            raise FileNotFoundError
        assert ports.fact_checks.count() == 0
        assert ports.fact_checks.changes_since(0) == []

    def test_a_nested_one_joins_the_outer(self, ports):
        with pytest.raises(ZeroDivisionError), ports.transactions.transaction():  # noqa: PT012
            with ports.transactions.transaction():
                ports.fact_checks.save(a_fact_check(1), **BY_EDITOR)
            assert ports.fact_checks.count() == 1
            raise ZeroDivisionError
        assert ports.fact_checks.count() == 0

    def test_a_nested_failure_that_is_caught_undoes_only_itself(self, ports):
        with ports.transactions.transaction():
            ports.fact_checks.save(a_fact_check(1), **BY_EDITOR)
            with pytest.raises(RevisionConflict):
                ports.fact_checks.save_many([a_fact_check(2), a_fact_check(1)], **BY_EDITOR)
        assert [int(each.id) for each in ports.fact_checks.iterate()] == [1]

    def test_the_next_transaction_of_a_thread_starts_afresh(self, ports):
        with pytest.raises(ZeroDivisionError), ports.transactions.transaction():
            raise ZeroDivisionError
        ports.fact_checks.save(a_fact_check(1), **BY_EDITOR)
        assert ports.fact_checks.count() == 1

    def test_threads_write_one_after_another_and_lose_nothing(self, ports):
        def write(start):
            for number in range(start, start + 10):
                ports.fact_checks.save(a_fact_check(number), **BY_EDITOR)

        threads = [Thread(target=write, args=(start,)) for start in (100, 200, 300, 400)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert ports.fact_checks.count() == 40
        assert len(ports.fact_checks.changes_since(0)) == 40
