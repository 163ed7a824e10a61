"""Which rumor comes first: demand x speed x age x harm, each a factor of at least 1. Pure.

The factors are logarithms, so that one viral rumor cannot bury every other for a day, and their product, so that a
rumor strong in two ways beats one that is strong in one. What they weigh is set by hand; no measured data stands
behind the numbers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handlers.editorial.ports import QueuedRumor

_LEAST_HOURS = 0.25  # a rumor of a minute ago has no speed yet worth extrapolating
_OLDEST = 12.0  # in spans of the target: what waits longer does not climb further
_HARM = 2.0  # bodily, financial and civic harm counts double
_HARMFUL = re.compile(
    r"\b(?:cur(?:e|es|ed)|heal(?:s|ed)?|flu|cancer|vaccin\w*|virus|covid|poison\w*|toxic|medicines?|drugs?|antibiotic\w*|hospital|dose|bleach|"
    r"earthquake|typhoon|flood\w*|evacuat\w*|explosion|radiation|bank|scam|refund|password|verify your|lottery|"
    r"ballots?|vot(?:e|es|ing|ers?)|election|polling)\b"
    r"|[治療癌疫苗病毒藥醫院劑]{2}|癌|疫苗|病毒|中毒|有毒|偏方|地震|颱風|海嘯|停電|輻射|撤離|匯款|詐騙|帳號|中獎|"
    r"驗證碼|投票|選票|選舉|開票|作票",
    re.IGNORECASE,
)


class Hurry(StrEnum):
    """How a rumor stands against the clock."""

    IN_TIME = "in_time"
    SOON = "soon"  # less than a quarter of the time is left
    LATE = "late"


@dataclass(frozen=True, slots=True)
class TimeToCheck:
    """The clock on a rumor: how long it has waited, how much of the time is left (negative: over)."""

    waited: timedelta
    left: timedelta
    hurry: Hurry


@dataclass(frozen=True, slots=True)
class RankedRumor:
    """A rumor with its place in the queue; a larger score comes first."""

    rumor: QueuedRumor
    score: float
    clock: TimeToCheck
    is_harmful: bool


def ranked(rumors: Iterable[QueuedRumor], *, now: datetime, answer_within: timedelta) -> list[RankedRumor]:
    """Return rumors, the most urgent first; equal ones oldest first, then by id."""
    found = [_ranked(rumor, now, answer_within) for rumor in rumors]
    return sorted(found, key=lambda each: (-each.score, each.rumor.first_seen, each.rumor.id))


def _ranked(rumor: QueuedRumor, now: datetime, answer_within: timedelta) -> RankedRumor:
    clock = time_to_check(rumor.first_seen, now=now, answer_within=answer_within)
    harmful = bool(_HARMFUL.search(rumor.text))
    demand = 1 + math.log2(1 + rumor.askers + max(0, rumor.chats - 1) / 2)
    hours = max(_LEAST_HOURS, (rumor.last_seen - rumor.first_seen).total_seconds() / 3600)
    speed = 1 + math.log2(1 + max(0, rumor.askers - 1) / hours)
    age = 1 + min(_OLDEST, clock.waited / answer_within) / 2
    return RankedRumor(rumor, demand * speed * age * (_HARM if harmful else 1.0), clock, harmful)


def time_to_check(first_seen: datetime, *, now: datetime, answer_within: timedelta) -> TimeToCheck:
    """Return how a rumor first asked at `first_seen` stands against the clock."""
    waited = max(timedelta(), now - first_seen)
    left = answer_within - waited
    hurry = Hurry.LATE if left <= timedelta() else Hurry.SOON if left < answer_within / 4 else Hurry.IN_TIME
    return TimeToCheck(waited, left, hurry)
