"""A record of fact-checks in memory that can fail, and an encoder that needs no model: for tests of retrieval."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from knowledge_base.errors import StorageUnavailable
from knowledge_base.models import Change, FactCheck, FactCheckText, Status
from retrieval.embedding import TextEncoder
from tests.fakes.memory import MemoryFactCheckRepository

NOW = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)


class Record(MemoryFactCheckRepository):
    """The memory repository; `down` makes every call of retrieval fail."""

    def __init__(self, *fact_checks: FactCheck) -> None:
        super().__init__()
        self.down = False
        for fact_check in fact_checks:
            self.put(fact_check)

    def put(self, fact_check: FactCheck) -> FactCheck:
        """Save as the next revision, whatever revision the caller has."""
        revision = len(self.revisions(fact_check.id))
        return self.save(replace(fact_check, revision=revision), editor="test", reason="test", at=NOW)

    def retract(self, fact_check_id: str) -> None:
        self.put(replace(self.get(fact_check_id), status=Status.RETRACTED))

    def get_many(self, fact_check_ids: Iterable[str]) -> dict[str, FactCheck]:
        self._check()
        return super().get_many(fact_check_ids)

    def iterate(self, status: Status | None = Status.PUBLISHED) -> Iterator[FactCheck]:
        self._check()
        return super().iterate(status)

    def changes_since(self, seq: int, limit: int = 500) -> list[Change]:
        self._check()
        return super().changes_since(seq, limit)

    def last_seq(self) -> int:
        self._check()
        return super().last_seq()

    def _check(self) -> None:
        if getattr(self, "down", False):
            raise StorageUnavailable("the test took it down")


class WordEncoder(TextEncoder):
    """A bag of hashed words: texts that share words are near. Knows words of ASCII letters and nothing else."""

    def __init__(self, model_id: str = "words@1", dimension: int = 64) -> None:
        self.model_id = model_id
        self.dimension = dimension
        self.embedded: list[str] = []
        self.broken = False

    def encode_passages(self, texts: Sequence[str]) -> Any:
        self.embedded += texts
        return self._encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Any:
        if self.broken:
            raise RuntimeError("the model broke")
        return self._encode(texts)

    def coverage(self, text: str) -> float:
        words = text.split()
        return sum(word.isascii() for word in words) / len(words) if words else 0.0

    def _encode(self, texts: Sequence[str]) -> Any:
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors / np.maximum(norms, 1e-9)


def published(fact_check_id: str, claim: str, *, locale: str = "en", headline: str = "", **fields: Any) -> FactCheck:
    """Return a published fact-check with one text."""
    text = FactCheckText(claim=claim, headline=headline)
    fields.setdefault("publisher", "Example Checkers")
    return FactCheck(id=fact_check_id, texts={locale: text}, status=Status.PUBLISHED, **fields)
