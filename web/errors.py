"""Errors in kind words, with an id that joins them to the log; nothing of the inside leaks.

Pages for people, JSON for scripts. The log line has the error's type and frames, never its words: an exception may
quote the message.
"""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from knowledge_base.errors import StorageUnavailable
from web.i18n import Words, pick_locale
from web.page import show
from web.services import WebServices
from web.text import SafeJSONResponse

_WORDED = {400, 403, 404, 405, 410, 413, 422, 429, 500, 503}
_log = structlog.get_logger(__name__)


class Unreadable(HTTPException):
    """What was sent cannot be understood; told by the words behind `advice_key`."""

    def __init__(self, advice_key: str = "error.422.advice") -> None:
        super().__init__(422)
        self.advice_key = advice_key


FaultHandler = Callable[[Request, Exception], Awaitable[Response]]


class FaultBarrier:
    """Answers a fault of ours instead of letting the server print it: its words may quote a message."""

    def __init__(self, app: ASGIApp, on_fault: FaultHandler) -> None:
        self._app = app
        self._on_fault = on_fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_noting(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as exc:  # noqa: BLE001 - the one place a fault of the web app becomes an answer
            response = await self._on_fault(Request(scope), exc)
            if started:  # too late for an answer: the connection must break, so that half of one is not taken for whole
                raise ConnectionAbortedError from None
            await response(scope, receive, send)


def add_error_handlers(app: FastAPI, services: WebServices, *, new_id: Callable[[], str]) -> FaultHandler:
    """Turn every error into an answer; return the handler for those nobody foresaw."""

    def answer(
        request: Request,
        status: int,
        error_id: str,
        *,
        problems: list[dict[str, str]] | None = None,
        advice_key: str = "",
    ) -> Response:
        t = Words(pick_locale(request, services.default_locale))
        worded = status if status in _WORDED else (500 if status >= 500 else 400)
        title, advice = t(f"error.{worded}.title"), t(advice_key or f"error.{worded}.advice")
        if is_for_scripts(request):
            body: dict[str, Any] = {"error": {"status": status, "id": error_id, "title": title, "advice": advice}}
            if problems:
                body["error"]["problems"] = problems
            return SafeJSONResponse(body, status_code=status)
        return show(services, request, "error.html", status_code=status, title=title, advice=advice, error_id=error_id)

    async def on_http_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, StarletteHTTPException)  # noqa: S101 - registered for it below
        response = answer(request, exc.status_code, new_id(), advice_key=getattr(exc, "advice_key", ""))
        response.headers.update(exc.headers or {})
        return response

    async def on_invalid(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, RequestValidationError)  # noqa: S101 - registered for it below
        # Where and what, never the value: it may be somebody's message.
        problems = [
            {"field": ".".join(str(part) for part in error["loc"][1:]) or str(error["loc"][0]), "problem": error["msg"]}
            for error in exc.errors()[:20]
        ]
        return answer(request, 422, new_id(), problems=problems)

    async def on_unavailable(request: Request, exc: Exception) -> Response:
        error_id = new_id()
        _log.error("record_unavailable", error_id=error_id, error=type(exc).__qualname__)
        response = answer(request, 503, error_id)
        response.headers["retry-after"] = "5"
        return response

    async def on_fault(request: Request, exc: Exception) -> Response:
        error_id = new_id()
        frames = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(exc.__traceback__)]
        _log.error("request_failed", error_id=error_id, error=type(exc).__qualname__, frames=frames[-12:])
        return answer(request, 500, error_id)

    app.add_exception_handler(StarletteHTTPException, on_http_error)
    app.add_exception_handler(RequestValidationError, on_invalid)
    app.add_exception_handler(StorageUnavailable, on_unavailable)
    return on_fault


def is_for_scripts(request: Request) -> bool:
    """Whether the answer should be JSON."""
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")
