"""Who sits at the console: the signed session cookie, the mark that forms carry, and how often anybody may knock."""

from __future__ import annotations

import hmac
import threading
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from fastapi import HTTPException, Request, Response

from handlers.editorial.desk import Desk
from handlers.editorial.ports import Editor
from handlers.editorial.sign_in import SESSION_LIFETIME, signed_in
from handlers.permissions import Command, may

COOKIE = "factline_console"
_PATH = "/console"
_MAX_COOKIE_CHARS = 200


@dataclass(frozen=True, slots=True)
class Seat:
    """A signed-in editor. `form_mark` is what every form of this session carries, and no other site can know."""

    editor: Editor
    session: str
    form_mark: str

    @property
    def can(self) -> dict[str, bool]:
        """What the editor may do, by command, for templates to leave out what would be refused."""
        return {command.value: may(self.editor.role, command) for command in Command}


class SignInNeeded(HTTPException):
    """Nobody is signed in, or not any longer."""

    def __init__(self) -> None:
        super().__init__(401)


class ForgedForm(HTTPException):
    """A form that was not ours, or of a session that is over; nothing was done."""

    def __init__(self) -> None:
        super().__init__(403)


class Seats:
    """Turns cookies into seats and back.

    Args:
        desk: the newsroom.
        secret_key: signs cookies and forms.
        own_address: the public address, "" where requests name it.
    """

    def __init__(self, desk: Desk, secret_key: str, own_address: str) -> None:
        self._desk = desk
        self._key = secret_key.encode()
        self._own_address = own_address

    def taken_by(self, request: Request) -> Seat | None:
        """Return the seat of whoever sent a request; None for nobody. The role is read fresh every time."""
        cookie = request.cookies.get(COOKIE, "")[:_MAX_COOKIE_CHARS]
        session, _, signature = cookie.partition(".")
        if not session or not hmac.compare_digest(self._sign("session", session).encode(), signature.encode()):
            return None
        editor = signed_in(self._desk, session)
        return Seat(editor, session, self._sign("form", session)) if editor else None

    def needed(self, request: Request) -> Seat:
        """Return the seat.

        Raises:
            SignInNeeded: there is none.
        """
        seat = self.taken_by(request)
        if seat is None:
            raise SignInNeeded
        return seat

    def check_form(self, request: Request, seat: Seat, mark: str) -> None:
        """Refuse a form that another site made.

        Raises:
            ForgedForm: it carries no mark of this session, or says itself that it comes from elsewhere.
        """
        self.check_origin(request)
        if not hmac.compare_digest(seat.form_mark.encode(), mark.encode("utf-8", "replace")):
            raise ForgedForm

    def check_origin(self, request: Request) -> None:
        """Refuse a request that the browser says another site sent.

        Raises:
            ForgedForm: it does.
        """
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise ForgedForm
        origin = request.headers.get("origin", "")
        own = {urlsplit(self._own_address).netloc, request.headers.get("host", "")}
        if origin and urlsplit(origin).netloc not in own - {""}:
            raise ForgedForm

    def seat(self, request: Request, response: Response, session: str) -> None:
        """Give the browser the cookie of a session."""
        is_secure = request.url.scheme == "https" or self._own_address.startswith("https://")
        response.set_cookie(
            COOKIE,
            f"{session}.{self._sign('session', session)}",
            max_age=int(SESSION_LIFETIME.total_seconds()),
            path=_PATH,
            httponly=True,
            samesite="lax",  # strict would hide it from the page a link in a chat leads to
            secure=is_secure,
        )

    def unseat(self, response: Response) -> None:
        """Take the cookie away."""
        response.delete_cookie(COOKIE, path=_PATH, httponly=True, samesite="lax")

    def _sign(self, purpose: str, session: str) -> str:
        return hmac.new(self._key, f"console {purpose} {session}".encode("utf-8", "replace"), sha256).hexdigest()


class Knocks:
    """Counts attempts by whom, so that nobody tries sign-in links by the thousand. Thread-safe.

    Args:
        most: attempts within the window.
        window_s: how long an attempt counts.
        clock: seconds, never going back.
        remembered: how many are told apart; the one heard of longest ago is forgotten first.
    """

    def __init__(self, most: int, window_s: float, clock: Callable[[], float], *, remembered: int = 10_000) -> None:
        self._most = most
        self._window_s = window_s
        self._clock = clock
        self._remembered = remembered
        self._lock = threading.Lock()
        self._times: OrderedDict[str, deque[float]] = OrderedDict()

    def allowed(self, who: str) -> bool:
        """Whether `who` may try once more; an allowed attempt counts."""
        now = self._clock()
        with self._lock:
            times = self._times.setdefault(who, deque())
            self._times.move_to_end(who)
            while times and times[0] <= now - self._window_s:
                times.popleft()
            while len(self._times) > self._remembered:
                self._times.popitem(last=False)
            if len(times) >= self._most:
                return False
            times.append(now)
            return True
