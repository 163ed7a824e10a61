"""A long forward judged sentence by sentence. Pure.

Judged as a whole, the claims of a forward that carries several are each other's competitors: a narrow margin counts
against all of them. Judged on its own, a sentence has only its own competitors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from retrieval.candidates import (
    CLAIM_CONTAINED,
    CONTAINED,
    DENSE_CLAIM,
    DENSE_WHOLE,
    EXACT,
    Candidate,
    CandidateSet,
    Decided,
    LegResult,
)
from retrieval.interface import Outcome

_MAX_JUDGED = 20
"""Candidates of one sentence that are judged: those behind are only there to be beaten."""

_WORTH_COSINE = 0.6
_WORTH_CONTAINED = 0.5
"""From which a sentence may carry a claim of its own; below the shyest threshold for an answer (`zsum`)."""

_RANK = {Outcome.MATCH: 2, Outcome.POSSIBLE: 1, Outcome.NONE: 0, Outcome.UNAVAILABLE: 0}


def sentence_sets(candidate_set: CandidateSet) -> Iterator[tuple[int, CandidateSet]]:
    """Yield, for each sentence that some candidate matched best and well, its number and its own candidate set."""
    for at in range(1, len(candidate_set.segments)):
        if any(one.segment == at and _is_worth(one, at) for one in candidate_set.candidates):
            yield at, _only(candidate_set, at)


def better(whole: Decided, sentence: Decided) -> Decided:
    """Return which of two judgements of one candidate holds: the more decided one, the whole's where equal."""
    return sentence if _RANK[sentence.outcome] > _RANK[whole.outcome] else whole


def _is_worth(candidate: Candidate, at: int) -> bool:
    scores = candidate.segment_scores[at]
    cosine = max(scores.get(DENSE_WHOLE, 0.0), scores.get(DENSE_CLAIM, 0.0))
    share = max(scores.get(CONTAINED, 0.0), scores.get(CLAIM_CONTAINED, 0.0))
    return EXACT in scores or cosine >= _WORTH_COSINE or share >= _WORTH_CONTAINED


def _only(candidate_set: CandidateSet, at: int) -> CandidateSet:
    legs = {
        name: LegResult(
            name,
            leg.by_segment[at] if at < len(leg.by_segment) else {},
            leg.by_segment[at : at + 1],
            leg.down,
            leg.coverage,
        )
        for name, leg in candidate_set.legs.items()
    }
    here = [one for one in candidate_set.candidates if one.segment_scores[at]]
    here.sort(key=lambda one: one.segment != at)  # stable: those that match this sentence best come first
    return replace(
        candidate_set,
        segments=candidate_set.segments[at : at + 1],
        candidates=tuple(
            replace(one, scores=one.segment_scores[at], segment=0, segment_scores=(one.segment_scores[at],))
            for one in here[:_MAX_JUDGED]
        ),
        legs=legs,
        urls=(),
    )
