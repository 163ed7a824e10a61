"""The public pages: a fact-check with its ClaimReview, and the list of all."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated
from urllib.parse import urlencode

from fastapi import FastAPI, Query, Request, Response

from handlers.i18n import display_date, language_name
from handlers.verdicts import seen_label, sign, word
from handlers.wording import clean, safe_url
from knowledge_base.exchange.claimreview import to_claimreview
from knowledge_base.models import FactCheck, Revision, Status, Verdict
from knowledge_base.repository import FactCheckFilter
from knowledge_base.workflow import is_same_answer
from web.api import visible
from web.i18n import pick_locale
from web.page import base_url, show
from web.records import page_path
from web.rendering import host_of, tone_of
from web.services import WebServices
from web.text import PlainText

_PER_PAGE = 20


@dataclass(frozen=True, slots=True)
class Card:
    """A fact-check in a list."""

    url: str
    locale: str
    verdict: str
    tone: str
    headline: str
    claim: str
    publisher: str
    day: str


def add_page_routes(app: FastAPI, services: WebServices) -> None:
    """Add `/fact-checks` and `/fact-checks/{id}`."""

    @app.api_route("/fact-checks", methods=["GET", "HEAD"], include_in_schema=False)
    def fact_checks(
        request: Request,
        q: Annotated[PlainText, Query(max_length=500)] = "",
        verdict: str = "",
        cursor: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        locale = pick_locale(request, services.default_locale)
        chosen = next((each for each in Verdict if each.value == verdict), None)
        page = services.fact_checks.page(
            FactCheckFilter(status=Status.PUBLISHED, verdict=chosen, text=q.strip()), limit=_PER_PAGE, cursor=cursor
        )
        older = urlencode([("q", q), ("verdict", verdict), ("cursor", page.next_cursor)]) if page.next_cursor else ""
        return show(
            services,
            request,
            "fact_checks.html",
            cards=[_card(fact_check, locale) for fact_check in page.items],
            q=q,
            chosen=chosen,
            verdicts=list(Verdict),
            older=older,
            canonical=f"{base_url(services, request)}/fact-checks",
        )

    @app.api_route("/fact-checks/{fact_check_id}", methods=["GET", "HEAD"], include_in_schema=False)
    def fact_check(request: Request, fact_check_id: PlainText) -> Response:
        found = visible(services, fact_check_id)
        if found.status is Status.RETRACTED:
            return _retracted_page(services, request, found)
        return _fact_check_page(services, request, found)


def _card(fact_check: FactCheck, locale: str) -> Card:
    text_locale = fact_check.best_locale(locale)
    text = fact_check.texts[text_locale]
    day = fact_check.published_on or fact_check.checked_on
    return Card(
        url=page_path(fact_check.id),
        locale=text_locale,
        verdict=f"{sign(fact_check)} {word(fact_check, locale)}",
        tone=tone_of(fact_check.verdict),
        headline=clean(text.headline) or clean(text.claim),
        claim=clean(text.claim) if text.headline else "",
        publisher=fact_check.publisher,
        day=display_date(day, locale) if day else "",
    )


def _fact_check_page(services: WebServices, request: Request, fact_check: FactCheck) -> Response:
    locale = pick_locale(request, services.default_locale)
    asked_locale = request.query_params.get("lang", "")
    text_locale = fact_check.best_locale(asked_locale or locale)
    text = fact_check.texts[text_locale]
    page_url = base_url(services, request) + page_path(fact_check.id)
    revisions = services.fact_checks.revisions(fact_check.id)
    narrative = services.narratives.get(fact_check.narrative_id) if fact_check.narrative_id else None
    return show(
        services,
        request,
        "fact_check.html",
        fact_check=fact_check,
        text=text,
        text_locale=text_locale,
        paragraphs=[line for line in clean(text.explanation or text.subtitle).split("\n") if line.strip()],
        headline=clean(text.headline) or clean(text.claim),
        verdict=f"{sign(fact_check)} {word(fact_check, locale)}",
        seen=seen_label(fact_check, locale),
        tone=tone_of(fact_check.verdict),
        publisher_url=safe_url(fact_check.url),
        published=display_date(fact_check.published_on, locale) if fact_check.published_on else "",
        checked=display_date(fact_check.checked_on, locale) if fact_check.checked_on else "",
        sources=[
            {
                "title": clean(source.title) or host_of(source.url),
                "url": safe_url(source.url),
                "host": host_of(source.url),
                "publisher": source.publisher,
                "day": display_date(source.published_on, locale) if source.published_on else "",
                "locale": source.locale if source.locale != "und" else "",
            }
            for source in fact_check.sources
        ],
        narrative=narrative.titles.get(locale) or next(iter(narrative.titles.values()), "") if narrative else "",
        revised=display_date(revisions[-1].saved_at.date(), locale) if revisions else "",
        corrections=_corrections(revisions, locale),
        other_texts=[
            {"tag": tag, "name": language_name(tag, in_locale=tag), "url": f"?{urlencode({'lang': tag})}"}
            for tag in fact_check.texts
            if tag != text_locale
        ],
        claimreview=to_claimreview(fact_check, page_url=page_url),
        canonical=f"{page_url}?{urlencode({'lang': asked_locale})}" if asked_locale in fact_check.texts else page_url,
        alternates=[
            *((tag, f"{page_url}?{urlencode({'lang': tag})}") for tag in fact_check.texts if tag != "und"),
            ("x-default", page_url),
        ],
    )


def _corrections(revisions: list[Revision], locale: str) -> list[dict[str, str]]:
    """Return what was corrected after publishing, newest first: when, and why."""
    found = []
    for before, after in pairwise(revisions):
        was_public = before.snapshot.is_published and after.snapshot.is_published
        if was_public and after.reason and not is_same_answer(before.snapshot, after.snapshot):
            found.append({"day": display_date(after.saved_at.date(), locale), "reason": clean(after.reason)})
    return found[::-1]


def _retracted_page(services: WebServices, request: Request, fact_check: FactCheck) -> Response:
    """Say that it was retracted and when; neither its verdict nor its text is repeated."""
    locale = pick_locale(request, services.default_locale)
    revisions = services.fact_checks.revisions(fact_check.id)
    return show(
        services,
        request,
        "retracted.html",
        status_code=410,
        claim=clean(fact_check.texts[fact_check.best_locale(locale)].claim),
        claim_locale=fact_check.best_locale(locale),
        publisher=fact_check.publisher,
        revision=fact_check.revision,
        reason=clean(revisions[-1].reason) if revisions else "",
        day=display_date(revisions[-1].saved_at.date(), locale) if revisions else "",
    )
