"""The lexical leg: BM25 over pre-tokenised terms in tantivy.

Terms are made by `retrieval.tokens` (stems for English, character bigrams for Chinese) and joined by spaces, so
tantivy only splits at spaces and the two sides always agree.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from retrieval.documents import Document, document_number
from retrieval.tokens import char_terms

Field = Literal["word", "char"]

MAX_QUERY_TERMS = 64
"""The rarest terms of a long message that are searched for: more cost time and add what every document has."""

MAX_QUERY_PAIRS = 160
"""The same for messages in character pairs: a word is one to three of them, and on Chinese forwards the rarest 64 find
the answer among the first five 4 points less often than all."""

_WRITER_BYTES = 30_000_000
"""tantivy's minimum is 15 MB a thread; one thread suffices for thousands of documents a second."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found by BM25: its number and its score, > 0."""

    number: int
    score: float


class LexicalIndex:
    """A tantivy index on disk. One thread writes; any thread searches the last committed state.

    Raises `ValueError` or `OSError` where the files are damaged; the owner then rebuilds them.
    """

    def __init__(self, folder: Path) -> None:
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        builder = tantivy.SchemaBuilder()
        builder.add_unsigned_field("number", fast=True)
        builder.add_text_field("fact_check", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("word", tokenizer_name="terms", index_option="freq")
        builder.add_text_field("char", tokenizer_name="terms", index_option="freq")
        self._tantivy = tantivy
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema, path=str(folder))
        splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer("terms", splitter)
        self._writer: Any = None
        self._writing = threading.Lock()
        self._index.reload()
        self._searcher = self._index.searcher()

    # --- writing ----------------------------------------------------------------------------------------------

    def replace(self, fact_check_id: str, documents: Iterable[Document]) -> None:
        """Make `documents` all that is indexed of a fact-check; visible after `commit`."""
        with self._writing:
            writer = self._open_writer()
            writer.delete_documents_by_term("fact_check", fact_check_id)
            for document in documents:
                writer.add_document(self._to_tantivy(document))

    def clear(self) -> None:
        """Remove everything; visible after `commit`."""
        with self._writing:
            self._open_writer().delete_all_documents()

    def commit(self) -> None:
        """Make what was written durable and visible; 10-20 ms, so batch."""
        with self._writing:
            self._open_writer().commit()
            self._index.reload()
            self._searcher = self._index.searcher()

    def close(self) -> None:
        """Release the files; what was not committed is lost; idempotent."""
        with self._writing:
            writer, self._writer = self._writer, None
            if writer is not None:
                writer.rollback()
                writer.wait_merging_threads()

    def _open_writer(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        return self._writer

    def _to_tantivy(self, document: Document) -> Any:
        doc = self._tantivy.Document()
        doc.add_unsigned("number", document_number(document.key))
        doc.add_text("fact_check", document.indexed.fact_check_id)
        doc.add_text("word", document.indexed.whole_terms)
        doc.add_text("char", " ".join(char_terms(document.indexed.whole)))
        return doc

    # --- reading ----------------------------------------------------------------------------------------------

    def count(self) -> int:
        """Return the number of documents committed."""
        return int(self._searcher.num_docs)

    def search(self, field: Field, terms: Sequence[str], limit: int) -> list[Hit]:
        """Return the best documents that have any of `terms`, best first; empty for no known term."""
        searcher = self._searcher
        counts = Counter(terms)
        known = [(searcher.doc_freq(field, term), term) for term in counts]
        known = [(frequency, term) for frequency, term in known if frequency]
        if not known:
            return []
        most = MAX_QUERY_PAIRS if field == "word" and _is_pair(known[len(known) // 2][1]) else MAX_QUERY_TERMS
        if len(known) > most:
            known = sorted(known)[:most]
        documents = int(searcher.num_docs)
        should = self._tantivy.Occur.Should
        query = self._tantivy.Query.boolean_query(
            [(should, self._term_query(field, term, frequency, counts[term], documents)) for frequency, term in known]
        )
        hits = searcher.search(query, limit, count=False).hits
        if not hits:
            return []
        numbers = searcher.fast_field_values("number", [address for _, address in hits])
        return [Hit(int(number), score) for number, (score, _) in zip(numbers, hits, strict=True)]

    def _term_query(self, field: Field, term: str, frequency: int, count: int, documents: int) -> Any:
        query = self._tantivy.Query.term_query(self._schema, field, term, index_option="freq")
        if field == "word" and _is_pair(term):
            return self._tantivy.Query.boost_query(query, pair_weight(frequency, count, documents))
        return query

    def statistics(self) -> IndexStatistics:
        """Return document frequencies as of the last commit."""
        return IndexStatistics(self._searcher)


def pair_weight(frequency: int, count: int, documents: int) -> float:
    """Return by how much a character pair weighs more than BM25 has it, > 0.

    Pairs that cross a word's border are common by chance, and a long Chinese forward says what it is about more than
    once: (1 + ln count) times the square root of BM25's own rarity. On LINE forwards this finds the answer first
    more often (+1.3 points of MAP@5 beside all pairs alike); on English words it does not, so those stay alike.
    """
    rarity = math.log(1 + (max(documents, frequency) - frequency + 0.5) / (frequency + 0.5))
    return max(0.05, (1 + math.log(count)) * math.sqrt(rarity))


def _is_pair(term: str) -> bool:
    return len(term) <= 2 and "\u3040" <= term[0] <= "\u9fff"


class IndexStatistics:
    """Document frequencies of the word field (implements `candidates.TermStatistics`)."""

    def __init__(self, searcher: Any) -> None:
        self._searcher = searcher
        self._known: dict[str, int] = {}
        self._rarities: dict[str, float] = {}
        self._count = int(searcher.num_docs)

    @property
    def document_count(self) -> int:
        """Number of documents."""
        return self._count

    def document_frequency(self, term: str) -> int:
        """Return in how many documents a word term occurs."""
        found = self._known.get(term)
        if found is None:
            found = self._known[term] = int(self._searcher.doc_freq("word", term))
        return found

    def idf(self, term: str) -> float:
        """Return BM25's inverse document frequency, > 0."""
        found = self._rarities.get(term)
        if found is None:
            count, frequency = self._count, self.document_frequency(term)
            found = self._rarities[term] = math.log(1 + (max(count, frequency) - frequency + 0.5) / (frequency + 0.5))
        return found


class FixedStatistics:
    """Document frequencies from a mapping: for an index that is down, and for tests."""

    def __init__(self, document_count: int = 0, frequencies: Mapping[str, int] | None = None) -> None:
        self.document_count = document_count
        self._frequencies = frequencies or {}

    def document_frequency(self, term: str) -> int:
        """Return in how many documents a term occurs."""
        return self._frequencies.get(term, 0)

    def idf(self, term: str) -> float:
        """Return BM25's inverse document frequency, > 0."""
        frequency = self.document_frequency(term)
        return math.log(1 + (max(self.document_count, frequency) - frequency + 0.5) / (frequency + 0.5))
