"""Make the weights: `python -m retrieval.training --benchmark DIR [--benchmark DIR ...] --everyday FILE`.

Reads labelled sets (see `retrieval.labelled`), runs their messages through the product's own candidate search over
stores of many sizes, fits both models on the train splits, sets thresholds on the dev splits, and writes
`background.json`, `fusion.json` and `answer.json`. Deterministic for the same input. Needs the extra "bench"
(LightGBM, scikit-learn) and, for 30,000 fact-checks on two cores, about half an hour; `--work` keeps indexes, vectors
and examples, so that a second run takes minutes.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import pickle  # nosec: our own files of one training run, never shipped and never read by the product
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from retrieval import features, rarity
from retrieval.documents import documents_of
from retrieval.labelled import LabelledSet, read_set
from retrieval.tokens import word_terms
from retrieval.training_examples import Example, claims_as_messages, full_store, small_stores
from retrieval.training_fit import fit

_LOG = logging.getLogger("retrieval.training")
_BACKGROUND_TERMS = 6000
"""Commonest terms of each language kept; what is rarer counts as rare."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m retrieval.training", description=__doc__.split("\n\n", maxsplit=1)[0]
    )
    parser.add_argument("--benchmark", action="append", type=Path, required=True, help="folder of a labelled set")
    parser.add_argument("--everyday", type=Path, required=True, help="JSON Lines {text} of messages nobody checks")
    parser.add_argument("--work", type=Path, required=True, help="folder for indexes, vectors and examples")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "weights", help="where the weights go")
    parser.add_argument("--false-answers", type=float, default=0.01, help="share of unanswerable messages answered")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    sets = [read_set(folder) for folder in options.benchmark]
    everyday = _everyday(options.everyday)
    options.work.mkdir(parents=True, exist_ok=True)
    write_background(sets, options.out)
    examples: list[Example] = []
    for labelled in sets:
        if labelled.queries:
            examples.extend(collected(labelled, everyday, options.work))
    fit(examples, options.out, false_answers=options.false_answers)
    return 0


def collected(labelled: LabelledSet, everyday: Sequence[str], work: Path) -> list[Example]:
    """Return the examples of one set; kept in `work` for the next run with the same features."""
    kept = work / f"examples-{labelled.name}-v{features.FEATURE_VERSION}.pickle"
    if kept.is_file():
        loaded: list[Example] = pickle.loads(kept.read_bytes())  # noqa: S301
        return loaded
    models, index = work / "models", work / f"index-{labelled.name}"
    found: list[Example] = []
    for name, source in (
        ("full store", full_store(labelled, everyday, index_dir=index, models_dir=models)),
        ("claims as messages", claims_as_messages(labelled, index_dir=index, models_dir=models, count=400)),
        ("small stores", small_stores(labelled, everyday, work_dir=work, models_dir=models, splits=("train", ""))),
    ):
        before = len(found)
        found.extend(source)
        _LOG.info("%s: %s gave %d examples", labelled.name, name, len(found) - before)
    kept.write_bytes(pickle.dumps(found))
    return found


def write_background(sets: Iterable[LabelledSet], out: Path) -> None:
    """Write how rare common terms are in the fact-checks of all sets: ln(texts / texts with the term), by language."""
    values: dict[str, float] = {}
    for chinese in (False, True):
        counts: Counter[str] = Counter()
        texts = 0
        for labelled in sets:
            for claim in labelled.claims:
                for document in documents_of(claim):
                    if document.indexed.locale.startswith("zh") is chinese:
                        texts += 1
                        counts.update(set(word_terms(document.indexed.whole)))
        for term, count in sorted(counts.most_common(_BACKGROUND_TERMS), key=lambda item: (-item[1], item[0])):
            value = round(math.log(texts / count), 1)
            if term not in values or value < values[term]:
                values[term] = value
    path = out / "background.json"
    path.write_text(json.dumps({"rarity": values}, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")
    rarity.background.cache_clear()


def _everyday(path: Path) -> list[str]:
    lines = path.read_text("utf-8").split("\n")
    return [str(json.loads(line)["text"]) for line in lines if line.strip()]


if __name__ == "__main__":
    raise SystemExit(main())
