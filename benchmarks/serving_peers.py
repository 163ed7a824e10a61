"""What people would build instead, in this process, on the very texts and vectors the server holds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from retrieval.embedding import OnnxEmbeddings
from retrieval.vectors import VectorCache

Answer = Callable[[str], object]
"""Takes a message; what it returns does not matter here."""

_DEPTH = 5


class HeldEmbeddings(Embeddings):
    """The embedder of the server, reading texts it has embedded before from its own cache."""

    def __init__(self, encoder: OnnxEmbeddings, models_dir: Path) -> None:
        self.encoder = encoder
        folder = models_dir / "vectors" / encoder.model_id.replace("/", "_").replace("@", "-")
        self._held = VectorCache(folder, encoder.dimension)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts of the store."""
        vectors: list[list[float]] = self._held.get_or_embed(texts, self.encoder.encode_passages).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Embed a message."""
        vector: list[float] = self.encoder.embed_query(text)
        return vector


def indexed_texts(index_dir: Path) -> list[tuple[str, str]]:
    """Return (fact-check id, text) of every document of a server's index."""
    connection = sqlite3.connect(f"file:{index_dir / 'catalogue.sqlite'}?mode=ro", uri=True)
    try:
        rows = connection.execute("SELECT fact_check_id, whole FROM document ORDER BY number").fetchall()
    finally:
        connection.close()
    return [(row[0], row[1]) for row in rows]


def langchain_chroma(embeddings: Embeddings, texts: Sequence[tuple[str, str]]) -> tuple[Any, Answer]:
    """Return the LangChain store and its similarity search, as its documentation shows it."""
    import chromadb
    from chromadb.config import Settings
    from langchain_chroma import Chroma

    client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
    store = Chroma(client=client, collection_name="plain", embedding_function=embeddings)
    for at in range(0, len(texts), 5000):
        part = texts[at : at + 5000]
        store.add_texts([text for _, text in part], metadatas=[{"id": one} for one, _ in part])
    return store, lambda message: store.similarity_search(message, k=_DEPTH)


def langchain_ensemble(store: Any, texts: Sequence[tuple[str, str]]) -> Answer:
    """Return LangChain's hybrid search: BM25 and the store, fused by reciprocal rank."""
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever
    from rank_bm25 import BM25Okapi

    # As langchain-community's BM25Retriever does it: split at blanks, score every text.
    documents = [Document(page_content=text, metadata={"id": one}) for one, text in texts]
    index = BM25Okapi([text.split() for _, text in texts])

    class Words(BaseRetriever):
        def _get_relevant_documents(self, query: str, **_: Any) -> list[Document]:
            found: list[Document] = index.get_top_n(query.split(), documents, n=_DEPTH)
            return found

    nearest = store.as_retriever(search_kwargs={"k": _DEPTH})
    both = EnsembleRetriever(retrievers=[Words(), nearest], weights=[0.5, 0.5])
    return both.invoke
