"""The chat at `/`: a form that works by itself, and the same endpoint for the script that improves it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from handlers.messages import Action, IncomingMessage, Reply
from knowledge_base.errors import StorageUnavailable
from knowledge_base.models import Verdict
from web.assets import render, static_url
from web.errors import Unreadable
from web.i18n import Words, pick_locale
from web.page import base_url, show
from web.rendering import ReplyView, host_of, view_reply
from web.services import Example, WebServices
from web.text import SafeJSONResponse, split_command, whole_unicode

PLATFORM = "web"
SESSION_COOKIE = "factline_session"
EXAMPLES_PER_LANGUAGE = 3
_SESSION = re.compile(r"[A-Za-z0-9_-]{20,64}")


@dataclass(frozen=True, slots=True)
class Sent:
    """What a visitor sent: a text, or a pressed button with the text it belongs to."""

    text: str = ""
    action: str = ""
    quoted: str = ""


def add_chat_routes(app: FastAPI, services: WebServices, *, new_id: Callable[[], str]) -> None:
    """Add `/` and `/chat`; `new_id` makes unguessable ids."""

    @app.api_route("/", methods=["GET", "HEAD"], include_in_schema=False)
    def chat_page(request: Request) -> Response:
        return show(services, request, "chat.html", **_page(services, request))

    @app.get("/manifest.webmanifest", include_in_schema=False)
    def manifest(request: Request) -> Response:
        t = Words(pick_locale(request, services.default_locale))
        return SafeJSONResponse(_manifest(t), media_type="application/manifest+json")

    @app.get("/chat", include_in_schema=False)
    def back_to_chat() -> Response:
        return RedirectResponse("/", status_code=303)

    @app.post("/chat", include_in_schema=False)
    async def send(request: Request) -> Response:
        sent = await _read(request)
        locale = pick_locale(request, services.default_locale)
        session = request.cookies.get(SESSION_COOKIE, "")
        if not _SESSION.fullmatch(session):
            session = new_id()
        message = incoming(sent, session=session, update_id=new_id(), locale=locale)
        if message is None:
            raise Unreadable("error.unknown_button")
        replies = await services.answer(message)
        quoted = message.quoted_text or sent.text
        own_host = host_of(base_url(services, request))
        verdicts = await asyncio.to_thread(_verdicts, services, replies)
        views = [view_reply(reply, quoted=quoted, verdicts=verdicts, own_host=own_host) for reply in replies]
        response: Response
        if wants_json(request):
            response = SafeJSONResponse(
                {"replies": [_as_json(*pair, locale) for pair in zip(replies, views, strict=True)]}
            )
        else:
            page = _page(services, request) | {"asked": quoted, "replies": views, "silent": not views}
            response = show(services, request, "chat.html", **page)
        response.headers["cache-control"] = "no-store"
        response.set_cookie(
            SESSION_COOKIE, session, httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        return response


def incoming(sent: Sent, *, session: str, update_id: str, locale: str) -> IncomingMessage | None:
    """Return the message to answer, or None for a button nobody (any longer) knows."""
    action = Action.decode(sent.action) if sent.action else None
    if sent.action and action is None:
        return None
    command, text = ("", "") if action else split_command(sent.text)
    return IncomingMessage(
        platform=PLATFORM,
        chat_id=session,
        user_id=session,
        update_id=update_id,
        text=text,
        command=command,
        action=action,
        quoted_text=sent.quoted if action else "",
        locale_hint=locale,
        received_at=datetime.now(UTC),
    )


def _manifest(t: Words) -> dict[str, Any]:
    """Installed on a phone, Factline is in the share sheet: what is shared is posted, never put in an address."""
    return {
        "name": t("site.name"),
        "description": t("site.tagline"),
        "lang": t.locale,
        "start_url": "/",
        "display": "minimal-ui",
        "background_color": "#f7f6f3",
        "theme_color": "#f7f6f3",
        "icons": [{"src": static_url("icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
        "share_target": {
            "action": "/chat",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }


def wants_json(request: Request) -> bool:
    """Whether the caller is a script rather than a form."""
    return "application/json" in request.headers.get("accept", "")


async def _read(request: Request) -> Sent:
    """Read a form (or JSON with the same fields). A phone's share sheet sends `title` and `url` beside `text`."""
    fields: dict[str, Any]
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = await request.json()
        except ValueError as exc:
            raise Unreadable from exc
        fields = body if isinstance(body, dict) else {}
    else:
        async with request.form(max_files=0, max_fields=20) as form:
            fields = dict(form.items())

    def field(name: str) -> str:
        value = fields.get(name, "")
        # Forms send every line break as CR LF; what was pasted had one character.
        return str(whole_unicode(value)).replace("\r\n", "\n") if isinstance(value, str) else ""

    shared = [part for name in ("title", "text", "url") if (part := field(name)).strip()]
    return Sent(text="\n".join(dict.fromkeys(shared)), action=field("action"), quoted=field("quoted"))


def _page(services: WebServices, request: Request) -> dict[str, Any]:
    locale = pick_locale(request, services.default_locale)
    return {
        "examples": pick_examples(services.examples, locale),
        "asked": "",
        "replies": [],
        "silent": False,
    }


def pick_examples(examples: tuple[Example, ...], locale: str) -> list[Example]:
    """Return up to three examples a language, those in the visitor's language first."""
    by_language: dict[str, list[Example]] = {}
    for example in examples:
        by_language.setdefault(example.locale, []).append(example)
    language = locale.split("-", maxsplit=1)[0]
    ordered = sorted(by_language, key=lambda tag: tag.split("-", maxsplit=1)[0] != language)
    return [example for tag in ordered for example in by_language[tag][:EXAMPLES_PER_LANGUAGE]]


def _verdicts(services: WebServices, replies: list[Reply]) -> dict[str, Verdict | None]:
    """Look up the verdicts behind the corrections, for their colour only: without the record there is none."""
    shown = {shown.fact_check_id for reply in replies for shown in reply.shown}
    if not shown:
        return {}
    try:
        found = services.fact_checks.get_many(shown)
    except StorageUnavailable:
        return {}
    return {fact_check_id: fact_check.verdict for fact_check_id, fact_check in found.items()}


def _as_json(reply: Reply, view: ReplyView, locale: str) -> dict[str, Any]:
    return {
        "kind": view.kind,
        "locale": view.locale,
        "alert": view.alert,
        "replaces": view.replaces,
        "text": reply.plain_text(),
        "html": render("reply.html", reply=view, t=Words(locale)),
    }
