"""Which forwards a draft would answer, told from its words alone: the index only knows what is published. Pure but for
the search for what answers them today."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from handlers.editorial.desk import Desk
from handlers.wording import one_line
from knowledge_base.models import FactCheck
from retrieval.containment import contained, grams
from retrieval.interface import Outcome
from retrieval.normalize import fingerprint, normalise

LEAST_SHARE = 0.8  # set by hand: half-forwards and joined copies lie above .9, other claims of one topic below .5
_LEAST_CHARS = 12  # a shorter text stands in any other by chance


class Reach(StrEnum):
    """How surely a draft would answer a forward."""

    KNOWN = "known"  # the very text, or one that differs in spelling tricks only
    CONTAINED = "contained"  # most of a known wording stands in it, or it in one
    OTHER_WORDS = "other_words"  # only meaning could tell, and that is measured after publishing


@dataclass(frozen=True, slots=True)
class Tested:
    """One forward that was tried. `share` is the largest containment, 0..1; `answered_by` the claim of the published
    fact-check that answers it today, "" for none."""

    text: str
    reach: Reach
    share: float
    answered_by: str


def tested(desk: Desk, draft: FactCheck, text: str) -> Tested:
    """Return whether `draft` would answer `text`, and what does today."""
    reach, share = reach_of(draft, text)
    result = desk.searcher.search(text)
    others = [match.fact_check for match in result.matches if match.outcome is Outcome.MATCH]
    answered_by = next((one_line(each.texts[each.best_locale("")].claim) for each in others if each.id != draft.id), "")
    return Tested(text, reach, share, answered_by)


def reach_of(draft: FactCheck, text: str) -> tuple[Reach, float]:
    """Return how surely, and the share of words behind it; pure."""
    known = [each for each in (*draft.wordings, *(text.claim for text in draft.texts.values())) if each.strip()]
    mark = fingerprint(text)
    if mark and any(fingerprint(each) == mark for each in known):
        return Reach.KNOWN, 1.0
    written = normalise(text)
    share = 0.0
    for each in map(normalise, known):
        for part, whole in ((each, written), (written, each)):
            if len(part) >= _LEAST_CHARS:
                share = max(share, contained(grams(part), whole))
    return (Reach.CONTAINED if share >= LEAST_SHARE else Reach.OTHER_WORDS), share
