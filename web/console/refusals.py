"""What the newsroom refuses, as a page: the same sentences as in the chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response

from handlers.errors import UserMistake
from handlers.i18n import translate
from handlers.permissions import Forbidden
from web.console.seats import Seat
from web.i18n import pick_locale

if TYPE_CHECKING:
    from web.console.entrance import Console


def sentence(console: Console, request: Request, mistake: UserMistake) -> str:
    """Return why something was refused, in the reader's language."""
    locale = pick_locale(request, console.services.default_locale)
    return translate(mistake.key, locale, **mistake.placeholders)


def status_of(mistake: UserMistake) -> int:
    """Return 403 where the role does not reach, 409 where the record's state does not allow it."""
    return 403 if isinstance(mistake, Forbidden) else 409


def refused(console: Console, request: Request, seat: Seat, mistake: UserMistake, *, back: str) -> Response:
    """Return the page that says why, with the way back."""
    said = sentence(console, request, mistake)
    return console.page(request, "console_refused.html", seat, status_code=status_of(mistake), said=said, back=back)
