"""What was published, for feed readers (Atom, JSON Feed 1.1) and search engines (a DataFeed of ClaimReview)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from handlers.verdicts import word
from handlers.wording import clean
from knowledge_base.exchange.claimreview import to_claimreview
from knowledge_base.models import FactCheck
from knowledge_base.repository import FactCheckFilter
from web.i18n import Words, pick_locale
from web.page import base_url
from web.records import page_path
from web.services import WebServices
from web.text import SafeJSONResponse

_NEWEST = 50
# `clean` leaves only these that XML 1.0 cannot hold.
_NOT_IN_XML = {0xFFFE: 0xFFFD, 0xFFFF: 0xFFFD}
_ATOM = "http://www.w3.org/2005/Atom"


def add_feed_routes(app: FastAPI, services: WebServices) -> None:
    """Add `/feed.atom`, `/feed.json` and `/claimreview.json`; `?lang=` chooses the language of the first two."""

    @app.api_route("/feed.atom", methods=["GET", "HEAD"], include_in_schema=False)
    def atom(request: Request) -> Response:
        locale = pick_locale(request, services.default_locale)
        newest = services.fact_checks.page(FactCheckFilter(), limit=_NEWEST).items
        return Response(_atom(newest, base_url(services, request), locale), media_type="application/atom+xml")

    @app.api_route("/feed.json", methods=["GET", "HEAD"], include_in_schema=False)
    def json_feed(request: Request) -> Response:
        locale = pick_locale(request, services.default_locale)
        newest = services.fact_checks.page(FactCheckFilter(), limit=_NEWEST).items
        feed = _json_feed(newest, base_url(services, request), locale)
        return SafeJSONResponse(feed, media_type="application/feed+json")

    @app.api_route("/claimreview.json", methods=["GET", "HEAD"], include_in_schema=False)
    def claimreview(request: Request) -> Response:
        return StreamingResponse(
            _data_feed(services, base_url(services, request)), media_type="application/ld+json; charset=utf-8"
        )


def _title(fact_check: FactCheck, locale: str) -> str:
    text = fact_check.texts[fact_check.best_locale(locale)]
    return f"{word(fact_check, locale)}: {clean(text.headline) or clean(text.claim)}"


def _content(fact_check: FactCheck, locale: str) -> str:
    text = fact_check.texts[fact_check.best_locale(locale)]
    return clean(text.explanation or text.subtitle)


def _day(fact_check: FactCheck) -> datetime:
    day = fact_check.checked_on or fact_check.published_on
    return datetime.combine(day, time(), tzinfo=UTC) if day else datetime(1970, 1, 1, tzinfo=UTC)


def _atom(fact_checks: tuple[FactCheck, ...], base: str, locale: str) -> bytes:
    feed = Element("feed", {"xmlns": _ATOM, "xml:lang": locale})
    SubElement(feed, "title").text = Words(locale)("feed.title")
    SubElement(feed, "id").text = f"{base}/feed.atom"
    SubElement(feed, "link", {"rel": "self", "href": f"{base}/feed.atom"})
    SubElement(feed, "link", {"href": f"{base}/fact-checks"})
    newest = max((_day(each) for each in fact_checks), default=datetime(1970, 1, 1, tzinfo=UTC))
    SubElement(feed, "updated").text = newest.isoformat()
    for fact_check in fact_checks:
        url = base + page_path(fact_check.id)
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = url
        SubElement(entry, "title").text = _title(fact_check, locale)
        SubElement(entry, "link", {"href": url})
        SubElement(entry, "updated").text = _day(fact_check).isoformat()
        SubElement(SubElement(entry, "author"), "name").text = clean(fact_check.publisher)
        SubElement(entry, "summary").text = _content(fact_check, locale)
    return str(tostring(feed, encoding="unicode")).translate(_NOT_IN_XML).encode("utf-8")


def _json_feed(fact_checks: tuple[FactCheck, ...], base: str, locale: str) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": Words(locale)("feed.title"),
        "home_page_url": f"{base}/fact-checks",
        "feed_url": f"{base}/feed.json",
        "language": locale,
        "items": [
            {
                "id": base + page_path(each.id),
                "url": base + page_path(each.id),
                "title": _title(each, locale),
                "content_text": _content(each, locale),
                "date_published": _day(each).isoformat(),
                "authors": [{"name": clean(each.publisher)}],
                "tags": list(each.topics),
            }
            for each in fact_checks
        ],
    }


def _data_feed(services: WebServices, base: str) -> Iterator[bytes]:
    """Yield the feed in pieces: memory stays flat whatever the size of the record."""
    yield b'{"@context":"https://schema.org","@type":"DataFeed","dataFeedElement":['
    separator = b""
    for fact_check in services.fact_checks.iterate():
        item = {"@type": "DataFeedItem", "item": to_claimreview(fact_check, page_url=base + page_path(fact_check.id))}
        yield separator + json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
        separator = b",\n"
    yield b"]}"
