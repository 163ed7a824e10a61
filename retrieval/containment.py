"""How much of one text stands in another: catches halved, joined and redacted copies, where symmetric similarity fails.

Grams are pairs of characters in scripts without spaces (a character says as much as a syllable there) and five
characters elsewhere: any long English text has most pairs of letters by chance. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable

_LATIN_GRAM = 5
_CJK_GRAM = 2


def grams(normalised: str) -> frozenset[str]:
    """Return the distinct grams of a normalised text; a text shorter than one gram is its own only gram."""
    if not normalised:
        return frozenset()
    dense_script = sum("\u2e80" <= character <= "\U0003ffff" for character in normalised)
    size = _CJK_GRAM if 2 * dense_script >= len(normalised) else _LATIN_GRAM
    if len(normalised) <= size:
        return frozenset((normalised,))
    return frozenset(normalised[at : at + size] for at in range(len(normalised) - size + 1))


def contained(part: frozenset[str], text: str) -> float:
    """Return the share, 0..1, of grams that occur in `text`; 0.0 for no grams."""
    return sum(map(text.__contains__, part)) / len(part) if part else 0.0


def best_contained(part: frozenset[str], texts: Iterable[str]) -> float:
    """Return the largest share over several texts; 0.0 for none."""
    return max((contained(part, text) for text in texts), default=0.0)
