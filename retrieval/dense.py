"""The dense leg: vectors in Chroma, held through langchain-chroma.

One collection a model holds a vector for each document's whole text and one for its claim alone (once where the two
are the same text); the id says which (`catalogue.vector_id`). Exactly one process may own an embedded Chroma folder:
`locks.OwnerLock` sees to that. Several processes need `chroma run` and its address.

Traps, each measured: the default space is l2; `where` costs 20 times the query (over-fetch and filter here instead);
`add` of an existing id is silently ignored (upsert); without embeddings of ours Chroma would go to the network.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from retrieval.candidates import DocKey
from retrieval.embedding import TextEncoder
from retrieval.errors import LegUnavailable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

HNSW = {"space": "cosine", "ef_search": 200, "ef_construction": 200, "max_neighbors": 32}
"""With the defaults (100, 100, 16) 16 of 280 vectors did not even find themselves; with these all do, for 2 ms."""

_MAX_UPSERT = 5000
"""Chroma refuses more than 5461 at once."""


@dataclass(frozen=True, slots=True)
class DenseHit:
    """A stored vector near the query: whose, of which text ("whole" or "claim"), and the cosine, -1..1."""

    key: DocKey
    kind: str
    cosine: float


class DenseIndex:
    """The vectors of one model. Thread-safe; raises `LegUnavailable` for whatever Chroma raises.

    Args:
        encoder: names the collection and serves LangChain's text search; nothing here embeds by itself.
        folder: holds the embedded store in a numbered folder; unused with `url`.
        url: of a Chroma server, e.g. "http://localhost:8000"; "" for the embedded store.
    """

    def __init__(self, encoder: TextEncoder, *, folder: Path, url: str = "") -> None:
        self._encoder = encoder
        self._root = folder
        self._folder = _newest_folder(folder)
        self._url = url
        self._name = collection_name(encoder.model_id)
        self._opening = threading.Lock()
        self._store: Any = None
        self._client: Any = None
        self._native: Any = None

    def vector_store(self) -> Any:
        """Return the LangChain `Chroma` store: ids and vectors, no texts (those are in the record)."""
        self._collection()
        return self._store

    def open(self) -> None:
        """Open or create the collection, and ask it something: a damaged store fails here."""
        collection = self._collection()
        try:
            count = collection.count()
            if count:
                probe = [[1.0] + [0.0] * (self._encoder.dimension - 1)]
                collection.query(query_embeddings=probe, n_results=1, include=["distances"])
        except Exception as exc:
            raise LegUnavailable("dense", str(exc)) from exc

    def count(self) -> int:
        """Return the number of vectors stored."""
        try:
            return int(self._collection().count())
        except LegUnavailable:
            raise
        except Exception as exc:
            raise LegUnavailable("dense", str(exc)) from exc

    def upsert(self, ids: Sequence[str], vectors: Vectors) -> None:
        """Store vectors, replacing those of the same id."""
        try:
            for at in range(0, len(ids), _MAX_UPSERT):
                part = slice(at, at + _MAX_UPSERT)
                self._collection().upsert(ids=list(ids[part]), embeddings=vectors[part])
        except LegUnavailable:
            raise
        except Exception as exc:
            raise LegUnavailable("dense", str(exc)) from exc

    def delete(self, ids: Sequence[str]) -> None:
        """Remove vectors; unknown ids are ignored."""
        try:
            for at in range(0, len(ids), _MAX_UPSERT):
                self._collection().delete(ids=list(ids[at : at + _MAX_UPSERT]))
        except LegUnavailable:
            raise
        except Exception as exc:
            raise LegUnavailable("dense", str(exc)) from exc

    def search(self, vectors: Vectors, limit: int) -> list[list[DenseHit]]:
        """Return the nearest stored vectors of each query row, nearest first; empty lists for an empty store."""
        if not len(vectors):
            return []
        try:
            found = self._collection().query(query_embeddings=vectors, n_results=limit, include=["distances"])
        except LegUnavailable:
            raise
        except Exception as exc:
            raise LegUnavailable("dense", str(exc)) from exc
        return [
            [_hit(vector_id, distance) for vector_id, distance in zip(ids, distances, strict=True)]
            for ids, distances in zip(found["ids"], found["distances"], strict=True)
        ]

    def destroy(self) -> None:
        """Remove this model's vectors for good; the next use starts empty."""
        if self._url:
            try:
                self._collection()
                self._client.delete_collection(self._name)
            except Exception as exc:
                raise LegUnavailable("dense", str(exc)) from exc
            finally:
                self.close()
            return
        self.close()
        shutil.rmtree(self._root, ignore_errors=True)
        # Another path: Chroma remembers, for the life of the process, a path it once failed to open.
        self._folder = self._folder.with_name(str(int(self._folder.name) + 1))

    def close(self) -> None:
        """Release the files; idempotent."""
        with self._opening:
            client, self._client, self._store = self._client, None, None
        if client is not None:
            # Chroma never closes the HTTP session of its client for a server.
            session = getattr(getattr(client, "_server", None), "_session", None)
            client.close()
            if session is not None:
                session.close()

    def _collection(self) -> Any:
        with self._opening:
            if self._store is None:
                self._store = self._open_store()
            return self._native

    def _open_store(self) -> Any:
        # Chroma's own telemetry is a stub nowadays; switched off all the same.
        os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
        try:
            import chromadb
            from chromadb.config import Settings
            from langchain_chroma import Chroma

            settings = Settings(anonymized_telemetry=False)
            if self._url:
                parts = urlsplit(self._url)
                secure = parts.scheme == "https"
                self._client = chromadb.HttpClient(
                    host=parts.hostname or "localhost",
                    port=parts.port or (443 if secure else 8000),
                    ssl=secure,
                    settings=settings,
                )
            else:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._client = chromadb.PersistentClient(path=str(self._folder), settings=settings)
            store = Chroma(
                client=self._client,
                collection_name=self._name,
                embedding_function=self._encoder,
                collection_configuration={"hnsw": HNSW},
            )
            self._native = self._client.get_collection(self._name, embedding_function=None)
        except Exception as exc:
            raise LegUnavailable("dense", str(exc)) from exc
        return store


def collection_name(model_id: str) -> str:
    """Return a name Chroma accepts (3-512 of [a-zA-Z0-9._-]) that no other model has."""
    readable = re.sub(r"[^a-zA-Z0-9]+", "-", model_id.split("@", maxsplit=1)[0]).strip("-")[-40:]
    return f"factline-{readable}-{hashlib.sha256(model_id.encode()).hexdigest()[:10]}"


def _newest_folder(root: Path) -> Path:
    numbers = [int(path.name) for path in root.glob("*") if path.name.isdigit()]
    return root / str(max(numbers, default=1))


def _hit(vector_id: str, distance: float) -> DenseHit:
    fact_check_id, locale, kind = vector_id.rsplit("|", 2)
    return DenseHit((fact_check_id, locale), kind, 1.0 - float(distance))
