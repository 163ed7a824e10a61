"""Getting into the console and out of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from handlers.editorial.desk import Desk
from handlers.editorial.ports import TokenPurpose
from handlers.editorial.sign_in import issue, sign_in, sign_out, sign_out_everywhere
from web.console.forms import Fields, fields_of, first
from web.console.seats import Knocks, Seat, Seats
from web.page import show
from web.services import WebServices

KNOCKS = 10  # sign-in attempts from one address
KNOCKS_WINDOW_S = 300.0
_MAX_FIELDS = 600


async def read_form(request: Request) -> Fields:
    """Return the fields of a posted form."""
    async with request.form(max_files=0, max_fields=_MAX_FIELDS) as form:
        return fields_of(form)


Form = Annotated[Fields, Depends(read_form)]


@dataclass(frozen=True, slots=True)
class Console:
    """What the console's pages share."""

    services: WebServices
    desk: Desk
    seats: Seats

    def page(
        self, request: Request, template: str, seat: Seat | None, *, status_code: int = 200, **values: Any
    ) -> Response:
        """Render a page that no cache may keep."""
        shared = {"seat": seat, "rules": self.desk.rules, "done": request.query_params.get("done", "")}
        response = show(self.services, request, template, status_code=status_code, **{**shared, **values})
        response.headers["cache-control"] = "no-store"
        # Addresses here may hold a token. Not "no-referrer": browsers then call a form's origin "null".
        response.headers["referrer-policy"] = "same-origin"
        return response

    def posted(self, request: Request, fields: Fields) -> Seat:
        """Return who sent a form of ours.

        Raises:
            SignInNeeded: nobody who is signed in.
            ForgedForm: it is not ours.
        """
        seat = self.seats.needed(request)
        self.seats.check_form(request, seat, first(fields, "mark"))
        return seat


def back_to(path: str, done: str = "") -> Response:
    """Send the browser to a page with GET, so that reloading it does nothing twice."""
    return RedirectResponse(f"{path}?done={done}" if done else path, status_code=303)


def add_entrance(app: FastAPI, console: Console, *, clock: Callable[[], float] = time.monotonic) -> None:
    """Add sign-in and sign-out."""
    knocks = Knocks(KNOCKS, KNOCKS_WINDOW_S, clock)
    seats, desk = console.seats, console.desk

    @app.get("/console/sign-in", include_in_schema=False)
    def ask(request: Request, token: str = "") -> Response:
        # Only the button uses the link up: chat apps open links by themselves to show a preview.
        return console.page(request, "console_sign_in.html", None, token=token[:200], failed=False)

    @app.post("/console/sign-in", include_in_schema=False)
    def enter(request: Request, fields: Form) -> Response:
        seats.check_origin(request)
        if not knocks.allowed(request.client.host if request.client else ""):
            raise HTTPException(429, headers={"retry-after": str(int(KNOCKS_WINDOW_S))})
        session = sign_in(desk, first(fields, "token")[:200])
        if session is None:
            return console.page(request, "console_sign_in.html", None, status_code=401, token="", failed=True)
        response = back_to("/console")
        seats.seat(request, response, session)
        return response

    @app.post("/console/link", include_in_schema=False)
    def link(request: Request, fields: Form) -> Response:
        seat = console.posted(request, fields)
        token = issue(desk, seat.editor, TokenPurpose.LINK)
        return console.page(request, "console_link.html", seat, code=token.secret)

    @app.post("/console/sign-out", include_in_schema=False)
    def leave(request: Request, fields: Form) -> Response:
        seat = console.posted(request, fields)
        if first(fields, "everywhere"):
            sign_out_everywhere(desk, seat.editor.id)
        else:
            sign_out(desk, seat.session)
        response = back_to("/console/sign-in")
        seats.unseat(response)
        return response
