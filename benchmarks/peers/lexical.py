"""The rules of Cofacts and of Check, over the texts Factline indexes."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence

from knowledge_base.models import FactCheck
from retrieval.evaluation import Answered
from retrieval.interface import Outcome, Ranked

_CJK = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]+")
_WORD = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
_STOP = frozenset("a an and are as at be but by for if in into is it no not of on or such that the their then there these they this to was will with".split())  # fmt: skip  # noqa: E501
_B, _K1 = 0.75, 1.2


def plain_text(fact_check: FactCheck) -> str:
    """Return what a peer would index: every text and wording of a fact-check."""
    parts: list[str] = []
    for text in fact_check.texts.values():
        parts += [text.claim, text.headline, text.subtitle]
    return "\n".join(filter(None, [*parts, *fact_check.wordings]))


def cjk_bigram_terms(text: str) -> list[str]:
    """Lower-case words and Chinese bigrams, as Elasticsearch's cjk analyser: no stems, no folding of scripts."""
    text = text.lower()
    terms = [word for word in _WORD.findall(text) if word not in _STOP]
    for run in _CJK.findall(text):
        terms += [run[at : at + 2] for at in range(len(run) - 1)] or [run]
    return terms


class Bm25:
    """Plain BM25 with an inverted index."""

    def __init__(self, texts: Sequence[str], terms: Callable[[str], list[str]]) -> None:
        self._terms = terms
        counted = [Counter(terms(text)) for text in texts]
        self._lengths = [sum(counts.values()) for counts in counted]
        self._average = sum(self._lengths) / max(1, len(texts)) or 1.0
        self._postings: dict[str, list[tuple[int, int]]] = {}
        for at, counts in enumerate(counted):
            for term, count in counts.items():
                self._postings.setdefault(term, []).append((at, count))
        self._size = len(texts)

    def idf(self, term: str) -> float:
        """Return the inverse document frequency."""
        found = len(self._postings.get(term, ()))
        return math.log(1 + (self._size - found + 0.5) / (found + 0.5))

    def search(self, terms: Sequence[str], limit: int) -> list[tuple[int, float, int]]:
        """Return (document, score, how many of the terms it has), best first."""
        scores: Counter[int] = Counter()
        matched: Counter[int] = Counter()
        for term in dict.fromkeys(terms):
            weight = self.idf(term)
            for at, count in self._postings.get(term, ()):
                norm = _K1 * (1 - _B + _B * self._lengths[at] / self._average)
                scores[at] += weight * count * (_K1 + 1) / (count + norm)  # type: ignore[assignment]
                matched[at] += 1
        return [(at, score, matched[at]) for at, score in scores.most_common(limit)]


def dice(one: str, other: str) -> float:
    """Return the Sørensen-Dice coefficient of the character bigrams, blanks left out (npm string-similarity)."""
    one, other = "".join(one.split()), "".join(other.split())
    if one == other:
        return 1.0
    if len(one) < 2 or len(other) < 2:
        return 0.0
    mine = Counter(one[at : at + 2] for at in range(len(one) - 1))
    theirs = Counter(other[at : at + 2] for at in range(len(other) - 1))
    return 2 * sum((mine & theirs).values()) / (len(one) + len(other) - 2)


class Cofacts:
    """rumors-api's more-like-this (25 rarest terms, 10<70 %), then the LINE bot's Dice re-ranking of the first four;
    answers at 0.95 one-to-one, or at 0.7 in groups.
    """

    def __init__(self, fact_checks: Sequence[FactCheck], *, answers_at: float = 0.95) -> None:
        self._ids = [each.id for each in fact_checks]
        self._texts = [plain_text(each) for each in fact_checks]
        self._compared = [[t.claim for t in each.texts.values()] + list(each.wordings) for each in fact_checks]
        self._index = Bm25(self._texts, cjk_bigram_terms)
        self._answers_at = answers_at

    def answer(self, text: str, *, without_ids: frozenset[str] = frozenset()) -> Answered:
        """Answer as the LINE bot would."""
        terms = sorted(set(cjk_bigram_terms(text)), key=lambda term: -self._index.idf(term))[:25]
        needed = len(terms) if len(terms) <= 10 else math.floor(0.7 * len(terms))
        hits = [
            at
            for at, _, matched in self._index.search(terms, 2000)
            if matched >= needed and self._ids[at] not in without_ids
        ]
        first = hits[:4]
        alike = {at: max(dice(text, other) for other in self._compared[at]) for at in first}
        first.sort(key=lambda at: -alike[at])
        ranking = [Ranked(self._ids[at], alike[at]) for at in first]
        ranking += [Ranked(self._ids[at], 0.0) for at in hits[4:10]]
        if not ranking:
            return Answered(Outcome.NONE)
        direct = ranking[0].probability >= self._answers_at
        shown = tuple(each.fact_check_id for each in ranking[: 1 if direct else 9])
        return Answered(Outcome.MATCH if direct else Outcome.POSSIBLE, tuple(ranking), shown)
