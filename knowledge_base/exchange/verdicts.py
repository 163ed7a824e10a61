"""A publisher's words for a verdict, read as one of ours; what cannot be read for certain stays unread."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge_base.models import Verdict

_CLAUSE_ENDS = ".:!?;|。：！？；｜—–("
_LONGEST_LABEL = 200


@dataclass(frozen=True, slots=True)
class NumberScale:
    """A rating as a number. It means something only between two different ends."""

    value: float
    worst: float
    best: float


@dataclass(frozen=True, slots=True)
class _Words:
    by_language: Mapping[str, Mapping[str, Verdict]]
    anywhere: Mapping[str, Verdict]


def read_verdict(label: str, locale: str = "", scale: NumberScale | None = None) -> Verdict | None:
    """Return the verdict `label` states, or None.

    Words first: the whole label, then its first clause ("False: the video is from 2015"), in the language of
    `locale` and then in any language whose reading no other language contradicts. The number second.
    """
    if 0 < len(label) <= _LONGEST_LABEL:
        for part in (label, _first_clause(label)):
            verdict = _look_up(_folded(part), locale)
            if verdict is not None:
                return verdict
    return read_scale(scale) if scale is not None else None


def read_scale(scale: NumberScale) -> Verdict | None:
    """Return the verdict of a number on a scale that makes sense, else None.

    The steps are those of Google's five-point example (1 false, 2 mostly false, 3 half true, 4 mostly true,
    5 true; "Fact Check (ClaimReview) structured data", Google Search Central), each reaching half-way to the
    next. Feeds write -1/-1 for "no number", and worst above best: neither says anything.
    """
    if not scale.worst < scale.best or not scale.worst <= scale.value <= scale.best:
        return None
    share = (scale.value - scale.worst) / (scale.best - scale.worst)
    if share < 0.125:
        return Verdict.FALSE
    if share < 0.375:
        return Verdict.MISLEADING
    return Verdict.PARTLY_TRUE if share < 0.875 else Verdict.TRUE


def _look_up(folded: str, locale: str) -> Verdict | None:
    if not folded:
        return None
    words = _words()
    for language in (locale, locale.split("-", maxsplit=1)[0]):
        verdict = words.by_language.get(language, {}).get(folded)
        if verdict is not None:
            return verdict
    return words.anywhere.get(folded)


def _first_clause(label: str) -> str:
    ends = [position for position in (label.find(mark) for mark in _CLAUSE_ENDS) if position > 0]
    return label[: min(ends)] if ends else ""


def _folded(label: str) -> str:
    """Fold case and width; drop punctuation and emoji; keep letters, digits and the marks scripts are written with.

    Turkish capitals lose their dots in lower case elsewhere: both letters i are one here.
    """
    spaced = "".join(
        " " if unicodedata.category(character)[0] in "PSZC" and character not in "'\u200c" else character
        for character in unicodedata.normalize("NFKC", label).replace("’", "'").casefold()
    )
    return " ".join(spaced.replace("ı", "i").replace("i̇", "i").split())


@cache
def _words() -> _Words:
    """Read the table. A word two languages use for different verdicts counts only in those languages."""
    text = resources.files(__package__).joinpath("verdict_words.json").read_text(encoding="utf-8")
    by_language: dict[str, dict[str, Verdict]] = {}
    meanings: dict[str, set[Verdict]] = {}
    for verdict_name, languages in json.loads(text).items():
        verdict = Verdict(verdict_name)
        languages["factline"] = [verdict.value]
        for language, labels in languages.items():
            for label in labels:
                by_language.setdefault(language, {})[_folded(label)] = verdict
                meanings.setdefault(_folded(label), set()).add(verdict)
    anywhere = {label: next(iter(verdicts)) for label, verdicts in meanings.items() if len(verdicts) == 1}
    return _Words(by_language, anywhere)
