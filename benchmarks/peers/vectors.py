"""Check's rule, plain LangChain + Chroma, and LangChain's ensemble (reciprocal rank fusion)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

from benchmarks.peers.lexical import Bm25, cjk_bigram_terms, plain_text
from knowledge_base.models import FactCheck
from retrieval.embedding import TextEncoder
from retrieval.evaluation import Answered
from retrieval.interface import Outcome, Ranked

_DEPTH = 60
_RRF_K = 60
"""EnsembleRetriever's constant."""


class PlainChroma:
    """`Chroma.from_texts(...)` and `similarity_search_with_relevance_scores`, nothing else; answers above a cosine."""

    def __init__(self, fact_checks: Sequence[FactCheck], encoder: TextEncoder, *, answers_at: float = 0.85) -> None:
        import chromadb
        from langchain_chroma import Chroma

        self._store: Any = Chroma(
            client=chromadb.EphemeralClient(),
            collection_name=f"peer-{uuid.uuid4().hex}",
            embedding_function=encoder,
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        texts, ids = [plain_text(each) for each in fact_checks], [each.id for each in fact_checks]
        for at in range(0, len(texts), 2000):
            self._store.add_texts(texts[at : at + 2000], ids=ids[at : at + 2000])
        self._answers_at = answers_at

    def ranked(self, text: str, without_ids: frozenset[str]) -> list[Ranked]:
        """Return what the store finds."""
        found = self._store.similarity_search_with_score(text, k=_DEPTH)
        return [Ranked(doc.id, 1.0 - float(far)) for doc, far in found if doc.id not in without_ids]

    def answer(self, text: str, *, without_ids: frozenset[str] = frozenset()) -> Answered:
        """Answer directly above the cosine, else nothing."""
        ranking = self.ranked(text, without_ids)[:10]
        if ranking and ranking[0].probability >= self._answers_at:
            return Answered(Outcome.MATCH, tuple(ranking), (ranking[0].fact_check_id,))
        return Answered(Outcome.NONE, tuple(ranking))


class Ensemble:
    """EnsembleRetriever of BM25Retriever and Chroma, weights one half: reciprocal rank fusion. Always answers."""

    def __init__(self, fact_checks: Sequence[FactCheck], dense: PlainChroma) -> None:
        self._ids = [each.id for each in fact_checks]
        self._bm25 = Bm25([plain_text(each) for each in fact_checks], cjk_bigram_terms)
        self._dense = dense

    def answer(self, text: str, *, without_ids: frozenset[str] = frozenset()) -> Answered:
        """Return the fused ranking; the score is the fused one."""
        words = [
            self._ids[at]
            for at, _, _ in self._bm25.search(cjk_bigram_terms(text), _DEPTH)
            if self._ids[at] not in without_ids
        ]
        meanings = [each.fact_check_id for each in self._dense.ranked(text, without_ids)]
        scores: dict[str, float] = {}
        for ranked in (words[:50], meanings[:50]):
            for rank, each in enumerate(ranked, start=1):
                scores[each] = scores.get(each, 0.0) + 0.5 / (_RRF_K + rank)
        ranking = [Ranked(each, score) for each, score in sorted(scores.items(), key=lambda item: -item[1])[:10]]
        shown = (ranking[0].fact_check_id,) if ranking else ()
        return Answered(Outcome.MATCH if ranking else Outcome.NONE, tuple(ranking), shown)


class Check:
    """Check's search: three words or fewer by keyword (all of them); else term coverage and cosine both cut at 0.85,
    vectors ranked before words; texts under eight words only suggested.
    """

    def __init__(self, fact_checks: Sequence[FactCheck], dense: PlainChroma, *, cut: float = 0.85) -> None:
        self._ids = [each.id for each in fact_checks]
        self._bm25 = Bm25([plain_text(each) for each in fact_checks], cjk_bigram_terms)
        self._dense = dense
        self._cut = cut

    def answer(self, text: str, *, without_ids: frozenset[str] = frozenset()) -> Answered:
        """Answer as the tipline search would: what passes the cut is shown."""
        terms = list(dict.fromkeys(cjk_bigram_terms(text)))
        if not terms:
            return Answered(Outcome.NONE)
        hits = self._bm25.search(terms, 200)
        words = [(at, matched / len(terms)) for at, _, matched in hits if self._ids[at] not in without_ids]
        if len(re.findall(r"\S+", text)) <= 3:
            found = [Ranked(self._ids[at], share) for at, share in words if share == 1.0]
        else:
            found = [each for each in self._dense.ranked(text, without_ids) if each.probability >= self._cut]
            have = {each.fact_check_id for each in found}
            found += [
                Ranked(self._ids[at], share / 2)
                for at, share in words
                if share >= self._cut and self._ids[at] not in have
            ]
        if not found:
            return Answered(Outcome.NONE)
        outcome = Outcome.MATCH if len(text.split()) >= 8 else Outcome.POSSIBLE
        return Answered(outcome, tuple(found[:10]), (found[0].fact_check_id,))
