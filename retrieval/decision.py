"""What to do with a judged candidate: answer, ask "did you mean", or keep silent. Pure but for reading thresholds once."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from retrieval import scoring
from retrieval.candidates import EXACT, URL, CandidateSet, Decided, Ranker, Scored
from retrieval.interface import MatchKind, Outcome
from retrieval.scoring_model import WeightsUnusable, parse
from retrieval.tokens import content_words
from retrieval.zsum import ZSumRanker

_LOG = logging.getLogger(__name__)

MIN_CONTENT_WORDS = 3
"""Shorter messages ("lemon cancer") fit too many claims to be answered directly, unless exactly known."""
NEAR_COPY_DICE = 0.9
"""Weighted word overlap with a known text from which the asker is told "exactly this message"."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Probabilities from which to answer directly, and from which to ask; from held-out data, for a chosen share of
    false answers (`python -m retrieval.training`)."""

    match: float
    possible: float


@dataclass(frozen=True, slots=True)
class ThresholdTable:
    """Thresholds by language group: "en", "zh", or "other" for everything else."""

    by_group: Mapping[str, Thresholds]

    def of(self, locale: str) -> Thresholds:
        """Return those of a message in `locale`."""
        return self.by_group.get(language_group(locale)) or self.by_group["other"]


def language_group(locale: str) -> str:
    """Return "en", "zh" or "other"."""
    language = locale.split("-", maxsplit=1)[0].lower()
    return language if language in ("en", "zh") else "other"


def read_thresholds(values: Mapping[str, Any]) -> ThresholdTable:
    """Read the thresholds of an answer model's weights file.

    Raises:
        WeightsUnusable: one is missing or not a probability.
    """
    try:
        table = {
            str(group): Thresholds(float(pair["match"]), float(pair["possible"]))
            for group, pair in values["thresholds"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError) as exc:
        raise WeightsUnusable(f"thresholds: {exc}") from exc
    if "other" not in table or not all(0 <= pair.possible <= pair.match <= 1 for pair in table.values()):
        raise WeightsUnusable("thresholds must be 0 <= possible <= match <= 1, with a group 'other'")
    return ThresholdTable(table)


def score(candidate_set: CandidateSet) -> list[Scored]:
    """Judge every candidate with the shipped weights; best first."""
    return default_ranker().score(candidate_set)


def decide(scored: Sequence[Scored], candidate_set: CandidateSet) -> list[Decided]:
    """Decide about each of `scored` on its own merits, in the same order, with the shipped thresholds."""
    return default_ranker().decide(scored, candidate_set)


def decide_with(table: ThresholdTable, scored: Sequence[Scored], candidate_set: CandidateSet) -> list[Decided]:
    """Decide with given thresholds."""
    thresholds = table.of(candidate_set.locale)
    words = {at: len(content_words(segment.normalised)) for at, segment in enumerate(candidate_set.segments)}
    return [_decide(one, thresholds, words[one.segment]) for one in scored]


def _decide(one: Scored, thresholds: Thresholds, words: int) -> Decided:
    candidate = one.candidate
    if candidate.scores.get(EXACT):
        return Decided(one, Outcome.MATCH, MatchKind.EXACT)
    asks = one.probability >= thresholds.possible
    if candidate.scores.get(URL) and not one.conflicts and (asks or words < MIN_CONTENT_WORDS):
        return Decided(one, Outcome.MATCH, MatchKind.SAME_LINK)
    if one.probability >= thresholds.match and not one.conflicts and words >= MIN_CONTENT_WORDS:
        near_copy = one.features.get("text_dice", 0.0) >= NEAR_COPY_DICE
        return Decided(one, Outcome.MATCH, MatchKind.EXACT if near_copy else MatchKind.SAME_CLAIM)
    return Decided(one, Outcome.POSSIBLE if asks else Outcome.NONE, MatchKind.POSSIBLE)


class LearnedRanker:
    """A `candidates.Ranker` over given weights and thresholds."""

    def __init__(self, weights: scoring.Weights, thresholds: ThresholdTable) -> None:
        self._weights = weights
        self._thresholds = thresholds

    def score(self, candidate_set: CandidateSet) -> list[Scored]:
        """Judge every candidate; best first."""
        return scoring.score_with(self._weights, candidate_set)

    def decide(self, scored: Sequence[Scored], candidate_set: CandidateSet) -> list[Decided]:
        """Decide about each."""
        return decide_with(self._thresholds, scored, candidate_set)


@functools.cache
def default_ranker() -> Ranker:
    """Return the learned ranker with the shipped weights, or the z-sum where they cannot be used (warned once)."""
    return ranker_from(resources.files("retrieval.weights"))


def ranker_from(folder: Traversable) -> Ranker:
    """Return the learned ranker with the weights of a folder, or the z-sum, with a warning, where they are unusable."""
    weights = scoring.load_weights(folder)
    if weights is None:
        return ZSumRanker()
    try:
        table = read_thresholds(parse(folder.joinpath("answer.json").read_text("utf-8")))
    except (OSError, WeightsUnusable) as exc:
        _LOG.warning("learned thresholds are not used, plain ones are: %s", exc)
        return ZSumRanker()
    return LearnedRanker(weights, table)
