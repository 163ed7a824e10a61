"""The ways of finding candidates, each failing on its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.candidates import CHAR, DENSE_CLAIM, DENSE_WHOLE, EXACT, URL, WORD, Segment
from retrieval.catalogue import Catalogue
from retrieval.documents import MIN_FINGERPRINT_CHARS, document_number
from retrieval.embedding import MIN_COVERAGE
from retrieval.lexical import Field, LexicalIndex
from retrieval.normalize import fingerprint
from retrieval.parts import Semantics
from retrieval.tokens import char_terms, word_terms

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

_LOG = logging.getLogger(__name__)

WHOLE_DEPTH = 50
"""Documents a leg returns for the whole message."""
SENTENCE_DEPTH = 15
"""Documents a leg returns for one sentence."""

_SENTENCE_CHARS = 320
"""Of a "sentence" nobody ended (a tweet has 280) that are embedded: time grows with each."""

BySegment = list[dict[int, float]]
"""For each segment: document number -> score."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a group of legs found: leg -> scores by segment; `down` names those that failed."""

    scores: Mapping[str, BySegment] = field(default_factory=dict)
    down: tuple[str, ...] = ()
    coverage: float = 1.0
    vectors: Vectors | None = None
    """Of the segments, in their order; None where the dense legs said nothing."""


def guarded(names: tuple[str, ...], run: Callable[[], Found]) -> Found:
    """Return what `run` found, or that the legs `names` are down: whatever an engine raises stays here."""
    try:
        return run()
    except Exception:  # noqa: BLE001 - one leg failing, however, must not take the answer with it
        # No text in the log: the traceback holds code lines, not values.
        _LOG.exception("legs %s could not answer", ", ".join(names))
        return Found(down=names)


def lexical(index: LexicalIndex, segments: Sequence[Segment]) -> Found:
    """Search words and character grams of every segment."""
    words: BySegment = []
    grams: BySegment = []
    for segment in segments:
        depth = WHOLE_DEPTH if segment.kind == "whole" else SENTENCE_DEPTH
        words.append(_bm25(index, "word", word_terms(segment.normalised), depth))
        grams.append(_bm25(index, "char", char_terms(segment.normalised), depth))
    return Found({WORD: words, CHAR: grams})


def _bm25(index: LexicalIndex, name: Field, terms: Sequence[str], depth: int) -> dict[int, float]:
    return {hit.number: hit.score for hit in index.search(name, terms, depth)}


def look_up(catalogue: Catalogue, segments: Sequence[Segment], urls: Sequence[str]) -> Found:
    """Find documents that carry the very text of a segment, or an address of the message."""
    exact: BySegment = []
    for segment in segments:
        prints = [fingerprint(segment.text)] if len(segment.normalised) >= MIN_FINGERPRINT_CHARS else []
        held = catalogue.with_fingerprint(list(filter(None, prints)))
        exact.append({number: 1.0 for numbers in held.values() for number in numbers})
    same_link = {number: 1.0 for numbers in catalogue.with_url(urls).values() for number in numbers}
    # An address belongs to the message as a whole.
    return Found({EXACT: exact, URL: [same_link, *({} for _ in segments[1:])]})


def not_asked(segments: Sequence[Segment]) -> Found:
    """Return what the dense legs say when they are spared: nothing, without being down."""
    return Found({name: [{} for _ in segments] for name in (DENSE_WHOLE, DENSE_CLAIM)})


def dense(semantics: Semantics | None, segments: Sequence[Segment]) -> Found:
    """Search by meaning, where the model knows the language of the message."""
    names = (DENSE_WHOLE, DENSE_CLAIM)
    if semantics is None:
        return Found(down=names, coverage=0.0)
    coverage = semantics.encoder.coverage(segments[0].normalised)
    if coverage < MIN_COVERAGE:
        return Found({name: [{} for _ in segments] for name in names}, coverage=coverage)
    texts = [s.normalised if s.kind == "whole" else s.normalised[:_SENTENCE_CHARS] for s in segments]
    vectors = semantics.encoder.encode_queries(texts)
    whole: BySegment = [{} for _ in segments]
    claim: BySegment = [{} for _ in segments]
    hits = semantics.index.search(vectors[:1], 2 * WHOLE_DEPTH)
    if len(segments) > 1:
        hits += semantics.index.search(vectors[1:], 2 * SENTENCE_DEPTH)
    for at, found in enumerate(hits):
        for hit in found:
            (whole if hit.kind == "whole" else claim)[at][document_number(hit.key)] = hit.cosine
    return Found({DENSE_WHOLE: whole, DENSE_CLAIM: claim}, coverage=coverage, vectors=vectors)
