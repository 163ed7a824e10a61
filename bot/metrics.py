"""What is counted, for /metrics: message to reply, outcomes, the index. Ids and texts never become labels."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from handlers.messages import Reply, ReplyKind
from retrieval.interface import IndexState, Searcher, SearchResult

# From "at once" to "somebody gave up waiting"; finest around the promised second.
_TTA_BUCKETS_S = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SEARCH_BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_OUTCOME_OF = {
    ReplyKind.CORRECTION: "match",
    ReplyKind.POSSIBLE: "possible",
    ReplyKind.NONE: "none",
    ReplyKind.UNAVAILABLE: "unavailable",
}


class Metrics:
    """The process's counters, in the registry handed over."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.registry = registry
        self._tta = Histogram(
            "factline_time_to_answer_seconds",
            "From a message received to its reply ready.",
            ["platform"],
            buckets=_TTA_BUCKETS_S,
            registry=registry,
        )
        self._outcomes = Counter(
            "factline_outcomes_total", "Answers by outcome.", ["platform", "outcome"], registry=registry
        )
        self._dropped = Counter(
            "factline_messages_dropped_total",
            "Messages left unanswered on purpose.",
            ["platform", "reason"],
            registry=registry,
        )
        self._faults = Counter(
            "factline_faults_total", "Messages answered with an apology.", ["platform"], registry=registry
        )
        self._search = Histogram(
            "factline_search_seconds", "Time of one search.", buckets=_SEARCH_BUCKETS_S, registry=registry
        )
        self._searches = Counter("factline_searches_total", "Searches by outcome.", ["outcome"], registry=registry)
        self._legs_down = Counter(
            "factline_leg_down_total", "Searches a leg could not take part in.", ["leg"], registry=registry
        )
        self._lag = Gauge("factline_index_lag", "Changes the index has not applied yet.", registry=registry)
        self._documents = Gauge("factline_index_documents", "Fact-checks in the index.", registry=registry)
        self._building = Gauge("factline_index_building", "1 while the index is rebuilt.", registry=registry)

    def watch_index(self, state: Callable[[], IndexState]) -> None:
        """Report the index's state each time somebody asks for the metrics."""
        self._lag.set_function(lambda: float(state().lag))
        self._documents.set_function(lambda: float(state().documents))
        self._building.set_function(lambda: float(state().building))

    def answered(self, platform: str, replies: list[Reply], elapsed_s: float) -> None:
        """Count one message that got `replies` after `elapsed_s` seconds; silence is not an answer."""
        if not replies:
            return
        self._tta.labels(platform).observe(elapsed_s)
        for reply in replies:
            outcome = _OUTCOME_OF.get(reply.kind)
            if outcome:
                self._outcomes.labels(platform, outcome).inc()

    def dropped(self, platform: str, reason: str) -> None:
        """Count a message left unanswered: "duplicate", "rate" or "busy"."""
        self._dropped.labels(platform, reason).inc()

    def fault(self, platform: str) -> None:
        """Count a message that ended in an apology."""
        self._faults.labels(platform).inc()

    def searched(self, result: SearchResult) -> None:
        """Count one search."""
        self._searches.labels(str(result.outcome)).inc()
        self._search.observe(result.timings_ms.get("total", 0.0) / 1000)
        for leg in result.legs_down:
            self._legs_down.labels(leg).inc()


class MeteredSearcher:
    """A `Searcher` that counts what another one answers."""

    def __init__(self, searcher: Searcher, metrics: Metrics) -> None:
        self._searcher = searcher
        self._metrics = metrics

    def search(self, text: str, *, urls: tuple[str, ...] = ()) -> SearchResult:
        """Search, then count."""
        result = self._searcher.search(text, urls=urls)
        self._metrics.searched(result)
        return result
