"""What an incoming record does to the stored one. Pure: values in, value out."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from knowledge_base.exchange.records import ParsedRecord
from knowledge_base.models import FactCheck, FactCheckText, Status


class Outcome(StrEnum):
    """What an import did with a record."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def status_of_new(given: Status | None, *, publish: bool) -> Status:
    """Return the status a new record starts with: nothing becomes visible unless `publish` says so."""
    if publish:
        return given or Status.PUBLISHED
    return given if given in {Status.IN_REVIEW, Status.RETRACTED} else Status.DRAFT


def merge(stored: FactCheck, incoming: FactCheck) -> FactCheck:
    """Return `stored` with what `incoming` says about itself.

    What the file is silent about stays: editors' translations, narrative, sources. Wordings and addresses of
    the claim are united, since editors add to them. Id, status and revision stay.
    """
    verdict_stated = incoming.verdict is not None or bool(incoming.verdict_label)
    return replace(
        stored,
        texts=_merge_texts(stored, incoming),
        verdict=incoming.verdict if verdict_stated else stored.verdict,
        verdict_label=incoming.verdict_label if verdict_stated else stored.verdict_label,
        sources=incoming.sources or stored.sources,
        url=incoming.url or stored.url,
        external_id=incoming.external_id or stored.external_id,
        author=incoming.author or stored.author,
        claimant=incoming.claimant or stored.claimant,
        published_on=incoming.published_on or stored.published_on,
        checked_on=incoming.checked_on or stored.checked_on,
        wordings=tuple(dict.fromkeys(stored.wordings + incoming.wordings)),
        claim_urls=tuple(dict.fromkeys(stored.claim_urls + incoming.claim_urls)),
        topics=incoming.topics or stored.topics,
        narrative_id=incoming.narrative_id or stored.narrative_id,
    )


def is_older(stored: FactCheck, incoming: FactCheck) -> bool:
    """Whether `incoming` is an earlier state: by publication date, on the same day by the day of the last check."""
    if stored.published_on and incoming.published_on and stored.published_on != incoming.published_on:
        return incoming.published_on < stored.published_on
    return bool(stored.checked_on and incoming.checked_on and incoming.checked_on < stored.checked_on)


def decide(
    stored: FactCheck, incoming: ParsedRecord, *, publish: bool, last_imported: FactCheck | None
) -> tuple[Outcome, FactCheck]:
    """Return what to do with `incoming` and the record to store.

    Args:
        stored: the current record.
        incoming: what the file says.
        publish: whether drafts become visible; any other status is kept.
        last_imported: the record as the last import left it. Where that already says all the file says, later
            edits by people are not undone by importing the same file again.
    """
    merged = merge(stored, incoming.fact_check)
    if is_same(merged, stored):
        if publish and stored.status is Status.DRAFT and incoming.status_given in {None, Status.PUBLISHED}:
            return Outcome.UPDATED, replace(stored, status=Status.PUBLISHED)
        return Outcome.UNCHANGED, stored
    if is_older(stored, incoming.fact_check):
        return Outcome.UNCHANGED, stored
    if last_imported is not None and is_same(merge(last_imported, incoming.fact_check), last_imported):
        return Outcome.UNCHANGED, stored
    if publish and stored.status is Status.DRAFT:
        merged = replace(merged, status=incoming.status_given or Status.PUBLISHED)
    return Outcome.UPDATED, merged


def is_same(one: FactCheck, other: FactCheck) -> bool:
    """Whether two states of a record say the same; the kind of mapping the texts sit in does not count."""
    return dict(one.texts) == dict(other.texts) and replace(one, texts={}) == replace(other, texts={})


def _merge_texts(stored: FactCheck, incoming: FactCheck) -> dict[str, FactCheckText]:
    texts = dict(stored.texts)
    for locale, text in incoming.texts.items():
        before = texts.get(locale)
        texts[locale] = (
            text
            if before is None
            else FactCheckText(
                claim=text.claim,
                headline=text.headline or before.headline,
                explanation=text.explanation or before.explanation,
                subtitle=text.subtitle or before.subtitle,
            )
        )
    return texts
