"""A message cut into the parts that are matched. Pure."""

from __future__ import annotations

from collections.abc import Callable

from retrieval.candidates import Segment
from retrieval.normalize import normalise
from retrieval.tokens import sentences, word_terms

MAX_CHARS = 12_000
"""Of a longer message the first two thirds of this and the last third are read: the claim stands at either end, and
100,000 characters must not keep others waiting."""

LONG_CHARS = 300
"""From here a message is a long forward whose sentences are matched on their own; a tweet (280) is not. A Chinese
character counts three: it says about that much."""

MAX_SENTENCES = 5
"""Sentences of a long forward matched on their own, the most informative ones: each costs an embedding."""

_MAX_SENTENCES_READ = 200
_MIN_SENTENCE_TERMS = 4
"""A sentence with fewer content terms ("Please share!") matches by accident."""


def readable(text: str) -> str:
    """Return `text` without NUL and lone surrogates, cut to `MAX_CHARS`."""
    if len(text) > MAX_CHARS:
        tail = MAX_CHARS // 3
        text = text[: MAX_CHARS - tail - 1] + "\n" + text[-tail:]
    if "\x00" in text:
        text = text.replace("\x00", " ")
    try:
        text.encode()
    except UnicodeEncodeError:
        # Joins surrogate pairs to the character they stand for; a lone one becomes U+FFFD.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def weight(text: str) -> int:
    """Return the length of a text in Latin characters: one of a script without spaces counts three."""
    return len(text) + 2 * sum("\u2e80" <= character <= "\U0003ffff" for character in text)


def segments_of(text: str, idf: Callable[[str], float]) -> tuple[Segment, ...]:
    """Return the whole message and, for a long forward, its most informative sentences in their order.

    Args:
        text: as `readable` returned it.
        idf: how rare a term of `tokens.word_terms` is.
    """
    whole = Segment(text, normalise(text), "whole")
    if weight(whole.normalised) < LONG_CHARS:
        return (whole,)
    found: dict[str, tuple[float, str]] = {}
    for sentence in sentences(text)[:_MAX_SENTENCES_READ]:
        folded = normalise(sentence)
        if folded in found or folded == whole.normalised:
            continue
        terms = set(word_terms(folded))
        if len(terms) >= _MIN_SENTENCE_TERMS:
            found[folded] = (sum(idf(term) for term in terms), sentence)
    best = set(sorted(found, key=lambda folded: -found[folded][0])[:MAX_SENTENCES])
    return (whole, *(Segment(found[f][1], f, "sentence") for f in found if f in best))
