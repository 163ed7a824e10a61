"""Dates as feeds write them. What is ambiguous stays unread: a date is never guessed."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv enero ene januar janeiro gennaio",
            "february feb février févr fevrier febrero februar fevereiro fev febbraio",
            "march mar mars marzo märz maerz março marco",
            "april apr avril avr abril abr aprile",
            "may mai mayo maio maggio",
            "june jun juin junio juni junho giugno",
            "july jul juillet juil julio juli julho luglio",
            "august aug août aout agosto ago",
            "september sep sept septembre septiembre setembro settembre",
            "october oct octobre octubre oktober outubro out ottobre okt",
            "november nov novembre noviembre novembro",
            "december dec décembre déc decembre diciembre dic dezember dez dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}

_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        # ISO 8601, alone or followed by a time; also with slashes or dots, year first.
        r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?:$|[T ]\s*\d{1,2}:\d{2}.*$)",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:T\d{4,6}.*)?$",
        # 2015年5月26日; full-width digits are digits to \d and to int().
        r"(?P<y>\d{4})\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日?",
        r"(?P<y>\d{4})\s*년\s*(?P<m>\d{1,2})\s*월\s*(?P<d>\d{1,2})\s*일?",
        # 26.05.2015: with dots the day comes first everywhere. 05/06/2015 is left alone: it means two days.
        r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})$",
        # 26 May 2015, 26th May 2015, Tue, 26 May 2015 10:00:00 GMT, 26 de mayo de 2015
        r"(?:[^\W\d]+\.?,?\s+)?(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s*(?:of\s+|de\s+)?(?P<n>[^\W\d_]+)\.?,?\s+"
        r"(?:de\s+|del\s+)?(?P<y>\d{4})(?:$|,?\s+\d{1,2}:\d{2}.*$)",
        # May 26, 2015
        r"(?:[^\W\d]+,\s+)?(?P<n>[^\W\d_]+)\.?\s+(?P<d>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y>\d{4})(?:$|,?\s+(?:at\s+)?\d{1,2}:\d{2}.*$)",
    )
)


def parse_date(text: str) -> date | None:
    """Return the day `text` names as it is written (no time-zone shift), or None where it names none for certain."""
    stripped = text.strip()
    if not stripped or len(stripped) > 100:
        return None
    for pattern in _PATTERNS:
        found = pattern.match(stripped.lower() if "?P<n>" in pattern.pattern else stripped)
        if found is None:
            continue
        parts = found.groupdict()
        month = _MONTHS.get(parts["n"]) if parts.get("n") else int(parts["m"])
        if month is None:
            continue
        try:
            return date(int(parts["y"]), month, int(parts["d"]))
        except ValueError:
            return None
    return None
