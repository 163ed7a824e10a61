"""The figures of the speed benchmarks: targets, tables in the page, and a store that is the same everywhere."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from benchmarks.serving_report import HEADING, Figure, Report, percentile, write_section
from benchmarks.store import made_fact_checks, made_messages


@pytest.mark.parametrize(
    ("value", "target", "verdict"),
    [(1.5, "<= 1.5", "reached"), (1.51, "<= 1.5", "missed"), (99.0, ">= 100", "missed"), (3.0, "", "")],
)
def test_target_is_reached_up_to_its_bound(value: float, target: str, verdict: str) -> None:
    assert Figure("ask", value, "times", target).verdict == verdict


def test_percentile_is_a_value_that_was_measured() -> None:
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.5) == 2.0
    assert percentile([4.0, 1.0, 3.0, 2.0], 0.95) == 4.0
    assert percentile([7.0], 0.99) == 7.0


def test_table_is_replaced_and_the_rest_of_the_page_stays(tmp_path: Path) -> None:
    page = tmp_path / "evaluation.md"
    page.write_text(f"# Evaluation\n\nBefore.\n\n{HEADING}\n\nBy hand.\n\n## After\n\nLast words.\n", "utf-8")
    write_section([Report("One answer", (Figure("ask", 10, "ms"),)), Report("Start", (Figure("start", 5, "s"),))], page)
    write_section([Report("One answer", (Figure("ask", 20, "ms"),))], page)
    written = page.read_text("utf-8")
    assert "| ask | 20.0 ms |" in written
    assert "10.0 ms" not in written
    assert "| start | 5.00 s |" in written
    assert (
        written.index("By hand.") < written.index("20.0 ms") < written.index("## After") < written.index("Last words.")
    )


def test_section_is_added_to_a_page_without_one(tmp_path: Path) -> None:
    page = tmp_path / "evaluation.md"
    page.write_text("# Evaluation\n", "utf-8")
    write_section([Report("One answer", (Figure("ask", 10, "ms"),))], page)
    assert page.read_text("utf-8").startswith(f"# Evaluation\n\n{HEADING}\n")


def test_made_store_does_not_depend_on_its_size() -> None:
    few, many = list(made_fact_checks(20)), list(islice(made_fact_checks(5_000), 20))
    assert few == many
    assert {one["lang"] for one in few} == {"en", "zh-TW"}
    assert len({one["claim"] for one in few}) == 20


def test_made_messages_are_the_same_every_time() -> None:
    assert list(made_messages(30, 500)) == list(made_messages(30, 500))
