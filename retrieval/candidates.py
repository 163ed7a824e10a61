"""The seam between finding candidates and judging them.

`search` fills a `CandidateSet` from the legs; a `Ranker` (`scoring` + `decision`, or `zsum` where there are no
learned weights) turns it into judgements. Everything here is plain values, so that judging needs neither the
database nor an engine and can be replayed in tests, training and evaluation. Imports no engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from retrieval.interface import Conflict, MatchKind, Outcome

DocKey = tuple[str, str]
"""A document of the index: (fact_check_id, locale). One fact-check has one per language it is written in."""

WORD = "word"
"""BM25 over `tokens.word_terms` of the whole text; >= 0, unbounded."""
CHAR = "char"
"""BM25 over `tokens.char_terms` of the whole text; >= 0, unbounded."""
DENSE_WHOLE = "dense_whole"
"""Cosine of segment and whole text, -1..1; exact for every candidate that has a vector, whoever found it."""
DENSE_CLAIM = "dense_claim"
"""Cosine of segment and claim alone, -1..1; exact likewise."""
EXACT = "exact"
"""1.0 where the segment's fingerprint is that of a claim, headline or known wording; else absent."""
URL = "url"
"""1.0 where message and fact-check carry the same canonical address; else absent."""
CONTAINED = "contained"
"""Share of the segment's character bigrams found in one text of the document (best of whole and wordings), 0..1."""
CLAIM_CONTAINED = "claim_contained"
"""Share of the claim's character bigrams found in the segment, 0..1."""

SEARCHED_LEGS = (WORD, CHAR, DENSE_WHOLE, DENSE_CLAIM, EXACT, URL)
"""Legs that find candidates; the two containment legs only measure what these found."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the message that is matched on its own.

    Segment 0 is always the whole message (cut to `search.MAX_CHARS`); sentences follow only for long forwards, in
    the order they stand in the message. `text` is as the asker wrote it, `normalised` is `normalize.normalise` of it.
    """

    text: str
    normalised: str
    kind: Literal["whole", "sentence"]


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What the index knows of one language's wording of a fact-check; all fields are normalised.

    `whole` is claim + headline + subtitle + names + wordings, as indexed (cut to `documents.MAX_WHOLE_CHARS`);
    `wordings` the known wordings one by one; `urls` the canonical addresses of the claim's appearances and of the
    fact-check itself. `claim_terms` and `whole_terms` are `tokens.word_terms` of the two, joined by spaces, so that
    nobody has to take them apart again for each message; "" where nobody did.
    """

    fact_check_id: str
    locale: str
    claim: str
    whole: str
    wordings: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    claim_terms: str = ""
    whole_terms: str = ""

    @property
    def key(self) -> DocKey:
        """Its document key."""
        return self.fact_check_id, self.locale


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document worth judging.

    `scores` maps a leg's name to its best score over all segments; a leg that did not find the document is absent
    (not 0). `segment` is the index in `CandidateSet.segments` of the segment it matched best by the z-scored sum of
    legs; `segment_scores` has the same maps segment by segment (same length as `segments`).
    """

    fact_check_id: str
    locale: str
    indexed: IndexedText
    scores: Mapping[str, float]
    segment: int = 0
    segment_scores: tuple[Mapping[str, float], ...] = ()

    @property
    def key(self) -> DocKey:
        """Its document key."""
        return self.fact_check_id, self.locale


@dataclass(frozen=True, slots=True)
class LegResult:
    """What one leg said.

    `scores`: document -> best score over segments, for every document the leg found (and, for dense and
    containment, for every candidate); `by_segment` the same per segment. `down`: the leg failed and says nothing.
    `coverage`, 0..1: how well the leg knows the message's language, e.g. the share of the whole message's tokens
    that the embedding model knows; a gated leg has no scores and its low coverage says why.
    """

    name: str
    scores: Mapping[DocKey, float] = field(default_factory=dict)
    by_segment: tuple[Mapping[DocKey, float], ...] = ()
    down: bool = False
    coverage: float = 1.0


class TermStatistics(Protocol):
    """How common a term is in the index."""

    @property
    def document_count(self) -> int:
        """Number of documents in the index; 0 when empty."""
        ...

    def document_frequency(self, term: str) -> int:
        """Return in how many documents a term of `tokens.word_terms` occurs; 0 for an unknown one. Cheap."""
        ...

    def idf(self, term: str) -> float:
        """Return BM25's ln(1 + (N - n + 0.5) / (n + 0.5)), > 0; the largest for an unknown term."""
        ...


@dataclass(frozen=True, slots=True)
class CandidateSet:
    """One message with everything found for it.

    `segments` is never empty. `candidates` come in order of the z-scored sum of legs, best first, at most one per
    document (a fact-check in two languages can come twice: the ranking keeps its better one). `legs` has an entry for
    each leg name above, also for those that found nothing or are down. `locale` is `language.detect` of the message,
    `urls` the canonical addresses in it or given beside it.
    """

    segments: tuple[Segment, ...]
    candidates: tuple[Candidate, ...]
    legs: Mapping[str, LegResult]
    statistics: TermStatistics
    locale: str = "und"
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scored:
    """A judged candidate.

    `score` orders (larger is better, any unit); `probability` is the calibrated chance, 0..1, that its fact-check
    answers `segments[segment]`; `features` are the numbers the judgement saw. `segment` defaults to the candidate's.
    """

    candidate: Candidate
    score: float
    probability: float
    features: Mapping[str, float] = field(default_factory=dict)
    conflicts: tuple[Conflict, ...] = ()
    shared_words: tuple[str, ...] = ()
    segment: int = 0


@dataclass(frozen=True, slots=True)
class Decided:
    """What to do with a judged candidate: `MATCH` answers, `POSSIBLE` asks "did you mean", `NONE` keeps silent."""

    scored: Scored
    outcome: Outcome
    kind: MatchKind


class Ranker(Protocol):
    """Judges candidates. Pure: no clock, no randomness, no effects; thread-safe.

    `retrieval.scoring` and `retrieval.decision` provide the learned one as two module functions of these names.
    """

    def score(self, candidate_set: CandidateSet) -> list[Scored]:
        """Judge every candidate; best first. Empty for no candidates."""
        ...

    def decide(self, scored: Sequence[Scored], candidate_set: CandidateSet) -> list[Decided]:
        """Decide about each of `scored`, in the same order and of the same length.

        Each entry is decided on its own merits: `search` drops those whose fact-check is no longer published, keeps
        one per fact-check and picks at most three to show, direct answers only on different segments.
        """
        ...
