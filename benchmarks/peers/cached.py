"""An encoder that remembers: the peers embed the same texts at every run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from retrieval.embedding import TextEncoder
from retrieval.vectors import VectorCache

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


class CachedEncoder(TextEncoder):
    """The bundled model with its vectors kept on disk."""

    def __init__(self, encoder: TextEncoder, folder: Path) -> None:
        self._encoder = encoder
        self._cache = VectorCache(folder, encoder.dimension)
        self.model_id = encoder.model_id
        self.dimension = encoder.dimension

    def __enter__(self) -> CachedEncoder:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._cache.close()

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, or remember them."""
        return self._cache.get_or_embed(texts, self._encoder.encode_passages)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed messages, or remember them."""
        return self._cache.get_or_embed(texts, self._encoder.encode_queries)

    def coverage(self, text: str) -> float:
        """Return the share of tokens the model knows."""
        return self._encoder.coverage(text)
