"""Decision time and memory at 14,000 and 200,000 fact-checks: real wording, synthetic growth, vectors made up.

What is timed is everything but the embedding of the message: an embedder that returns ready-made vectors at once stands
in, so that the vector search is real and the model's own time is not counted twice.
"""

from __future__ import annotations

import hashlib
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.labelled_sets import elsewhere, starter_claims, starter_set
from knowledge_base.models import FactCheck, FactCheckText, Status
from retrieval.build import open_retrieval
from retrieval.embedding import TextEncoder
from retrieval.evaluation_metrics import percentile
from retrieval.labelled import FixedRecord, NoNarratives

Vectors = NDArray[np.float32]
SIZES = (14_000, 200_000)


class InstantEncoder(TextEncoder):
    """Vectors from hashed words: near texts are near, and it costs nothing worth counting."""

    model_id = "instant"
    dimension = 384

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for at, text in enumerate(texts):
            for word in text.lower().split()[:40]:
                seed = int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=4).digest(), "big")
                vectors[at, [seed % 384, seed // 384 % 384, seed // 147456 % 384]] += (1, -1, 1)
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        norms[norms == 0] = 1
        return vectors / norms

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embed messages."""
        return self.encode_passages(texts)

    def coverage(self, text: str) -> float:
        """Know everything."""
        return 1.0 if text else 0.0


def grown(size: int) -> list[FactCheck]:
    """Return `size` fact-checks: those of the labelled sets (or the starter pack), and then recombinations of them."""
    generator = random.Random(size)
    known = [claim for labelled in elsewhere() for claim in labelled.claims] or starter_claims()
    texts = [next(iter(claim.texts.items())) for claim in known]
    found = known[:size]
    while len(found) < size:
        locale, one = generator.choice(texts)
        _, other = generator.choice(texts)
        half = one.claim[: len(one.claim) // 2] + other.claim[len(other.claim) // 2 :]
        name = f"grown-{len(found)}"
        found.append(
            FactCheck(
                name,
                {locale: FactCheckText(claim=half, headline=one.headline)},
                "grown",
                status=Status.PUBLISHED,
                revision=1,
            )
        )
    return found


def scale(work: Path) -> None:
    """Print decision time and memory for each size."""
    print("\nDecision beyond the embedding\n-----------------------------")
    sets = elsewhere()
    queries = [q.text for labelled in sets for q in labelled.of_split("dev")] or [q.text for q in starter_set().queries]
    generator = random.Random(5)
    before = 0.0
    for size in SIZES:
        claims = grown(size)
        with tempfile.TemporaryDirectory(dir=work) as folder:
            retrieval = open_retrieval(
                index_dir=Path(folder) / "index", models_dir=Path(folder) / "models", fact_checks=FixedRecord(claims),
                narratives=NoNarratives(), open_model=InstantEncoder,
            )  # fmt: skip
            try:
                start = time.perf_counter()
                retrieval.indexer.start()
                retrieval.indexer.catch_up(7200)
                built = time.perf_counter() - start
                asked = generator.sample(queries, min(300, len(queries)))
                for text in asked[:20]:
                    retrieval.searcher.search(text)
                times = []
                for text in asked:
                    start = time.perf_counter()
                    retrieval.searcher.search(text)
                    times.append(1000 * (time.perf_counter() - start))
                memory = resident_mb()
                print(
                    f"{size:8}: p50 {percentile(times, 0.5):6.1f} ms  p95 {percentile(times, 0.95):6.1f} ms  "
                    f"built in {built:.0f} s  resident {memory:.0f} MB (record and all)  growth {memory - before:.0f} MB",  # noqa: E501
                    flush=True,
                )
                before = memory
            finally:
                retrieval.close()


def resident_mb() -> float:
    """Return the memory of this process."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 / 1e6
