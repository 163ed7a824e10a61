"""What to do with a judged candidate: answer, ask "did you mean", or keep silent. Pure but for reading thresholds
once."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from retrieval import scoring
from retrieval.candidates import DENSE_CLAIM, DENSE_WHOLE, EXACT, URL, CandidateSet, Decided, Ranker, Scored
from retrieval.interface import MatchKind, Outcome
from retrieval.rarity import rarity
from retrieval.scoring_model import WeightsUnusable, parse
from retrieval.tokens import content_words, shared_words
from retrieval.zsum import ZSumRanker

_LOG = logging.getLogger(__name__)

MIN_CONTENT_WORDS = 3
"""Shorter messages ("lemon cancer") fit too many claims to be answered directly, unless exactly known."""
MIN_SHARED_WORDS = 2
"""Telling words a message shares with what it is asked about: one ("potato soup", "sprouted potatoes") is a topic."""
SAME_MEANING = 0.6
"""Cosine from which words need not be shared: unrelated pairs stay below .5 with the bundled model."""
TELLING_RARITY = 3.0
"""Rarity (`retrieval.rarity`) from which a word tells something: in fewer than one of twenty fact-checks."""
SMALL_STORE = 1000
"""Documents from which a store is likely to hold fact-checks that look alike, as the training sets do."""
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
    """Thresholds by language group: "en", "zh", or "other" for everything else; with "-small" for small stores."""

    by_group: Mapping[str, Thresholds]

    def of(self, locale: str, documents: int = SMALL_STORE) -> Thresholds:
        """Return those of a message in `locale` over a store of so many documents."""
        group = language_group(locale)
        size = "-small" if documents < SMALL_STORE else ""
        for name in (group + size, group, "other" + size):
            if name in self.by_group:
                return self.by_group[name]
        return self.by_group["other"]


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
    thresholds = table.of(candidate_set.locale, candidate_set.statistics.document_count)
    words = {at: len(content_words(segment.normalised)) for at, segment in enumerate(candidate_set.segments)}
    return [
        _decide(one, thresholds, words[one.segment], candidate_set.segments[one.segment].normalised) for one in scored
    ]


def _decide(one: Scored, thresholds: Thresholds, words: int, message: str) -> Decided:
    candidate = one.candidate
    if candidate.scores.get(EXACT):
        return Decided(one, Outcome.MATCH, MatchKind.EXACT)
    asks = one.probability >= thresholds.possible
    same_link = bool(candidate.scores.get(URL))
    if same_link and not one.conflicts and (asks or words < MIN_CONTENT_WORDS):
        return Decided(one, Outcome.MATCH, MatchKind.SAME_LINK)
    if not asks:
        return Decided(one, Outcome.NONE, MatchKind.POSSIBLE)
    shared = shared_words(message, candidate.indexed.whole, _is_telling)
    if one.probability >= thresholds.match and not one.conflicts and min(words, shared) >= MIN_CONTENT_WORDS:
        near_copy = one.features.get("text_dice", 0.0) >= NEAR_COPY_DICE
        return Decided(one, Outcome.MATCH, MatchKind.EXACT if near_copy else MatchKind.SAME_CLAIM)
    cosine = max(candidate.scores.get(DENSE_WHOLE, 0.0), candidate.scores.get(DENSE_CLAIM, 0.0))
    near = same_link or shared >= MIN_SHARED_WORDS or cosine >= SAME_MEANING
    return Decided(one, Outcome.POSSIBLE if near else Outcome.NONE, MatchKind.POSSIBLE)


def _is_telling(term: str) -> bool:
    return rarity(term) >= TELLING_RARITY


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
