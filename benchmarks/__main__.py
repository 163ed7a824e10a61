"""`python -m benchmarks`: how good is matching, side by side with what people would use instead.

Runs for anybody on the starter pack and our own pairs; with FACTLINE_BENCHMARK_DIR naming a folder of labelled sets on
their dev splits, too. Each figure is explained in docs/evaluation.md.
"""

from __future__ import annotations

import argparse
import importlib
import logging
import os
import random
import sys
from pathlib import Path

from benchmarks.labelled_sets import conflict_set, elsewhere, opened, read_lines, starter_set
from benchmarks.peers.lexical import Cofacts
from retrieval.embedding import open_encoder
from retrieval.evaluation import Evaluation, Factline, System, run
from retrieval.interface import Outcome
from retrieval.labelled import LabelledSet, Query
from retrieval.training_augment import EVASIONS, joined

COLUMNS = ("map_at_5", "hits_at_1", "hits_at_5", "auroc", "right_at_5", "right_at_1", "direct_right", "direct_wrong",
           "direct_unanswerable", "latency_p50_ms", "latency_p95_ms")  # fmt: skip

PARTS = ("starter", "pairs", "labelled", "evasion", "scale", "serving", "updates")
_OWN_OPTIONS = ("serving", "updates")
"""Parts that are commands of their own, too: `python -m benchmarks serving --help`."""


def main() -> int:
    """Run what was asked for."""
    if sys.argv[1:2] and sys.argv[1] in _OWN_OPTIONS:
        importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
        return 0
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument(
        "--work", type=Path, default=Path.home() / ".cache" / "factline-benchmarks", help="indexes, vectors"
    )
    parser.add_argument("--only", choices=PARTS, action="append")
    parser.add_argument("--split", default="dev", help="of the labelled sets")
    parser.add_argument("--no-peers", action="store_true")
    options = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    options.work.mkdir(parents=True, exist_ok=True)
    parts = options.only or ["starter", "pairs", "labelled", "evasion", "serving", "updates"]
    if "starter" in parts:
        starter(options.work)
    if "pairs" in parts:
        pairs(options.work)
    for labelled in elsewhere():
        if "labelled" in parts:
            side_by_side(labelled, options.split, options.work, peers=not options.no_peers)
        if "evasion" in parts:
            evasion(labelled, labelled.of_split(options.split), options.work, labelled.name)
    if "evasion" in parts:
        own = starter_set()
        evasion(own, own.of_split("forward"), options.work, "")
    if "scale" in parts:
        from benchmarks.scale import scale

        scale(options.work)
    if "serving" in parts:
        from benchmarks.serving import main as serving

        serving([])
    if "updates" in parts:
        from benchmarks.updates import main as updates

        updates([])
    return 0


def starter(work: Path) -> None:
    """Print outcomes on the starter pack, by language and kind of message."""
    labelled = starter_set()
    everyday = [
        Query(line["id"], line["text"], line["lang"], "everyday")
        for line in read_lines(Path(__file__).parent / "everyday.jsonl")
    ]
    title("Starter pack: 60 fact-checks, our own messages")
    print(f"{'':24}{'asked':>6}{'match':>7}{'right':>7}{'possible':>9}{'right':>7}{'none':>6}{'storyline':>10}")
    with opened(labelled.claims, work) as retrieval:
        for lang in ("en", "zh-TW"):
            for kind in ("forward", "near", "far", "everyday"):
                queries = [q for q in (*labelled.queries, *everyday) if q.lang == lang and q.split == kind]
                found = [(retrieval.searcher.search(q.text), labelled.qrels.get(q.id, frozenset())) for q in queries]
                match = [(r, gold) for r, gold in found if r.outcome is Outcome.MATCH]
                possible = [(r, gold) for r, gold in found if r.outcome is Outcome.POSSIBLE]
                right = [
                    sum(any(m.fact_check.id in gold for m in r.matches) for r, gold in some)
                    for some in (match, possible)
                ]
                alike = sum(r.resemblance is not None for r, _ in found)
                print(
                    f"{lang + ' ' + kind:24}{len(found):6}{len(match):7}{right[0]:7}{len(possible):9}{right[1]:7}"
                    f"{len(found) - len(match) - len(possible):6}{alike:10}"
                )


def pairs(work: Path) -> None:
    """Print how many contradictions are answered directly, and what becomes of true paraphrases."""
    title("Conflict pairs: 300 contradictions, 300 paraphrases")
    sets = conflict_set()
    with opened(sets[0].claims, work) as retrieval:
        for name, labelled in zip(("contradictions", "paraphrases"), sets, strict=True):
            for lang in ("en", "zh-TW"):
                queries = [query for query in labelled.queries if query.lang == lang]
                found = [(retrieval.searcher.search(q.text), labelled.qrels[q.id]) for q in queries]
                direct = sum(r.outcome is Outcome.MATCH and r.matches[0].fact_check.id in gold for r, gold in found)
                offered = sum(
                    r.outcome is Outcome.POSSIBLE and any(m.fact_check.id in gold for m in r.matches)
                    for r, gold in found
                )
                print(
                    f"{lang} {name}: {direct / len(found):.1%} answered directly, {offered / len(found):.1%} offered as possible"  # noqa: E501
                )


def side_by_side(labelled: LabelledSet, split: str, work: Path, *, peers: bool) -> None:
    """Print Factline and the peers on one labelled set."""
    queries = labelled.of_split(split)
    title(f"{labelled.name} {split}: {len(queries)} messages, {len(labelled.claims)} fact-checks, honest protocol")
    print(f"{'':34}" + "".join(f"{name.replace('_ms', '').replace('direct_', 'd_')[:12]:>13}" for name in COLUMNS))
    with opened(labelled.claims, work, labelled.name) as retrieval:
        row("Factline", run(Factline(retrieval.searcher), queries, labelled.qrels))
    if not peers:
        return
    systems: list[tuple[str, System]] = [
        ("Cofacts' rule, one-to-one (0.95)", Cofacts(labelled.claims)),
        ("Cofacts' rule, groups (0.7)", Cofacts(labelled.claims, answers_at=0.7)),
    ]
    from benchmarks.peers.cached import CachedEncoder
    from benchmarks.peers.vectors import Check, Ensemble, PlainChroma

    with CachedEncoder(open_encoder("", models_dir=work / "models"), work / "peer-vectors") as encoder:
        dense = PlainChroma(labelled.claims, encoder)
        systems += [
            ("plain LangChain + Chroma (0.85)", dense),
            ("LangChain ensemble (RRF)", Ensemble(labelled.claims, dense)),
            ("Check's rule (0.85)", Check(labelled.claims, dense)),
        ]
        for name, system in systems:
            row(name, run(system, queries, labelled.qrels))


def evasion(labelled: LabelledSet, queries: tuple[Query, ...], work: Path, name: str) -> None:
    """Print the loss in MAP@5 for each disguise."""
    title(f"Evasion on {labelled.name}: MAP@5, {len(queries)} messages")
    with opened(labelled.claims, work, name) as retrieval:
        system = Factline(retrieval.searcher)
        clean = run(system, queries, labelled.qrels, honest=False).map_at_5
        print(f"{'as it is':20}{clean:.4f}")
        for disguise, change in EVASIONS.items():
            generator = random.Random(11)
            changed = [Query(q.id, change(q.text, generator), q.lang, q.split) for q in queries]
            figure = run(system, changed, labelled.qrels, honest=False).map_at_5
            print(f"{disguise:20}{figure:.4f}  {100 * (figure - clean):+.1f}")
        generator = random.Random(12)
        both = [(q, generator.choice(queries)) for q in queries]
        changed = [Query(q.id, joined(q.text, other.text, generator), q.lang) for q, other in both]
        qrels = {
            q.id: labelled.qrels.get(q.id, frozenset()) | labelled.qrels.get(other.id, frozenset()) for q, other in both
        }
        figures = run(system, changed, qrels, honest=False)
        print(
            f"{'two joined':20}{figures.map_at_5:.4f}  {100 * (figures.map_at_5 - clean):+.1f}   (both answers are right; first right {figures.mrr:.4f})"  # noqa: E501
        )


def row(name: str, evaluation: Evaluation) -> None:
    """Print one line of a table."""
    values = [float(getattr(evaluation, column)) for column in COLUMNS]
    cells = [
        f"{value:13.1f}" if column.endswith("_ms") else f"{value:13.3f}"
        for column, value in zip(COLUMNS, values, strict=True)
    ]
    print(f"{name:34}" + "".join(cells), flush=True)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'-' * len(text)}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
