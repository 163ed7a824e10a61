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
_MAX_CHARS = 1000
"""Of a message compared: a storyline shows at once, and a very long message must not keep others waiting."""
THRESHOLDS: Mapping[str, float] = {"en": 0.38, "zh": 0.44, "other": 0.5}
"""Score from which a message resembles a storyline, by language group: where fewer than 2 % of everyday messages
(`benchmarks/everyday.jsonl`) do, and six in ten new claims of a storyline (`tests/data/narrative_messages.jsonl`)."""

_BY_MEANING = (4.7, 2.0, 5.2, 1.7, 3.2, -7.8)
_BY_WORDS = (3.8, 1.7, 2.5, 4.0, 6.5, -5.9)
"""Log-odds for: nearest fact-check, the next two, description, words shared with the nearest, words shared with the
storyline, and the constant. Logistic regression on those two sets over the starter pack, five-fold; the first where
the model knows the language, the second where words alone decide."""


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
        message = candidate_set.segments[0].normalised[:_MAX_CHARS]
        records = self._fact_checks.get_many({candidate.fact_check_id for candidate in candidate_set.candidates})
        near: dict[str, _Near] = {}
        for candidate in candidate_set.candidates:
            record = records.get(candidate.fact_check_id)
            if record is not None and record.is_published and record.narrative_id in storylines:
                near.setdefault(record.narrative_id, _Near({}, {}, set())).add(message, candidate)
        vector = None
        if encoder is not None and near and encoder.coverage(message) >= MIN_COVERAGE:
            vector = encoder.encode_queries([message])[0]
        found = []
        for narrative_id, each in near.items():
            storyline = storylines[narrative_id]
            score = each.score(message, storyline, vector)
            found.append((storyline.narrative, score, tuple(records[one] for one in each.nearest()[:MAX_EXAMPLES])))
        return sorted(found, key=lambda one: (-one[1], one[0].id))

    def _storylines(self, encoder: Encoder | None) -> tuple[_Storyline, ...]:
        with self._lock:
            version = (self._narratives.version(), encoder is not None)
            if version != self._version:
                self._known = tuple(_storyline(each, encoder) for each in self._narratives.all())
                self._version = version
            return self._known


def nearness(message: str, candidate: Candidate) -> float:
    """Return how near a candidate's story is to the message, 0..1: by meaning where known, else by rare words
    shared."""
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


@dataclass(frozen=True, slots=True)
class _Near:
    """What of one storyline the message is near: fact-check -> nearness, and -> words shared; all their terms."""

    nearness: dict[str, float]
    overlap: dict[str, float]
    terms: set[str]

    def add(self, message: str, candidate: Candidate) -> None:
        each = candidate.fact_check_id
        self.nearness[each] = max(self.nearness.get(each, 0.0), nearness(message, candidate))
        self.overlap[each] = max(self.overlap.get(each, 0.0), _overlap(message, candidate.indexed.whole))
        self.terms.update(terms_of(candidate.indexed.whole))

    def nearest(self) -> list[str]:
        return sorted(self.nearness, key=lambda each: (-self.nearness[each], each))

    def score(self, message: str, storyline: _Storyline, vector: NDArray[np.float32] | None) -> float:
        values = sorted(self.nearness.values(), reverse=True)
        known = self.terms.union(*map(terms_of, storyline.texts))
        mine = frozenset(terms_of(message))
        total = sum(map(rarity, mine))
        covered = sum(map(rarity, mine & known)) / total if total else 0.0
        seen = (
            values[0], sum(values[1:3]) / 2, _described(message, vector, storyline), max(self.overlap.values()), covered, 1.0  # noqa: E501
        )  # fmt: skip
        weights = _BY_WORDS if vector is None else _BY_MEANING
        log_odds = sum(weight * value for weight, value in zip(weights, seen, strict=True))
        return 1 / (1 + math.exp(-log_odds))


def _storyline(narrative: Narrative, encoder: Encoder | None) -> _Storyline:
    locales = [*narrative.titles, *(locale for locale in narrative.descriptions if locale not in narrative.titles)]
    plain = [f"{narrative.titles.get(each, '')}. {narrative.descriptions.get(each, '')}".strip() for each in locales]
    known = [text for text in plain if encoder is not None and encoder.coverage(text) >= MIN_COVERAGE]
    vectors = encoder.encode_passages(known) if encoder is not None and known else None
    return _Storyline(narrative, tuple(map(normalise, plain)), vectors)
