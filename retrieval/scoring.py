"""Learned judging: which candidate fits best, and how likely it is that it answers the message.

Two small models over `features`: the first orders the candidates; the second, which sees how far the others are
behind and how much of both texts is covered, says with what probability each one answers. Both come from
`retrieval/weights/`, made by `python -m retrieval.training`. Pure but for reading those files once.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.candidates import EXACT, URL, CandidateSet, Scored
from retrieval.conflicts import find_conflicts, parse_message
from retrieval.features import FEATURE_NAMES, FEATURE_VERSION, Measured, measure
from retrieval.interface import Conflict
from retrieval.scoring_model import Blend, WeightsUnusable, parse, read_blend, sigmoid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]
    Vector = NDArray[np.float64]

_LOG = logging.getLogger(__name__)

CONTEXT_NAMES = ("fusion", "fusion_margin", "fusion_share", "covered_margin", "dice_margin")
ANSWER_NAMES = (*FEATURE_NAMES, *CONTEXT_NAMES)
"""What the second model sees: the candidate itself, and how it stands to the best other fact-check."""

EXACT_PROBABILITY = 0.98
"""Of a text known to carry the claim: what is left is that the record itself is wrong about it."""
LINK_PROBABILITY = 0.85
"""Of carrying the address the claim is known from: pages hold more than one claim."""
CONFLICT_FACTOR = 0.6
"""By which a contradiction lowers the probability: enough to keep it from being answered, not from being asked
about."""
_CONFLICTS_LOOKED_FOR = 4
"""Of the best candidates: others are never answered directly."""
_CONFLICTS_FROM = 0.05
"""Probability below which nobody is asked about a candidate anyway: looking for contradictions costs a millisecond."""


MODES = ("dense", "words")
"""Which legs spoke: meaning and words, or words alone (a language the model does not know, or the leg is down)."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Both models for each of `MODES`; `fusion` sees `FEATURE_NAMES`, `answer` sees `ANSWER_NAMES`."""

    fusion: Mapping[str, Blend]
    answer: Mapping[str, Blend]


def read_weights(fusion: str, answer: str) -> Weights:
    """Read both weights files' text.

    Raises:
        WeightsUnusable: one is damaged or of another feature version.
    """
    return Weights(read_modes(parse(fusion), FEATURE_NAMES), read_modes(parse(answer), ANSWER_NAMES))


def read_modes(values: Mapping[str, Any], features: Sequence[str]) -> dict[str, Blend]:
    """Read the models of one file.

    Raises:
        WeightsUnusable: a mode is missing, damaged, or made for other features.
    """
    try:
        modes = {mode: values["modes"][mode] for mode in MODES}
    except (KeyError, TypeError) as exc:
        raise WeightsUnusable(f"no model for {exc}") from exc
    return {mode: read_blend(each, feature_version=FEATURE_VERSION, features=features) for mode, each in modes.items()}


def mode_of(matrix: Matrix) -> str:
    """Return which of `MODES` features were measured in."""
    return "dense" if len(matrix) and matrix[0, FEATURE_NAMES.index("dense_known")] else "words"


def load_weights(folder: Traversable) -> Weights | None:
    """Return the weights in a folder; None, with a warning, where they are missing, damaged or of another version."""
    try:
        texts = [folder.joinpath(name).read_text("utf-8") for name in ("fusion.json", "answer.json")]
        return read_weights(*texts)
    except (OSError, UnicodeDecodeError, WeightsUnusable) as exc:
        _LOG.warning("learned weights are not used, plain thresholds are: %s", exc)
        return None


def score_with(weights: Weights, candidate_set: CandidateSet) -> list[Scored]:
    """Judge every candidate, best first; those behind the ones measured follow in the order they came."""
    if not candidate_set.candidates:
        return []
    measured = measure(candidate_set)
    mode = mode_of(measured.matrix)
    fusion = weights.fusion[mode].log_odds(measured.matrix)
    for at, candidate in enumerate(measured.candidates):
        # A text known to carry the claim comes before all learned order.
        fusion[at] += 40 * candidate.scores.get(EXACT, 0.0)
    order = np.argsort(-fusion, kind="stable")
    context = answer_matrix(measured, fusion)
    probabilities = sigmoid(weights.answer[mode].log_odds(context))
    conflicts = _conflicts(measured, candidate_set, order.tolist(), probabilities)
    scored = [
        Scored(
            candidate=measured.candidates[at],
            score=float(fusion[at]),
            probability=_probability(measured, int(at), float(probabilities[at]), conflicts.get(int(at), ())),
            features=dict(zip(ANSWER_NAMES, map(float, context[at]), strict=True)),
            conflicts=conflicts.get(int(at), ()),
            shared_words=measured.shared[at],
            segment=measured.candidates[at].segment,
        )
        for at in order
    ]
    behind = scored[-1].score
    rest = candidate_set.candidates[len(measured.candidates) :]
    scored.extend(
        Scored(candidate, behind - 1 - number, 0.0, dict(candidate.scores), segment=candidate.segment)
        for number, candidate in enumerate(rest)
    )
    return scored


def answer_matrix(measured: Measured, fusion: Vector) -> Matrix:
    """Return the second model's features of every candidate."""
    ids = [candidate.fact_check_id for candidate in measured.candidates]
    return np.hstack([measured.matrix, context_features(measured.matrix, ids, fusion)])


def context_features(matrix: Matrix, ids: Sequence[str], fusion: Vector) -> Matrix:
    """Return how each candidate stands to the best other fact-check; columns are `CONTEXT_NAMES`."""
    count = len(ids)
    context = np.zeros((count, len(CONTEXT_NAMES)))
    clipped = np.clip(fusion, -12, 12)
    strength = np.exp(clipped - clipped.max(initial=-12))
    covered = matrix[:, FEATURE_NAMES.index("message_covered")]
    dice = matrix[:, FEATURE_NAMES.index("text_dice")]
    if not count:
        return context
    names = np.array(ids)
    own = names[:, None] == names[None, :]
    alone = own.all(axis=1)

    def best_other(values: Vector) -> Vector:
        best: Vector = np.where(own, -np.inf, values).max(axis=1)
        return np.where(alone, 0.0, best)

    others_strength = np.where(own, 0.0, strength).sum(axis=1)
    context[:, 0] = clipped
    context[:, 1] = np.where(alone, 6.0, np.clip(clipped - best_other(clipped), -6, 6))
    context[:, 2] = strength / (strength + others_strength)
    context[:, 3] = covered - best_other(covered)
    context[:, 4] = dice - best_other(dice)
    return context


def _conflicts(
    measured: Measured, candidate_set: CandidateSet, order: Sequence[int], probabilities: Vector
) -> dict[int, tuple[Conflict, ...]]:
    parsed = {}
    found: dict[int, tuple[Conflict, ...]] = {}
    for at in order[:_CONFLICTS_LOOKED_FOR]:
        candidate = measured.candidates[at]
        unlikely = probabilities[at] < _CONFLICTS_FROM and not candidate.scores.get(URL)
        if unlikely or candidate.scores.get(EXACT):
            continue
        segment = candidate.segment
        if segment not in parsed:
            parsed[segment] = parse_message(candidate_set.segments[segment].text)
        found[at] = find_conflicts(parsed[segment], measured.texts[at])
    return found


def _probability(measured: Measured, at: int, learned: float, conflicts: Sequence[Conflict]) -> float:
    candidate = measured.candidates[at]
    if candidate.scores.get(EXACT):
        return max(learned, EXACT_PROBABILITY)
    if candidate.scores.get(URL):
        learned = max(learned, LINK_PROBABILITY)
    return learned * CONFLICT_FACTOR if conflicts else learned
