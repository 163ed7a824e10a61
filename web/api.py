"""The API, version 1."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, HTTPException, Query, Request, Response

from handlers.payload import to_payload
from knowledge_base.errors import FactCheckNotFound
from knowledge_base.models import FactCheck, Status, Verdict
from knowledge_base.repository import FactCheckFilter
from web.page import base_url
from web.records import (
    CheckRequest,
    CheckResponse,
    ErrorResponse,
    FactCheckList,
    FactCheckModel,
    fact_check_model,
)
from web.services import WebServices
from web.text import PlainText, SafeJSONResponse

_MAX_PAGE = 100


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"model": ErrorResponse} for status in statuses}


class CleanCheckRequest(CheckRequest):
    """A text to check."""

    text: PlainText
    locale: PlainText = ""


def add_api_routes(app: FastAPI, services: WebServices) -> None:
    """Add everything under /api/v1."""

    @app.post(
        "/api/v1/check",
        summary="Check a text",
        tags=["check"],
        # The payload is documented by the model and built by the handlers, once; it is not copied field by field.
        responses={200: {"model": CheckResponse}, **_errors(413, 422, 500, 503)},
        response_class=SafeJSONResponse,
    )
    async def check(wanted: CleanCheckRequest) -> Response:
        """Find the fact-check that answers a text. Nothing is stored."""
        result = await services.check(wanted.text, wanted.locale)
        return SafeJSONResponse(to_payload(result), headers={"cache-control": "no-store"})

    @app.get(
        "/api/v1/fact-checks",
        summary="List published fact-checks",
        tags=["fact-checks"],
        response_model=FactCheckList,
        responses=_errors(422, 503),
    )
    def list_fact_checks(
        request: Request,
        *,
        q: Annotated[PlainText, Query(description="A plain substring.", max_length=500)] = "",
        verdict: Verdict | None = None,
        locale: Annotated[str, Query(max_length=35)] = "",
        publisher: Annotated[PlainText, Query(max_length=500)] = "",
        topic: Annotated[PlainText, Query(max_length=200)] = "",
        narrative_id: Annotated[PlainText, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=_MAX_PAGE)] = 20,
        cursor: Annotated[str, Query(max_length=500)] = "",
    ) -> Response:
        """List them, newest publication first."""
        wanted = FactCheckFilter(
            status=Status.PUBLISHED,
            verdict=verdict,
            locale=locale,
            publisher=publisher,
            topic=topic,
            narrative_id=narrative_id,
            text=q,
        )
        page = services.fact_checks.page(wanted, limit=limit, cursor=cursor)
        base = base_url(services, request)
        items = [fact_check_model(fact_check, base) for fact_check in page.items]
        return _json(FactCheckList(items=items, next_cursor=page.next_cursor))

    @app.get(
        "/api/v1/fact-checks/{fact_check_id}",
        summary="Get one fact-check",
        tags=["fact-checks"],
        response_model=FactCheckModel,
        responses=_errors(404, 410, 503),
    )
    def get_fact_check(request: Request, fact_check_id: PlainText) -> Response:
        """Get a published fact-check; 410 where it was retracted."""
        fact_check = visible(services, fact_check_id)
        if fact_check.status is Status.RETRACTED:
            raise HTTPException(410)
        return _json(fact_check_model(fact_check, base_url(services, request)))


def visible(services: WebServices, fact_check_id: str) -> FactCheck:
    """Return a published or retracted fact-check; anything else does not exist for the public.

    Raises:
        HTTPException: 404.
    """
    try:
        fact_check = services.fact_checks.get(fact_check_id)
    except FactCheckNotFound:
        raise HTTPException(404) from None
    if fact_check.status not in (Status.PUBLISHED, Status.RETRACTED):
        raise HTTPException(404)
    return fact_check


def _json(model: FactCheckList | FactCheckModel) -> Response:
    return SafeJSONResponse(model.model_dump(mode="json"), headers={"cache-control": "no-cache"})
