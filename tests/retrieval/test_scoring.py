"""Learned judging: weights, features and decisions, on hand-made candidates."""

import json
import logging
import math

import numpy as np
import pytest

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
    IndexedText,
    LegResult,
    Scored,
    Segment,
)
from retrieval.decision import Thresholds, ThresholdTable, decide_with, ranker_from, read_thresholds
from retrieval.features import FEATURE_NAMES, FEATURE_VERSION, MAX_JUDGED, measure
from retrieval.interface import Conflict, MatchKind, Outcome
from retrieval.lexical import FixedStatistics
from retrieval.normalize import normalise
from retrieval.removal import without, without_legs
from retrieval.scoring import ANSWER_NAMES, MODES, load_weights, score_with
from retrieval.scoring_model import WeightsUnusable, read_blend
from retrieval.zsum import ZSumRanker

LEGS = (WORD, CHAR, DENSE_WHOLE, DENSE_CLAIM, EXACT, URL, CONTAINED, CLAIM_CONTAINED)


def candidate_set(message: str, texts: dict[str, tuple[str, dict[str, float]]], *, locale: str = "en") -> CandidateSet:
    segment = Segment(message, normalise(message), "whole")
    candidates = tuple(
        Candidate(each, "en", IndexedText(each, "en", normalise(claim), normalise(claim)), scores, 0, (scores,))
        for each, (claim, scores) in texts.items()
    )
    legs = {
        leg: LegResult(leg, {(c.fact_check_id, "en"): c.scores[leg] for c in candidates if leg in c.scores})
        for leg in LEGS
    }
    return CandidateSet((segment,), candidates, legs, FixedStatistics(len(texts)), locale)


LEMON = (
    "Lemon water cures cancer",
    {WORD: 20.0, CHAR: 40.0, DENSE_WHOLE: 0.9, DENSE_CLAIM: 0.9, CONTAINED: 0.9, CLAIM_CONTAINED: 0.9},
)
GARLIC = (
    "Garlic keeps vampires away",
    {WORD: 2.0, CHAR: 5.0, DENSE_WHOLE: 0.2, DENSE_CLAIM: 0.1, CONTAINED: 0.1, CLAIM_CONTAINED: 0.1},
)


def model(features: tuple[str, ...], favourite: str) -> dict[str, object]:
    coefficients = [4.0 if name == favourite else 0.0 for name in features]
    zeros, ones = [0.0] * len(features), [1.0] * len(features)
    linear = {"mean": zeros, "scale": ones, "coefficients": coefficients, "intercept": -2.0}
    return {
        "feature_version": FEATURE_VERSION,
        "features": list(features),
        "linear": linear,
        "tree_share": 0.0,
        "trees": [],
    }


def weights_files(folder):
    modes = {mode: model(FEATURE_NAMES, "message_covered") for mode in MODES}
    (folder / "fusion.json").write_text(json.dumps({"modes": modes}), "utf-8")
    answers = {mode: model(ANSWER_NAMES, "message_covered") for mode in MODES}
    table = {group: {"match": 0.8, "possible": 0.3} for group in ("en", "zh", "other")}
    (folder / "answer.json").write_text(json.dumps({"modes": answers, "thresholds": table}), "utf-8")
    return folder


def test_trees_send_each_row_down_its_own_path():
    values = model(("a", "b"), "none")
    values["tree_share"] = 1.0
    # a <= 0.5 ? 1 : (b <= 2 ? 10 : 100), and a second tree that is one leaf.
    values["trees"] = [[[0, 0.5, 1, 2], [1.0], [1, 2.0, 3, 4], [10.0], [100.0]], [[0.25]]]
    blend = read_blend(values, feature_version=FEATURE_VERSION, features=("a", "b"))
    rows = np.array([[0.5, 9.0], [0.6, 2.0], [0.6, 2.1]])
    assert blend.log_odds(rows).tolist() == [1.25, 10.25, 100.25]
    assert blend.log_odds(np.zeros((0, 2))).tolist() == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda v: v.update(feature_version=FEATURE_VERSION + 1),
        lambda v: v.update(features=["other", "b"]),
        lambda v: v["linear"].update(mean=[0.0]),
        lambda v: v["linear"].update(scale=[0.0, 1.0]),
        lambda v: v["linear"].update(coefficients=[math.nan, 0.0]),
        lambda v: v.pop("linear"),
        lambda v: v.update(trees=[[[0, 0.5, 1, 9], [1.0]]]),
        lambda v: v.update(trees=[[[7, 0.5, 1, 2], [1.0], [1.0]]]),
        lambda v: v.update(trees=[[["x"]]]),
    ],
)
def test_damaged_weights_are_refused(damage):
    values = model(("a", "b"), "a")
    damage(values)
    with pytest.raises(WeightsUnusable):
        read_blend(values, feature_version=FEATURE_VERSION, features=("a", "b"))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"modes": {}}', '{"modes": 3}', "\ufeffx"])
def test_an_unusable_file_falls_back_to_the_z_sum_with_one_warning(tmp_path, caplog, text):
    weights_files(tmp_path)
    (tmp_path / "answer.json").write_text(text, "utf-8")
    with caplog.at_level(logging.WARNING):
        ranker = ranker_from(tmp_path)
    assert isinstance(ranker, ZSumRanker)
    assert len(caplog.records) == 1


def test_missing_weights_fall_back_to_the_z_sum(tmp_path):
    assert isinstance(ranker_from(tmp_path), ZSumRanker)


@pytest.mark.parametrize("pair", [{"match": 0.2, "possible": 0.5}, {"match": 1.5, "possible": 0.5}, {"match": "x"}])
def test_thresholds_out_of_order_are_refused(pair):
    with pytest.raises(WeightsUnusable):
        read_thresholds({"thresholds": {"other": pair}})


def test_the_covered_candidate_comes_first_and_is_answered(tmp_path):
    ranker = ranker_from(weights_files(tmp_path))
    found = candidate_set("Lemon water cures cancer, they say", {"garlic": GARLIC, "lemon": LEMON})
    decided = ranker.decide(ranker.score(found), found)
    assert [one.scored.candidate.fact_check_id for one in decided] == ["lemon", "garlic"]
    assert decided[0].outcome is Outcome.MATCH
    assert decided[1].outcome is Outcome.NONE


def test_a_contradiction_is_asked_about_not_answered(tmp_path):
    ranker = ranker_from(weights_files(tmp_path))
    found = candidate_set("Lemon water does not cure cancer", {"lemon": LEMON})
    decided = ranker.decide(ranker.score(found), found)
    assert decided[0].outcome is not Outcome.MATCH
    assert decided[0].scored.conflicts[0].kind == "negation"


def test_features_are_finite_for_every_shape_of_candidates():
    many = {f"c{at}": (f"claim number {at}", {WORD: 1.0 + at}) for at in range(60)}
    for texts in ({}, {"lemon": LEMON}, {"lemon": ("", {})}, {"a": ("", {DENSE_CLAIM: -0.4}), "b": LEMON}, many):
        for message in ("", "lemon", "Lemon water cures cancer", "檸檬水治癌", "lemon " * 10_000, "!!!"):
            measured = measure(candidate_set(message, texts))
            assert measured.matrix.shape == (min(len(texts), MAX_JUDGED), len(FEATURE_NAMES))
            assert np.isfinite(measured.matrix).all()


def test_candidates_beyond_those_measured_keep_their_place(tmp_path):
    weights = load_weights(weights_files(tmp_path))
    assert weights is not None
    texts = {f"c{at:02}": (f"lemon claim number {at}", {WORD: 100.0 - at}) for at in range(40)}
    scored = score_with(weights, candidate_set("lemon claim", texts))
    assert len(scored) == 40
    assert [one.candidate.fact_check_id for one in scored[MAX_JUDGED:]] == [f"c{at:02}" for at in range(MAX_JUDGED, 40)]
    assert scored == sorted(scored, key=lambda one: -one.score)


def scored(
    probability: float, *, scores: dict[str, float] | None = None, conflicts: tuple[Conflict, ...] = ()
) -> Scored:
    text = IndexedText("f", "en", "lemon water cures cancer", "lemon water cures cancer")
    return Scored(Candidate("f", "en", text, scores or {}), 0.0, probability, conflicts=conflicts)


TABLE = ThresholdTable({"en": Thresholds(0.8, 0.3), "other": Thresholds(0.95, 0.6)})
CONFLICT = (Conflict("number", "3", "4"),)


@pytest.mark.parametrize(
    ("message", "locale", "one", "outcome", "kind"),
    [
        ("lemon water cures cancer", "en", scored(0.8), Outcome.MATCH, MatchKind.SAME_CLAIM),
        ("lemon water cures cancer", "en", scored(0.79), Outcome.POSSIBLE, MatchKind.POSSIBLE),
        ("lemon water cures cancer", "en", scored(0.29), Outcome.NONE, MatchKind.POSSIBLE),
        ("lemon water cures cancer", "fr", scored(0.9), Outcome.POSSIBLE, MatchKind.POSSIBLE),
        ("lemon water cures cancer", "en", scored(0.99, conflicts=CONFLICT), Outcome.POSSIBLE, MatchKind.POSSIBLE),
        ("lemon cancer", "en", scored(0.99), Outcome.POSSIBLE, MatchKind.POSSIBLE),
        ("lemon cancer", "en", scored(0.99, scores={EXACT: 1.0}), Outcome.MATCH, MatchKind.EXACT),
        ("look", "en", scored(0.1, scores={URL: 1.0}), Outcome.MATCH, MatchKind.SAME_LINK),
        (
            "quite another long story about taxes",
            "en",
            scored(0.1, scores={URL: 1.0}),
            Outcome.NONE,
            MatchKind.POSSIBLE,
        ),
    ],
)
def test_what_is_done_with_a_probability(message, locale, one, outcome, kind):
    found = CandidateSet((Segment(message, normalise(message), "whole"),), (), {}, FixedStatistics(1), locale)
    decided = decide_with(TABLE, [one], found)[0]
    assert (decided.outcome, decided.kind) == (outcome, kind)


def test_leaving_fact_checks_out_leaves_no_trace_of_them():
    found = without(candidate_set("Lemon water", {"lemon": LEMON, "garlic": GARLIC}), ["lemon"])
    assert [candidate.fact_check_id for candidate in found.candidates] == ["garlic"]
    assert all(key[0] != "lemon" for leg in found.legs.values() for key in leg.scores)


def test_gating_legs_drops_what_only_they_found():
    found = candidate_set("Lemon water", {"lemon": LEMON, "far": ("Garlic", {DENSE_WHOLE: 0.3})})
    gated = without_legs(found, (DENSE_WHOLE, DENSE_CLAIM))
    assert [candidate.fact_check_id for candidate in gated.candidates] == ["lemon"]
    assert not gated.legs[DENSE_WHOLE].scores
    assert DENSE_WHOLE not in gated.candidates[0].scores
