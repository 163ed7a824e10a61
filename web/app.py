"""Puts the web app together; wires nothing beyond it (that is `bot.bootstrap`)."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from fastapi import FastAPI

from web.api import add_api_routes
from web.assets import add_static_routes
from web.chat import add_chat_routes
from web.console.routes import add_console
from web.errors import FaultBarrier, add_error_handlers
from web.feeds import add_feed_routes
from web.ops import add_ops_routes
from web.pages import add_page_routes
from web.security import BodyLimit, SecurityHeaders
from web.services import WebServices


def _new_id() -> str:
    return secrets.token_urlsafe(18)


def create_app(services: WebServices, *, new_id: Callable[[], str] = _new_id) -> FastAPI:
    """Return the app: chat, public pages, feeds, API, the console and what operators need.

    `new_id` makes unguessable ids of at least 20 characters from [A-Za-z0-9_-] (sessions, updates, errors).
    """
    app = FastAPI(
        title="Factline",
        version=services.version,
        summary="Finds the verified fact-check that answers a forwarded message.",
        docs_url=None,  # they load scripts from elsewhere
        redoc_url=None,
        openapi_url="/openapi.json",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    add_chat_routes(app, services, new_id=new_id)
    add_page_routes(app, services)
    add_feed_routes(app, services)
    add_api_routes(app, services)
    add_ops_routes(app, services)
    add_static_routes(app)
    if services.desk is not None:
        add_console(app, services, services.desk)
    on_fault = add_error_handlers(app, services, new_id=lambda: new_id()[:12])
    app.add_middleware(BodyLimit)
    app.add_middleware(FaultBarrier, on_fault=on_fault)
    app.add_middleware(SecurityHeaders)
    return app
