"""Wires searcher and indexer together: what the composition root calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from knowledge_base.repository import FactCheckRepository, NarrativeRepository
from retrieval.candidates import Ranker
from retrieval.embedding import TextEncoder, open_encoder
from retrieval.indexer import ChangeLogIndexer
from retrieval.interface import IndexState
from retrieval.search import HybridSearcher, Resembler


class Retrieval:
    """Searcher and indexer over one index directory; `indexer.start()` before searching.

    Attributes:
        searcher: `UNAVAILABLE` until the indexer has started.
        indexer: owns the directory between `start` and `close`.
    """

    def __init__(self, searcher: HybridSearcher, indexer: ChangeLogIndexer) -> None:
        self.searcher = searcher
        self.indexer = indexer

    def close(self) -> None:
        """Stop both and release every file; idempotent."""
        self.searcher.close()
        self.indexer.close()


def open_retrieval(
    *,
    index_dir: Path,
    models_dir: Path,
    fact_checks: FactCheckRepository,
    narratives: NarrativeRepository,
    embedding_model: str = "",
    chroma_url: str = "",
    on_progress: Callable[[IndexState], None] | None = None,
    ranker: Ranker | None = None,
    open_model: Callable[[], TextEncoder] | None = None,
    resemble: Resembler | None = None,
    threads: int = 2,
) -> Retrieval:
    """Return searcher and indexer; loads nothing and touches no file until `indexer.start()`.

    Args:
        index_dir: derived and disposable; owned by one process.
        models_dir: exported models and embedded texts; kept across rebuilds, may be shared.
        embedding_model: "" for the bundled one, else a sentence-transformers id or folder.
        ranker: judges candidates; by default the learned one, or plain thresholds where it has no weights.
        narratives: the storylines a message without a direct answer may resemble.
        resemble: replaces `narrative_match` over `narratives`.
        open_model: replaces the loading of `embedding_model`.
        threads: of one inference of the bundled model.
    """

    from retrieval.decision import default_ranker
    from retrieval.narrative_match import NarrativeMatcher

    def load() -> TextEncoder:
        return open_encoder(embedding_model, models_dir=models_dir, threads=threads)

    indexer = ChangeLogIndexer(
        fact_checks,
        index_dir=index_dir,
        vectors_dir=models_dir / "vectors",
        open_model=open_model or load,
        chroma_url=chroma_url,
        on_progress=on_progress,
    )

    def encoder() -> TextEncoder | None:
        parts = indexer.parts
        return parts.semantics.encoder if parts is not None and parts.semantics is not None else None

    storylines = resemble or NarrativeMatcher(narratives, fact_checks, encoder)
    searcher = HybridSearcher(lambda: indexer.parts, fact_checks, ranker or default_ranker(), resemble=storylines)
    return Retrieval(searcher, indexer)
