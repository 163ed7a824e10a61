"""What happened in the newsroom that askers are to be told of; who tells them listens at one place (`Desk.listen`)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """A fact-check became public for the first time."""

    fact_check_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class Corrected:
    """A published fact-check says something else now; `previous_revision` is what people were shown before."""

    fact_check_id: str
    revision: int
    previous_revision: int
    reason: str
    has_new_verdict: bool


@dataclass(frozen=True, slots=True)
class Retracted:
    """A fact-check was taken back."""

    fact_check_id: str
    revision: int
    reason: str


@dataclass(frozen=True, slots=True)
class RumorAnswered:
    """A rumor has its answer: everybody who asked can be told."""

    rumor_id: str
    fact_check_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class RumorDismissed:
    """A rumor will not be checked; `reason` is fit to be told to those who asked."""

    rumor_id: str
    reason: str


Event = Published | Corrected | Retracted | RumorAnswered | RumorDismissed
