"""How good is matching: ranking, honest silence, calibration, wrong answers, latency, on any labelled set.

`factline evaluate` and `benchmarks/` call `run`. Silence is measured honestly: every answerable message is also asked
with its fact-checks taken out of the store; whatever is then answered is false.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from retrieval.candidates import CandidateSet, Decided, Ranker
from retrieval.decision import default_ranker
from retrieval.evaluation_metrics import (
    Bin,
    auroc,
    average_precision,
    brier,
    calibration_error,
    limit_for,
    mean,
    percentile,
    reciprocal_rank,
    reliability,
)
from retrieval.interface import Outcome, Ranked, SearchResult
from retrieval.labelled import Query
from retrieval.removal import without

MAX_RANKING = 10


@dataclass(frozen=True, slots=True)
class Answered:
    """What a system said to one message: `ranking` best first (larger probability or score is surer), `shown` the
    ids of the direct answers (`MATCH`) or choices (`POSSIBLE`)."""

    outcome: Outcome
    ranking: tuple[Ranked, ...] = ()
    shown: tuple[str, ...] = ()


class System(Protocol):
    """Whatever is evaluated: Factline, or a peer."""

    def answer(self, text: str, *, without_ids: frozenset[str] = frozenset()) -> Answered:
        """Answer a message, as if the fact-checks `without_ids` were not in the store."""
        ...


class CollectingSearcher(Protocol):
    """The searcher as evaluation needs it (`search.HybridSearcher` is one)."""

    def search(self, text: str, *, urls: tuple[str, ...] = ()) -> SearchResult:
        """Match a message."""
        ...

    def collect(self, text: str, *, urls: tuple[str, ...] = ()) -> CandidateSet | None:
        """Return what would be judged."""
        ...


class Factline:
    """The product's own searcher as a `System`.

    Args:
        searcher: over an index that has caught up.
        names: id in the record -> id in the labelled files; an id that is not in it stands for itself.
        ranker: judges where fact-checks are left out; must be the searcher's own.
    """

    def __init__(
        self, searcher: CollectingSearcher, *, names: Mapping[str, str] | None = None, ranker: Ranker | None = None
    ) -> None:
        self._searcher = searcher
        self._names = names or {}
        self._ids: dict[str, list[str]] = {}
        for own, name in self._names.items():
            self._ids.setdefault(name, []).append(own)
        self._ranker = ranker or default_ranker()

    def answer(self, text: str, *, without_ids: frozenset[str] = frozenset()) -> Answered:
        """Answer through the product's search; with ids left out, through its candidates and judgement."""
        if not without_ids:
            result = self._searcher.search(text)
            ranking = tuple(Ranked(self._name(one.fact_check_id), one.probability) for one in result.ranking)
            return Answered(result.outcome, ranking, tuple(self._name(one.fact_check.id) for one in result.matches))
        found = self._searcher.collect(text)
        if found is None:
            return Answered(Outcome.UNAVAILABLE)
        gone = [own for name in without_ids for own in self._ids.get(name, [name])]
        found = without(found, gone)
        if not found.candidates:
            return Answered(Outcome.NONE)
        decided = self._ranker.decide(self._ranker.score(found), found)
        return self._answered(decided)

    def _answered(self, decided: Sequence[Decided]) -> Answered:
        best: dict[str, Decided] = {}
        for one in decided:
            best.setdefault(one.scored.candidate.fact_check_id, one)
        ranking = tuple(Ranked(self._name(each), one.scored.probability) for each, one in best.items())[:MAX_RANKING]
        for outcome in (Outcome.MATCH, Outcome.POSSIBLE):
            shown = tuple(self._name(each) for each, one in best.items() if one.outcome is outcome)
            if shown:
                return Answered(outcome, ranking, shown[:1] if outcome is Outcome.MATCH else shown[:3])
        return Answered(Outcome.NONE, ranking)

    def _name(self, fact_check_id: str) -> str:
        return self._names.get(fact_check_id, fact_check_id)


@dataclass(frozen=True, slots=True)
class AnsweredQuery:
    """One line of a run."""

    query_id: str
    outcome: Outcome
    ranking: tuple[Ranked, ...]
    shown: tuple[str, ...]
    latency_ms: float
    without_answer: Answered | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures. Shares are 0..1; NaN where the set cannot tell. "Answerable" are the queries with a qrel.

    `right_at_5` / `right_at_1`: share of answerable messages answered rightly where the score is cut so that 5 % / 1 %
    of unanswerable ones are answered; `wrong_at_5` / `wrong_at_1` answered wrongly at the same cut. `direct_*` use the
    thresholds shipped: direct answers (`MATCH`) that are right, that are wrong, and those to unanswerable messages.
    `offered_right`: the right one was the direct answer or among the choices.
    """

    queries: int
    answerable: int
    unanswerable: int
    map_at_5: float
    mrr: float
    hits_at_1: float
    hits_at_5: float
    auroc: float
    right_at_5: float
    wrong_at_5: float
    right_at_1: float
    wrong_at_1: float
    brier: float
    calibration_error: float
    direct_right: float
    direct_wrong: float
    direct_unanswerable: float
    possible_unanswerable: float
    offered_right: float
    latency_p50_ms: float
    latency_p95_ms: float
    curve: tuple[Bin, ...] = ()
    runs: tuple[AnsweredQuery, ...] = field(default=(), repr=False)

    def figures(self) -> dict[str, float | int]:
        """Return the plain figures, in order, for a table or JSON (NaN becomes None there)."""
        values = asdict(self)
        return {name: value for name, value in values.items() if name not in ("curve", "runs")}


def run(
    system: System,
    queries: Iterable[Query],
    qrels: Mapping[str, frozenset[str]],
    *,
    honest: bool = True,
    clock: Callable[[], float] = time.perf_counter,
    on_progress: Callable[[int], None] | None = None,
) -> Evaluation:
    """Ask every query and return the figures.

    Args:
        system: e.g. `Factline(retrieval.searcher, names=...)`.
        queries: messages; one without a qrel is unanswerable, and counts as such.
        qrels: query id -> ids of the fact-checks that answer it.
        honest: ask every answerable query a second time with its answers taken out; without it only queries without a
            qrel tell how often silence fails.
        clock: seconds, monotonic.
        on_progress: told after each query how many are done.
    """
    runs: list[AnsweredQuery] = []
    for query in queries:
        before = clock()
        answered = system.answer(query.text)
        latency = 1000 * (clock() - before)
        gold = qrels.get(query.id, frozenset())
        silent = system.answer(query.text, without_ids=gold) if honest and gold else None
        runs.append(AnsweredQuery(query.id, answered.outcome, answered.ranking, answered.shown, latency, silent))
        if on_progress:
            on_progress(len(runs))
    return summarise(runs, qrels)


def summarise(runs: Sequence[AnsweredQuery], qrels: Mapping[str, frozenset[str]]) -> Evaluation:
    """Return the figures of a run."""
    answerable = [(one, qrels[one.query_id]) for one in runs if qrels.get(one.query_id)]
    silent = [(one.outcome, _top(one.ranking)) for one in runs if not qrels.get(one.query_id)]
    silent += [
        (one.without_answer.outcome, _top(one.without_answer.ranking)) for one, _ in answerable if one.without_answer
    ]
    tops = [(_top(one.ranking), bool(one.ranking) and one.ranking[0].fact_check_id in gold) for one, gold in answerable]
    announced = tops + [(top, False) for _, top in silent]
    limits = {share: limit_for([top for _, top in silent], share) for share in (0.05, 0.01)}
    ids = [([each.fact_check_id for each in one.ranking], gold) for one, gold in answerable]
    direct = [(one.shown[:1], gold) if one.outcome is Outcome.MATCH else ((), gold) for one, gold in answerable]
    curve = reliability(announced)
    latencies = [one.latency_ms for one in runs]
    return Evaluation(
        queries=len(runs),
        answerable=len(answerable),
        unanswerable=len(silent),
        map_at_5=mean(average_precision(ranking, gold) for ranking, gold in ids),
        mrr=mean(reciprocal_rank(ranking, gold) for ranking, gold in ids),
        hits_at_1=mean(bool(gold & set(ranking[:1])) for ranking, gold in ids),
        hits_at_5=mean(bool(gold & set(ranking[:5])) for ranking, gold in ids),
        auroc=auroc([top for top, right in announced if right], [top for top, right in announced if not right]),
        right_at_5=mean(right and top > limits[0.05] for top, right in tops),
        wrong_at_5=mean(not right and top > limits[0.05] for top, right in tops),
        right_at_1=mean(right and top > limits[0.01] for top, right in tops),
        wrong_at_1=mean(not right and top > limits[0.01] for top, right in tops),
        brier=brier(announced),
        calibration_error=calibration_error(curve),
        direct_right=mean(bool(shown) and shown[0] in gold for shown, gold in direct),
        direct_wrong=mean(bool(shown) and shown[0] not in gold for shown, gold in direct),
        direct_unanswerable=mean(outcome is Outcome.MATCH for outcome, _ in silent),
        possible_unanswerable=mean(outcome is Outcome.POSSIBLE for outcome, _ in silent),
        offered_right=mean(bool(gold & set(one.shown)) for one, gold in answerable),
        latency_p50_ms=percentile(latencies, 0.5),
        latency_p95_ms=percentile(latencies, 0.95),
        curve=curve,
        runs=tuple(runs),
    )


def write_run(runs: Iterable[AnsweredQuery], out: TextIO) -> None:
    """Write a line a query: {query_id, outcome, ranking: [{id, probability}, ... up to 10], latency_ms}."""
    for one in runs:
        ranking = [{"id": each.fact_check_id, "probability": round(each.probability, 6)} for each in one.ranking]
        line = {"query_id": one.query_id, "outcome": one.outcome, "ranking": ranking[:MAX_RANKING]}
        out.write(json.dumps({**line, "latency_ms": round(one.latency_ms, 3)}, ensure_ascii=False) + "\n")


def plot(evaluation: Evaluation, qrels: Mapping[str, frozenset[str]], folder: Path) -> list[Path]:
    """Draw the reliability and the coverage curve into `folder` and return the files.

    Raises:
        ImportError: matplotlib (extra "bench") is not installed.
    """
    from retrieval.evaluation_plots import draw

    return draw(evaluation, qrels, folder)


def _top(ranking: Sequence[Ranked]) -> float:
    return ranking[0].probability if ranking else 0.0
