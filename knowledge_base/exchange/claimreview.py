"""ClaimReview JSON-LD (https://schema.org/ClaimReview): what we publish about a fact-check.

`to_claimreview` is what a page carries and search engines read: schema.org properties only. An exported file adds
`EXTENSION` beside them, an object in our own namespace for what schema.org has no place for (ids, status, our verdict
vocabulary, further languages, known wordings, narrative, day of the last check), so that nothing is lost when the file
is imported again. The standard properties are never repeated in it: each value has one home.
"""

from __future__ import annotations

from knowledge_base.exchange.fields import TEXT_FIELDS
from knowledge_base.exchange.writing import to_record
from knowledge_base.models import UNKNOWN_LOCALE, FactCheck, FactCheckText, Source, Verdict

CONTEXT = "https://schema.org"
EXTENSION = "factline:record"
NAMESPACE = {"factline": "urn:factline:"}

_EXTENSION_FIELDS = (
    "id",
    "factline_id",
    "status",
    "verdict",
    "verdict_label",
    "checked_on",
    "wordings",
    "narrative",
)

RATING_WORDS = {
    Verdict.FALSE: "False",
    Verdict.MISLEADING: "Misleading",
    Verdict.PARTLY_TRUE: "Partly true",
    Verdict.TRUE: "True",
    Verdict.UNPROVEN: "Unproven",
    Verdict.SATIRE: "Satire",
    Verdict.SCAM: "Scam",
    Verdict.OUTDATED: "Outdated",
}
"""What `alternateName` says where the publisher has no label of its own; values of a data format, not of a page."""


def to_claimreview(fact_check: FactCheck, *, page_url: str) -> dict[str, object]:
    """Return the JSON-LD of a fact-check for the page at `page_url`.

    The first text is the one described. `url` is the publisher's own page where there is one. There is no number
    in the rating: our verdicts are kinds, not degrees, and an invented scale would be read as one.
    """
    return {"@context": CONTEXT, **_properties(fact_check, page_url)}


def to_feed_item(fact_check: FactCheck) -> dict[str, object]:
    """Return the JSON-LD of a fact-check for an exported feed, complete enough to be imported again unchanged."""
    record = to_record(fact_check)
    extension: dict[str, object] = {field: record[field] for field in _EXTENSION_FIELDS if field in record}
    extension["languages"] = list(fact_check.texts)
    primary = next(iter(fact_check.texts))
    for field in TEXT_FIELDS:
        others = {
            locale: getattr(text, field)
            for locale, text in fact_check.texts.items()
            if locale != primary and getattr(text, field)
        }
        if others:
            extension[field] = others
    return {**_properties(fact_check, ""), EXTENSION: extension}


def _properties(fact_check: FactCheck, page_url: str) -> dict[str, object]:
    locale, text = next(iter(fact_check.texts.items()))
    properties: dict[str, object] = {
        "@type": "ClaimReview",
        "identifier": fact_check.id,
        "url": fact_check.url or page_url,
        **_text_properties(text),
        "inLanguage": "" if locale == UNKNOWN_LOCALE else locale,
        "datePublished": fact_check.published_on.isoformat() if fact_check.published_on else "",
        "author": {"@type": "Organization", "name": fact_check.publisher},
        "creator": {"@type": "Person", "name": fact_check.author} if fact_check.author else "",
        "reviewRating": _rating(fact_check),
        "itemReviewed": _claim(fact_check),
        "citation": [_citation(source) for source in fact_check.sources],
        "keywords": list(fact_check.topics),
    }
    return {key: value for key, value in properties.items() if value}


def _text_properties(text: FactCheckText) -> dict[str, object]:
    return {
        "claimReviewed": text.claim,
        "headline": text.headline,
        "alternativeHeadline": text.subtitle,
        "reviewBody": text.explanation,
    }


def _rating(fact_check: FactCheck) -> dict[str, object]:
    word = fact_check.verdict_label or (RATING_WORDS[fact_check.verdict] if fact_check.verdict else "")
    return {"@type": "Rating", "alternateName": word} if word else {}


def _claim(fact_check: FactCheck) -> dict[str, object]:
    claim: dict[str, object] = {"@type": "Claim"}
    if fact_check.claimant:
        # Whether a person or an organisation said it is not on record, so no type is stated.
        claim["author"] = {"name": fact_check.claimant}
    if fact_check.claim_urls:
        claim["appearance"] = [{"@type": "CreativeWork", "url": url} for url in fact_check.claim_urls]
    return claim if len(claim) > 1 else {}


def _citation(source: Source) -> dict[str, object]:
    citation: dict[str, object] = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.url,
        "publisher": {"@type": "Organization", "name": source.publisher} if source.publisher else "",
        "datePublished": source.published_on.isoformat() if source.published_on else "",
        "inLanguage": "" if source.locale == UNKNOWN_LOCALE else source.locale,
    }
    return {key: value for key, value in citation.items() if value}
