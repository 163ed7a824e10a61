"""What the learned judges see of a candidate: ratios, ranks, margins and coverages, hardly any raw score.

Raw BM25 means nothing from one message to the next, and whatever depends on how large the store is misleads when
the weights meet another one; so coverage is measured with a rarity of words that is the same for every store
(`background`), beside that of the store itself.
"""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

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
)
from retrieval.containment import contained, grams
from retrieval.rarity import MAX_RARITY, rarity
from retrieval.tokens import word_terms
from retrieval.zsum import z_sum

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

FEATURE_VERSION = 2
"""Raise with every change of a feature's meaning or order: weights of another version are not used."""

GRADED = (WORD, CHAR, DENSE_WHOLE, DENSE_CLAIM)
MAX_JUDGED = 24
"""Candidates measured in full, the best by the z-scored sum; the right one is hardly ever behind them."""

_LEG_FEATURES = ("ratio", "z", "rank", "margin")
FEATURE_NAMES: tuple[str, ...] = (
    *(f"{leg}_{what}" for leg in GRADED for what in _LEG_FEATURES),
    "dense_known",
    "cosine_whole",
    "cosine_claim",
    "zsum_margin",
    "zsum_rank",
    "top_legs",
    "exact",
    "same_link",
    "contained",
    "claim_contained",
    "wording_contained",
    "message_covered",
    "claim_covered",
    "text_covered",
    "text_dice",
    "message_covered_here",
    "claim_covered_here",
    "rare_covered",
    "rarest_shared",
    "plain_covered",
    "claim_plain_covered",
    "plain_rarest",
    "shared_weight",
    "plain_weight",
    "shared_pairs",
    "cosine_gap",
    "longest_run",
    "names_covered",
    "names",
    "figures_covered",
    "figures_missing",
    "figures",
    "message_length",
    "claim_length",
    "length_ratio",
    "in_sentence",
    "chinese",
    "store_size",
)
"""In the order of the columns."""

_RARE = 4
"""How many of a message's rarest words `rare_covered` asks for."""
_MAX_TEXTS = 8
_MAX_NAME = re.compile(r"(?<![.!?。！？\"“\n] )(?<!^)\b([A-Z][\w'’-]+)")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_CJK = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Measured:
    """Features of the candidates worth judging.

    `matrix` is (len(candidates), len(FEATURE_NAMES)) float64, finite. `shared` holds, for each, the rarest terms
    both sides have, rarest first; `text` the text of the fact-check (claim or a wording) it resembles most.
    """

    candidates: tuple[Candidate, ...]
    matrix: Matrix
    shared: tuple[tuple[str, ...], ...]
    texts: tuple[str, ...]


def measure(candidate_set: CandidateSet) -> Measured:
    """Measure the best candidates (at most `MAX_JUDGED`), in the order they came in."""
    sums = z_sum({name: leg.scores for name, leg in candidate_set.legs.items()})
    candidates = tuple(candidate_set.candidates[:MAX_JUDGED])
    legs = _LegFeatures(candidate_set)
    idf = candidate_set.statistics.idf
    used = {candidate.segment for candidate in candidates}
    messages = {
        at: _Message.of(segment.text, segment.normalised, idf)
        for at, segment in enumerate(candidate_set.segments)
        if at in used
    }
    rank_of = _ranks(candidates, sums)
    store_size = math.log10(1 + candidate_set.statistics.document_count) / 6
    rows, shared, texts = [], [], []
    for candidate in candidates:
        message = messages[candidate.segment]
        values = legs.of(candidate)
        values.update(rank_of[candidate.key])
        overlap, words, text = _overlap(message, candidate, idf)
        values.update(overlap)
        values["in_sentence"] = float(candidate.segment > 0)
        values["store_size"] = store_size
        rows.append([values[name] for name in FEATURE_NAMES])
        shared.append(words)
        texts.append(text)
    matrix = np.array(rows, dtype=np.float64).reshape(len(rows), len(FEATURE_NAMES))
    return Measured(candidates, matrix, tuple(shared), tuple(texts))


class _LegFeatures:
    """Where a candidate stands in each graded leg."""

    def __init__(self, candidate_set: CandidateSet) -> None:
        self._legs = candidate_set.legs
        self._dense_known = float(bool(self._scores(DENSE_WHOLE) or self._scores(DENSE_CLAIM)))
        self._ordered = {leg: sorted(self._scores(leg).values(), reverse=True) for leg in GRADED}
        self._spread = {leg: _mean_and_spread(values) for leg, values in self._ordered.items()}
        self._best = {leg: self._two_best(leg) for leg in GRADED}

    def _scores(self, leg: str) -> Mapping[tuple[str, str], float]:
        found = self._legs.get(leg)
        return found.scores if found else {}

    def _two_best(self, leg: str) -> tuple[tuple[str, float], float]:
        """Return the best fact-check with its score, and the best score of any other fact-check."""
        best: dict[str, float] = {}
        for (fact_check_id, _), score in self._scores(leg).items():
            if score > best.get(fact_check_id, -1.0):
                best[fact_check_id] = score
        ordered = sorted(best.items(), key=lambda item: -item[1])[:2]
        top = ordered[0] if ordered else ("", 0.0)
        return top, ordered[1][1] if len(ordered) > 1 else 0.0

    def of(self, candidate: Candidate) -> dict[str, float]:
        values: dict[str, float] = {"dense_known": self._dense_known}
        tops = asked = 0
        for leg in GRADED:
            (top_id, top), second = self._best[leg]
            score = self._scores(leg).get(candidate.key)
            asked += bool(top)
            if score is None or top <= 0:
                values.update({f"{leg}_ratio": 0.0, f"{leg}_z": -1.0, f"{leg}_rank": 0.0, f"{leg}_margin": -1.0})
                continue
            is_top = top_id == candidate.fact_check_id and score >= top
            tops += is_top
            mean, spread = self._spread[leg]
            rank = 1 + _count_above(self._ordered[leg], score)
            values[f"{leg}_ratio"] = max(0.0, score / top)
            values[f"{leg}_z"] = min(6.0, max(-3.0, (score - mean) / spread))
            values[f"{leg}_rank"] = 1.0 / rank
            values[f"{leg}_margin"] = max(-1.0, (score - (second if is_top else top)) / top)
        values["top_legs"] = tops / asked if asked else 0.0
        values["cosine_whole"] = candidate.scores.get(DENSE_WHOLE, 0.0)
        values["cosine_claim"] = candidate.scores.get(DENSE_CLAIM, 0.0)
        (top_id, top), second = self._best[DENSE_WHOLE]
        other = second if top_id == candidate.fact_check_id else top
        values["cosine_gap"] = values["cosine_whole"] - other if values["cosine_whole"] else 0.0
        values["exact"] = candidate.scores.get(EXACT, 0.0)
        values["same_link"] = candidate.scores.get(URL, 0.0)
        scores = candidate.segment_scores[candidate.segment] if candidate.segment_scores else candidate.scores
        values["contained"] = scores.get(CONTAINED, 0.0)
        values["claim_contained"] = max(scores.get(CLAIM_CONTAINED, 0.0), candidate.scores.get(CLAIM_CONTAINED, 0.0))
        return values


def _ranks(
    candidates: Sequence[Candidate], sums: Mapping[tuple[str, str], float]
) -> dict[tuple[str, str], dict[str, float]]:
    """Return where each candidate stands in the z-scored sum, other fact-checks' candidates compared."""
    all_sums = [(candidate.fact_check_id, sums.get(candidate.key, 0.0)) for candidate in candidates]
    found = {}
    for candidate in candidates:
        own = sums.get(candidate.key, 0.0)
        others = [other for fact_check_id, other in all_sums if fact_check_id != candidate.fact_check_id]
        margin = own - max(others) if others else 4.0
        above = len([other for other in others if other > own])
        found[candidate.key] = {"zsum_margin": min(8.0, max(-8.0, margin)), "zsum_rank": 1.0 / (1 + above)}
    return found


@dataclass(frozen=True, slots=True)
class _Message:
    normalised: str
    terms: frozenset[str]
    order: tuple[str, ...]
    names: frozenset[str]
    figures: frozenset[str]
    rare: tuple[str, ...]
    rarities: Mapping[str, float]
    rarity: float
    here: Mapping[str, float]
    here_sum: float
    plain: frozenset[str]
    plain_rarity: float
    near: frozenset[frozenset[str]]
    is_chinese: float

    @classmethod
    def of(cls, text: str, normalised: str, idf: Callable[[str], float]) -> _Message:
        order = tuple(word_terms(normalised))
        terms = frozenset(order)
        names = frozenset[str]()
        if not text.isupper():
            names = frozenset(t for name in _MAX_NAME.findall(text) for t in word_terms(name.lower()))
        rare = tuple(sorted(terms, key=lambda term: (-rarity(term), term))[:_RARE])
        rarities, here = {term: rarity(term) for term in terms}, {term: idf(term) for term in terms}
        # Two stories about one person share the name; what is said of them is in the other words.
        plain = terms - names
        near = (frozenset(pair) for gap in (1, 2, 3) for pair in zip(order, order[gap:], strict=False))
        return cls(
            normalised=normalised,
            terms=terms,
            order=order,
            names=names & terms,
            figures=_figures(normalised),
            rare=rare,
            rarities=rarities,
            rarity=sum(rarities.values()),
            here=here,
            here_sum=sum(here.values()),
            plain=plain,
            plain_rarity=sum(map(rarity, plain)),
            near=frozenset(near),
            is_chinese=float(bool(_CJK.search(normalised))),
        )


@dataclass(frozen=True, slots=True)
class _Text:
    """A text of the index, taken apart once for many messages."""

    order: tuple[str, ...]
    terms: frozenset[str]
    rarity: float
    figures: frozenset[str]


@functools.lru_cache(maxsize=4096)
def _text(normalised: str, joined: str = "") -> _Text:
    """Take a text apart; `joined` holds its terms where the index has them."""
    order = tuple(joined.split(" ")) if joined else tuple(word_terms(normalised))
    terms = frozenset(order)
    return _Text(order, terms, sum(map(rarity, terms)), _figures(normalised))


def _overlap(
    message: _Message, candidate: Candidate, idf: Callable[[str], float]
) -> tuple[dict[str, float], tuple[str, ...], str]:
    indexed = candidate.indexed
    wordings = indexed.wordings[:_MAX_TEXTS]
    whole, claim = _text(indexed.whole, indexed.whole_terms), _text(indexed.claim, indexed.claim_terms)
    known = {indexed.claim: claim} | {wording: _text(wording) for wording in wordings}
    nearest, text_covered, dice = _nearest_text(message, known)
    text = known.get(nearest, claim)
    shared, in_claim = message.terms & whole.terms, claim.terms & message.terms
    plain_shared, claim_plain = message.plain & whole.terms, claim.terms - message.names
    rarities = message.rarities
    shared_rarity = sum([rarities[term] for term in shared])
    plain_rarity = sum([rarities[term] for term in plain_shared])
    claim_here = sum(map(idf, claim.terms))
    values = {
        "wording_contained": max((contained(grams(w), message.normalised) for w in wordings), default=0.0)
        if message.normalised
        else 0.0,
        "message_covered": _ratio(shared_rarity, message.rarity),
        "claim_covered": _ratio(sum([rarities[term] for term in in_claim]), claim.rarity),
        "text_covered": text_covered,
        "text_dice": dice,
        "message_covered_here": _ratio(sum([message.here[term] for term in shared]), message.here_sum),
        "claim_covered_here": _ratio(sum([message.here[term] for term in in_claim]), claim_here),
        "rare_covered": len([t for t in message.rare if t in whole.terms]) / len(message.rare) if message.rare else 0.0,
        "rarest_shared": max([rarities[term] for term in shared], default=0.0) / MAX_RARITY,
        "plain_covered": _ratio(plain_rarity, message.plain_rarity),
        "claim_plain_covered": _ratio(
            sum([rarities[term] for term in in_claim - message.names]), sum(map(rarity, claim_plain))
        ),
        "plain_rarest": max([rarities[term] for term in plain_shared], default=0.0) / MAX_RARITY,
        "shared_weight": math.log1p(shared_rarity) / 5,
        "plain_weight": math.log1p(plain_rarity) / 5,
        "shared_pairs": _shared_pairs(message.near, text.order),
        "longest_run": min(1.0, _longest_run(message.order, text.order) / 8),
        "names_covered": len(message.names & whole.terms) / len(message.names) if message.names else 0.5,
        "names": min(1.0, len(message.names) / 5),
        "figures_covered": len(claim.figures & message.figures) / len(claim.figures) if claim.figures else 0.5,
        "figures_missing": len(message.figures - whole.figures) / len(message.figures) if message.figures else 0.0,
        "figures": min(1.0, len(message.figures) / 4),
        "message_length": math.log1p(len(message.terms)) / 5,
        "claim_length": math.log1p(len(claim.terms)) / 5,
        "length_ratio": math.log((1 + len(message.terms)) / (1 + len(claim.terms))) / 3,
        "chinese": message.is_chinese,
    }
    words = tuple(sorted(shared, key=lambda term: (-rarities[term], term))[:8])
    return values, words, nearest


def _nearest_text(message: _Message, texts: Mapping[str, _Text]) -> tuple[str, float, float]:
    best = ("", 0.0, -1.0)
    for normalised, text in texts.items():
        shared = sum([message.rarities[term] for term in text.terms & message.terms])
        both = message.rarity + text.rarity
        dice = 2 * shared / both if both else 0.0
        if dice > best[2]:
            best = (normalised, _ratio(shared, text.rarity), dice)
    return best[0], best[1], max(0.0, best[2])


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _shared_pairs(near: frozenset[frozenset[str]], text: Sequence[str]) -> float:
    """Return the share of the text's neighbouring pairs of terms that stand near each other in the message, too."""
    pairs = set(map(frozenset, pairwise(text)))
    return len(pairs & near) / len(pairs) if pairs else 0.0


def _longest_run(message: Sequence[str], text: Sequence[str]) -> int:
    """Return the length of the longest run of terms both have in a row."""
    where: dict[str, list[int]] = {}
    for at, term in enumerate(text[:200]):
        where.setdefault(term, []).append(at)
    longest = 0
    previous: dict[int, int] = {}
    for term in message[:200]:
        places = where.get(term)
        if places is None:
            previous = {}
            continue
        previous = {at: previous.get(at - 1, 0) + 1 for at in places}
        longest = max(longest, *previous.values())
    return longest


def _figures(normalised: str) -> frozenset[str]:
    return frozenset(figure.replace(",", "") for figure in _FIGURE.findall(normalised))


@functools.lru_cache(maxsize=4096)
def terms_of(normalised: str) -> tuple[str, ...]:
    """Return the word terms of a text of the index; the last few thousand are kept."""
    return tuple(word_terms(normalised))


def _mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    if not values:
        return 0.0, 1.0
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    return mean, max(spread, 0.05 * abs(mean), 1e-6)


def _count_above(ordered: Sequence[float], score: float) -> int:
    for at, value in enumerate(ordered):
        if value <= score:
            return at
    return len(ordered)
