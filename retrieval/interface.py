"""What the rest of Factline may ask of matching, and what it gets back. Imports no engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from knowledge_base.models import FactCheck, Narrative


class Outcome(StrEnum):
    """The honest outcomes. `UNAVAILABLE` is "search is down", never "nothing found"."""

    MATCH = "match"
    POSSIBLE = "possible"
    NONE = "none"
    UNAVAILABLE = "unavailable"


class MatchKind(StrEnum):
    """How a fact-check was recognised; said to the asker in words."""

    EXACT = "exact"  # the message is (nearly) a text already known to carry this claim
    SAME_LINK = "same_link"  # it carries the address the claim is known to have appeared at
    SAME_CLAIM = "same_claim"  # other words, same claim
    POSSIBLE = "possible"  # did you mean


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why message and claim may differ although they look alike.

    `kind` is one of "negation", "number", "date", "place", "name"; the two sides are the words that clash
    ("" where one side has none).
    """

    kind: str
    in_message: str
    in_claim: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why it matched.

    `legs` maps a leg's name to its own score for this fact-check (leg-specific unit, larger is closer);
    `features` are the numbers the decision saw; `shared_words` the rarest words both sides have, rarest first.
    """

    legs: Mapping[str, float] = field(default_factory=dict)
    features: Mapping[str, float] = field(default_factory=dict)
    shared_words: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A fact-check that answers, or may answer, the message.

    `probability` is the calibrated chance, 0..1, that `fact_check` answers `matched_text`, the part of the
    message it was matched on (as the asker wrote it). `fact_check` was read from the record after matching and
    was published then. `locale` is the key of the text that matched best.
    """

    fact_check: FactCheck
    probability: float
    kind: MatchKind
    outcome: Outcome
    matched_text: str
    locale: str
    evidence: Evidence = field(default_factory=Evidence)


@dataclass(frozen=True, slots=True)
class Resemblance:
    """A known storyline the message resembles: weaker than a match and never a verdict.

    `examples` are published fact-checks of that storyline, nearest first, at most three.
    """

    narrative: Narrative
    score: float
    examples: tuple[FactCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """One line of the ranking: for evaluation; not read from the record."""

    fact_check_id: str
    probability: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The answer to one message.

    `matches`, best first: for `MATCH` the one to three direct answers (several only where different sentences
    of the message carry different claims); for `POSSIBLE` up to three to choose from; else empty.
    `ranking` holds up to ten best, whatever the outcome. `timings_ms` maps a step to milliseconds and holds
    "total". `legs_down` names legs that could not answer. `locale` is the language of the message.
    """

    outcome: Outcome
    matches: tuple[Match, ...] = ()
    ranking: tuple[Ranked, ...] = ()
    resemblance: Resemblance | None = None
    locale: str = "und"
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    legs_down: tuple[str, ...] = ()


class Searcher(Protocol):
    """Finds the fact-check that answers a message.

    Thread-safe, blocks, never raises for what the text contains (any str, any length; empty text gives
    `NONE`). Where every leg or the record is down the outcome is `UNAVAILABLE`.
    """

    def search(self, text: str, *, urls: tuple[str, ...] = ()) -> SearchResult:
        """Match `text`; `urls` are addresses the platform knows to be in it beside those visible in the text."""
        ...


@dataclass(frozen=True, slots=True)
class IndexState:
    """How far the derived index is behind the record.

    `applied_seq` equals `record_seq` when up to date. `building` is true while a rebuild runs; lexical answers
    go on meanwhile. `progress` is 0..1.
    """

    applied_seq: int
    record_seq: int
    documents: int
    building: bool = False
    progress: float = 1.0
    model: str = ""
    normaliser_version: int = 0
    problem: str = ""

    @property
    def lag(self) -> int:
        """Changes not yet applied."""
        return max(0, self.record_seq - self.applied_seq)


class Indexer(Protocol):
    """Keeps the derived index equal to the record; owned by exactly one process."""

    def start(self) -> None:
        """Open (rebuild where missing, damaged or of another version) and follow the change log on a thread."""
        ...

    def catch_up(self, timeout_s: float | None = None) -> bool:
        """Apply everything logged so far; return whether that was done within `timeout_s`."""
        ...

    def notify(self) -> None:
        """Say that the change log may have grown, so that it is read now rather than at the next tick."""
        ...

    def state(self) -> IndexState:
        """Return where it stands."""
        ...

    def close(self) -> None:
        """Stop following and release every file; idempotent."""
        ...
