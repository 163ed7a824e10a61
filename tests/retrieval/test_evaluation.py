"""The figures of an evaluation, by hand, and the files it reads."""

import io
import json
import math

import pytest

from retrieval.evaluation import Answered, run, write_run
from retrieval.evaluation_metrics import (
    auroc,
    average_precision,
    brier,
    limit_for,
    percentile,
    reciprocal_rank,
    reliability,
)
from retrieval.interface import Outcome, Ranked
from retrieval.labelled import LabelledSetUnreadable, Query, read_absent, read_claims, read_set


def test_average_precision_by_hand():
    assert average_precision(["a", "x", "b"], frozenset("ab")) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(["x", "a"], frozenset("a")) == 0.5
    assert average_precision(["x"] * 5 + ["a"], frozenset("a")) == 0
    assert average_precision([], frozenset("a")) == 0
    assert average_precision(["a"], frozenset()) == 0


def test_reciprocal_rank_by_hand():
    assert reciprocal_rank(["x", "y", "a"], frozenset("a")) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x"], frozenset("a")) == 0


def test_auroc_counts_ties_half():
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert math.isnan(auroc([], [0.1]))


def test_the_limit_leaves_the_share_above_it():
    assert limit_for([each / 100 for each in range(100)], 0.05) == 0.94
    assert limit_for([0.2], 0.01) == 0.2
    assert limit_for([], 0.05) == -math.inf


def test_calibration_by_hand():
    assert brier([(1.0, True), (0.0, True)]) == 0.5
    curve = reliability([(0.95, True), (0.91, False), (0.1, False)])
    assert [(each.count, each.right) for each in curve] == [(1, 0.0), (2, 0.5)]
    assert percentile([3.0, 1.0, 2.0], 0.5) == 2.0


class Fixed:
    """Finds "a" for everything that says so, surely, and "b" in its place."""

    def answer(self, text, *, without_ids=frozenset()):
        ranking = [Ranked("a", 0.9), Ranked("b", 0.4)] if "a" in text else [Ranked("b", 0.4)] if text else []
        ranking = [each for each in ranking if each.fact_check_id not in without_ids]
        outcome = Outcome.MATCH if ranking and ranking[0].probability > 0.5 else Outcome.NONE
        return Answered(
            outcome,
            tuple(ranking),
            tuple(each.fact_check_id for each in ranking[:1]) if outcome is Outcome.MATCH else (),
        )


def test_a_run_is_summed_up():
    queries = [Query("1", "a"), Query("2", "a, but b is meant"), Query("3", "nothing"), Query("4", "")]
    qrels = {"1": frozenset("a"), "2": frozenset("b")}
    ticks = iter(range(100))
    found = run(Fixed(), queries, qrels, clock=lambda: next(ticks) / 1000)
    assert (found.queries, found.answerable, found.unanswerable) == (4, 2, 4)
    assert found.map_at_5 == 0.75
    assert found.hits_at_1 == 0.5
    assert found.direct_right == 0.5
    assert found.direct_wrong == 0.5
    # With "b" taken out, "a" is still given to the second message: a false answer, one of four.
    assert found.direct_unanswerable == 0.25
    assert found.latency_p50_ms == pytest.approx(1.0)
    out = io.StringIO()
    write_run(found.runs, out)
    first = json.loads(out.getvalue().split("\n")[0])
    assert first == {"query_id": "1", "outcome": "match", "latency_ms": 1.0,
                     "ranking": [{"id": "a", "probability": 0.9}, {"id": "b", "probability": 0.4}]}  # fmt: skip


def test_an_empty_run_has_no_figures_but_does_not_fail():
    found = run(Fixed(), [], {})
    assert found.queries == 0
    assert math.isnan(found.map_at_5)


def write_set(folder, claims, queries, qrels):
    (folder / "claims.jsonl").write_text("\n".join(map(json.dumps, claims)) + "\n", "utf-8")
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)) + "\n", "utf-8")
    (folder / "qrels.tsv").write_text(qrels, "utf-8")


CLAIM = {"id": "c1", "claim": "Lemon\u2028cures", "title": "No", "publisher": "P", "lang": "en"}


def test_a_set_is_read_and_unknown_ids_are_named(tmp_path):
    write_set(
        tmp_path,
        [CLAIM],
        [{"id": "q1", "text": "x", "split": "dev"}],
        "query_id\tclaim_id\tsplit\nq1\tc1\tdev\nq1\tc9\tdev\nq7\tc1\n",
    )
    labelled = read_set(tmp_path)
    assert labelled.claims[0].id == "c1"
    assert labelled.claims[0].texts["en"].headline == "No"
    assert labelled.qrels == {"q1": frozenset({"c1"})}
    assert labelled.unknown_ids == ("c9", "q7")
    assert [query.id for query in labelled.of_split("dev")] == ["q1"]


def test_a_query_without_text_is_an_empty_message(tmp_path):
    write_set(tmp_path, [CLAIM], [{"id": "q1", "text": None}], "")
    assert read_set(tmp_path).queries == (Query("q1", ""),)


@pytest.mark.parametrize("line", ["{", "[]", '{"claim": ""}'])
def test_a_damaged_line_is_named(tmp_path, line):
    (tmp_path / "claims.jsonl").write_text(json.dumps(CLAIM) + "\n" + line + "\n", "utf-8")
    with pytest.raises(LabelledSetUnreadable, match="line 2"):
        read_claims(tmp_path / "claims.jsonl")


def test_missing_and_damaged_files_are_named(tmp_path):
    with pytest.raises(LabelledSetUnreadable, match=r"claims\.jsonl"):
        read_set(tmp_path)
    (tmp_path / "absent.json").write_text("{}", "utf-8")
    with pytest.raises(LabelledSetUnreadable, match=r"absent\.json"):
        read_absent(tmp_path / "absent.json")
