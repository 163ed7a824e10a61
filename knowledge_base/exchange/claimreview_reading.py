"""ClaimReview as it is found in the wild, as exchange records.

Feeds and pages are dirty: each function here takes whatever stands where a value should and returns the texts in it.
Nothing is guessed; what cannot be read is left out and, where it was a field of its own, counted as ignored.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterator, Mapping

from knowledge_base.exchange.addresses import is_web_address
from knowledge_base.exchange.claimreview import EXTENSION
from knowledge_base.exchange.fields import TEXT_FIELDS, field_of
from knowledge_base.exchange.verdicts import NumberScale, read_scale, read_verdict

_DEEPEST = 40
_CONTAINERS = ("@graph", "dataFeedElement", "itemListElement", "item", "mainEntity", "hasPart", "review", "subjectOf")
_JOINED_ADDRESSES = re.compile(r"[,;\s]+(?=https?://)")
_NAMED = ("@value", "name", "url", "@id", "value", "contentUrl")
_USED = frozenset(
    "@context @type @id type properties id identifier url mainEntityOfPage claimReviewed headline name "
    "alternativeHeadline reviewBody description inLanguage datePublished author creator publisher reviewRating "
    "itemReviewed citation keywords sdPublisher sdLicense sdDatePublished".split()
) | {EXTENSION}


def has_reviews(value: Mapping[str, object]) -> bool:
    """Whether a mapping is JSON-LD rather than a record of our own."""
    marks = ("@type", "@context", "@graph", "dataFeedElement", "claimReviewed")
    return any(key in value for key in marks) or ("claim" not in value and ("item" in value or "properties" in value))


def find_reviews(value: object, depth: int = 0) -> Iterator[Mapping[str, object]]:
    """Yield the ClaimReviews in a JSON-LD value, through lists, graphs and feeds, past nulls and other types."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for entry in value:
            yield from find_reviews(entry, depth + 1)
    elif isinstance(value, Mapping):
        if _is_review(value):
            yield value
            return
        for key in _CONTAINERS:
            yield from find_reviews(value.get(key), depth + 1)


def to_exchange_record(review: Mapping[str, object]) -> dict[str, object]:
    """Return a ClaimReview as an exchange record, the mapping `records.parse_record` reads."""
    properties = _flattened(review)
    extension = properties.get(EXTENSION)
    if isinstance(extension, Mapping):
        return _own_record(properties, extension)
    record = _foreign_record(properties)
    for key in properties:
        if key not in _USED and not field_of(key):
            record[key] = True  # has no place; reported as ignored
    return {key: value for key, value in record.items() if value}


def _own_record(properties: Mapping[str, object], extension: Mapping[str, object]) -> dict[str, object]:
    """Put a record we exported together again: every text verbatim."""
    locale = str(properties.get("inLanguage", "und"))
    standard = {
        "claim": properties.get("claimReviewed"),
        "headline": properties.get("headline"),
        "subtitle": properties.get("alternativeHeadline"),
        "explanation": properties.get("reviewBody"),
    }
    languages = extension.get("languages")
    order = [str(each) for each in languages] if isinstance(languages, list) else [locale]
    record: dict[str, object] = {key: value for key, value in extension.items() if key != "languages"}
    for field in TEXT_FIELDS:
        others = extension.get(field)
        texts = {**(others if isinstance(others, Mapping) else {}), locale: standard[field]}
        record[field] = {each: texts[each] for each in order if texts.get(each)}
    claim = _first_mapping(properties.get("itemReviewed"))
    claimant = _first_mapping(claim.get("author"))
    citations = properties.get("citation")
    record |= {
        "url": properties.get("url"),
        "date": properties.get("datePublished"),
        "publisher": _first_mapping(properties.get("author")).get("name"),
        "author": _first_mapping(properties.get("creator")).get("name"),
        "claimant": claimant.get("name"),
        "claim_urls": [each.get("url") for each in _mappings(claim.get("appearance"))],
        "sources": [_own_source(each) for each in _mappings(citations)],
        "topics": properties.get("keywords"),
    }
    return {key: value for key, value in record.items() if value}


def _own_source(citation: Mapping[str, object]) -> dict[str, object]:
    return {
        "title": citation.get("name"),
        "url": citation.get("url"),
        "publisher": _first_mapping(citation.get("publisher")).get("name"),
        "published": citation.get("datePublished"),
        "lang": citation.get("inLanguage"),
    }


def _foreign_record(properties: Mapping[str, object]) -> dict[str, object]:
    claim = _first_mapping(properties.get("itemReviewed"))
    locale = _text(properties.get("inLanguage"))
    publisher, author = _publisher_and_author(properties)
    label, scale = _rating(properties.get("reviewRating"))
    verdict = read_verdict(label, locale) or (read_scale(scale) if scale else None)
    addresses = _addresses(properties.get("url")) or _addresses(properties.get("mainEntityOfPage"))
    return {
        "id": _text(properties.get("identifier")),
        "claim": _text(properties.get("claimReviewed")) or _text(claim.get("text")) or _text(claim.get("name")),
        "headline": _text(properties.get("headline")) or _text(properties.get("name")),
        "subtitle": _text(properties.get("alternativeHeadline")),
        "explanation": _text(properties.get("reviewBody")) or _text(properties.get("description")),
        "verdict": verdict.value if verdict else "",
        "verdict_label": label,
        "url": next(iter(addresses), ""),
        "date": _text(properties.get("datePublished")),
        "publisher": publisher,
        "author": author,
        "claimant": ", ".join(_texts(claim.get("author"))),
        "claim_urls": _claim_addresses(claim),
        "sources": [_source(entry) for entry in _entries(properties.get("citation"))],
        "topics": _keywords(properties.get("keywords")),
        "lang": locale,
    }


def _publisher_and_author(properties: Mapping[str, object]) -> tuple[str, str]:
    """Return who publishes and who wrote. `author` is the fact-checking organisation unless it says it is a person."""
    publisher = _name(properties.get("publisher"))
    people: list[str] = []
    organisations: list[str] = []
    for entry in _entries(properties.get("author")):
        name = _name(entry)
        if name:
            is_person = isinstance(entry, Mapping) and "Person" in str(entry.get("@type", entry.get("type", "")))
            (people if is_person else organisations).append(name)
    publisher = publisher or next(iter(organisations), "") or _name(properties.get("sdPublisher"))
    writers = people + [name for name in organisations if name != publisher]
    if not publisher and not (_addresses(properties.get("url"))) and writers:
        publisher = writers.pop(0)
    return publisher, ", ".join(writers)


def _rating(value: object) -> tuple[str, NumberScale | None]:
    """Return the publisher's words for the verdict and the number, if it has both ends of its scale."""
    label, scale = "", None
    for entry in _entries(value):
        if isinstance(entry, Mapping):
            rating = _flattened(entry)
            stated = _text(rating.get("alternateName")) or _text(rating.get("name"))
            number = _number(rating.get("ratingValue"))
            if not stated and number is None:
                stated = _text(rating.get("ratingValue"))
            worst, best = _number(rating.get("worstRating")), _number(rating.get("bestRating"))
            if scale is None and number is not None and worst is not None and best is not None:
                scale = NumberScale(number, worst, best)
        else:
            stated = _text(entry)
            if _number(stated) is not None:
                stated = ""
        label = label or stated
    return label, scale


def _number(value: object) -> float | None:
    texts = _texts(value)
    try:
        number = float(texts[0].replace(",", ".")) if texts else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _claim_addresses(claim: Mapping[str, object]) -> list[str]:
    found: list[str] = []
    for key in ("appearance", "firstAppearance", "url"):
        found += _addresses(claim.get(key))
    return list(dict.fromkeys(found))


def _addresses(value: object) -> list[str]:
    """Return the web addresses in a text, an object or a list of either; several may be joined by commas."""
    found: list[str] = []
    for entry in _entries(value):
        if isinstance(entry, Mapping):
            for key in ("url", "@id", "contentUrl"):
                found += _addresses(entry.get(key))
        else:
            pieces = _JOINED_ADDRESSES.split(_text(entry))
            found += [piece for each in pieces if is_web_address(piece := each.strip().rstrip(","))]
    return list(dict.fromkeys(found))


def _source(entry: object) -> object:
    if not isinstance(entry, Mapping):
        return _text(entry)
    source = {
        "title": _text(entry.get("name")) or _text(entry.get("headline")),
        "url": next(iter(_addresses(entry)), ""),
        "publisher": _name(entry.get("publisher")),
        "published": _text(entry.get("datePublished")),
        "lang": _text(entry.get("inLanguage")),
    }
    return source if source["title"] or source["url"] or source["publisher"] else None


def _keywords(value: object) -> list[str]:
    words = [word.strip() for text in _texts(value) for word in text.split(",")]
    return [word for word in dict.fromkeys(words) if word]


def _name(value: object) -> str:
    """Return the first name in it; an address is no name."""
    return next((text for text in _texts(value) if not is_web_address(text)), "")


def _text(value: object) -> str:
    return next(iter(_texts(value)), "")


def _texts(value: object, depth: int = 0) -> list[str]:
    """Return the texts in a text, a number, an object that wraps one, or a list of these; entities resolved."""
    if depth > _DEEPEST or value is None or isinstance(value, bool):
        return []
    if isinstance(value, str | int | float):
        text = html.unescape(html.unescape(str(value))).strip()  # feeds escape twice: "&amp;quot;"
        return [text] if text else []
    if isinstance(value, list):
        return [text for entry in value for text in _texts(entry, depth + 1)]
    if isinstance(value, Mapping):
        inner = _flattened(value)
        return next((found for key in _NAMED if (found := _texts(inner.get(key), depth + 1))), [])
    return []


def _flattened(value: Mapping[str, object]) -> Mapping[str, object]:
    """Return the object with what microdata readers nest under "properties" lifted up."""
    nested = value.get("properties")
    return {**value, **nested} if isinstance(nested, Mapping) else value


def _is_review(value: Mapping[str, object]) -> bool:
    kinds = value.get("@type", value.get("type"))
    names = kinds if isinstance(kinds, list) else [kinds]
    if any(isinstance(name, str) and name.rpartition("/")[2].rpartition(":")[2] == "ClaimReview" for name in names):
        return True
    return kinds is None and ("claimReviewed" in value or "claimReviewed" in _flattened(value))


def _entries(value: object) -> list[object]:
    if value is None:
        return []
    return [entry for entry in value if entry is not None] if isinstance(value, list) else [value]


def _mappings(value: object) -> list[Mapping[str, object]]:
    return [entry for entry in _entries(value) if isinstance(entry, Mapping)]


def _first_mapping(value: object) -> Mapping[str, object]:
    first = next(iter(_mappings(value)), None)
    return _flattened(first) if first is not None else {}
