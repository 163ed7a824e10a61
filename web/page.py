"""What every page shares: the visitor's language, the address of this page, the frame around the content."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Request

from web.assets import render
from web.i18n import LOCALE_COOKIE, Words, catalog_for, catalogs, pick_locale
from web.services import WebServices
from web.text import SafeHTMLResponse

_A_YEAR_S = 31_536_000


def base_url(services: WebServices, request: Request) -> str:
    """Return the public address without a slash at its end: as configured, else as the visitor called us."""
    return (services.public_url or str(request.base_url)).rstrip("/")


def show(
    services: WebServices, request: Request, template: str, *, status_code: int = 200, **values: Any
) -> SafeHTMLResponse:
    """Render a page in the visitor's language; `?lang=` is remembered for a year."""
    locale = pick_locale(request, services.default_locale)
    response = SafeHTMLResponse(
        render(
            template,
            **{
                "t": Words(locale),
                "locale": locale,
                "languages": [
                    {"tag": tag, "name": words["language.name"], "url": _same_page(request, tag)}
                    for tag, words in catalogs().items()
                ],
                "services": services,
                "base_url": base_url(services, request),
                "path": request.url.path,
                "alternates": [],
                "canonical": "",
                **values,
            },
        ),
        status_code=status_code,
        headers={"cache-control": "no-cache", "vary": "Accept-Language, Cookie, Accept", "content-language": locale},
    )
    chosen = catalog_for(request.query_params.get("lang", ""))
    if chosen:
        response.set_cookie(LOCALE_COOKIE, chosen, max_age=_A_YEAR_S, samesite="lax", httponly=True)
    return response


def _same_page(request: Request, locale: str) -> str:
    path = "/" if request.method == "POST" else request.url.path
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"{path}?{urlencode([*kept, ('lang', locale)])}"
