"""Judging without learned weights: the z-scored sum of legs and plain thresholds.

The fallback where there are no weights, and the order candidates are handed over in. Deliberately shy: only what is
nearly the same text, or carries the same address, is answered directly.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

from retrieval.candidates import (
    CHAR,
    CLAIM_CONTAINED,
    CONTAINED,
    DENSE_CLAIM,
    DENSE_WHOLE,
    EXACT,
    URL,
    WORD,
    Candidate,
    CandidateSet,
    Decided,
    Scored,
)
from retrieval.interface import MatchKind, Outcome

K = TypeVar("K", bound=Hashable)

LEG_WEIGHTS: Mapping[str, float] = {WORD: 1.0, CHAR: 1.0, DENSE_WHOLE: 1.0, DENSE_CLAIM: 1.0, EXACT: 4.0, URL: 3.0}
"""Equal for the graded legs: a z-sum wins over reciprocal ranks by 2 points without tuning (docs/evaluation.md). Exact
and same-link are certain where they say anything, so they go before every graded sum of four."""

_MIN_SPREAD = 1e-6

NEAR_DUPLICATE = 0.85
"""Containment of the message's bigrams from which it is a copy: half-forwards keep >= .9, other claims stay < .6."""

CLAIM_QUOTED = 0.9
"""Containment of the claim's bigrams in the message from which the message states the claim."""

MIN_COPY_CHARS = 12
"""Shorter messages are contained in half of all texts."""

POSSIBLE_COSINE = 0.62
"""Unrelated English pairs stay below .5 with all-MiniLM-L6-v2, most right answers are above .6."""

POSSIBLE_CONTAINED = 0.5
"""Half of the message's bigrams shared with one text; by chance it is .2-.35."""


def z_scores(scores: Mapping[K, float]) -> dict[K, float]:
    """Return `scores` as standard deviations from their mean; all zero for fewer than two or equal scores."""
    if not scores:
        return {}
    mean, spread = _mean_and_spread(scores.values())
    if spread < _MIN_SPREAD:
        return dict.fromkeys(scores, 0.0)
    return {key: (score - mean) / spread for key, score in scores.items()}


def _mean_and_spread(values: Collection[float]) -> tuple[float, float]:
    # Not `statistics`: its exactness costs a millisecond an answer.
    mean = sum(values) / len(values)
    return mean, math.sqrt(sum([(value - mean) ** 2 for value in values]) / len(values))


def z_sum(legs: Mapping[str, Mapping[K, float]]) -> dict[K, float]:
    """Return the weighted z-scored sum of legs for every document any of them found.

    A document a graded leg did not find gets that leg's lowest z-score: it is not better than the last one found.
    """
    above: dict[K, float] = {}  # what a document has above the lowest z-score of each leg
    lowest = 0.0
    for name, weight in LEG_WEIGHTS.items():
        scores = legs.get(name)
        if not scores:
            continue
        scale, floor = weight, 0.0
        if name not in (EXACT, URL):
            mean, spread = _mean_and_spread(scores.values())
            if spread < _MIN_SPREAD:
                scale = 0.0
            else:
                floor = min(scores.values())
                scale = weight / spread
                lowest += scale * (floor - mean)
        for key, score in scores.items():
            above[key] = above.get(key, 0.0) + scale * (score - floor)
    return {key: lowest + above.get(key, 0.0) for scores in legs.values() for key in scores}


class ZSumRanker:
    """A `candidates.Ranker` of plain thresholds."""

    def score(self, candidate_set: CandidateSet) -> list[Scored]:
        """Judge by the z-scored sum; the probability is a rough, monotone guess, not calibrated."""
        sums = z_sum({name: leg.scores for name, leg in candidate_set.legs.items()})
        scored = [
            Scored(
                candidate=candidate,
                score=_certainty(candidate, candidate_set) * 100 + sums.get(candidate.key, 0.0),
                probability=_probability(candidate, candidate_set),
                features=dict(candidate.scores),
                segment=candidate.segment,
            )
            for candidate in candidate_set.candidates
        ]
        return sorted(scored, key=lambda one: -one.score)

    def decide(self, scored: Sequence[Scored], candidate_set: CandidateSet) -> list[Decided]:
        """Answer copies and same links directly, ask about what is close, keep silent about the rest."""
        return [_decide(one, candidate_set) for one in scored]


def _segment_scores(candidate: Candidate) -> Mapping[str, float]:
    return candidate.segment_scores[candidate.segment] if candidate.segment_scores else candidate.scores


def _is_copy(candidate: Candidate, candidate_set: CandidateSet) -> bool:
    scores = _segment_scores(candidate)
    message = candidate_set.segments[candidate.segment].normalised
    if scores.get(EXACT):
        return True
    if len(message) >= MIN_COPY_CHARS and scores.get(CONTAINED, 0.0) >= NEAR_DUPLICATE:
        return True
    return len(candidate.indexed.claim) >= MIN_COPY_CHARS and scores.get(CLAIM_CONTAINED, 0.0) >= CLAIM_QUOTED


def _certainty(candidate: Candidate, candidate_set: CandidateSet) -> float:
    """Return 0, 1 or 2: copies before same links before the rest."""
    if _is_copy(candidate, candidate_set):
        return 2.0
    return 1.0 if candidate.scores.get(URL) else 0.0


def _probability(candidate: Candidate, candidate_set: CandidateSet) -> float:
    if _is_copy(candidate, candidate_set):
        return 0.97 if candidate.scores.get(EXACT) else 0.9
    if candidate.scores.get(URL):
        return 0.85
    closeness = max(
        candidate.scores.get(DENSE_WHOLE, 0.0),
        candidate.scores.get(DENSE_CLAIM, 0.0),
        _segment_scores(candidate).get(CONTAINED, 0.0),
    )
    return 0.8 / (1 + math.exp(-12 * (closeness - 0.65)))


def _decide(one: Scored, candidate_set: CandidateSet) -> Decided:
    candidate = one.candidate
    if _is_copy(candidate, candidate_set):
        return Decided(one, Outcome.MATCH, MatchKind.EXACT)
    if candidate.scores.get(URL):
        return Decided(one, Outcome.MATCH, MatchKind.SAME_LINK)
    scores = _segment_scores(candidate)
    close = max(scores.get(DENSE_WHOLE, 0.0), scores.get(DENSE_CLAIM, 0.0)) >= POSSIBLE_COSINE
    message = candidate_set.segments[candidate.segment].normalised
    shared = len(message) >= MIN_COPY_CHARS and scores.get(CONTAINED, 0.0) >= POSSIBLE_CONTAINED
    outcome = Outcome.POSSIBLE if close or shared else Outcome.NONE
    return Decided(one, outcome, MatchKind.POSSIBLE)
