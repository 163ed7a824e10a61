"""How rare a term is in rumors at large, whatever one store holds."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources

MAX_RARITY = 10.0
"""Of a term the background has never seen: about one in 20,000 texts."""


def rarity(term: str) -> float:
    """Return how rare a term is in rumors at large, 0..10: ln(texts / texts with it), whatever the store holds."""
    return background().get(term, MAX_RARITY)


@functools.cache
def background() -> Mapping[str, float]:
    """Return the rarity of common terms; empty where the file is missing or damaged (all words then weigh alike)."""
    try:
        values = json.loads(resources.files("retrieval.weights").joinpath("background.json").read_text("utf-8"))
        return {str(term): float(value) for term, value in values["rarity"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
