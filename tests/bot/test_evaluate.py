"""`factline evaluate` on a labelled set small enough to know every figure by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.fakes.processes import environment, run

pytestmark = pytest.mark.slow

THINGS = ("water tower", "town library", "harbour crane", "railway bridge", "village bakery", "concert hall")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    claims = [
        {
            "id": f"c{n}",
            "claim": f"The {thing} of Lindenberg was painted bright orange at night",
            "publisher": "Gazette",
        }
        for n, thing in enumerate(THINGS)
    ]
    queries = [{"id": f"q{n}", "text": claim["claim"], "lang": "en"} for n, claim in enumerate(claims)]
    queries.append(
        {"id": "q-none", "text": "Grandmother bakes walnut bread on Sundays with her neighbours", "lang": "en"}
    )
    write(tmp_path / "claims.jsonl", claims)
    write(tmp_path / "queries.jsonl", queries)
    pairs = "".join(f"q{n}\tc{n}\tdev\n" for n in range(len(THINGS)))
    (tmp_path / "qrels.tsv").write_text("query_id\tclaim_id\tsplit\n" + pairs)
    (tmp_path / "absent.json").write_text(json.dumps({"remove_claims": ["c1", "c2"], "queries_nomatch": ["q1", "q2"]}))
    (tmp_path / "exclude.txt").write_text("c0\n")
    return tmp_path


def write(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def evaluate(folder: Path, models_dir: Path, *more: str) -> dict:
    arguments = ["evaluate", "--claims", "claims.jsonl", "--queries", "queries.jsonl", "--qrels", "qrels.tsv", "--json"]
    ended = run(*arguments, *more, env=environment(folder / "data", models_dir), cwd=folder)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_the_figures_and_the_run_file_carry_the_files_own_ids(labelled, models_dir):
    figures = evaluate(labelled, models_dir, "--run", "run.jsonl")
    assert (figures["queries"], figures["answerable"]) == (7, 6)
    assert figures["hits_at_1"] == figures["map_at_5"] == figures["mrr"] == 1.0
    lines = [json.loads(line) for line in (labelled / "run.jsonl").read_text().splitlines()]
    assert [line["query_id"] for line in lines] == [*(f"q{n}" for n in range(6)), "q-none"]
    for number, line in enumerate(lines[:-1]):
        assert line["outcome"] == "match"
        assert line["ranking"][0]["id"] == f"c{number}"
        assert len(line["ranking"]) <= 10
        probabilities = [each["probability"] for each in line["ranking"]]
        assert all(0 <= probability <= 1 for probability in probabilities)
        assert line["latency_ms"] > 0
    assert lines[-1]["outcome"] == "none"
    assert not (labelled / "data" / "factline.db").exists()


def test_excluded_claims_are_never_found(labelled, models_dir):
    figures = evaluate(labelled, models_dir, "--exclude", "exclude.txt", "--run", "run.jsonl")
    assert figures["hits_at_5"] == pytest.approx(5 / 6)
    assert '"c0"' not in (labelled / "run.jsonl").read_text()


def test_silence_is_measured_on_the_named_queries_without_their_claims(labelled, models_dir):
    figures = evaluate(labelled, models_dir, "--absent", "absent.json", "--run", "run.jsonl")
    assert figures["unanswerable"] == 3  # q-none, and the two asked again
    assert figures["hits_at_1"] == 1.0
    assert len((labelled / "run.jsonl").read_text().splitlines()) == 7


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("queries.jsonl", "", "has no queries"),
        ("queries.jsonl", "{broken\n", "line 1"),
        ("qrels.tsv", "one-word\n", "line 1"),
        ("claims.jsonl", "{}\n", "No claim in claims.jsonl could be used"),
    ],
)
def test_files_that_cannot_be_used_are_one_sentence(name, content, says, labelled, models_dir):
    (labelled / name).write_text(content)
    arguments = ["evaluate", "--claims", "claims.jsonl", "--queries", "queries.jsonl", "--qrels", "qrels.tsv"]
    ended = run(*arguments, env=environment(labelled / "data", models_dir), cwd=labelled)
    assert ended.returncode == 3, ended.stderr
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


def test_unknown_ids_are_told_and_do_no_harm(labelled, models_dir):
    with (labelled / "qrels.tsv").open("a") as stream:
        stream.write("q-none\tc-unheard-of\n")
    arguments = ["evaluate", "--claims", "claims.jsonl", "--queries", "queries.jsonl", "--qrels", "qrels.tsv"]
    ended = run(*arguments, env=environment(labelled / "data", models_dir), cwd=labelled)
    assert ended.returncode == 0
    assert "1 claim ids of the right answers are not in the store, the first c-unheard-of." in ended.stderr
    assert "map_at_5" in ended.stdout
