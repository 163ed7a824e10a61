"""Which known storyline a message follows that no fact-check answers: weaker than a match, never a verdict.

A storyline is known by its title, its description and by its fact-checks; a message resembles it where it is near
several of these. Asked only where there is no direct answer.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from knowledge_base.errors import KnowledgeBaseError
from knowledge_base.models import FactCheck, Narrative
from knowledge_base.repository import FactCheckRepository, NarrativeRepository
from retrieval.candidates import DENSE_CLAIM, DENSE_WHOLE, Candidate, CandidateSet
from retrieval.decision import MIN_CONTENT_WORDS, language_group
from retrieval.embedding import MIN_COVERAGE
from retrieval.features import terms_of
from retrieval.interface import Resemblance
from retrieval.normalize import normalise
from retrieval.rarity import rarity
from retrieval.tokens import content_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MAX_EXAMPLES = 3
_LOOKED_AT = 24
"""Candidates read from the record to see which storyline they belong to."""
THRESHOLDS: Mapping[str, float] = {"en": 0.5, "zh": 0.5, "other": 0.6}
"""Score from which a message resembles a storyline, by language group: the lowest at which fewer than 2 % of everyday
messages (`benchmarks/everyday.jsonl`) and of messages on a storyline's topic without its story do."""


class Encoder(Protocol):
    """What is needed of the embedding model."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed messages."""
        ...

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts of the knowledge base."""
        ...

    def coverage(self, text: str) -> float:
        """Return the share of tokens the model knows."""
        ...


@dataclass(frozen=True, slots=True)
class _Storyline:
    narrative: Narrative
    texts: tuple[str, ...]
    vectors: Vectors | None


class NarrativeMatcher:
    """A `search.Resembler` over the storylines of the record. Thread-safe.

    Args:
        narratives: read again when their version grows.
        fact_checks: to see which storyline a candidate belongs to, and for the examples.
        encoder: returns the open embedding model, None while there is none.
        thresholds: by language group.
    """

    def __init__(
        self,
        narratives: NarrativeRepository,
        fact_checks: FactCheckRepository,
        encoder: Callable[[], Encoder | None] = lambda: None,
        *,
        thresholds: Mapping[str, float] = THRESHOLDS,
    ) -> None:
        self._narratives = narratives
        self._fact_checks = fact_checks
        self._encoder = encoder
        self._thresholds = thresholds
        self._lock = threading.Lock()
        self._known: tuple[_Storyline, ...] = ()
        self._version: tuple[int, bool] | None = None

    def __call__(self, candidate_set: CandidateSet) -> Resemblance | None:
        """Return the storyline the message resembles most, where it does clearly; None where the record is down."""
        message = candidate_set.segments[0].normalised
        if len(content_words(message)) < MIN_CONTENT_WORDS:
            return None
        try:
            ranked = self.scores(candidate_set)
        except KnowledgeBaseError:
            return None
        if not ranked:
            return None
        narrative, score, examples = ranked[0]
        group = language_group(candidate_set.locale)
        if score < self._thresholds.get(group, self._thresholds["other"]):
            return None
        return Resemblance(narrative, score, examples)

    def scores(self, candidate_set: CandidateSet) -> list[tuple[Narrative, float, tuple[FactCheck, ...]]]:
        """Return every storyline some candidate belongs to, with its score 0..1 and nearest fact-checks, best first."""
        encoder = self._encoder()
        storylines = {each.narrative.id: each for each in self._storylines(encoder)}
        if not storylines:
            return []
        message = candidate_set.segments[0].normalised
        nearest: dict[str, list[tuple[float, str]]] = {}
        first = candidate_set.candidates[:_LOOKED_AT]
        records = self._fact_checks.get_many({candidate.fact_check_id for candidate in first})
        seen: set[str] = set()
        for candidate in sorted(first, key=lambda one: -nearness(message, one)):
            record = records.get(candidate.fact_check_id)
            if record is None or not record.is_published or record.narrative_id not in storylines or record.id in seen:
                continue
            seen.add(record.id)
            nearest.setdefault(record.narrative_id, []).append((nearness(message, candidate), record.id))
        vector = None
        if encoder is not None and nearest and encoder.coverage(message) >= MIN_COVERAGE:
            vector = encoder.encode_queries([message])[0]
        found = [
            (
                storylines[narrative].narrative,
                _score([value for value, _ in near], _described(message, vector, storylines[narrative])),
                tuple(records[each] for _, each in near[:MAX_EXAMPLES]),
            )
            for narrative, near in nearest.items()
        ]
        return sorted(found, key=lambda one: (-one[1], one[0].id))

    def _storylines(self, encoder: Encoder | None) -> tuple[_Storyline, ...]:
        with self._lock:
            version = (self._narratives.version(), encoder is not None)
            if version != self._version:
                self._known = tuple(_storyline(each, encoder) for each in self._narratives.all())
                self._version = version
            return self._known


def nearness(message: str, candidate: Candidate) -> float:
    """Return how near a candidate's story is to the message, 0..1: by meaning where known, else by rare words shared."""
    cosine = max(candidate.scores.get(DENSE_WHOLE, 0.0), candidate.scores.get(DENSE_CLAIM, 0.0))
    words = _overlap(message, candidate.indexed.whole)
    return max(cosine, 0.0) if cosine else words


def _overlap(message: str, text: str) -> float:
    mine, theirs = frozenset(terms_of(message)), frozenset(terms_of(text))
    total = sum(map(rarity, mine))
    return sum(map(rarity, mine & theirs)) / total if total else 0.0


def _described(message: str, vector: NDArray[np.float32] | None, storyline: _Storyline) -> float:
    if vector is not None and storyline.vectors is not None and len(storyline.vectors):
        return max(0.0, float((storyline.vectors @ vector).max()))
    return max((_overlap(message, text) for text in storyline.texts), default=0.0)


def _score(near: Sequence[float], described: float) -> float:
    """Blend the nearest fact-check, the next ones, and the description; saturates at 1."""
    support = sum(near[1:3]) / 2
    return 1 - math.exp(-(1.2 * near[0] + 0.25 * support + 0.35 * described)) if near else 0.0


def _storyline(narrative: Narrative, encoder: Encoder | None) -> _Storyline:
    locales = [*narrative.titles, *(locale for locale in narrative.descriptions if locale not in narrative.titles)]
    plain = [f"{narrative.titles.get(each, '')}. {narrative.descriptions.get(each, '')}".strip() for each in locales]
    known = [text for text in plain if encoder is not None and encoder.coverage(text) >= MIN_COVERAGE]
    vectors = encoder.encode_passages(known) if encoder is not None and known else None
    return _Storyline(narrative, tuple(map(normalise, plain)), vectors)
