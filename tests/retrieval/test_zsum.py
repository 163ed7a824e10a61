from __future__ import annotations

import pytest

from retrieval.candidates import (
    CLAIM_CONTAINED,
    CONTAINED,
    DENSE_CLAIM,
    EXACT,
    URL,
    Candidate,
    CandidateSet,
    IndexedText,
    LegResult,
    Segment,
)
from retrieval.interface import MatchKind, Outcome
from retrieval.lexical import FixedStatistics
from retrieval.zsum import ZSumRanker, z_scores, z_sum

MESSAGE = "my aunt says hot lemon water kills cancer"


def judged(**scores: float):
    indexed = IndexedText("fc", "en", claim="hot lemon water kills cancer cells", whole="whole text of it")
    candidate = Candidate("fc", "en", indexed, scores, 0, (scores,))
    legs = {name: LegResult(name, {("fc", "en"): score}) for name, score in scores.items()}
    candidate_set = CandidateSet((Segment(MESSAGE, MESSAGE, "whole"),), (candidate,), legs, FixedStatistics())
    ranker = ZSumRanker()
    (decided,) = ranker.decide(ranker.score(candidate_set), candidate_set)
    return decided


@pytest.mark.parametrize(
    ("scores", "outcome", "kind"),
    [
        ({EXACT: 1.0}, Outcome.MATCH, MatchKind.EXACT),
        ({CONTAINED: 0.95}, Outcome.MATCH, MatchKind.EXACT),
        ({CLAIM_CONTAINED: 0.95}, Outcome.MATCH, MatchKind.EXACT),
        ({URL: 1.0}, Outcome.MATCH, MatchKind.SAME_LINK),
        ({DENSE_CLAIM: 0.8}, Outcome.POSSIBLE, MatchKind.POSSIBLE),
        ({CONTAINED: 0.6}, Outcome.POSSIBLE, MatchKind.POSSIBLE),
        ({DENSE_CLAIM: 0.4, CONTAINED: 0.3}, Outcome.NONE, MatchKind.POSSIBLE),
        ({}, Outcome.NONE, MatchKind.POSSIBLE),
    ],
)
def test_only_copies_and_same_links_are_answered_directly(scores, outcome, kind) -> None:
    decided = judged(**scores)
    assert (decided.outcome, decided.kind) == (outcome, kind)
    assert 0.0 <= decided.scored.probability <= 1.0


def test_z_scores_are_standard_deviations_from_the_mean() -> None:
    assert z_scores({"a": 1.0, "b": 3.0}) == {"a": -1.0, "b": 1.0}
    assert z_scores({"a": 5.0, "b": 5.0}) == {"a": 0.0, "b": 0.0}
    assert z_scores({}) == {}


def test_a_document_a_leg_did_not_find_counts_as_its_last() -> None:
    sums = z_sum({"word": {"a": 3.0, "b": 1.0}, "dense_whole": {"b": 0.9, "c": 0.1}})
    assert sums == {"a": 0.0, "b": 0.0, "c": -2.0}


def test_nothing_to_judge_is_judged_to_be_nothing() -> None:
    candidate_set = CandidateSet((Segment("x", "x", "whole"),), (), {}, FixedStatistics())
    assert ZSumRanker().score(candidate_set) == []
