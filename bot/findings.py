"""What the doctor says of each thing it looked at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How a finding is meant."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `advice` says what to do, "" where there is nothing to do."""

    level: Level
    subject: str
    says: str
    advice: str = ""
