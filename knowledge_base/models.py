"""The records: fact-checks, their revisions, narratives, and the log of changes.

Everything is a frozen dataclass of plain values. Datetimes are aware and in UTC. A locale is a BCP 47 tag
("en", "zh-TW"); "und" stands for a language nobody has named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

UNKNOWN_LOCALE = "und"


class Verdict(StrEnum):
    """The shared vocabulary of published verdicts.

    A publisher's own wording is kept beside it (`FactCheck.verdict_label`) and wins on display; this is what
    filters, colours and statistics use. A label nobody could map has no `Verdict` at all: it is never guessed.
    """

    FALSE = "false"
    MISLEADING = "misleading"
    PARTLY_TRUE = "partly_true"
    TRUE = "true"
    UNPROVEN = "unproven"
    SATIRE = "satire"
    SCAM = "scam"
    OUTDATED = "outdated"


class Status(StrEnum):
    """Where a fact-check stands. Only `PUBLISHED` is ever shown to an asker."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    RETRACTED = "retracted"


@dataclass(frozen=True, slots=True)
class FactCheckText:
    """One language's wording of a fact-check; the editors' text, shown verbatim.

    `claim` states what is being checked, `headline` states the fact (no myth wording), `explanation` says why
    the claim misleads. `subtitle` is a publisher's standfirst: matched against, shown only where there is no
    explanation.
    """

    claim: str
    headline: str = ""
    explanation: str = ""
    subtitle: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Evidence a fact-check rests on. `published_on` is None where the page bears no date."""

    title: str
    url: str
    publisher: str = ""
    published_on: date | None = None
    locale: str = UNKNOWN_LOCALE


@dataclass(frozen=True, slots=True)
class FactCheck:
    """A fact-check at one revision.

    `texts` has at least one entry, in the order editors gave; `revision` is 0 before the first save and grows
    by one with each. `(publisher, url)` names the same fact-check across imports; where there is no url,
    `(publisher, external_id)` does. `wordings` are forwarded messages known to carry this claim: they state
    the rumor, are matched against, and never shown as an answer. `claim_urls` are addresses where the claim
    appeared (not where it was checked: that is `url`). `checked_on` is the last day somebody re-checked it.
    """

    id: str
    texts: Mapping[str, FactCheckText]
    publisher: str
    verdict: Verdict | None = None
    verdict_label: str = ""
    status: Status = Status.DRAFT
    revision: int = 0
    sources: tuple[Source, ...] = ()
    url: str = ""
    external_id: str = ""
    author: str = ""
    claimant: str = ""
    published_on: date | None = None
    checked_on: date | None = None
    wordings: tuple[str, ...] = ()
    claim_urls: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    narrative_id: str = ""

    @property
    def is_published(self) -> bool:
        """Whether askers may see it."""
        return self.status is Status.PUBLISHED

    def best_locale(self, wanted: str) -> str:
        """Return the key of `texts` to show to a reader of `wanted`.

        The exact tag first, then the same language in another region ("zh-TW" for "zh-Hant"), then the first
        text there is.
        """
        if wanted in self.texts:
            return wanted
        language = wanted.split("-", maxsplit=1)[0].lower()
        for locale in self.texts:
            if locale.split("-")[0].lower() == language:
                return locale
        return next(iter(self.texts))


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of a fact-check's append-only history.

    `digest` is the SHA-256 hex of the canonical JSON of everything else here together with
    `previous_digest` ("" for the first): changing any stored revision breaks every digest after it.
    """

    fact_check_id: str
    revision: int
    snapshot: FactCheck
    editor: str
    reason: str
    saved_at: datetime
    previous_digest: str
    digest: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the change log: the fact-check `fact_check_id` became `revision`.

    `seq` grows strictly; a reader that has applied everything up to `seq` is up to date when it equals
    `FactCheckRepository.last_seq()`.
    """

    seq: int
    fact_check_id: str
    revision: int
    status: Status


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who, according to whom, spread a narrative; kept apart from every verdict."""

    actor: str
    by: str
    url: str
    confidence_words: str
    scope: str = ""
    published_on: str = ""
    aliases: tuple[str, ...] = ()
    techniques: tuple[Technique, ...] = ()


@dataclass(frozen=True, slots=True)
class Technique:
    """A DISARM technique (CC BY-SA, DISARM Foundation) and why it applies."""

    id: str
    name: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Narrative:
    """A storyline that groups fact-checks and rumors. Says nothing about whether any one claim is true."""

    id: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    attributions: tuple[Attribution, ...] = ()
