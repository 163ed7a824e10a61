"""Training examples: messages run through the product's own candidate search, over stores of many sizes."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from knowledge_base.models import FactCheck
from retrieval.build import open_retrieval
from retrieval.candidates import DENSE_CLAIM, DENSE_WHOLE, CandidateSet
from retrieval.features import measure
from retrieval.labelled import FixedRecord, LabelledSet, NoNarratives, Query
from retrieval.language import detect
from retrieval.removal import without, without_legs
from retrieval.training_augment import AUGMENTATIONS, joined, wrapped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix = NDArray[np.float64]

STORE_SIZES = ((1, 30), (10, 25), (60, 12), (500, 3), (3000, 1))
"""Sizes of random stores, and how many of each: a new desk starts with a few dozen fact-checks."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message over one store: features and labels of its candidates.

    `kind` says how it was made, `group` keeps one query's examples in one fold, `answerable` whether the store holds an
    answer (found or not).
    """

    matrix: Matrix
    labels: NDArray[np.bool_]
    ids: tuple[str, ...]
    kind: str
    group: str
    split: str
    language: str
    answerable: bool


def example(
    candidate_set: CandidateSet,
    gold: frozenset[str],
    *,
    kind: str,
    query: Query,
    group: str = "",
    answerable: bool = True,
) -> Example:
    """Measure one candidate set."""
    measured = measure(candidate_set)
    ids = tuple(candidate.fact_check_id for candidate in measured.candidates)
    labels = np.array([each in gold for each in ids], dtype=bool)
    return Example(measured.matrix, labels, ids, kind, group or query.id, query.split, candidate_set.locale, answerable)


Collect = Callable[[str], CandidateSet | None]


@contextmanager
def opened(claims: Sequence[FactCheck], *, index_dir: Path, models_dir: Path) -> Iterator[Collect]:
    """Open a store of these fact-checks and yield its candidate search."""
    retrieval = open_retrieval(
        index_dir=index_dir,
        models_dir=models_dir,
        fact_checks=FixedRecord(claims),
        narratives=NoNarratives(),
        threads=1,
    )
    try:
        retrieval.indexer.start()
        if not retrieval.indexer.catch_up(3600):
            raise TimeoutError("the index was not built within an hour")
        yield retrieval.searcher.collect
    finally:
        retrieval.close()


def full_store(
    labelled: LabelledSet, everyday: Sequence[str], *, index_dir: Path, models_dir: Path, seed: int = 1
) -> Iterator[Example]:
    """Yield examples over the whole set: every query as it is and disguised, with its answer and with it removed."""
    generator = random.Random(seed)
    with opened(labelled.claims, index_dir=index_dir, models_dir=models_dir) as collect:
        for query in labelled.queries:
            gold = labelled.qrels.get(query.id, frozenset())
            yield from _both(collect(query.text), gold, query, "full")
            text = generator.choice(AUGMENTATIONS)(query.text, generator)
            if generator.random() < 0.3:
                text = wrapped(text, generator)
            yield from _both(collect(text), gold, query, "augmented")
            if generator.random() < 0.2:
                other = generator.choice(labelled.queries)
                both = gold | labelled.qrels.get(other.id, frozenset())
                yield from _asked(collect(joined(query.text, other.text, generator)), both, query, "joined")
        yield from _everyday(collect, everyday, "everyday-full", generator)


def small_stores(
    labelled: LabelledSet,
    everyday: Sequence[str],
    *,
    work_dir: Path,
    models_dir: Path,
    splits: Sequence[str],
    seed: int = 2,
) -> Iterator[Example]:
    """Yield examples over random stores: queries with an answer in it, queries without, everyday messages."""
    generator = random.Random(seed)
    by_id = {claim.id: claim for claim in labelled.claims}
    every = sorted(by_id)
    queries = [query for query in labelled.of_split(*splits) if labelled.qrels.get(query.id)]
    for size, count in STORE_SIZES:
        for _ in range(count):
            chosen = generator.sample(queries, min(len(queries), max(1, min(size // 2, 60))))
            held = sorted(set().union(*(labelled.qrels[query.id] for query in chosen)))[:size]
            held += generator.sample(every, min(len(every), max(0, size - len(held))))
            answers = frozenset(held)
            strangers = generator.sample(queries, min(len(queries), 12 if size < 60 else 60))
            folder = Path(tempfile.mkdtemp(dir=work_dir))
            try:
                with opened([by_id[each] for each in answers], index_dir=folder, models_dir=models_dir) as collect:
                    for query in (*chosen, *strangers):
                        text = query.text
                        if generator.random() < 0.5:
                            text = generator.choice(AUGMENTATIONS)(text, generator)
                        yield from _asked(collect(text), labelled.qrels[query.id] & answers, query, f"store-{size}")
                    few = generator.sample(list(everyday), min(len(everyday), 8 if size < 60 else 40))
                    yield from _everyday(collect, few, f"everyday-{size}", generator)
            finally:
                shutil.rmtree(folder, ignore_errors=True)


def claims_as_messages(
    labelled: LabelledSet, *, index_dir: Path, models_dir: Path, count: int, seed: int = 3
) -> Iterator[Example]:
    """Yield claims of the set sent as messages, changed a little or a lot: for newsrooms whose forwards are near
    copies."""
    generator = random.Random(seed)
    claims = generator.sample(list(labelled.claims), min(count, len(labelled.claims)))
    with opened(labelled.claims, index_dir=index_dir, models_dir=models_dir) as collect:
        for claim in claims:
            text = next(iter(claim.texts.values())).claim
            for change in generator.sample(AUGMENTATIONS, 2):
                text = change(text, generator)
            query = Query(f"claim:{claim.id}", text, split="train")
            yield from _both(collect(text), frozenset((claim.id,)), query, "claim")


def _both(found: CandidateSet | None, gold: frozenset[str], query: Query, kind: str) -> Iterator[Example]:
    """Yield the message with its answer in the store, and with it taken out."""
    if found is not None and gold:
        yield from _asked(found, gold, query, kind)
        yield from _asked(without(found, gold), frozenset(), query, f"{kind}-removed")


def _asked(found: CandidateSet | None, gold: frozenset[str], query: Query, kind: str) -> Iterator[Example]:
    """Yield the message as it was found, and as it would be with the dense legs gated."""
    if found is None or not found.candidates:
        return
    yield example(found, gold, kind=kind, query=query, answerable=bool(gold))
    if found.legs[DENSE_WHOLE].scores:
        words_only = without_legs(found, (DENSE_WHOLE, DENSE_CLAIM))
        if words_only.candidates:
            yield example(words_only, gold, kind=kind, query=query, answerable=bool(gold))


def _everyday(collect: Collect, texts: Sequence[str], kind: str, generator: random.Random) -> Iterator[Example]:
    for at, text in enumerate(texts):
        message = wrapped(text, generator) if generator.random() < 0.2 else text
        query = Query(f"everyday:{text[:40]}", text, detect(text), "train" if at % 5 else "dev")
        yield from _asked(collect(message), frozenset(), query, kind)
