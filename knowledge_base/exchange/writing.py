"""A fact-check as an exchange record: the mapping JSON Lines and CSV write."""

from __future__ import annotations

from knowledge_base.exchange.fields import TEXT_FIELDS
from knowledge_base.models import UNKNOWN_LOCALE, FactCheck, Source


def to_record(fact_check: FactCheck) -> dict[str, object]:
    """Return the record, in the order of `fields.FIELDS`, without empty fields.

    One language is written as plain text with `lang`, several as mappings from language to text. `id` is the
    publisher's id where there is one; `factline_id` is always ours.
    """
    texts = fact_check.texts
    record: dict[str, object] = {
        "id": fact_check.external_id or fact_check.id,
        "factline_id": fact_check.id,
        "status": fact_check.status.value,
    }
    for field in TEXT_FIELDS:
        by_locale = {locale: getattr(text, field) for locale, text in texts.items() if getattr(text, field)}
        record[field] = by_locale if len(texts) > 1 else next(iter(by_locale.values()), "")
    record |= {
        "wordings": list(fact_check.wordings),
        "verdict": fact_check.verdict.value if fact_check.verdict else "",
        "verdict_label": fact_check.verdict_label,
        "url": fact_check.url,
        "date": fact_check.published_on.isoformat() if fact_check.published_on else "",
        "checked_on": fact_check.checked_on.isoformat() if fact_check.checked_on else "",
        "publisher": fact_check.publisher,
        "author": fact_check.author,
        "claimant": fact_check.claimant,
        "claim_urls": list(fact_check.claim_urls),
        "sources": [_source(source) for source in fact_check.sources],
        "topics": list(fact_check.topics),
        "narrative": fact_check.narrative_id,
    }
    if len(texts) == 1 and UNKNOWN_LOCALE not in texts:
        record["lang"] = next(iter(texts))
    return {key: value for key, value in record.items() if value}


def _source(source: Source) -> dict[str, str]:
    parts = {
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published": source.published_on.isoformat() if source.published_on else "",
        "lang": "" if source.locale == UNKNOWN_LOCALE else source.locale,
    }
    return {key: value for key, value in parts.items() if value}
