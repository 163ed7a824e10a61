"""Figures of merit for matching. Pure; every function says what it returns for nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bin:
    """One point of the reliability curve: answers announced with about `announced` came true in `right` of `count`."""

    announced: float
    right: float
    count: int


def average_precision(ranking: Sequence[str], gold: frozenset[str], depth: int = 5) -> float:
    """Return the average precision at `depth`, 0..1, over min(depth, all right ones); 0.0 for no gold."""
    hits, total = 0, 0.0
    for place, each in enumerate(ranking[:depth], start=1):
        if each in gold:
            hits += 1
            total += hits / place
    return total / min(depth, len(gold)) if gold else 0.0


def reciprocal_rank(ranking: Sequence[str], gold: frozenset[str]) -> float:
    """Return 1/rank of the first right one, 0.0 where there is none."""
    return next((1 / place for place, each in enumerate(ranking, start=1) if each in gold), 0.0)


def auroc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return the chance that a right answer was announced with more confidence than a wrong one; NaN for lack of
    either."""
    if not right or not wrong:
        return math.nan
    ordered = sorted([(score, True) for score in right] + [(score, False) for score in wrong])
    total = below = at = 0.0
    start = 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        positives = sum(is_right for _, is_right in ordered[start:end])
        at = (end - start) - positives
        total += positives * (below + at / 2)
        below += at
        start = end
    return total / (len(right) * len(wrong))


def limit_for(wrong: Sequence[float], share: float) -> float:
    """Return the score only `share` of `wrong` lie above; minus infinity for none."""
    if not wrong:
        return -math.inf
    ordered = sorted(wrong, reverse=True)
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def brier(announced: Iterable[tuple[float, bool]]) -> float:
    """Return the mean squared difference of announced probability and what came true; NaN for nothing."""
    pairs = list(announced)
    return sum((p - right) ** 2 for p, right in pairs) / len(pairs) if pairs else math.nan


def reliability(announced: Iterable[tuple[float, bool]], bins: int = 10) -> tuple[Bin, ...]:
    """Return the reliability curve in bins of equal width; empty bins are left out."""
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, right in announced:
        groups.setdefault(min(int(probability * bins), bins - 1), []).append((probability, right))
    return tuple(
        Bin(sum(p for p, _ in group) / len(group), sum(r for _, r in group) / len(group), len(group))
        for _, group in sorted(groups.items())
    )


def calibration_error(curve: Sequence[Bin]) -> float:
    """Return the mean distance of announced and true, weighted by count (ECE); NaN for nothing."""
    count = sum(each.count for each in curve)
    return sum(each.count * abs(each.announced - each.right) for each in curve) / count if count else math.nan


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value `share` (0..1) of the values do not exceed (nearest rank); NaN for nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def mean(values: Iterable[float]) -> float:
    """Return the mean; NaN for nothing."""
    held = list(values)
    return sum(held) / len(held) if held else math.nan
