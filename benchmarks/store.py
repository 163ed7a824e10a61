"""A store of any size to measure on: made from templates, the same on every machine, or a labelled set's own.

Made fact-checks are built from the starter set's subjects, word lists and a long tail of made-up names, so that words
are distributed as in a real store: a few everywhere, most in a handful of texts. One in eight is Chinese.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks import store_words as words

FACT_CHECKS = 14_000
"""The size every target of the project is stated at."""

_CHINESE_ONE_IN = 8
_FIRST_DAY = date(2019, 1, 1)
_VERDICTS = ("false", "misleading", "false", "partly_true", "unproven", "outdated", "scam", "true")


@dataclass(frozen=True, slots=True)
class Store:
    """What is measured on: `claims` in the import format, `messages` as people forward them."""

    name: str
    claims: Path
    size: int
    messages: tuple[str, ...]


def open_store(work: Path, size: int = FACT_CHECKS, messages: int = 400) -> Store:
    """Return the labelled set under `FACTLINE_BENCHMARK_DIR` that is large enough, else a made one of `size`."""
    folder = os.environ.get("FACTLINE_BENCHMARK_DIR", "")
    for claims in sorted(Path(folder).glob("*/claims.jsonl")) if folder else []:
        held = sum(1 for _ in claims.open("rb"))
        if 0.9 * size <= held <= 1.5 * size:
            texts = [json.loads(line)["text"] for line in claims.with_name("queries.jsonl").open(encoding="utf-8")]
            random.Random(1).shuffle(texts)
            return Store(claims.parent.name, claims, held, tuple(texts[:messages]))
    path = work / f"made-{size}.jsonl"
    if not path.is_file():
        write_fact_checks(path, size)
    return Store("made", path, size, tuple(made_messages(messages, size)))


def write_fact_checks(path: Path, size: int) -> None:
    """Write `size` made fact-checks in the import format."""
    with path.open("w", encoding="utf-8") as out:
        for record in made_fact_checks(size):
            out.write(json.dumps(record, ensure_ascii=False) + "\n")


def made_fact_checks(size: int, start: int = 0) -> Iterator[dict[str, Any]]:
    """Yield made fact-checks; number n is the same whatever `size` is."""
    starter = _starter()
    for number in range(start, size):
        yield _fact_check(number, starter)


def made_messages(count: int, size: int) -> Iterator[str]:
    """Yield messages as people forward them: three of four have an answer in a made store of `size`.

    Some are the claim in the mood of a forward, some are half of it, some long ones in which it is one sentence.
    """
    randomness = random.Random(7)
    answerable = sorted(randomness.sample(range(size), min(size, count)))
    randomness.shuffle(answerable)
    unknown = made_fact_checks(10**9 + count, start=10**9)
    for number, record in zip(islice(_cycle(answerable), count), unknown, strict=True):
        known = randomness.random() < 0.75
        claim = _fact_check(number, _starter())["claim"] if known else record["claim"]
        yield _forward(claim, randomness)


def _cycle(numbers: list[int]) -> Iterator[int]:
    while True:
        yield from numbers


_STARTER: list[dict[str, Any]] = []


def _starter() -> list[dict[str, Any]]:
    if not _STARTER:
        text = resources.files("knowledge_base.starter").joinpath("starter.jsonl").read_text("utf-8")
        _STARTER.extend(json.loads(line) for line in text.splitlines() if line.strip())
    return _STARTER


def _fact_check(number: int, starter: list[dict[str, Any]]) -> dict[str, Any]:
    randomness = random.Random(number)
    chinese = number % _CHINESE_ONE_IN == 7
    named = words.chinese_filling(randomness) if chinese else words.filling(randomness)
    templates = words.CHINESE_TEMPLATES if chinese else words.TEMPLATES
    claim = randomness.choice(templates).format(**named)
    aside = randomness.choice(words.CHINESE_ASIDES if chinese else words.ASIDES).format(**named)
    headline = randomness.choice(words.CHINESE_HEADLINES if chinese else words.HEADLINES).format(**named)
    locale = "zh-TW" if chinese else "en"
    explanation = randomness.choice([one for one in starter if locale in one["explanation"]])["explanation"][locale]
    sentences = explanation.replace("。", "。|").replace(". ", ".|").split("|")
    day = _FIRST_DAY + timedelta(days=number % 2500)
    publisher = randomness.choice(words.PUBLISHERS)
    address = f"https://{publisher.lower().replace(' ', '-')}.example/{day:%Y/%m}/{number}"
    return {
        "id": f"made-{number}",
        "claim": claim + ("" if chinese else " ") + aside,
        "title": headline,
        "subtitle": randomness.choice(sentences).strip(),
        "explanation": " ".join(sentences[:3]).strip(),
        "verdict": randomness.choice(_VERDICTS),
        "publisher": publisher,
        "url": address,
        "date": day.isoformat(),
        "sources": [{"title": headline, "url": address + "/source", "publisher": publisher}],
        "lang": locale,
    }


def _forward(claim: str, randomness: random.Random) -> str:
    chinese = not claim.isascii() and any("\u4e00" <= character <= "\u9fff" for character in claim)
    filler = words.CHINESE_FILLER if chinese else words.FILLER
    gap = "" if chinese else " "
    kind = randomness.random()
    if kind < 0.25:
        pieces = claim.split(gap) if gap else list(claim)
        kept = [piece for piece in pieces if randomness.random() > 0.25]
        claim = gap.join(kept or pieces)
    elif kind < 0.4:
        claim = claim[: max(12, len(claim) * 2 // 3)]
    around = 6 if randomness.random() < 0.12 else randomness.randint(0, 2)
    before = [randomness.choice(filler) for _ in range(around)]
    after = [randomness.choice(filler) for _ in range(around // 2)]
    link = f" https://news.example/{randomness.randint(1, 10**6)}?utm_source=chat" if randomness.random() < 0.2 else ""
    return gap.join([*before, claim, *after]) + link
