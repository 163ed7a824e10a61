"""Labelled sets: fact-checks, messages, and which answers which; and a record that holds just such a set.

File format: `claims.jsonl` as for `factline import`, `queries.jsonl` {id, text, lang?, split?},
`qrels.tsv` query_id<TAB>claim_id[<TAB>split], and optionally `absent.json` {"remove_claims": [...],
"queries_nomatch": [...]}: with those claims out of the store those queries have no answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from knowledge_base.errors import FactCheckNotFound
from knowledge_base.exchange.records import parse_record
from knowledge_base.models import Change, FactCheck, Narrative, Revision, Status
from knowledge_base.repository import FactCheckFilter, FactCheckPage


@dataclass(frozen=True, slots=True)
class Query:
    """A message of a labelled set. `split` is "" where the set has none."""

    id: str
    text: str
    lang: str = ""
    split: str = ""


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """`qrels` maps a query to the ids of the fact-checks that answer it (a query without one has no answer)."""

    name: str
    claims: tuple[FactCheck, ...]
    queries: tuple[Query, ...]
    qrels: Mapping[str, frozenset[str]]
    unknown_ids: tuple[str, ...] = ()

    def of_split(self, *splits: str) -> tuple[Query, ...]:
        """Return the queries of these splits."""
        return tuple(query for query in self.queries if query.split in splits)


class LabelledSetUnreadable(ValueError):
    """A file of a labelled set is missing or is not what it should be; `str()` says where."""


def read_set(folder: Path) -> LabelledSet:
    """Read the labelled set in a folder.

    Raises:
        LabelledSetUnreadable: a file is missing or damaged.
    """
    claims = read_claims(folder / "claims.jsonl")
    queries = read_queries(folder / "queries.jsonl")
    qrels_file = folder / "qrels.tsv"
    qrels = read_qrels(qrels_file) if qrels_file.is_file() else {}
    return labelled_set(folder.name, claims, queries, qrels)


def labelled_set(
    name: str, claims: Sequence[FactCheck], queries: Sequence[Query], qrels: Mapping[str, frozenset[str]]
) -> LabelledSet:
    """Join the parts; ids of the qrels that no file has are set aside in `unknown_ids`, not an error."""
    known_claims, known_queries = {claim.id for claim in claims}, {query.id for query in queries}
    kept = {query: ids & known_claims for query, ids in qrels.items() if query in known_queries}
    mentioned = set(qrels).union(*qrels.values()) if qrels else set()
    unknown = tuple(sorted(mentioned - known_claims - known_queries))
    return LabelledSet(name, tuple(claims), tuple(queries), {q: ids for q, ids in kept.items() if ids}, unknown)


def read_claims(path: Path) -> list[FactCheck]:
    """Read fact-checks as `factline import` reads JSON Lines; each is published and has the id of its line."""
    claims: dict[str, FactCheck] = {}
    for number, values in _lines(path):
        try:
            fact_check = parse_record(values, default_publisher="unknown").fact_check
        except Exception as exc:
            raise LabelledSetUnreadable(f"{path.name} line {number}: {exc}") from exc
        identifier = str(values.get("id") or fact_check.external_id)
        claims[identifier] = replace(fact_check, id=identifier, status=Status.PUBLISHED, revision=1)
    return list(claims.values())


def read_queries(path: Path) -> list[Query]:
    """Read messages."""
    return [
        Query(
            str(values["id"]),
            str(values.get("text") or ""),
            str(values.get("lang") or ""),
            str(values.get("split") or ""),
        )
        for _, values in _lines(path, required="id")
    ]


def read_qrels(path: Path) -> dict[str, frozenset[str]]:
    """Read which fact-checks answer which message."""
    found: dict[str, set[str]] = {}
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        parts = line.split("\t")
        if len(parts) < 2:
            raise LabelledSetUnreadable(f"{path.name} line {number}: not query_id<TAB>claim_id")
        if parts[0] == "query_id":
            continue
        found.setdefault(parts[0], set()).add(parts[1])
    return {query: frozenset(ids) for query, ids in found.items()}


def read_absent(path: Path) -> tuple[frozenset[str], frozenset[str]]:
    """Return (claims to take out, queries that then have no answer)."""
    try:
        values = json.loads(_text(path))
        return frozenset(values["remove_claims"]), frozenset(values["queries_nomatch"])
    except (ValueError, KeyError, TypeError) as exc:
        raise LabelledSetUnreadable(f"{path.name}: {exc}") from exc


def _lines(path: Path, required: str = "") -> Iterator[tuple[int, dict[str, object]]]:
    for number, line in enumerate(_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except ValueError as exc:
            raise LabelledSetUnreadable(f"{path.name} line {number}: {exc}") from exc
        if not isinstance(values, dict) or (required and required not in values):
            raise LabelledSetUnreadable(f"{path.name} line {number}: not an object with {required or 'fields'}")
        yield number, values


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise LabelledSetUnreadable(f"{path}: {exc}") from exc


class FixedRecord:
    """A read-only `FactCheckRepository` over given fact-checks: what is evaluated needs no database."""

    def __init__(self, fact_checks: Iterable[FactCheck]) -> None:
        self._by_id = {fact_check.id: fact_check for fact_check in fact_checks}
        self._ids = sorted(self._by_id)

    def save(self, fact_check: FactCheck, *, editor: str, reason: str, at: datetime) -> FactCheck:
        """Refuse: nothing is written here."""
        raise TypeError("this record is fixed")

    def save_many(self, fact_checks: Sequence[FactCheck], *, editor: str, reason: str, at: datetime) -> list[FactCheck]:
        """Refuse: nothing is written here."""
        raise TypeError("this record is fixed")

    def get(self, fact_check_id: str) -> FactCheck:
        """Return one."""
        try:
            return self._by_id[fact_check_id]
        except KeyError:
            raise FactCheckNotFound(fact_check_id) from None

    def get_many(self, fact_check_ids: Iterable[str]) -> dict[str, FactCheck]:
        """Return those that exist."""
        return {each: self._by_id[each] for each in fact_check_ids if each in self._by_id}

    def find(self, *, publisher: str, url: str = "", external_id: str = "") -> FactCheck | None:
        """Return None: imports never meet this record."""
        return None

    def page(self, wanted: FactCheckFilter, *, limit: int = 50, cursor: str = "") -> FactCheckPage:
        """Return the first ones."""
        return FactCheckPage(tuple(self._by_id[each] for each in self._ids[:limit]))

    def iterate(self, status: Status | None = Status.PUBLISHED) -> Iterator[FactCheck]:
        """Yield all, by id."""
        for each in self._ids:
            if status is None or self._by_id[each].status is status:
                yield self._by_id[each]

    def count(self, status: Status | None = Status.PUBLISHED) -> int:
        """Return how many there are."""
        return sum(1 for _ in self.iterate(status))

    def revisions(self, fact_check_id: str) -> list[Revision]:
        """Return no history."""
        return []

    def changes_since(self, seq: int, limit: int = 500) -> list[Change]:
        """Return every fact-check as one change."""
        numbered = enumerate(self._ids[seq : seq + limit], start=seq + 1)
        return [Change(at, each, self._by_id[each].revision, self._by_id[each].status) for at, each in numbered]

    def last_seq(self) -> int:
        """Return the number of fact-checks."""
        return len(self._ids)


class NoNarratives:
    """A `NarrativeRepository` (or one over given narratives) for evaluation."""

    def __init__(self, narratives: Iterable[Narrative] = ()) -> None:
        self._by_id = {narrative.id: narrative for narrative in narratives}

    def put(self, narrative: Narrative) -> None:
        """Store one."""
        self._by_id[narrative.id] = narrative

    def get(self, narrative_id: str) -> Narrative | None:
        """Return one, or None."""
        return self._by_id.get(narrative_id)

    def all(self) -> list[Narrative]:
        """Return all, by id."""
        return [self._by_id[each] for each in sorted(self._by_id)]

    def version(self) -> int:
        """Return how many there are."""
        return len(self._by_id)
