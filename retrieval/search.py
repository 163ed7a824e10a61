"""A message in, the fact-checks that answer it out."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.models import FactCheck
from knowledge_base.repository import FactCheckRepository
from retrieval import legs
from retrieval.assemble import assemble, pick
from retrieval.candidates import (
    CHAR,
    DENSE_CLAIM,
    DENSE_WHOLE,
    EXACT,
    SEARCHED_LEGS,
    URL,
    WORD,
    Candidate,
    CandidateSet,
    Decided,
    Ranker,
    Segment,
    TermStatistics,
)
from retrieval.interface import Evidence, Match, Outcome, Ranked, Resemblance, SearchResult
from retrieval.language import detect
from retrieval.legs import Found, guarded
from retrieval.lexical import FixedStatistics
from retrieval.parts import Parts
from retrieval.segments import readable, segments_of
from retrieval.sentence_sets import better, sentence_sets
from retrieval.urls import canonical_url, find_urls
from retrieval.zsum import ZSumRanker

_LOG = logging.getLogger(__name__)

MAX_SHOWN = 3
"""Direct answers, or choices, shown at most."""
MAX_RANKING = 10

_READ_AT_ONCE = MAX_SHOWN + 1
"""Hits re-read from the record at once: those shown, and the next best where one of them is gone."""

_LEXICAL = (WORD, CHAR)
_LOOK_UP = (EXACT, URL)
_DENSE = (DENSE_WHOLE, DENSE_CLAIM)

Resembler = Callable[[CandidateSet], Resemblance | None]
"""Says which known storyline a message without an answer resembles."""


class HybridSearcher:
    """Implements `interface.Searcher`: words and meaning in parallel, judged together, re-read before shown.

    Args:
        parts: returns the open index, None where there is none.
        ranker: judges the candidates.
        resemble: asked only where there is no direct answer.
        clock: seconds, monotonic; for the timings.
    """

    def __init__(
        self,
        parts: Callable[[], Parts | None],
        fact_checks: FactCheckRepository,
        ranker: Ranker,
        *,
        resemble: Resembler | None = None,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._parts = parts
        self._fact_checks = fact_checks
        self._ranker = ranker
        self._resemble = resemble
        self._clock = clock
        self._pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="factline-legs")

    def close(self) -> None:
        """Stop the threads; idempotent."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def search(self, text: str, *, urls: tuple[str, ...] = ()) -> SearchResult:
        """Match `text`; never raises for what it contains."""
        timings = _Timings(self._clock)
        parts = self._parts()
        if parts is None:
            down = Outcome.UNAVAILABLE
            return SearchResult(down, locale=detect(text), timings_ms=timings.done(), legs_down=SEARCHED_LEGS)
        asked = _read(text, urls, parts)
        timings.step("normalise")
        if not asked.segments[0].normalised and not asked.urls:
            return SearchResult(Outcome.NONE, locale=asked.locale, timings_ms=timings.done())

        found = self._run_legs(parts, asked, timings)
        try:
            candidate_set = _collect(parts, asked, found)
            timings.step("candidates")
            decided = self._judge(candidate_set)
            timings.step("decide")
            result = self._result(decided, candidate_set)
        except (KnowledgeBaseError, sqlite3.Error, OSError) as exc:
            _LOG.warning("the record or the catalogue cannot be read: %s", exc)
            down = Outcome.UNAVAILABLE
            return SearchResult(down, locale=asked.locale, timings_ms=timings.done(), legs_down=found.down)
        outcome = result.outcome
        if outcome is Outcome.NONE and (not parts.complete or len(found.down) == len(SEARCHED_LEGS)):
            # "Nothing found" would be a claim about texts nobody could look at.
            outcome = Outcome.UNAVAILABLE
        timings.step("reread")
        return SearchResult(
            outcome,
            matches=result.matches,
            ranking=result.ranking,
            resemblance=result.resemblance,
            locale=asked.locale,
            timings_ms=timings.done(),
            legs_down=found.down,
        )

    def collect(self, text: str, *, urls: tuple[str, ...] = ()) -> CandidateSet | None:
        """Return what would be judged, for training and evaluation; None where the index cannot be searched."""
        parts = self._parts()
        if parts is None:
            return None
        asked = _read(text, urls, parts)
        return _collect(parts, asked, self._run_legs(parts, asked, _Timings(self._clock)))

    def _run_legs(self, parts: Parts, asked: _Asked, timings: _Timings) -> Found:
        segments = asked.segments
        words = self._pool.submit(guarded, _LEXICAL, lambda: legs.lexical(parts.lexical, segments))
        looked_up = guarded(_LOOK_UP, lambda: legs.look_up(parts.catalogue, segments, asked.urls))
        timings.step("look_up")
        if any(looked_up.scores.get(EXACT, ({},))[0]):
            # A text known word for word needs no embedding, and most forwards come again and again.
            meaning = legs.not_asked(segments)
        else:
            # The longest leg runs here: no hop to another thread and back.
            meaning = guarded(_DENSE, lambda: legs.dense(parts.semantics, segments))
        timings.step("dense")
        found = [meaning, words.result(), looked_up]
        timings.step("lexical")
        return Found(
            scores={name: scores for one in found for name, scores in one.scores.items()},
            down=tuple(name for name in SEARCHED_LEGS if any(name in one.down for one in found)),
            coverage=meaning.coverage,
            vectors=meaning.vectors,
        )

    def _judge(self, candidate_set: CandidateSet) -> list[Decided]:
        decided = self._decide(candidate_set)
        if not decided or len(candidate_set.segments) == 1:
            return decided
        places = {one.scored.candidate.key: place for place, one in enumerate(decided)}
        for at, own in sentence_sets(candidate_set):
            for one in self._decide(own):
                place = places[one.scored.candidate.key]
                candidate = decided[place].scored.candidate
                if candidate.segment == at:
                    scored = replace(one.scored, candidate=candidate, segment=at)
                    decided[place] = better(decided[place], replace(one, scored=scored))
        return decided

    def _decide(self, candidate_set: CandidateSet) -> list[Decided]:
        if not candidate_set.candidates:
            return []
        try:
            return self._ranker.decide(self._ranker.score(candidate_set), candidate_set)
        except Exception:  # noqa: BLE001 - a shy answer beats none; what went wrong is in the log
            _LOG.exception("the ranker failed; judging by plain thresholds")
            shy = ZSumRanker()
            return shy.decide(shy.score(candidate_set), candidate_set)

    def _result(self, decided: Sequence[Decided], candidate_set: CandidateSet) -> SearchResult:
        best = _best_of_each(decided)
        ranking = tuple(
            Ranked(one.scored.candidate.fact_check_id, one.scored.probability) for one in best[:MAX_RANKING]
        )
        direct = self._shown((one for one in best if one.outcome is Outcome.MATCH), candidate_set, by_segment=True)
        if direct:
            return SearchResult(Outcome.MATCH, direct, ranking)
        choices = self._shown((one for one in best if one.outcome is Outcome.POSSIBLE), candidate_set)
        resemblance = self._resemble(candidate_set) if self._resemble else None
        outcome = Outcome.POSSIBLE if choices else Outcome.NONE
        return SearchResult(outcome, choices, ranking, resemblance)

    def _shown(
        self, decided: Iterable[Decided], candidate_set: CandidateSet, *, by_segment: bool = False
    ) -> tuple[Match, ...]:
        """Return up to three that are published right now; with `by_segment` only one for each part of the message."""
        shown: list[Match] = []
        taken: list[Segment] = []
        remaining = list(decided)
        while remaining and len(shown) < MAX_SHOWN:
            batch, remaining = remaining[:_READ_AT_ONCE], remaining[_READ_AT_ONCE:]
            current = self._fact_checks.get_many([one.scored.candidate.fact_check_id for one in batch])
            for one in batch:
                segment = candidate_set.segments[one.scored.segment]
                fact_check = current.get(one.scored.candidate.fact_check_id)
                if fact_check is None or not fact_check.is_published or len(shown) == MAX_SHOWN:
                    continue
                if by_segment and taken and not _is_apart(segment, taken):
                    continue
                shown.append(_match(one, fact_check, segment))
                taken.append(segment)
        return tuple(shown)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A message, read: its parts, its language, the canonical addresses in and beside it."""

    segments: tuple[Segment, ...]
    locale: str
    urls: tuple[str, ...]
    statistics: TermStatistics


def _read(text: str, urls: tuple[str, ...], parts: Parts) -> _Asked:
    text = readable(text)
    addresses = dict.fromkeys((*find_urls(text), *filter(None, map(canonical_url, urls))))
    statistics = _statistics(parts)
    return _Asked(segments_of(text, statistics.idf), detect(text), tuple(addresses), statistics)


def _collect(parts: Parts, asked: _Asked, found: Found) -> CandidateSet:
    numbers = {number for scores in found.scores.values() for one in scores for number in one}
    picked = pick(found.scores)
    semantics = parts.semantics
    keys = parts.catalogue.keys(numbers)
    entries = parts.catalogue.entries(picked)
    return assemble(
        asked.segments,
        found,
        {number: entries[number] for number in picked if number in entries},
        keys,
        vectors=semantics.vectors if semantics else None,
        statistics=asked.statistics,
        locale=asked.locale,
        urls=asked.urls,
    )


def _statistics(parts: Parts) -> TermStatistics:
    try:
        return parts.lexical.statistics()
    except (ValueError, OSError):
        return FixedStatistics()


def _is_apart(segment: Segment, taken: Sequence[Segment]) -> bool:
    """Whether a second direct answer is about another part of the message: different sentences only."""
    return segment.kind == "sentence" and all(one.kind == "sentence" and one is not segment for one in taken)


def _best_of_each(decided: Sequence[Decided]) -> list[Decided]:
    """Return the best entry of every fact-check, best first; `decided` is sorted."""
    best: dict[str, Decided] = {}
    for one in decided:
        best.setdefault(one.scored.candidate.fact_check_id, one)
    return list(best.values())


def _match(one: Decided, fact_check: FactCheck, segment: Segment) -> Match:
    scored = one.scored
    candidate: Candidate = scored.candidate
    locale = candidate.locale if candidate.locale in fact_check.texts else fact_check.best_locale(candidate.locale)
    return Match(
        fact_check=fact_check,
        probability=scored.probability,
        kind=one.kind,
        outcome=one.outcome,
        matched_text=segment.text,
        locale=locale,
        evidence=Evidence(
            legs=dict(candidate.scores),
            features=dict(scored.features),
            shared_words=scored.shared_words,
            conflicts=scored.conflicts,
        ),
    )


class _Timings:
    """Milliseconds by step."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._start = self._last = clock()
        self._steps: dict[str, float] = {}

    def step(self, name: str) -> None:
        now = self._clock()
        self._steps[name] = 1000 * (now - self._last)
        self._last = now

    def done(self) -> dict[str, float]:
        return {**self._steps, "total": 1000 * (self._clock() - self._start)}
