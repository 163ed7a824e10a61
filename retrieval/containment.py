"""How much of one text stands in another: catches halved, joined and redacted copies, where symmetric similarity fails.

Grams are pairs of characters in scripts without spaces (a character says as much as a syllable there) and five
characters elsewhere: any long English text has most pairs of letters by chance. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LATIN_GRAM = 5
_CJK_GRAM = 2


_MAX_GRAMS = 64
"""Grams looked at of one text, evenly spread: that many estimate a share to within some .06, in constant time."""

_DENSE_SCRIPT = re.compile(r"[\u2e80-\U0003ffff]")


def grams(normalised: str) -> frozenset[str]:
    """Return the distinct grams of a normalised text, at most some sixty evenly spread ones; a text shorter than
    one gram is its own only gram.
    """
    if not normalised:
        return frozenset()
    size = _LATIN_GRAM
    if not normalised.isascii() and 2 * len(_DENSE_SCRIPT.findall(normalised)) >= len(normalised):
        size = _CJK_GRAM
    count = len(normalised) - size + 1
    if count <= 1:
        return frozenset((normalised,))
    return frozenset([normalised[at : at + size] for at in range(0, count, 1 + (count - 1) // _MAX_GRAMS)])


def contained(part: frozenset[str], text: str) -> float:
    """Return the share, 0..1, of grams that occur in `text`; 0.0 for no grams."""
    return sum(map(text.__contains__, part)) / len(part) if part else 0.0


def best_contained(part: frozenset[str], texts: Iterable[str]) -> float:
    """Return the largest share over several texts; 0.0 for none."""
    return max((contained(part, text) for text in texts), default=0.0)
