from __future__ import annotations

import pytest
from langchain_core.runnables import RunnableLambda

from retrieval.langchain_retriever import FactCheckRetriever, SearchUnavailable
from tests.fakes.record import Record, published

LEMON = published(
    "lemon", "Hot lemon water kills cancer cells", headline="No drink cures cancer", url="https://example.org/lemon"
)


def test_it_drops_into_any_chain(open_index) -> None:
    retriever = FactCheckRetriever(searcher=open_index(Record(LEMON)).searcher)
    chain = retriever | RunnableLambda(lambda found: [document.metadata["url"] for document in found])
    assert chain.invoke("hot lemon water kills cancer cells!") == ["https://example.org/lemon"]


def test_a_document_carries_the_editors_words_and_where_they_are_from(open_index) -> None:
    retriever = FactCheckRetriever(searcher=open_index(Record(LEMON)).searcher)
    (document,) = retriever.invoke("Hot lemon water kills cancer cells")
    assert document.id == "lemon"
    assert document.page_content == "No drink cures cancer"
    assert document.metadata["publisher"] == "Example Checkers"
    assert document.metadata["outcome"] == "match"
    assert retriever.invoke("Zebra crossings were repainted yesterday") == []


def test_a_search_that_is_down_is_an_error_not_an_empty_list(open_index) -> None:
    record = Record(LEMON)
    retriever = FactCheckRetriever(searcher=open_index(record).searcher)
    record.down = True
    with pytest.raises(SearchUnavailable):
        retriever.invoke("Hot lemon water kills cancer cells")
