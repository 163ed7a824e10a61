"""A message's candidates as if some fact-checks were not in the store: the honest test of silence. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from retrieval.candidates import CandidateSet


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
