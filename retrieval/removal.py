"""A message's candidates as if some fact-checks, or legs, were not there. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from retrieval.candidates import SEARCHED_LEGS, Candidate, CandidateSet, LegResult
from retrieval.zsum import z_sum


def without(candidate_set: CandidateSet, fact_check_ids: Iterable[str]) -> CandidateSet:
    """Return what would have been found without these fact-checks.

    The same as asking a store they were taken out of, but for one document more in the word statistics.
    """
    gone = frozenset(fact_check_ids)
    legs = {
        name: replace(
            leg,
            scores={key: score for key, score in leg.scores.items() if key[0] not in gone},
            by_segment=tuple({k: s for k, s in scores.items() if k[0] not in gone} for scores in leg.by_segment),
        )
        for name, leg in candidate_set.legs.items()
    }
    kept = tuple(candidate for candidate in candidate_set.candidates if candidate.fact_check_id not in gone)
    return replace(candidate_set, candidates=kept, legs=legs)


def without_legs(candidate_set: CandidateSet, names: Iterable[str]) -> CandidateSet:
    """Return what would have been found with these legs gated: they are there, but say nothing."""
    gone = frozenset(names)
    legs = {
        name: LegResult(name, by_segment=tuple({} for _ in leg.by_segment), coverage=0.0) if name in gone else leg
        for name, leg in candidate_set.legs.items()
    }
    kept = [_stripped(candidate, gone) for candidate in candidate_set.candidates]
    kept = [candidate for candidate in kept if any(name in candidate.scores for name in SEARCHED_LEGS)]
    sums = z_sum({name: leg.scores for name, leg in legs.items()})
    kept.sort(key=lambda candidate: (-sums.get(candidate.key, 0.0), candidate.key))
    return replace(candidate_set, candidates=tuple(kept), legs=legs)


def _stripped(candidate: Candidate, gone: frozenset[str]) -> Candidate:
    return replace(
        candidate,
        scores={name: score for name, score in candidate.scores.items() if name not in gone},
        segment_scores=tuple(
            {name: score for name, score in scores.items() if name not in gone} for scores in candidate.segment_scores
        ),
    )
