"""From what the legs found to a `CandidateSet`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from retrieval.candidates import (
    CHAR,
    CLAIM_CONTAINED,
    CONTAINED,
    DENSE_CLAIM,
    DENSE_WHOLE,
    EXACT,
    SEARCHED_LEGS,
    URL,
    WORD,
    Candidate,
    CandidateSet,
    DocKey,
    LegResult,
    Segment,
    TermStatistics,
)
from retrieval.catalogue import Entry
from retrieval.containment import best_contained, contained, grams
from retrieval.legs import BySegment, Found
from retrieval.vectors import VectorCache
from retrieval.zsum import z_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

K = TypeVar("K")

MAX_CANDIDATES = 60
"""Candidates judged: the right answer is among the first 50 of some leg or it is not found at all."""

_MEASURED = 30
"""Candidates whose containment is measured, the best ones and a few more than are judged: it costs some 30 us each."""

_MAX_WORDINGS_MEASURED = 16
_SENTENCE_MARGIN = 0.05
"""A sentence must fit this much better than the whole message to be named as what matched."""


def pick(found: Mapping[str, BySegment]) -> list[int]:
    """Return the numbers of the documents worth judging, best first; exact and same-link ones always."""
    best = {name: _best(by_segment) for name, by_segment in found.items()}
    sums = z_sum(best)
    ranked = sorted(sums, key=lambda number: (-sums[number], number))
    certain = [n for n in ranked if n in best.get(EXACT, {}) or n in best.get(URL, {})]
    return list(dict.fromkeys([*certain[:MAX_CANDIDATES], *ranked]))[:MAX_CANDIDATES]


def assemble(
    segments: tuple[Segment, ...],
    found: Found,
    entries: Mapping[int, Entry],
    keys: Mapping[int, DocKey],
    *,
    vectors: VectorCache | None,
    statistics: TermStatistics,
    locale: str,
    urls: tuple[str, ...],
) -> CandidateSet:
    """Return the candidates among `entries`, measured, with what every leg said.

    Args:
        found: all legs together.
        entries: documents worth judging, in order, by number.
        keys: of every document a leg found; one that is no longer in the catalogue is absent and dropped.
        vectors: for the exact cosines of candidates another leg found.
    """
    by_leg: dict[str, list[dict[DocKey, float]]] = {
        name: [{keys[n]: score for n, score in scores.items() if n in keys} for scores in by_segment]
        for name, by_segment in found.scores.items()
    }
    if vectors is not None and found.vectors is not None:
        _measure_cosines(by_leg, found.vectors, entries, vectors)
    sums = z_sum({name: _best(by_segment) for name, by_segment in by_leg.items()})
    ordered = sorted(entries.values(), key=lambda entry: (-sums.get(entry.indexed.key, 0.0), entry.indexed.key))
    _measure_containment(by_leg, segments, ordered[:_MEASURED])
    legs = {
        name: LegResult(
            name=name,
            scores=_best(by_leg.get(name, [])),
            by_segment=tuple(by_leg.get(name, [])),
            down=name in found.down,
            coverage=found.coverage if name in (DENSE_WHOLE, DENSE_CLAIM) else 1.0,
        )
        for name in (*SEARCHED_LEGS, CONTAINED, CLAIM_CONTAINED)
    }
    candidates = tuple(_candidate(entry, legs, len(segments)) for entry in ordered)
    return CandidateSet(segments, candidates, legs, statistics, locale, urls)


def _best(by_segment: Sequence[Mapping[K, float]]) -> dict[K, float]:
    if len(by_segment) == 1:
        return dict(by_segment[0])
    best: dict[K, float] = {}
    for scores in by_segment:
        for key, score in scores.items():
            if score > best.get(key, float("-inf")):
                best[key] = score
    return best


def _measure_cosines(
    by_leg: dict[str, list[dict[DocKey, float]]], queries: Vectors, entries: Mapping[int, Entry], vectors: VectorCache
) -> None:
    """Give every candidate its exact cosines, and take those of texts that were edited since they were embedded."""
    for name in (DENSE_WHOLE, DENSE_CLAIM):
        legs = by_leg.setdefault(name, [{} for _ in queries])
        with_key = [(e, e.whole_key if name == DENSE_WHOLE else e.claim_key) for e in entries.values()]
        # What the vector search found has its cosine from there.
        asked = [
            (entry.indexed.key, key)
            for entry, key in with_key
            if key is not None and not all(entry.indexed.key in scores for scores in legs)
        ]
        for entry, key in with_key:
            if key is None:
                for scores in legs:
                    scores.pop(entry.indexed.key, None)
        held, rows = vectors.get([key for _, key in asked])
        cosines = queries @ rows.T
        for segment, scores in enumerate(legs):
            for at, (doc, _) in enumerate(asked):
                if held[at]:
                    scores[doc] = float(cosines[segment, at])


def _measure_containment(
    by_leg: dict[str, list[dict[DocKey, float]]], segments: Sequence[Segment], entries: Sequence[Entry]
) -> None:
    claims = [(entry.indexed, grams(entry.indexed.claim)) for entry in entries]
    by_leg[CONTAINED], by_leg[CLAIM_CONTAINED] = [], []
    for segment in segments:
        own = grams(segment.normalised)
        by_leg[CONTAINED].append(
            {text.key: best_contained(own, (text.whole, *text.wordings[:_MAX_WORDINGS_MEASURED])) for text, _ in claims}
        )
        by_leg[CLAIM_CONTAINED].append({text.key: contained(claim, segment.normalised) for text, claim in claims})


def _candidate(entry: Entry, legs: Mapping[str, LegResult], segment_count: int) -> Candidate:
    key = entry.indexed.key
    if segment_count == 1:
        only = {name: leg.scores[key] for name, leg in legs.items() if key in leg.scores}
        return Candidate(key[0], key[1], entry.indexed, only, 0, (only,))
    by_segment = tuple(
        {
            name: leg.by_segment[at][key]
            for name, leg in legs.items()
            if at < len(leg.by_segment) and key in leg.by_segment[at]
        }
        for at in range(segment_count)
    )
    fits = [_fit(scores) - (_SENTENCE_MARGIN if at else 0.0) for at, scores in enumerate(by_segment)]
    return Candidate(
        fact_check_id=key[0],
        locale=key[1],
        indexed=entry.indexed,
        scores={name: leg.scores[key] for name, leg in legs.items() if key in leg.scores},
        segment=max(range(segment_count), key=lambda at: (fits[at], -at)),
        segment_scores=by_segment,
    )


def _fit(scores: Mapping[str, float]) -> float:
    """Return how well one segment fits, on a scale that is the same for every segment (BM25's is not)."""
    word = scores.get(WORD, 0.0) + scores.get(CHAR, 0.0)
    return (
        4 * scores.get(EXACT, 0.0)
        + scores.get(CONTAINED, 0.0)
        + scores.get(CLAIM_CONTAINED, 0.0)
        + max(scores.get(DENSE_WHOLE, 0.0), scores.get(DENSE_CLAIM, 0.0))
        + 0.5 * word / (word + 40.0)
    )
