"""Factline's search as a LangChain retriever, to drop into any chain.

>>> from langchain_core.runnables import RunnableLambda
>>> chain = FactCheckRetriever(searcher=searcher) | RunnableLambda(lambda found: [d.metadata["url"] for d in found])
>>> chain.invoke("Hot lemon water cures cancer")  # doctest: +SKIP
['https://example.org/checks/lemon']
"""

from __future__ import annotations

from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from retrieval.errors import RetrievalError
from retrieval.interface import Match, Outcome, Searcher


class SearchUnavailable(RetrievalError):
    """The search is down: an empty list would mean "nobody has checked this"."""

    def __init__(self) -> None:
        super().__init__("the fact-check search cannot answer right now")


class FactCheckRetriever(BaseRetriever):
    """Returns the fact-checks that answer a message, best first, as LangChain documents.

    `page_content` is the editors' text, verbatim: headline (the claim where there is none) and explanation. The id is
    the fact-check's; `metadata` is flat, as vector stores want it: fact_check_id, revision, outcome, match_kind,
    probability, verdict, verdict_label, claim, url, publisher, published_on, locale, matched_text, sources (addresses).

    Attributes:
        searcher: any `interface.Searcher`.
        include_possible: also return "did you mean" candidates where there is no direct answer.
        max_documents: at most this many (a search never returns more than three).
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    searcher: Any
    include_possible: bool = True
    max_documents: int = 3

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        searcher: Searcher = self.searcher
        result = searcher.search(query)
        if result.outcome is Outcome.UNAVAILABLE:
            raise SearchUnavailable
        if result.outcome is Outcome.POSSIBLE and not self.include_possible:
            return []
        return [to_document(match) for match in result.matches[: self.max_documents]]


def to_document(match: Match) -> Document:
    """Return a match as a LangChain document."""
    fact_check, text = match.fact_check, match.fact_check.texts[match.locale]
    return Document(
        id=fact_check.id,
        page_content="\n\n".join(filter(None, (text.headline or text.claim, text.explanation or text.subtitle))),
        metadata={
            "fact_check_id": fact_check.id,
            "revision": fact_check.revision,
            "outcome": match.outcome.value,
            "match_kind": match.kind.value,
            "probability": match.probability,
            "verdict": fact_check.verdict.value if fact_check.verdict else "",
            "verdict_label": fact_check.verdict_label,
            "claim": text.claim,
            "url": fact_check.url,
            "publisher": fact_check.publisher,
            "published_on": fact_check.published_on.isoformat() if fact_check.published_on else "",
            "locale": match.locale,
            "matched_text": match.matched_text,
            "sources": [source.url for source in fact_check.sources],
        },
    )
