"""A searcher that answers what it was told to, and remembers what it was asked."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge_base.models import FactCheck
from retrieval.interface import Evidence, Match, MatchKind, Outcome, Ranked, Resemblance, SearchResult


class FakeSearcher:
    """Implements `retrieval.interface.Searcher`: exact texts to results, `NONE` for everything else."""

    def __init__(self) -> None:
        self.results: dict[str, SearchResult] = {}
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.otherwise = SearchResult(Outcome.NONE, locale="en", timings_ms={"total": 1.0})

    def answers(self, text: str, result: SearchResult) -> None:
        """Answer `text` with `result` from now on."""
        self.results[text] = result

    def search(self, text: str, *, urls: tuple[str, ...] = ()) -> SearchResult:
        self.asked.append((text, urls))
        return self.results.get(text, self.otherwise)


def match_of(
    fact_check: FactCheck,
    text: str,
    *,
    kind: MatchKind = MatchKind.SAME_CLAIM,
    probability: float = 0.97,
    evidence: Evidence | None = None,
) -> Match:
    """Return a match of `fact_check` on `text`."""
    outcome = Outcome.POSSIBLE if kind is MatchKind.POSSIBLE else Outcome.MATCH
    locale = next(iter(fact_check.texts))
    return Match(fact_check, probability, kind, outcome, text, locale, evidence or Evidence())


def found(matches: Sequence[Match], *, locale: str = "en") -> SearchResult:
    """Return the result that holds `matches`, best first."""
    ranking = tuple(Ranked(match.fact_check.id, match.probability) for match in matches)
    timings = {"total": 2.5}
    return SearchResult(matches[0].outcome, tuple(matches), ranking, locale=locale, timings_ms=timings)


def nothing(*, locale: str = "en", resemblance: Resemblance | None = None) -> SearchResult:
    """Return "no fact-check answers this"."""
    return SearchResult(Outcome.NONE, resemblance=resemblance, locale=locale, timings_ms={"total": 2.5})
