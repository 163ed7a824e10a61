"""Puts the console together."""

from __future__ import annotations

import time
from collections.abc import Callable

from fastapi import FastAPI, Request, Response

from handlers.editorial.desk import Desk
from web.console.editor_pages import add_editor_pages
from web.console.entrance import Console, add_entrance
from web.console.people_page import add_people_page
from web.console.queue_pages import add_queue_pages
from web.console.seats import Seats, SignInNeeded
from web.errors import is_for_scripts
from web.services import WebServices
from web.text import SafeJSONResponse


def add_console(
    app: FastAPI, services: WebServices, desk: Desk, *, clock: Callable[[], float] = time.monotonic
) -> None:
    """Add everything under /console; `clock` counts seconds for the limit on sign-in attempts."""
    console = Console(services, desk, Seats(desk, services.secret_key, services.public_url))
    add_entrance(app, console, clock=clock)
    add_queue_pages(app, console)
    add_editor_pages(app, console)
    add_people_page(app, console)

    @app.exception_handler(SignInNeeded)
    async def ask_in(request: Request, _exc: Exception) -> Response:
        if is_for_scripts(request):
            return SafeJSONResponse({"error": {"status": 401}}, status_code=401)
        return console.page(request, "console_sign_in.html", None, status_code=401, token="", failed=False)
